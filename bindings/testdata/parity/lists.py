import asyncio
from fastmcp import Client

async def main():
    async with Client(TARGET) as client:
        print(sorted(tool.name for tool in await client.list_tools())[:3])
        print(sorted(str(r.uri) for r in await client.list_resources())[:2])
        print(len(await client.list_resource_templates()), sorted(p.name for p in await client.list_prompts())[:1])

asyncio.run(main())
