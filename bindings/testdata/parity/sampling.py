import asyncio
from fastmcp import Client

async def on_sampling(messages, params, context):
    return "heard " + messages[0].content.text

async def main():
    async with Client(TARGET, sampling_handler=on_sampling) as client:
        result = await client.call_tool("sample", {"message": "knock"})
        print("heard knock" in result.content[0].text)

asyncio.run(main())
