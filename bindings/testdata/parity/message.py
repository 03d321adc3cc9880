import asyncio
from fastmcp import Client

async def on_message(message):
    if hasattr(message, "method") and message.method == "notifications/message":
        print("heard")

async def main():
    async with Client(TARGET, message_handler=on_message, mode=MODE) as client:
        if MODE == "legacy":
            await client.set_logging_level("info")
        await client.call_tool(LOG)

asyncio.run(main())
