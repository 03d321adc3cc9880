import asyncio
from fastmcp import Client

async def main():
    async with Client(TARGET) as client:
        print(await client.ping())
        await client.set_logging_level("error")
        await client.send_roots_list_changed()
        await client.cancel("none", "nothing to cancel")
        await client.progress("token", 1, 2)
        print("done")

asyncio.run(main())
