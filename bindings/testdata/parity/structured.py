import asyncio
from fastmcp import Client

async def main():
    async with Client(TARGET) as client:
        result = await client.call_tool("add", {"a": 2, "b": 40})
        data = result.structured_content
        print(int(data.get("sum", data.get("result"))))

asyncio.run(main())
