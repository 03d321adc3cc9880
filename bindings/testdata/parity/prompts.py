import asyncio
from fastmcp import Client

async def main():
    async with Client(TARGET) as client:
        prompt = await client.get_prompt("greet", {"name": "Ada"})
        print(len(prompt.messages), prompt.messages[0].role)

asyncio.run(main())
