import asyncio
from fastmcp import Client

async def main():
    async with Client(TARGET) as client:
        try:
            await client.call_tool("slow", {"ms": 20000}, timeout=0.2)
        except Exception:
            print("timed out")

asyncio.run(main())
