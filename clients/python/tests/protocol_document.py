"""The worked frame of `docs/protocol.md`: `python protocol_document.py BINARY` writes it from a real exchange."""

from __future__ import annotations

import re
import socket
import struct
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec
import plaudit
from fake_sidecar import WAIT_SECONDS, frame

DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "protocol.md"
REQUEST: Any = [0, 1, "score", {"reward": "brief", "completions": ["Paris", "Paris is the capital of France."]}]
VARYING_KEYS = ("timing_us", "config_hash")

_MARK = "written by clients/python/tests/protocol_document.py"
_HEX_COLUMNS = 16
_FIXED = {
    0xC0: ("nil", 0), 0xC2: ("false", 0), 0xC3: ("true", 0), 0xCA: ("float32", 4), 0xCB: ("float64", 8),
    0xCC: ("uint8", 1), 0xCD: ("uint16", 2), 0xCE: ("uint32", 4), 0xCF: ("uint64", 8),
    0xD0: ("int8", 1), 0xD1: ("int16", 2), 0xD2: ("int32", 4), 0xD3: ("int64", 8),
}  # fmt: skip
_SIZED = {
    0xC4: ("bin", 1), 0xC5: ("bin", 2), 0xC6: ("bin", 4), 0xD9: ("str", 1), 0xDA: ("str", 2), 0xDB: ("str", 4),
    0xDC: ("array", 2), 0xDD: ("array", 4), 0xDE: ("map", 2), 0xDF: ("map", 4),
}  # fmt: skip


def configuration() -> str:
    """The configuration that the document shows."""
    block = re.search(r"```yaml\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.DOTALL)
    assert block is not None, "docs/protocol.md has no configuration"
    return block.group(1)


def tokens(data: bytes) -> list[tuple[int, int, str]]:
    """Every token of one MessagePack value: nesting, length in bytes, and what it is."""
    found: list[tuple[int, int, str]] = []
    position = 0

    def value(depth: int) -> None:
        nonlocal position
        start, marker = position, data[position]
        position += 1
        kind, count = _kind(data, start)
        if marker in _SIZED:
            position += _SIZED[marker][1]
        if kind in ("str", "bin"):
            text = data[position : position + count]
            position += count
            found.append((depth, position - start, f'"{text.decode()}"' if kind == "str" else f"{count} bytes"))
        elif kind in ("array", "map"):
            found.append((depth, position - start, f"{kind} of {count}"))
            for _ in range(count * (2 if kind == "map" else 1)):
                value(depth + 1)
        else:
            position += count
            decoded = msgspec.msgpack.decode(data[start:position])
            found.append((depth, position - start, "nil" if decoded is None else str(decoded)))

    value(0)
    assert position == len(data)
    return found


def _kind(data: bytes, start: int) -> tuple[str, int]:
    """A token's kind and its count: entries, or bytes that follow."""
    marker = data[start]
    if marker in _SIZED:
        kind, width = _SIZED[marker]
        return kind, int.from_bytes(data[start + 1 : start + 1 + width], "big")
    if marker in _FIXED:
        return _FIXED[marker]
    if 0x80 <= marker < 0x90:
        return "map", marker & 0x0F
    if 0x90 <= marker < 0xA0:
        return "array", marker & 0x0F
    if 0xA0 <= marker < 0xC0:
        return "str", marker & 0x1F
    return "fixint", 0


def annotated(data: bytes) -> str:
    """A frame as hex with one token a line and its meaning beside it."""
    lines = [_line(data[:5], f"frame: a body of {len(data) - 5} bytes")]
    position = 5
    for depth, length, meaning in tokens(data[5:]):
        piece = data[position : position + length]
        position += length
        lines.append(_line(piece[:_HEX_COLUMNS], "  " * depth + meaning))
        for start in range(_HEX_COLUMNS, length, _HEX_COLUMNS):
            lines.append(_line(piece[start : start + _HEX_COLUMNS], ""))
    return "\n".join(lines)


def _line(data: bytes, meaning: str) -> str:
    return f"{data.hex(' '):<{3 * _HEX_COLUMNS}}| {meaning}".rstrip()


def documented(name: str) -> bytes:
    """The bytes of the document's `request` or `reply`."""
    block = _block(name).search(DOCUMENT.read_text(encoding="utf-8"))
    assert block is not None, f"docs/protocol.md has no {name}"
    return bytes.fromhex("".join(line.split("|")[0] for line in block.group(2).splitlines()))


def _block(name: str) -> re.Pattern[str]:
    return re.compile(rf"(<!-- {name}: {_MARK} -->\n```\n)(.*?)(```)", re.DOTALL)


def exchange(path: str, request: bytes) -> bytes:
    """Sends bytes and returns the one frame that comes back."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as link:
        link.settimeout(WAIT_SECONDS)
        link.connect(path)
        link.sendall(request)
        reply = b""
        while len(reply) < 5 or len(reply) < 5 + struct.unpack(">I", reply[1:5])[0]:
            chunk = link.recv(65_536)
            assert chunk, "the sidecar closed the connection"
            reply += chunk
        return reply


def ask(binary: Path, request: bytes) -> bytes:
    """A real sidecar's reply, with the configuration that the document shows."""
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.yaml"
        config.write_text(configuration(), encoding="utf-8")
        with plaudit.start(config, binary=binary, quiet=True) as sidecar:
            return exchange(sidecar.socket, request)


def write(binary: Path) -> None:
    request = frame(REQUEST)
    text = DOCUMENT.read_text(encoding="utf-8")
    for name, data in (("request", request), ("reply", ask(binary, request))):
        match = _block(name).search(text)
        assert match is not None, f"docs/protocol.md has no {name}"
        text = text[: match.start(2)] + annotated(data) + "\n" + text[match.end(2) :]
    DOCUMENT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
