import asyncio
from fastmcp import Client

async def main():
    async with Client(TARGET) as client:
        print(client.is_connected())
    print(client.is_connected())

asyncio.run(main())
