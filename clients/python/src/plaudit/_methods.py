"""The small methods: what is sent and what comes back."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from ._wire import decode

PROTOCOL_VERSION: Final = 1
CLIENT_NAME: Final = "plaudit-python/0.1.0"


class Limits(msgspec.Struct, frozen=True):
    """What the sidecar takes at most."""

    frame_bytes: int = 0
    rollouts: int = 0
    completion_bytes: int = 0
    connections: int = 0
    nesting: int = 0


class Hello(msgspec.Struct, frozen=True):
    """What a sidecar says of itself.

    Attributes:
        rewards: the rewards that `score` may name.
        components: the component names of each reward, in configured order.
        config_hash: identifies the configuration in force.
    """

    protocol: int
    server: str
    version: str
    rewards: list[str]
    components: dict[str, list[str]]
    config_hash: str
    workers: int = 0
    limits: Limits = Limits()


class _Ping(msgspec.Struct):
    time_us: int


class _Reload(msgspec.Struct):
    config_hash: str


_hello_decoder = msgspec.msgpack.Decoder(Hello)
_ping_decoder = msgspec.msgpack.Decoder(_Ping)
_reload_decoder = msgspec.msgpack.Decoder(_Reload)
_stats_decoder = msgspec.msgpack.Decoder(dict[str, Any])


def hello_params() -> dict[str, Any]:
    return {"protocol": PROTOCOL_VERSION, "client": CLIENT_NAME}


def decode_hello(result: msgspec.Raw) -> Hello:
    return decode(_hello_decoder, result, "hello")


def decode_ping(result: msgspec.Raw) -> int:
    return decode(_ping_decoder, result, "ping").time_us


def decode_reload(result: msgspec.Raw) -> str:
    return decode(_reload_decoder, result, "reload result").config_hash


def decode_stats(result: msgspec.Raw) -> dict[str, Any]:
    return decode(_stats_decoder, result, "counters")
