import asyncio
from fastmcp import Client

async def on_log(message):
    print(message.level, "hello" in str(message.data))

async def main():
    async with Client(TARGET, log_handler=on_log, mode=MODE) as client:
        if MODE == "legacy":
            await client.set_logging_level("info")
        await client.call_tool(LOG)

asyncio.run(main())
