"""A sidecar for tests: speaks the protocol over a real Unix socket, and misbehaves exactly as a test says.

It is written from `docs/protocol.md` with plain msgspec, sharing no code with the client, so that a mistake in the
client's framing cannot hide in its mirror image.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from typing import Any

import msgspec

WAIT_SECONDS = 20.0
"""How long a test waits for what must happen; reached only by a failing test."""


def frame(message: Any) -> bytes:
    """One frame around a message."""
    body = msgspec.msgpack.encode(message)
    return b"\xce" + struct.pack(">I", len(body)) + body


def score_result(rewards: list[float], **changes: Any) -> dict[str, Any]:
    """A whole `score` result about these rewards, with two components."""
    count = len(rewards)
    column = struct.pack(f"<{count}d", *rewards)
    result: dict[str, Any] = {
        "rewards": column,
        "status": bytes(count),
        "components": {
            "length": {"scores": column, "status": bytes(count)},
            "format": {"scores": struct.pack(f"<{count}d", *([1.0] * count)), "status": bytes(count)},
        },
        "usage": {"judge_calls": 0, "cached": 0, "tokens_in": 0, "tokens_out": 0, "cost": 0.0},
        "timing_us": 12,
        "config_hash": "c0ffee",
        "degraded_groups": [],
    }
    result.update(changes)
    return result


def lengths(params: dict[str, Any]) -> list[float]:
    """The fake's idea of a reward: the completion's length."""
    return [float(len(completion)) if completion is not None else 0.0 for completion in params["completions"]]


class Peer:
    """One accepted connection, seen from the sidecar's side."""

    def __init__(self, link: socket.socket, sidecar: FakeSidecar) -> None:
        self.link = link
        self.sidecar = sidecar
        self.send_lock = threading.Lock()

    def read_exactly(self, count: int) -> bytes | None:
        received = bytearray()
        while len(received) < count:
            chunk = self.link.recv(count - len(received))
            if not chunk:
                return None
            received += chunk
        return bytes(received)

    def read_message(self) -> Any:
        """The next message, or None at the end."""
        header = self.read_exactly(5)
        if header is None:
            return None
        assert header[0] == 0xCE, header
        body = self.read_exactly(struct.unpack(">I", header[1:])[0])
        return None if body is None else msgspec.msgpack.decode(body)

    def send(self, data: bytes) -> None:
        with self.send_lock:
            self.link.sendall(data)

    def reply(self, msgid: int | None, result: Any) -> None:
        self.send(frame([1, msgid, None, result]))

    def refuse(self, msgid: int | None, code: int, name: str, message: str = "", **details: Any) -> None:
        self.send(frame([1, msgid, [code, name, message, details], None]))

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self.link.shutdown(socket.SHUT_RDWR)
        self.link.close()


Behaviour = Callable[[Peer, int, str, Any], None]


def behave(peer: Peer, msgid: int, method: str, params: Any) -> None:
    """What a good sidecar does."""
    if method == "score":
        peer.reply(msgid, score_result(lengths(params)))
    elif method == "ping":
        peer.reply(msgid, {"time_us": 1234})
    elif method == "stats":
        peer.reply(msgid, {"requests": 3, "rewards": {"r": {"rollouts": 1}}})
    elif method == "reload":
        peer.reply(msgid, {"config_hash": "beef"})
    elif method == "cancel":
        peer.reply(msgid, {"cancelled": True})
    elif method == "hello":
        peer.reply(
            msgid,
            {
                "protocol": 1,
                "server": "plaudit",
                "version": "9",
                "rewards": ["r"],
                "components": {"r": ["length", "format"]},
                "config_hash": "c0ffee",
                "workers": 2,
                "limits": {"frame_bytes": 1 << 28, "rollouts": 4096},
            },
        )
    else:
        peer.refuse(msgid, 2, "unknown_method", f"no method {method}", method=method)


class FakeSidecar:
    """Listens at `path`; every request goes to `behaviour` and into `seen`."""

    def __init__(self, path: Path, behaviour: Behaviour = behave) -> None:
        self.path = path
        self.behaviour = behaviour
        self.seen: Queue[tuple[Peer, int, str, Any]] = Queue()
        self.accepted: Queue[Peer] = Queue()
        self.closed: Queue[Peer] = Queue()
        self.problems: list[BaseException] = []
        self._peers: list[Peer] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._listener.bind(str(path))
        self._listener.listen(64)
        self._spawn(self._accept)

    def next_request(self) -> tuple[Peer, int, str, Any]:
        """The next request that came in, in order."""
        return self.seen.get(timeout=WAIT_SECONDS)

    def stop(self) -> None:
        """Closes everything, as a killed process would; the socket's file stays, as it would."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for peer in list(self._peers):
            peer.close()
        for thread in list(self._threads):
            if thread is not threading.current_thread():
                thread.join(timeout=WAIT_SECONDS)

    def _spawn(self, target: Callable[..., None], *arguments: Any) -> None:
        thread = threading.Thread(target=target, args=arguments, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                link, _ = self._listener.accept()
            except OSError:
                return
            peer = Peer(link, self)
            self._peers.append(peer)
            self.accepted.put(peer)
            self._spawn(self._serve, peer)

    def _serve(self, peer: Peer) -> None:
        try:
            while (message := peer.read_message()) is not None:
                kind, msgid, method, params = message
                assert kind == 0
                self.seen.put((peer, msgid, method, params))
                self.behaviour(peer, msgid, method, params)
        except OSError:
            pass
        except BaseException as problem:
            self.problems.append(problem)
        finally:
            peer.close()
            self.closed.put(peer)
