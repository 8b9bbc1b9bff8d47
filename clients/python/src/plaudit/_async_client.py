"""The client for asyncio: the same calls as coroutines, on one connection of the running loop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Final, cast

import msgspec

from ._client import socket_path
from ._columns import (
    DEADLINE_SECONDS_DEFAULT,
    Completion,
    Identifier,
    Prompt,
    Value,
    checked_deadline,
    mend_unencodable,
    score_params,
)
from ._compared import Compared, compare_params, decode_compared, mend_comparison
from ._connection import ABANDONED_CALLS_MAX, no_sidecar
from ._methods import Hello, decode_hello, decode_ping, decode_reload, decode_stats, hello_params
from ._scored import Scored, decode_scored
from ._wire import MSGID_MAX, FrameReader, Reply, decode_reply, encode_request, reply_error
from .errors import ConnectionError, DeadlineError

__all__ = ["AsyncClient"]

CONNECT_PAUSE_SECONDS_MAX: Final = 0.1
"""The longest pause between two tries while the sidecar's backlog is full."""


class _Protocol(asyncio.BufferedProtocol):
    """One connection's calls in flight; everything runs on the loop's thread."""

    def __init__(self) -> None:
        self.failure: str | None = None
        self._frames = FrameReader()
        self._buffer = bytearray()
        self._pending: dict[int, asyncio.Future[Reply]] = {}
        self._abandoned: set[int] = set()
        self._msgid = 0
        self._transport: asyncio.Transport | None = None

    # What the loop calls.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's is no subclass of it

    def get_buffer(self, sizehint: int) -> memoryview:
        return self._frames.space()

    def buffer_updated(self, nbytes: int) -> None:
        self._frames.filled(nbytes)
        try:
            while (body := self._frames.next_body()) is not None:
                reply = decode_reply(body)
                if reply is not None:
                    self._deliver(reply)
        except ConnectionError as problem:
            self.fail(str(problem))

    def eof_received(self) -> bool:
        where = "between replies" if self._frames.is_empty else "in the middle of a reply"
        self.fail(f"the sidecar closed the connection {where}")
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self.fail(f"the connection broke ({exc})" if exc is not None else "the connection was closed")

    # What the client calls.

    @property
    def is_open(self) -> bool:
        return (
            self.failure is None
            and self._transport is not None
            and not self._transport.is_closing()
            and len(self._abandoned) <= ABANDONED_CALLS_MAX
        )

    async def call(self, method: str, params: dict[str, Any]) -> msgspec.Raw:
        """One request and its result's bytes; a cancelled task takes its request back."""
        if self.failure is not None:
            raise ConnectionError(self.failure)
        msgid = self._write(method, params)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._pending[msgid] = answer
        try:
            reply = await answer
        finally:
            if self._pending.pop(msgid, None) is not None and self.failure is None:
                self._abandoned.add(msgid)
                self._abandoned.add(self._write("cancel", {"msgid": msgid}))
        problem = reply_error(reply)
        if problem is not None:
            raise problem
        return reply.result

    def fail(self, why: str) -> None:
        """Ends the connection and every call on it."""
        if self.failure is not None:
            return
        self.failure = why
        pending, self._pending = self._pending, {}
        for answer in pending.values():
            if not answer.done():
                answer.set_exception(ConnectionError(why, sent=True))
        if self._transport is not None:
            with contextlib.suppress(RuntimeError):  # its loop may be closed already
                self._transport.abort()

    def _write(self, method: str, params: dict[str, Any]) -> int:
        assert self._transport is not None
        self._msgid = self._msgid + 1 if self._msgid < MSGID_MAX else 0
        encode_request(self._buffer, self._msgid, method, params)
        self._transport.write(self._buffer)
        if self._transport.get_write_buffer_size() > 0:
            self._buffer = bytearray()  # the transport may still hold the old one
        return self._msgid

    def _deliver(self, reply: Reply) -> None:
        if reply.msgid is None:
            raise ConnectionError(f"the sidecar gave the connection up: {reply_error(reply)}", sent=True)
        answer = self._pending.pop(reply.msgid, None)
        if answer is not None:
            if not answer.done():
                answer.set_result(reply)
        elif reply.msgid in self._abandoned:
            self._abandoned.discard(reply.msgid)
        else:
            raise ConnectionError(f"the sidecar answered request {reply.msgid}, which was not asked", sent=True)


