"""Frames and messages of protocol v1: bytes in, bytes out, no sockets. `docs/protocol.md` is the norm."""

from __future__ import annotations

import struct
from typing import Any, Final, TypeVar, Union

import msgspec

from .errors import ConnectionError, DeadlineError, RequestError

FRAME_MARKER: Final = 0xCE
"""First byte of a frame: MessagePack's own marker of a 32-bit unsigned integer, which is the body's length."""

HEADER_BYTES: Final = 5
FRAME_BYTES_MAX: Final = 256 << 20
"""Largest body the protocol allows, in either direction."""

MSGID_MAX: Final = 0xFFFF_FFFF
_REQUEST: Final = 0
_RESPONSE: Final = 1
_FIXARRAY_3: Final = 0x93  # a notification
_DEADLINE_CODE: Final = 9
_BUFFER_BYTES: Final = 1 << 16
_BUFFER_KEPT_BYTES: Final = 4 << 20

_header = struct.Struct(">BI")


def _encode_foreign(value: Any) -> Any:
    """Turns numpy and torch columns and scalars and `array.array` into plain Python on the way out."""
    for name in ("tolist", "item"):
        convert = getattr(value, name, None)
        if callable(convert):
            return convert()
    if isinstance(value, str):  # a subclass of str
        return str(value)
    raise TypeError(f"a value of type {type(value).__name__} cannot be sent to the sidecar")


_encoder = msgspec.msgpack.Encoder(enc_hook=_encode_foreign)


T = TypeVar("T")


def decode(decoder: msgspec.msgpack.Decoder[T], data: memoryview | msgspec.Raw, what: str) -> T:
    """Decodes what the sidecar sent.

    Raises:
        ConnectionError: it is not what belongs there.
    """
    try:
        return decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as problem:
        raise ConnectionError(f"the sidecar's {what} is not readable: {problem}", sent=True) from None


class Reply(msgspec.Struct, array_like=True, forbid_unknown_fields=True, gc=False):
    """One response: `error` is None, or `result` is nil; `msgid` is None for an error of the whole connection."""

    kind: int
    msgid: Union[int, None]
    error: Union[tuple[int, str, str, dict[str, Any]], None]
    result: msgspec.Raw


_reply_decoder = msgspec.msgpack.Decoder(Reply)


def encode_request(buffer: bytearray, msgid: int, method: str, params: dict[str, Any]) -> None:
    """Writes one whole request frame into `buffer`, replacing what it held and keeping its memory.

    Raises:
        RequestError: `too_large`, for a body above the protocol's limit.
        TypeError, UnicodeEncodeError: a value that MessagePack cannot carry.
    """
    if len(buffer) < HEADER_BYTES:
        buffer.extend(bytes(HEADER_BYTES))
    _encoder.encode_into((_REQUEST, msgid, method, params), buffer, HEADER_BYTES)
    body_bytes = len(buffer) - HEADER_BYTES
    if body_bytes > FRAME_BYTES_MAX:
        del buffer[:]
        raise RequestError(
            5, "too_large", "the request is larger than a frame may be", {"bytes": body_bytes, "limit": FRAME_BYTES_MAX}
        )
    _header.pack_into(buffer, 0, FRAME_MARKER, body_bytes)


def decode_reply(body: memoryview) -> Reply | None:
    """Reads a frame's body; None for a notification, which this client never asks for.

    The reply owns its bytes, so the buffer behind `body` may be reused at once.

    Raises:
        ConnectionError: the body is not a response of the protocol.
    """
    if body[0] == _FIXARRAY_3:
        return None
    reply = decode(_reply_decoder, body, "reply")
    if reply.kind != _RESPONSE:
        raise ConnectionError(f"the sidecar sent a message of type {reply.kind} where a response belongs", sent=True)
    reply.result = reply.result.copy()
    return reply


def reply_error(reply: Reply) -> RequestError | DeadlineError | None:
    """The exception for a response's error, if it has one; the code `deadline` becomes a `DeadlineError`."""
    if reply.error is None:
        return None
    code, name, message, details = reply.error
    if code == _DEADLINE_CODE:
        return DeadlineError(message or "the sidecar's deadline for this request passed")
    return RequestError(code, name, message, details)


class FrameReader:
    """Cuts a stream of bytes into frames, in one buffer that is reused.

    Receive into `space()`, report with `filled(count)`, then take bodies from `next_body()` until it says None. A body
    is a view of the buffer: valid until the next call of `space()`.
    """

    __slots__ = ("_end", "_start", "_view")

    def __init__(self) -> None:
        self._view = memoryview(bytearray(_BUFFER_BYTES))
        self._start = 0
        self._end = 0

    @property
    def is_empty(self) -> bool:
        """Whether no byte waits: True between frames, False inside a half-received one."""
        return self._start == self._end

    def space(self) -> memoryview:
        """Where the next bytes go; never empty.

        The buffer doubles as bytes arrive rather than following a header's claim, so five hostile bytes cannot make
        it reserve 256 MiB.
        """
        waiting = self._end - self._start
        if waiting == 0:
            self._start = self._end = 0
            if len(self._view) > _BUFFER_KEPT_BYTES:
                self._view = memoryview(bytearray(_BUFFER_BYTES))
        elif self._end == len(self._view):
            target = self._view
            if waiting * 2 > len(self._view):
                target = memoryview(bytearray(len(self._view) * 2))
            target[:waiting] = self._view[self._start : self._end]
            self._view = target
            self._start, self._end = 0, waiting
        return self._view[self._end :]

    def filled(self, count: int) -> None:
        """Says that `count` bytes were written at the start of `space()`."""
        self._end += count

    def next_body(self) -> memoryview | None:
        """The next whole body, or None when more bytes are needed.

        Raises:
            ConnectionError: the stream is not made of frames, or claims one above the limit.
        """
        if self._end - self._start < HEADER_BYTES:
            if self._end > self._start and self._view[self._start] != FRAME_MARKER:
                raise ConnectionError(f"the sidecar's frame begins with {self._view[self._start]:#04x}", sent=True)
            return None
        marker, body_bytes = _header.unpack_from(self._view, self._start)
        if marker != FRAME_MARKER:
            raise ConnectionError(f"the sidecar's frame begins with {marker:#04x}, not 0xce", sent=True)
        if not 0 < body_bytes <= FRAME_BYTES_MAX:
            raise ConnectionError(f"the sidecar's frame claims {body_bytes} bytes", sent=True)
        begin = self._start + HEADER_BYTES
        if self._end - begin < body_bytes:
            return None
        self._start = begin + body_bytes
        return self._view[begin : self._start]
