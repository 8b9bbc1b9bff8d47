"""Keeps the worked frame of `docs/protocol.md` true."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import msgspec
import pytest
from plaudit._scored import decode_scored
from plaudit._wire import decode_reply, encode_request
from protocol_document import REQUEST, VARYING_KEYS, annotated, ask, documented, tokens


def test_the_request_is_what_the_client_sends() -> None:
    buffer = bytearray()
    encode_request(buffer, REQUEST[1], REQUEST[2], REQUEST[3])
    assert documented("request") == bytes(buffer)


def test_the_reply_is_what_the_client_reads() -> None:
    data = documented("reply")
    assert data[0] == 0xCE and struct.unpack(">I", data[1:5])[0] == len(data) - 5
    reply = decode_reply(memoryview(data[5:]))
    assert reply is not None and reply.msgid == REQUEST[1]
    scored = decode_scored(reply.result, 2)
    assert list(scored.rewards) == [1.0, 0.5]
    assert scored.status == ["scored", "scored"]
    assert list(scored.components["length"].scores) == [1.0, 0.5]


def steady(data: bytes) -> list[Any]:
    """A reply without what differs between runs, its maps as lists, so that their order counts."""
    kind, msgid, error, result = msgspec.msgpack.decode(data[5:])
    return [kind, msgid, error, [(key, value) for key, value in result.items() if key not in VARYING_KEYS]]


@pytest.mark.sidecar
def test_the_reply_is_what_the_sidecar_answers(binary: Path) -> None:
    assert steady(ask(binary, documented("request"))) == steady(documented("reply"))


def test_annotations_cover_every_token() -> None:
    body = msgspec.msgpack.encode([1, None, {"a": b"xyz", "b": [1.5, True, -3, 70_000, "é" * 40]}])
    assert sum(length for _, length, _ in tokens(body)) == len(body)
    text = annotated(b"\xce" + struct.pack(">I", len(body)) + body)
    assert bytes.fromhex("".join(line.split("|")[0] for line in text.splitlines()))[5:] == body
