import asyncio
from fastmcp import Client

async def main():
    async with Client(TARGET) as client:
        print(client.server_info.name, client.protocol_version)
        print(client.server_capabilities.tools is not None)
        print(client.new().is_connected())

asyncio.run(main())
