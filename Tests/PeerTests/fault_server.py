"""A judge that fails in the ways that servers, gateways and networks do: HTTP/1.1 by hand, to be broken at any byte.

The header `X-Fault` names the fault, or else the first segment of the request's path. `honest` is none: it answers with
whatever the request's schema wants, and most other faults are done to that answer. Prints its URL once it listens. Each
argument `FAULT=PATH` is a Unix socket on which every request gets that fault.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import socket
import struct
import sys
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any, Final

BODY_BYTES_MAX: Final = 1 << 20
DRIP_SECONDS: Final = 0.02

seen: Counter[tuple[str, bytes]] = Counter()
"""How often each fault was asked the very same: a retry is known by its body."""


def instance(schema: dict[str, Any]) -> Any:
    """Something that a schema allows: yes wherever it asks."""
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema["type"]
    if kind == "object":
        return {name: instance(schema["properties"][name]) for name in schema["required"]}
    return {"boolean": True, "string": "It does.", "number": 1, "integer": 1}[kind]


def completion(request: bytes, text: str | None = None, finish: str = "stop", **message: Any) -> bytes:
    """A chat completion."""
    if text is None:
        schema = json.loads(request).get("response_format", {}).get("json_schema", {}).get("schema")
        text = json.dumps(instance(schema)) if schema else "It does."
    answer = {
        "id": "x",
        "object": "chat.completion",
        "model": "faulty",
        "choices": [
            {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": text, **message}}
        ],
        "usage": {"prompt_tokens": 10, "completion_tokens": 5, "total_tokens": 15},
    }
    return json.dumps(answer).encode()


def error(kind: str, words: str = "no") -> bytes:
    return json.dumps({"error": {"message": words, "type": kind, "code": kind}}).encode()


def head(status: int, length: int | None, kind: str = "application/json", **headers: str) -> bytes:
    """A status line and headers; keyword arguments have `_` for `-`."""
    lines = [f"HTTP/1.1 {status} Status", f"Content-Type: {kind}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    lines.append("Transfer-Encoding: chunked" if length is None else f"Content-Length: {length}")
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


def whole(status: int, body: bytes, kind: str = "application/json", **headers: str) -> bytes:
    return head(status, len(body), kind, **headers) + body


class Exchange:
    """One request, and the connection that wants its answer."""

    def __init__(self, fault: str, body: bytes, writer: asyncio.StreamWriter) -> None:
        self.body = body
        self.writer = writer
        seen[fault, body] += 1
        self.attempt = seen[fault, body]

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    def break_off(self) -> None:
        """Closes the connection at once."""
        self.writer.transport.abort()


Fault = Callable[[Exchange], Awaitable[None]]


def answering(make: Callable[[Exchange], bytes]) -> Fault:
    """A fault that is a whole response."""

    async def answer(exchange: Exchange) -> None:
        await exchange.send(make(exchange))

    return answer


async def hang(exchange: Exchange) -> None:
    await asyncio.Event().wait()


async def reset(exchange: Exchange) -> None:
    link: socket.socket = exchange.writer.get_extra_info("socket")
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    exchange.break_off()


async def cut(exchange: Exchange) -> None:
    """Half of the body that was announced."""
    body = completion(exchange.body)
    await exchange.send(head(200, len(body)) + body[: len(body) // 2])
    exchange.writer.close()


async def drip(exchange: Exchange) -> None:
    """A body that is right, and slow."""
    body = completion(exchange.body)
    await exchange.send(head(200, len(body)))
    for start in range(0, len(body), 16):
        await exchange.send(body[start : start + 16])
        await asyncio.sleep(DRIP_SECONDS)


async def trickle(exchange: Exchange) -> None:
    """A body that never ends, a byte at a time."""
    await exchange.send(head(200, None))
    while True:
        await exchange.send(b"1\r\n \r\n")
        await asyncio.sleep(DRIP_SECONDS)


async def flood(exchange: Exchange) -> None:
    """A body that never ends, as fast as it is taken."""
    await exchange.send(head(200, None))
    while True:
        await exchange.send(b"10000\r\n" + b" " * 65_536 + b"\r\n")


async def header_flood(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await exchange.send(b"X-Filler: " + b"x" * 8192 + b"\r\n")


def passing(exchange: Exchange) -> bytes:
    if exchange.attempt == 1:
        return whole(429, error("rate_limit_exceeded"), Retry_After="1")
    return whole(200, completion(exchange.body))


FAULTS: Final[dict[str, Fault]] = {
    "honest": answering(lambda exchange: whole(200, completion(exchange.body))),
    "hang": hang,
    "reset": reset,
    "cut": cut,
    "drip": drip,
    "trickle": trickle,
    "flood": flood,
    "header-flood": header_flood,
    "passing": answering(passing),
    "garbage": answering(lambda exchange: b"\x16\x03\x01\x00\xff\x00 \xfe\r\n\r\n" * 8),
    "storm": answering(lambda exchange: whole(429, error("rate_limit_exceeded"), Retry_After="1")),
    "long-storm": answering(lambda exchange: whole(429, error("rate_limit_exceeded"), Retry_After="3600")),
    "billing": answering(lambda exchange: whole(429, error("insufficient_quota"), Retry_After="1")),
    "overloaded": answering(lambda exchange: whole(529, error("overloaded_error", f"busy {exchange.attempt}"))),
    "key": answering(lambda exchange: whole(401, error("invalid_api_key"))),
    "nowhere": answering(lambda exchange: whole(404, b"not here", "text/plain")),
    "html": answering(lambda exchange: whole(500, b"<html><h1>Internal Server Error</h1></html>", "text/html")),
    "html-200": answering(lambda exchange: whole(200, b"<html>Please log in</html>", "text/html")),
    "half-json": answering(lambda exchange: whole(200, completion(exchange.body)[:-20])),
    "half-verdict": answering(lambda exchange: whole(200, completion(exchange.body, '{"reason": "It d', "length"))),
    "no-choice": answering(lambda exchange: whole(200, b'{"choices": [], "usage": {}}')),
    "prose": answering(lambda exchange: whole(200, completion(exchange.body, "I would say that it is rather good."))),
    "refusal": answering(lambda exchange: whole(200, completion(exchange.body, "", refusal="I will not judge that."))),
    "filter": answering(lambda exchange: whole(200, completion(exchange.body, "", "content_filter"))),
    "filter-400": answering(lambda exchange: whole(400, error("content_filter"))),
    "empty": answering(lambda exchange: whole(200, b"")),
    "redirect": answering(lambda exchange: whole(307, b"", Location="/honest/v1/chat/completions")),
}


async def serve_connection(only: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
        while not writer.is_closing():
            request, *lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
            fault = only or headers.get("x-fault") or request.split(" ")[1].split("/")[1]
            body = await reader.readexactly(min(int(headers.get("content-length", "0")), BODY_BYTES_MAX))
            await FAULTS[fault](Exchange(fault, body, writer))
    writer.transport.abort()


async def main(sockets: list[str]) -> None:
    for argument in sockets:
        fault, _, path = argument.partition("=")
        await asyncio.start_unix_server(functools.partial(serve_connection, fault), path)
    server = await asyncio.start_server(functools.partial(serve_connection, ""), "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
