"""What people write instead of a judge lane: Python clients in a closed loop of judge calls.

    judge_clients.py CLIENT --url URL --in-flight N --calls M --body-bytes B

CLIENT is one of

    threads   requests, a session and a thread of a ThreadPoolExecutor for each call under way
    aiohttp   aiohttp on uvloop, with orjson: the quickest that was found
    httpx     httpx.AsyncClient
    openai    openai's AsyncOpenAI, with retries off
    litellm   litellm's acompletion, with retries off

As for `judge_client`, the body has B bytes, every answer must be of status 200, and one line of JSON is printed; CPU is of
this process from the first call to the last, after one that is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import resource
import threading
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

KEY = "sk-0123456789abcdef0123456789abcdef"


def question(byte_count: int) -> dict[str, Any]:
    """A chat completion whose body, as both clients write it, has about that many bytes."""
    body = {"model": "mock-judge", "temperature": 0, "messages": [{"role": "user", "content": ""}]}
    padding = max(0, byte_count - len(json.dumps(body)))
    body["messages"] = [{"role": "user", "content": "x" * padding}]
    return body


def run_threads(url: str, in_flight: int, calls: int, body: dict[str, Any]) -> None:
    import requests

    # A session for each thread, as its documentation asks for.
    local = threading.local()

    def call(_: int) -> None:
        session = getattr(local, "session", None)
        if session is None:
            session = local.session = requests.Session()
            session.headers["Authorization"] = f"Bearer {KEY}"
        response = session.post(url + "/chat/completions", json=body, timeout=60)
        response.raise_for_status()
        assert response.json()["choices"]

    with ThreadPoolExecutor(max_workers=in_flight) as pool:
        for _ in pool.map(call, range(calls)):
            pass


async def keep_in_flight(in_flight: int, calls: int, call: Callable[[], Awaitable[None]]) -> None:
    """The closed loop of the asynchronous clients."""
    waiting = iter(range(calls))

    async def worker() -> None:
        for _ in waiting:
            await call()

    await asyncio.gather(*(worker() for _ in range(in_flight)))


def run_aiohttp(url: str, in_flight: int, calls: int, body: dict[str, Any]) -> None:
    import aiohttp
    import orjson
    import uvloop

    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}

    async def main() -> None:
        connector = aiohttp.TCPConnector(limit=in_flight)
        timeout = aiohttp.ClientTimeout(total=60)
        async with aiohttp.ClientSession(connector=connector, headers=headers, timeout=timeout) as session:

            async def call() -> None:
                async with session.post(url + "/chat/completions", data=orjson.dumps(body)) as response:
                    response.raise_for_status()
                    assert orjson.loads(await response.read())["choices"]

            await keep_in_flight(in_flight, calls, call)

    uvloop.run(main())


def run_httpx(url: str, in_flight: int, calls: int, body: dict[str, Any]) -> None:
    import httpx

    async def main() -> None:
        limits = httpx.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
        headers = {"Authorization": f"Bearer {KEY}"}
        async with httpx.AsyncClient(limits=limits, timeout=60, headers=headers) as client:

            async def call() -> None:
                response = await client.post(url + "/chat/completions", json=body)
                response.raise_for_status()
                assert response.json()["choices"]

            await keep_in_flight(in_flight, calls, call)

    asyncio.run(main())


def run_openai(url: str, in_flight: int, calls: int, body: dict[str, Any]) -> None:
    import httpx2
    from openai import AsyncOpenAI

    async def main() -> None:
        limits = httpx2.Limits(max_connections=in_flight, max_keepalive_connections=in_flight)
        async with httpx2.AsyncClient(limits=limits, timeout=60) as http:
            client = AsyncOpenAI(api_key=KEY, base_url=url, max_retries=0, http_client=http)

            async def call() -> None:
                completion = await client.chat.completions.create(**body)
                assert completion.choices

            await keep_in_flight(in_flight, calls, call)

    asyncio.run(main())


def run_litellm(url: str, in_flight: int, calls: int, body: dict[str, Any]) -> None:
    # It would fetch a table of prices otherwise, and write about every call.
    os.environ["LITELLM_LOCAL_MODEL_COST_MAP"] = "True"
    import litellm

    litellm.suppress_debug_info = True
    # It warns of every wait for a connection: thousands of lines in a run.
    logging.getLogger("LiteLLM").setLevel(logging.ERROR)
    litellm.telemetry = False

    async def main() -> None:
        async def call() -> None:
            completion = await litellm.acompletion(
                **{**body, "model": f"openai/{body['model']}"}, api_base=url, api_key=KEY, num_retries=0, timeout=60
            )
            assert completion.choices

        await keep_in_flight(in_flight, calls, call)

    asyncio.run(main())


CLIENTS: dict[str, Callable[[str, int, int, dict[str, Any]], None]] = {
    "threads": run_threads,
    "aiohttp": run_aiohttp,
    "httpx": run_httpx,
    "openai": run_openai,
    "litellm": run_litellm,
}


def processor_seconds() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description="Judge calls by the Python clients that people use.")
    parser.add_argument("client", choices=CLIENTS)
    parser.add_argument("--url", required=True, help="without the route of chat completions")
    parser.add_argument("--in-flight", type=int, default=64)
    parser.add_argument("--calls", type=int, default=1024)
    parser.add_argument("--body-bytes", type=int, default=4096)
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    body = question(options.body_bytes)
    # The first call imports what it needs, which is not the calls' cost.
    CLIENTS[options.client](options.url, 1, 1, body)
    begin, processor_begin = time.monotonic(), processor_seconds()
    CLIENTS[options.client](options.url, options.in_flight, options.calls, body)
    seconds, processor = time.monotonic() - begin, processor_seconds() - processor_begin
    print(
        json.dumps(
            {
                "calls": options.calls,
                "calls_per_second": options.calls / seconds,
                "cpu_seconds_per_1000_calls": processor * 1000 / options.calls,
            }
        )
    )


if __name__ == "__main__":
    main()
