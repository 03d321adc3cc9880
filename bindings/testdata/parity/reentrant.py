import asyncio
from fastmcp import Client

async def main():
    client = Client(TARGET)
    async with client:
        async with client:
            print(client.is_connected())
        print(client.is_connected())
    print(client.is_connected())

asyncio.run(main())
