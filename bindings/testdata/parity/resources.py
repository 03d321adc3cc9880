import asyncio
from fastmcp import Client

async def main():
    async with Client(TARGET) as client:
        [content] = await client.read_resource("test://greeting/Ada")
        print("Ada" in content.text)

asyncio.run(main())
