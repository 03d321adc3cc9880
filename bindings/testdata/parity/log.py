import asyncio
from fastmcp import Client

async def on_log(message):
    print(message.level, "hello" in str(message.data))

async def main():
    async with Client(TARGET, log_handler=on_log) as client:
        await client.call_tool("log", {"text": "hello"})

asyncio.run(main())
