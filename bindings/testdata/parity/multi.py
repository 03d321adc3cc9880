import asyncio
from fastmcp import Client

async def main():
    config = {"mcpServers": {"one": SERVER, "two": SERVER}}
    async with Client(config) as client:
        names = [tool.name for tool in await client.list_tools()]
        print("one_echo" in names, "two_echo" in names)
        result = await client.call_tool("two_echo", {"message": "hello"})
        print(result.content[0].text)

asyncio.run(main())
