"""Single calls gathered into batches.

Some trainers ask for one rollout at a time, from many tasks or threads at once. A request of 64 rollouts costs the
sidecar little more than one of a single rollout, so calls that come within a few milliseconds of each other travel
together. Each process has one gatherer: a thread with an event loop, which serves callers from threads and from other
event loops alike, keeps any number of requests in flight and waits for none of them before it sends the next.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import replace
from time import monotonic
from typing import Final

from ._rewarding import Rewards, Row, Target, close_async_clients, score_async
from ._rollouts import Rollout, Rollouts
from .errors import DeadlineError

WINDOW_SECONDS: Final = 0.003
"""How long the first rollout of a batch waits for others: far below what a judge takes, well above a scheduler's
turn.
"""

BATCH_ROLLOUTS_MAX: Final = 512
"""A full batch goes out at once."""

_Key = tuple[Target, tuple[bool, ...]]


class _Batch:
    __slots__ = ("begun", "futures", "rollouts")

    def __init__(self) -> None:
        self.begun = monotonic()
        self.rollouts: list[Rollout] = []
        self.futures: list[Future[Row]] = []


class Gatherer:
    """Collects rollouts of one process; everything but `submit` runs on its own thread."""

    def __init__(self) -> None:
        self._loop = asyncio.SelectorEventLoop()  # not what a policy says: uvloop's do not like to be forked
        self._open: dict[_Key, _Batch] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._thread = threading.Thread(target=self._run, name="plaudit-gatherer", daemon=True)
        self._thread.start()

    def submit(self, target: Target, rollout: Rollout) -> Future[Row]:
        """Puts a rollout into the batch that is being collected; the future fails only for mistakes."""
        future: Future[Row] = Future()
        self._loop.call_soon_threadsafe(self._add, target, rollout, future)
        return future

    def stop(self) -> None:
        """Ends the thread; what is in flight is dropped."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        self._loop.run_forever()
        self._loop.run_until_complete(self._end())
        self._loop.close()

    async def _end(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await close_async_clients()

    def _add(self, target: Target, rollout: Rollout, future: Future[Row]) -> None:
        key = (target, rollout.shape)
        batch = self._open.get(key)
        if batch is None:
            batch = self._open[key] = _Batch()
            self._loop.call_later(WINDOW_SECONDS, self._close, key, batch)
        batch.rollouts.append(rollout)
        batch.futures.append(future)
        if len(batch.rollouts) == BATCH_ROLLOUTS_MAX:
            self._close(key, batch)

    def _close(self, key: _Key, batch: _Batch) -> None:
        if self._open.get(key) is not batch:
            return  # it was full before its time
        del self._open[key]
        task = self._loop.create_task(self._score(key[0], batch))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _score(self, target: Target, batch: _Batch) -> None:
        waiting = [pair for pair in zip(batch.rollouts, batch.futures) if pair[1].set_running_or_notify_cancel()]
        if not waiting:
            return
        waited = monotonic() - batch.begun
        remaining = replace(target, deadline=max(target.deadline - waited, target.deadline / 2))
        try:
            rewards = await score_async(remaining, Rollouts.gathered([rollout for rollout, _ in waiting]))
        except BaseException as problem:  # whatever it is, it belongs to the callers
            for _, future in waiting:
                future.set_exception(problem)
            if not isinstance(problem, Exception):
                raise
        else:
            for (_, future), row in zip(waiting, rewards.rows()):
                future.set_result(row)


_gatherer: Gatherer | None = None
_lock = threading.Lock()
_parents: list[Gatherer] = []


def _submit(target: Target, rollout: Rollout) -> Future[Row]:
    global _gatherer
    target.endpoint()  # its mistakes are the caller's, at once
    with _lock:
        if _gatherer is None:
            _gatherer = Gatherer()
        return _gatherer.submit(target, rollout)


def _late(target: Target) -> Row:
    """What a caller gets whose deadline passed before the gatherer's own answer about it came."""
    names = target.endpoint().component_names
    if names is None:  # nor has it ever answered, so nobody knows what a row should hold
        raise DeadlineError("the sidecar did not answer before the deadline")
    return Rewards.failed(1, names, "deadline").row(0)


def score_one(target: Target, rollout: Rollout) -> Row:
    """Scores one rollout together with those of other threads and tasks; returns by the target's deadline.

    Raises:
        Error, ValueError, TypeError: a mistake, or a sidecar that is not there; see `_rewarding`.
    """
    future = _submit(target, rollout)
    try:
        return future.result(target.deadline)
    except (FutureTimeoutError, TimeoutError):
        if future.done() and not future.cancelled() and future.exception() is not None:
            raise  # the sidecar's own, on a first call
        future.cancel()
        return _late(target)


async def score_one_async(target: Target, rollout: Rollout) -> Row:
    """`score_one` without blocking the event loop."""
    future = _submit(target, rollout)
    try:
        return await asyncio.wait_for(asyncio.wrap_future(future), target.deadline)
    except (asyncio.TimeoutError, TimeoutError):
        if future.done() and not future.cancelled() and future.exception() is not None:
            raise
        return _late(target)


def _after_fork() -> None:
    """In a child process there is no gatherer: its thread stayed in the parent, and its lock may be held for ever."""
    global _gatherer, _lock
    if _gatherer is not None:
        _parents.append(_gatherer)  # kept: collecting its loop would close the parent's sockets' copies noisily
    _gatherer = None
    _lock = threading.Lock()


def _at_exit() -> None:
    if _gatherer is not None:
        with contextlib.suppress(RuntimeError):
            _gatherer.stop()


os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
