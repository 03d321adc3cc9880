import asyncio
from fastmcp import Client

async def on_message(message):
    if hasattr(message, "method") and message.method == "notifications/message":
        print("heard")

async def main():
    async with Client(TARGET, message_handler=on_message) as client:
        await client.call_tool("log", {"text": "hello"})

asyncio.run(main())