class AsyncClient:
    """`Client` for asyncio. Any number of calls may be awaited at once; they pipeline on one connection.

    It connects when first used and belongs to the event loop that uses it; used in another loop later (a second
    ``asyncio.run``) or in a forked child, it makes a new connection. Cancelling a task that awaits a call asks the
    sidecar to drop the work.

    Args:
        socket: the sidecar's socket; without it ``PLAUDIT_SOCKET`` of the environment.
        deadline: seconds a call may take when it names no deadline of its own.
    """

    def __init__(
        self, socket: str | os.PathLike[str] | None = None, *, deadline: float = DEADLINE_SECONDS_DEFAULT
    ) -> None:
        self.socket = socket_path(socket)
        self.deadline = checked_deadline(deadline)
        self._protocol: _Protocol | None = None
        self._connecting: asyncio.Lock | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._process = 0

    async def score(
        self,
        reward: str,
        completions: Sequence[Completion],
        prompts: Sequence[Prompt] | None = None,
        reference_answers: Sequence[Value] | None = None,
        *,
        ids: Sequence[Identifier] | None = None,
        group_ids: Sequence[Identifier] | None = None,
        token_counts: Sequence[int] | None = None,
        token_ids: Sequence[Sequence[int] | None] | None = None,
        truncated: Sequence[bool] | None = None,
        fields: Mapping[str, Sequence[Value]] | None = None,
        rationales: bool = False,
        deadline: float | None = None,
    ) -> Scored:
        """Scores a batch of rollouts; arguments and errors as in `Client.score`."""
        seconds = self._seconds(deadline)
        params = score_params(
            reward, completions, prompts, reference_answers, ids, group_ids, token_counts, token_ids, truncated,
            fields, rationales, seconds,
        )  # fmt: skip
        try:
            result = await self._call("score", params, seconds)
        except UnicodeEncodeError:
            result = await self._call("score", mend_unencodable(params), seconds)
        return decode_scored(result, len(params["completions"]))

    async def compare(
        self,
        reward: str,
        completions_a: Sequence[Completion],
        completions_b: Sequence[Completion],
        prompts: Sequence[Prompt] | None = None,
        reference_answers: Sequence[Value] | None = None,
        *,
        rationales: bool = False,
        deadline: float | None = None,
    ) -> Compared:
        """Compares completions pair by pair; arguments and errors as in `Client.compare`."""
        seconds = self._seconds(deadline)
        params = compare_params(
            reward, completions_a, completions_b, prompts, reference_answers, rationales, seconds
        )
        try:
            result = await self._call("compare", params, seconds)
        except UnicodeEncodeError:
            result = await self._call("compare", mend_comparison(params), seconds)
        return decode_compared(result, len(params["completions_a"]))

    async def hello(self, *, deadline: float | None = None) -> Hello:
        """What the sidecar is and offers; see `Client.hello`."""
        return decode_hello(await self._call("hello", hello_params(), self._seconds(deadline)))

    async def stats(self, *, deadline: float | None = None) -> dict[str, Any]:
        """The sidecar's counters since it started."""
        return decode_stats(await self._call("stats", {}, self._seconds(deadline)))

    async def ping(self, *, deadline: float | None = None) -> int:
        """The sidecar's clock in microseconds, as a sign of life."""
        return decode_ping(await self._call("ping", {}, self._seconds(deadline)))

    async def reload(self, *, deadline: float | None = None) -> str:
        """Has the sidecar read its configuration again; see `Client.reload`."""
        return decode_reload(await self._call("reload", {}, self._seconds(deadline)))

    async def close(self) -> None:
        """Closes the connection. Calls in flight end with a `ConnectionError`; a later call connects again."""
        if self._protocol is not None and self._process == os.getpid():
            self._protocol.fail("the client was closed")
            await asyncio.sleep(0)  # the transport closes its socket on the loop's next turn
        self._protocol = None

    def _seconds(self, deadline: float | None) -> float:
        return self.deadline if deadline is None else checked_deadline(deadline)

    async def _call(self, method: str, params: dict[str, Any], seconds: float) -> msgspec.Raw:
        try:
            return await asyncio.wait_for(self._connect_and_call(method, params), seconds)
        except DeadlineError:  # the sidecar's own; a TimeoutError too
            raise
        except asyncio.TimeoutError:
            raise DeadlineError("the sidecar did not answer before the deadline") from None

    async def _connect_and_call(self, method: str, params: dict[str, Any]) -> msgspec.Raw:
        return await (await self._connected()).call(method, params)

    async def _connected(self) -> _Protocol:
        loop = asyncio.get_running_loop()
        if self._loop is not loop or self._process != os.getpid():
            self._loop, self._process = loop, os.getpid()
            self._protocol = None
            self._connecting = asyncio.Lock()
        assert self._connecting is not None
        async with self._connecting:  # callers that come together share one connection
            protocol = self._protocol
            if protocol is None or not protocol.is_open:
                if protocol is not None:
                    protocol.fail("the sidecar left too many calls unanswered")
                _, protocol = await loop.create_unix_connection(_Protocol, sock=await _connect(self.socket))
                self._protocol = protocol
            return protocol

    async def __aenter__(self) -> AsyncClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _async_client, (self.socket, self.deadline)

    def __repr__(self) -> str:
        return f"plaudit.AsyncClient({self.socket!r})"


async def _connect(path: str) -> socket.socket:
    """A connected, non-blocking socket.

    Not asyncio's own connect: it takes a full backlog (EAGAIN) for a connection in progress, and then for made.
    """
    link = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    link.setblocking(False)
    pause = 0.001
    try:
        while True:
            try:
                link.connect(path)
                return link
            except BlockingIOError:
                await asyncio.sleep(pause)
                pause = min(2 * pause, CONNECT_PAUSE_SECONDS_MAX)
    except OSError as problem:
        link.close()
        raise no_sidecar(path, problem) from None
    except BaseException:
        link.close()
        raise


def _async_client(socket: str, deadline: float) -> AsyncClient:
    return AsyncClient(socket, deadline=deadline)
