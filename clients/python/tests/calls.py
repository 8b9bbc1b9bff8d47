"""What the client's tests share: reading rewards, and calling from another thread."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

import plaudit
from fake_sidecar import FakeSidecar

MakeSidecar = Callable[..., FakeSidecar]

SHORT_SECONDS = 0.15
"""A deadline that is meant to pass."""


def values(scored: plaudit.Scored) -> list[float]:
    return [float(reward) for reward in scored.rewards]


def in_thread(work: Callable[[], Any]) -> Future[Any]:
    """Runs `work` in a thread of its own."""
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as problem:
            future.set_exception(problem)

    threading.Thread(target=run, daemon=True).start()
    return future
