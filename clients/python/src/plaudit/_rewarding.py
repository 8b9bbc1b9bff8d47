"""What all adapters do with a batch: ask, ask again where that helps, and say honestly what came of it.

A call ends in one of three ways. *Rewards*: the sidecar answered, and each rollout has a status. *Failure*: it did not
answer in time, or was not there; then no rollout has a reward, and a trainer gets its own word for that. *Mistake*: the
request does not fit the configuration (no such reward, a column that is missing); that raises, since no later batch
would fare better. So does a sidecar that was never reached, or not for `patience` seconds.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import os
import time
import weakref
from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, Final

from ._async_client import AsyncClient
from ._client import Client, socket_path
from ._columns import DEADLINE_SECONDS_DEFAULT, checked_deadline
from ._methods import Hello
from ._rollouts import Rollouts
from ._scored import Scored
from .errors import ConnectionError, DeadlineError, Error, RequestError

PATIENCE_SECONDS_DEFAULT: Final = 300.0
"""As long as a restart of the sidecar may take; a run that trains on nothing for longer shall stop and say why."""

_PASSING: Final = frozenset({"overloaded", "shutting_down", "internal"})
"""Refusals that say nothing against the request."""

_PAUSE_SECONDS_FIRST: Final = 0.05
_PAUSE_SECONDS_MAX: Final = 1.0
_REMAINING_SECONDS_MIN: Final = 0.001

_logger = logging.getLogger("plaudit")


@dataclass(frozen=True)
class Target:
    """Which reward of which sidecar, and how long to wait. It holds no connection, so it pickles and forks.

    Args:
        reward: the reward's name; without it ``PLAUDIT_REWARD`` of the environment.
        socket: the sidecar's socket; without it ``PLAUDIT_SOCKET``.
        deadline: seconds a call may take.
        patience: seconds without any answer after which a failure raises instead of being told to the trainer.
    """

    reward: str | None = None
    socket: str | None = None
    deadline: float = DEADLINE_SECONDS_DEFAULT
    patience: float = PATIENCE_SECONDS_DEFAULT

    def __post_init__(self) -> None:
        checked_deadline(self.deadline)

    def endpoint(self) -> Endpoint:
        """What this process knows of it.

        Raises:
            ValueError: neither the arguments nor the environment name the reward and the socket.
        """
        reward = self.reward or os.environ.get("PLAUDIT_REWARD", "")
        if not reward:
            raise ValueError("name the reward, or set PLAUDIT_REWARD")
        return _endpoint(socket_path(self.socket), reward)


@functools.cache
def _endpoint(socket: str, reward: str) -> Endpoint:
    return Endpoint(socket, reward)


@dataclass
class Endpoint:
    """A reward of a sidecar, as this process has come to know it."""

    socket: str
    reward: str
    component_names: tuple[str, ...] | None = None
    field_names: tuple[str, ...] = ()
    """The fields that the configuration reads: learnt from refusals, since most columns of a data set are not read."""
    reads_token_ids: bool = False
    """Learnt in the same way: tokens are as many bytes again as the text."""
    failing_since: float | None = None
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.socket)

    def meet(self, hello: Hello) -> None:
        """Takes the components from a sidecar's introduction."""
        if self.reward not in hello.components:
            offered = ", ".join(hello.rewards)
            raise ValueError(f"the sidecar at {self.socket} has no reward {self.reward!r}; it has {offered}")
        self.component_names = tuple(hello.components[self.reward])

    def learn(self, problem: RequestError, rollouts: Rollouts) -> bool:
        """Whether the refusal asks for a field or for tokens that are there and were not sent; they will be from now on."""
        if problem.details.get("column") == "token_ids" and rollouts.token_ids is not None and not self.reads_token_ids:
            self.reads_token_ids = True
            return True
        name = problem.details.get("field")
        if not isinstance(name, str) or name in self.field_names or not rollouts.has_field(name):
            return False
        self.field_names = (*self.field_names, name)
        return True

    def arguments(self, rollouts: Rollouts) -> dict[str, Any]:
        names = [name for name in self.field_names if rollouts.has_field(name)]
        return {"reward": self.reward, **rollouts.arguments(names, token_ids=self.reads_token_ids)}

    def succeeded(self, scored: Scored) -> None:
        self.component_names = tuple(scored.components)
        if self.failing_since is not None:
            _logger.info("the sidecar at %s answers again", self.socket)
        self.failing_since = None

    def failed(self, problem: Error, patience: float) -> None:
        """Notes a failure; raises it when there has been nothing else for too long."""
        now = monotonic()
        if self.failing_since is None:
            _logger.warning("no rewards from the sidecar at %s: %s", self.socket, problem)
            self.failing_since = now
        elif now - self.failing_since > patience:
            raise problem


@dataclass(frozen=True)
class Row:
    """What came of one rollout.

    Attributes:
        reward: finite; None where the whole call failed.
        status: the sidecar's word, or ``"failed(...)"``.
        scores: a component's score, None where it has none.
    """

    reward: float | None
    status: str
    scores: Mapping[str, float | None]

    @property
    def is_scored(self) -> bool:
        return self.status == "scored"

    def number(self, failure_reward: float) -> float:
        """The reward for trainers that know nothing but numbers."""
        return failure_reward if self.reward is None else self.reward

    def flat(self) -> dict[str, float]:
        """Numbers under names that are the same for every rollout and every outcome: flags are 0 or 1.

        A component without a score has 0.0 and the flag 0.
        """
        flat = {
            "plaudit/scored": float(self.is_scored),
            "plaudit/neutral": float(self.status.startswith("neutral")),
            "plaudit/error": float(self.status.startswith("error")),
            "plaudit/failed": float(self.reward is None),
        }
        for name, score in self.scores.items():
            flat[f"plaudit/{name}"] = 0.0 if score is None else score
            flat[f"plaudit/{name}/scored"] = float(score is not None)
        return flat


