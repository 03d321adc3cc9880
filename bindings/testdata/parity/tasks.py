import asyncio
from fastmcp import Client
from fastmcp_tasks import call_tool_task

async def on_elicitation(message, response_type, params, context):
    return {"name": "Ada", "age": 36}

async def main():
    async with Client(TARGET, elicitation_handler=on_elicitation) as client:
        task = await call_tool_task(client, "bake", {"loaves": 20})
        print((await task.status()).status)
        print((await task.result()).data, (await task.wait()).status)
        print((await client.call_tool("bake", {"loaves": 3})).data)
        print((await client.call_tool("book")).content[0].text)
        asks = await call_tool_task(client, "book")
        print((await asks.wait(state="input_required")).status)
        print((await asks.result()).content[0].text)
        slow = await call_tool_task(client, "bake", {"loaves": 100000})
        await slow.cancel()
        print((await slow.wait()).status)
        burnt = await call_tool_task(client, "burn", {"reason": "too hot"})
        try:
            await burnt.result()
        except Exception as error:
            print("too hot" in str(error))

asyncio.run(main())
