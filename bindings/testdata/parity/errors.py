import asyncio
from fastmcp import Client
from fastmcp.exceptions import ToolError

async def main():
    async with Client(TARGET) as client:
        try:
            await client.call_tool("fail", {"message": "no luck"})
        except ToolError as error:
            print("no luck" in str(error))
        result = await client.call_tool("fail", {"message": "no luck"}, raise_on_error=False)
        print(result.is_error)

asyncio.run(main())