@dataclass(frozen=True)
class Rewards:
    """What came of one call, as columns in the order of the rollouts."""

    rewards: Sequence[float | None]
    status: Sequence[str]
    scores: Mapping[str, Sequence[float | None]]

    @classmethod
    def of(cls, scored: Scored) -> Rewards:
        scores = {
            name: [
                float(score) if status == "scored" else None
                for score, status in zip(component.scores, component.status)
            ]
            for name, component in scored.components.items()
        }
        return cls([float(reward) for reward in scored.rewards], scored.status, scores)

    @classmethod
    def failed(cls, count: int, names: Sequence[str], why: str) -> Rewards:
        return cls([None] * count, [f"failed({why})"] * count, {name: [None] * count for name in names})

    def __len__(self) -> int:
        return len(self.status)

    def row(self, index: int) -> Row:
        scores = {name: column[index] for name, column in self.scores.items()}
        return Row(self.rewards[index], self.status[index], scores)

    def rows(self) -> list[Row]:
        return [self.row(index) for index in range(len(self))]


@dataclass(frozen=True)
class _Step:
    """One thing to do: a method of a client, or a pause."""

    method: str
    arguments: Mapping[str, Any]


def _steps(endpoint: Endpoint, rollouts: Rollouts, target: Target) -> Generator[_Step, Any, Rewards]:
    """A call without its waiting, which `score` and `score_async` do each in its own way."""
    ends = monotonic() + target.deadline
    if endpoint.component_names is None:
        endpoint.meet((yield _Step("hello", {"deadline": target.deadline})))
    pause = _PAUSE_SECONDS_FIRST
    while True:
        left = max(ends - monotonic(), _REMAINING_SECONDS_MIN)
        failure: RequestError | ConnectionError | DeadlineError
        try:
            scored = yield _Step("score", {**endpoint.arguments(rollouts), "deadline": left})
            endpoint.succeeded(scored)
            return Rewards.of(scored)
        except RequestError as problem:
            if endpoint.learn(problem, rollouts):
                continue
            if problem.name not in _PASSING:
                raise
            failure, why = problem, problem.name
        except ConnectionError as problem:
            failure, why = problem, "connection"
        except DeadlineError as problem:
            failure, why = problem, "deadline"
        # Scoring has no side effect, so asking again is safe; it is of use while the sidecar restarts or is too busy.
        if why == "deadline" or ends - monotonic() <= pause:
            endpoint.failed(failure, target.patience)
            return Rewards.failed(len(rollouts), endpoint.component_names or (), why)
        yield _Step("pause", {"seconds": pause})
        pause = min(2 * pause, _PAUSE_SECONDS_MAX)


def _advance(
    steps: Generator[_Step, Any, Rewards], answer: Any = None, problem: Error | None = None
) -> _Step | Rewards:
    """The next step after what came of the last one; the rewards when that was the end."""
    try:
        return steps.send(answer) if problem is None else steps.throw(problem)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]


def score(target: Target, rollouts: Rollouts) -> Rewards:
    """Scores a batch; returns by the target's deadline.

    Raises:
        Error, ValueError, TypeError: a mistake, or a sidecar that is not there; see the module's text.
    """
    endpoint = target.endpoint()
    if not len(rollouts):
        return Rewards.failed(0, endpoint.component_names or (), "empty")
    steps = _steps(endpoint, rollouts, target)
    step = _advance(steps)
    while isinstance(step, _Step):
        answer, problem = None, None
        try:
            if step.method == "pause":
                time.sleep(step.arguments["seconds"])
            else:
                answer = getattr(endpoint.client, step.method)(**step.arguments)
        except Error as caught:
            problem = caught
        step = _advance(steps, answer, problem)
    return step


async def score_async(target: Target, rollouts: Rollouts) -> Rewards:
    """`score` without blocking the event loop."""
    endpoint = target.endpoint()
    if not len(rollouts):
        return Rewards.failed(0, endpoint.component_names or (), "empty")
    client = _async_client(endpoint.socket)
    steps = _steps(endpoint, rollouts, target)
    step = _advance(steps)
    while isinstance(step, _Step):
        answer, problem = None, None
        try:
            if step.method == "pause":
                await asyncio.sleep(step.arguments["seconds"])
            else:
                answer = await getattr(client, step.method)(**step.arguments)
        except Error as caught:
            problem = caught
        step = _advance(steps, answer, problem)
    return step


_async_clients: weakref.WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, AsyncClient]]
_async_clients = weakref.WeakKeyDictionary()


def _async_client(socket: str) -> AsyncClient:
    """The running loop's client of a sidecar: an `AsyncClient` belongs to one loop, and threads may run several."""
    clients = _async_clients.setdefault(asyncio.get_running_loop(), {})
    return clients.setdefault(socket, AsyncClient(socket))


async def close_async_clients() -> None:
    """Closes the running loop's connections, before the loop ends."""
    for client in _async_clients.pop(asyncio.get_running_loop(), {}).values():
        await client.close()
