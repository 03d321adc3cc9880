import asyncio
from fastmcp import Client

async def main():
    async with Client(TARGET) as client:
        page = await client.list_tools_mcp()
        print(len(page.tools) > 1, page.next_cursor)
        result = await client.call_tool_mcp("fail", {"message": "no luck"})
        print(result.is_error)

asyncio.run(main())
