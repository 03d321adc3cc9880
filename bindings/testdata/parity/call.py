import asyncio
from fastmcp import Client

async def main():
    async with Client(TARGET) as client:
        result = await client.call_tool("echo", {"message": "hello"})
        print(result.content[0].text, result.is_error)

asyncio.run(main())
