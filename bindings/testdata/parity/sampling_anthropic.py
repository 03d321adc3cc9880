import asyncio
from fastmcp import Client
from fastmcp.client.sampling.handlers.anthropic import AnthropicSamplingHandler
from anthropic import AsyncAnthropic

async def main():
    api = AsyncAnthropic(api_key="key", base_url=API)
    handler = AnthropicSamplingHandler(default_model="small", client=api)
    async with Client(TARGET, sampling_handler=handler) as client:
        result = await client.call_tool("sample", {"message": "knock"})
        print("small heard knock" in result.content[0].text)

asyncio.run(main())
