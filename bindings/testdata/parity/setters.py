import asyncio
from fastmcp import Client

async def first(messages, params, context):
    return "first"

async def second(messages, params, context):
    return "second"

async def main():
    client = Client(TARGET, sampling_handler=first)
    client.set_sampling_callback(second)
    async with client:
        result = await client.call_tool("sample", {"message": "knock"})
        print("second" in result.content[0].text)

asyncio.run(main())
