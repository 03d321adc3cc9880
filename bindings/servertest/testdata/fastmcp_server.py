"""A server on FastMCP for tests: stdio, or --http PORT for streamable HTTP."""

import base64
import os
import sys
import warnings
from dataclasses import dataclass

os.environ["FASTMCP_CHECK_FOR_UPDATES"] = "off"  # before the import that reads it

import mcp_types
from fastmcp import Context, FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.utilities.types import Image

# Sampling is deprecated, and what is tested here.
warnings.simplefilter("ignore")

mcp = FastMCP("fastmcp-test", instructions="call anything", version="1.0.0")

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg=="
)


@dataclass
class Person:
    name: str
    age: int = 0


@mcp.tool
def echo(message: str) -> str:
    return message


@mcp.tool
def add(a: int, b: int) -> int:
    return a + b


@mcp.tool
def person(name: str, age: int) -> Person:
    return Person(name, age)


@mcp.tool
def fail(message: str) -> str:
    raise ToolError(message)


@mcp.tool
def crash() -> str:
    return str(1 // 0)


@mcp.tool
def picture() -> Image:
    return Image(data=PIXEL, format="png")


@mcp.tool
async def progress(n: int, ctx: Context) -> str:
    for i in range(1, n + 1):
        await ctx.report_progress(i, n, f"step {i}")
    return f"{n} steps"


@mcp.tool
async def log(text: str, ctx: Context) -> str:
    await ctx.info(text)
    return "logged"


def is_modern(ctx: Context) -> bool:
    return ctx.request_context.protocol_version >= "2026-07-28"


@mcp.tool(output_schema=None)
async def sample(message: str, ctx: Context):
    """Asks the client's model and answers what it said."""
    messages = [
        mcp_types.SamplingMessage(
            role="user", content=mcp_types.TextContent(type="text", text=message)
        )
    ]
    if not is_modern(ctx):
        result = await ctx.session.create_message(messages, max_tokens=100)
        return result.content.text
    if not ctx.input_responses:
        request = mcp_types.CreateMessageRequest(
            params=mcp_types.CreateMessageRequestParams(
                messages=messages, max_tokens=100
            )
        )
        return mcp_types.InputRequiredResult(input_requests={"sample": request})
    return ctx.input_responses["sample"].content.text


def who(message: str) -> mcp_types.ElicitRequest:
    schema = {
        "type": "object",
        "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
        "required": ["name"],
    }
    return mcp_types.ElicitRequest(
        params=mcp_types.ElicitRequestFormParams(
            message=message, requested_schema=schema
        )
    )


@mcp.tool(output_schema=None)
async def elicit(message: str, ctx: Context):
    """Asks the user for a person."""
    if not is_modern(ctx):
        answer = await ctx.elicit(message, Person)
        return f"{answer.action} {answer.data}" if answer.action == "accept" else answer.action
    if not ctx.input_responses:
        return mcp_types.InputRequiredResult(
            input_requests={"person": who(message)}, request_state="asked"
        )
    answer = ctx.input_responses["person"]
    return f"{answer.action} {answer.content}" if answer.content else answer.action


@mcp.resource("test://text", mime_type="text/plain")
def text_resource() -> str:
    return "a text"


@mcp.resource("test://greeting/{name}")
def greeting(name: str) -> str:
    return f"hello, {name}"


@mcp.prompt
def greet(name: str) -> str:
    """Greets somebody."""
    return f"greet {name}"


def add_tasks() -> None:
    """Adds what runs in the background (the extension io.modelcontextprotocol/tasks)."""
    import asyncio
    from datetime import timedelta

    from fastmcp.utilities.tasks import TaskConfig
    from fastmcp_tasks import TasksExtension

    mcp.add_extension(TasksExtension(minimum_check_interval=timedelta(milliseconds=20)))
    task = TaskConfig(mode="optional", poll_interval=timedelta(milliseconds=20))

    @mcp.tool(task=task)
    async def bake(loaves: int) -> int:
        await asyncio.sleep(loaves / 100)
        return loaves

    @mcp.tool(task=task)
    async def burn(reason: str) -> str:
        raise ToolError(reason)

    @mcp.tool(task=task, output_schema=None)
    async def book(ctx: Context):
        if not ctx.input_responses:
            return mcp_types.InputRequiredResult(input_requests={"person": who("who?")})
        answer = ctx.input_responses["person"]
        return f"{answer.action} {answer.content['name']}"


def add_skills() -> None:
    """Adds skills, as resources and by the extension io.modelcontextprotocol/skills."""
    from pathlib import Path

    from fastmcp.server.providers.skills import SkillsDirectoryProvider
    from fastmcp.skills.extension import SkillsExtension

    skills = SkillsDirectoryProvider(
        Path(__file__).parent / "skills",
        supporting_files="resources",
        experimental_skills=True,
    )
    mcp.add_provider(skills)
    mcp.add_extension(SkillsExtension(providers=[skills]))


if __name__ == "__main__":
    if sys.argv[1:2] == ["--http"]:
        add_tasks()
        add_skills()
        mcp.run(transport="http", host="127.0.0.1", port=int(sys.argv[2]))
    else:
        mcp.run()
