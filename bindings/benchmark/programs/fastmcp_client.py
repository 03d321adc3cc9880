# The cases of the benchmark on FastMCP's client: CASE N REVISION SERVER.
import asyncio
import sys
import time

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

name, count, revision, server = sys.argv[1:]
n = int(count)


def connect():
    target = server if server.startswith("http") else StdioTransport(server, [], keep_alive=False)
    return Client(target, mode="legacy" if revision < "2026" else "auto")


async def parallel(width, n, job):
    left = n

    async def worker():
        nonlocal left
        while left > 0:
            left -= 1
            await job()

    await asyncio.gather(*(worker() for _ in range(width)))


def work(n):
    composite = bytearray(n + 1)
    primes = []
    for i in range(2, n + 1):
        if composite[i]:
            continue
        primes.append(i)
        for j in range(i * i, n + 1, i):
            composite[j] = 1
    seed = 1
    numbers = []
    for _ in range(n // 4):
        seed = (seed * 1664525 + 1013904223) & 0xFFFFFFFF
        numbers.append(seed >> 8)
    numbers.sort()
    counts = {}
    for number in numbers:
        word = f"word{number % 1000}"
        counts[word] = counts.get(word, 0) + 1
    return len(primes) + len(counts) + numbers[0]


async def measured(client):
    def bytes_of(size):
        async def job():
            result = await client.call_tool("bytes", {"n": size})
            assert len(result.content[0].text) == size

        return job

    async def records():
        result = await client.call_tool("records", {"n": 10_000})
        assert sum(record["id"] for record in result.structured_content["records"]) == 49_995_000

    if name == "calls":
        await parallel(1, n, bytes_of(100))
    elif name == "calls64":
        await parallel(64, n, bytes_of(100))
    elif name == "calls1000":
        await parallel(1000, n, bytes_of(100))
    elif name == "burst":
        await parallel(n, n, bytes_of(100))
    elif name == "10k":
        await parallel(1, n, bytes_of(10_000))
    elif name == "1m":
        await parallel(1, n, records)
    elif name == "sum":
        await parallel(1, n, lambda: client.call_tool("get-sum", {"a": 1, "b": 2}))
    elif name == "progress":
        seen = 0

        async def on_progress(progress, total, message):
            nonlocal seen
            seen += 1

        await parallel(1, n, lambda: client.call_tool("progress", {"n": 100}, progress_handler=on_progress))
        return seen / n


async def one():
    async with connect() as client:
        await client.call_tool("echo", {"message": "hello"})


async def main():
    begin = time.perf_counter()
    if name == "cpu":
        result = work(n)
        print(time.perf_counter() - begin, result)
        return
    if name == "servers":
        await parallel(n, n, one)
        print(time.perf_counter() - begin)
        return
    async with connect() as client:
        if name == "cold":
            await client.list_tools()
        await client.call_tool("echo", {"message": "hello"})
        begin = time.perf_counter()
        result = await measured(client)
        print(time.perf_counter() - begin, result if result is not None else "")


asyncio.run(main())
