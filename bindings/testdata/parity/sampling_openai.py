import asyncio
from fastmcp import Client
from fastmcp.client.sampling.handlers.openai import OpenAISamplingHandler
from openai import AsyncOpenAI

async def main():
    api = AsyncOpenAI(api_key="key", base_url=API + "/v1")
    handler = OpenAISamplingHandler(default_model="small", client=api)
    async with Client(TARGET, sampling_handler=handler) as client:
        result = await client.call_tool("sample", {"message": "knock"})
        print("small heard knock" in result.content[0].text)

asyncio.run(main())
