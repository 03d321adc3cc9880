import asyncio
from fastmcp import Client

async def on_progress(progress, total, message):
    print(int(progress), int(total))

async def main():
    async with Client(TARGET, progress_handler=on_progress) as client:
        await client.call_tool("progress", {"n": 3})

asyncio.run(main())
