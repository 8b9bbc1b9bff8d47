"""Round trips of 1 KB or more from Python: what is between a trainer and whoever scores, beside the scoring.

    echo.py NAME --seconds S (--socket PATH --frames FILE | --target unix:PATH --bytes B)

`socket` sends prepared frames over a plain socket and takes the reply's frame: the C echo and Plaudit answer it alike.
`client` has Plaudit's client score one completion a call. `grpc` is a unary call of bytes, without protobuf, to either gRPC
server. One call is under way at a time, and one line of JSON is printed: microseconds of a round trip.
"""

from __future__ import annotations

import argparse
import json
import socket
import struct
from collections.abc import Callable
from typing import Any

from workload import measure

HEADER = struct.Struct(">BI")
METHOD = "/plaudit.bench.Echo/Call"


def read_frames(path: str) -> list[bytes]:
    """Frames as `load_client` takes them (InputFile.swift)."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"PLFRAME1"
    frames, offset = [], 12
    for _ in range(struct.unpack_from("<I", data, 8)[0]):
        byte_count = struct.unpack_from("<II", data, offset)[1]
        frames.append(data[offset + 8 : offset + 8 + byte_count])
        offset += 8 + byte_count
    return frames


def over_socket(path: str, frames: list[bytes], expects_scores: bool) -> Callable[[], object]:
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    connection.connect(path)
    buffer = memoryview(bytearray(4 << 20))
    turn = 0

    def call() -> None:
        nonlocal turn
        frame = frames[turn % len(frames)]
        turn += 1
        connection.sendall(frame)
        filled = connection.recv_into(buffer)
        while filled < HEADER.size or filled < HEADER.size + HEADER.unpack_from(buffer)[1]:
            count = connection.recv_into(buffer[filled:])
            assert count > 0, "the server closed the connection"
            filled += count

    call()
    byte_count = HEADER.unpack_from(buffer)[1]
    body = bytes(buffer[HEADER.size : HEADER.size + byte_count])
    if expects_scores:
        import msgspec

        kind, _, error, result = msgspec.msgpack.decode(body)
        assert kind == 1 and error is None and not any(result["status"]), body[:300]
    else:
        assert body == frames[0][HEADER.size :], "no echo"
    return call


def over_client(path: str, frames: list[bytes]) -> Callable[[], object]:
    """The completions of the frames, each scored by a call of the client."""
    import msgspec
    import plaudit

    requests = [msgspec.msgpack.decode(frame[HEADER.size :])[3] for frame in frames]
    client = plaudit.Client(path)
    turn = 0

    def call() -> None:
        nonlocal turn
        request = requests[turn % len(requests)]
        turn += 1
        scored = client.score(request["reward"], request["completions"])
        assert scored.status_codes == b"\0" and len(scored.rewards) == 1

    call()
    return call


def over_grpc(target: str, byte_count: int) -> Callable[[], object]:
    import grpc

    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    channel = grpc.insecure_channel(target, options=options)
    grpc.channel_ready_future(channel).result(timeout=10)
    method: Any = channel.unary_unary(METHOD)
    payload = b"x" * byte_count

    def call() -> None:
        method(payload)

    assert method(payload) == payload, "no echo"
    return call


def main() -> None:
    parser = argparse.ArgumentParser(description="Round trips from Python.")
    parser.add_argument("name", choices=("socket", "client", "grpc"))
    parser.add_argument("--socket")
    parser.add_argument("--frames")
    parser.add_argument("--expect", choices=("echo", "scores"), default="scores")
    parser.add_argument("--target")
    parser.add_argument("--bytes", type=int, default=1024)
    parser.add_argument("--seconds", type=float, default=1.0)
    options = parser.parse_args()
    if options.name == "grpc":
        call = over_grpc(options.target, options.bytes)
    elif options.name == "socket":
        call = over_socket(options.socket, read_frames(options.frames), options.expect == "scores")
    else:
        call = over_client(options.socket, read_frames(options.frames))
    measure(call, min(0.2, options.seconds))
    print(json.dumps(measure(call, options.seconds)))


if __name__ == "__main__":
    main()
