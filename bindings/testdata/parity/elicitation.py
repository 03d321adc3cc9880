import asyncio
from fastmcp import Client

async def on_elicitation(message, response_type, params, context):
    return {"name": "Ada", "age": 36}

async def main():
    async with Client(TARGET, elicitation_handler=on_elicitation) as client:
        result = await client.call_tool(ELICIT)
        print(ACCEPTED in result.content[0].text)

asyncio.run(main())
