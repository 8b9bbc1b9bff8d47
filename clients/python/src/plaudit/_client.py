"""The blocking client."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from time import monotonic
from types import TracebackType
from typing import Any

import msgspec

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
from ._connection import Link
from ._methods import Hello, decode_hello, decode_ping, decode_reload, decode_stats, hello_params
from ._scored import Scored, decode_scored

__all__ = ["Client"]


def socket_path(socket: str | os.PathLike[str] | None) -> str:
    """The socket that was named, else the one in ``PLAUDIT_SOCKET``."""
    named = os.fspath(socket) if socket is not None else os.environ.get("PLAUDIT_SOCKET", "")
    if not named:
        raise ValueError("name the sidecar's socket, or set PLAUDIT_SOCKET")
    return named


class Client:
    """A client of one sidecar, over its Unix socket.

    It connects when first used, may be shared by threads (their requests pipeline on one connection), survives
    ``fork`` (a child makes its own connection) and pickles (the copy connects when first used). A broken connection is
    replaced at the next call. Every call ends by its deadline.

    Args:
        socket: the sidecar's socket; without it ``PLAUDIT_SOCKET`` of the environment.
        deadline: seconds a call may take when it names no deadline of its own.
    """

    def __init__(
        self, socket: str | os.PathLike[str] | None = None, *, deadline: float = DEADLINE_SECONDS_DEFAULT
    ) -> None:
        self.socket = socket_path(socket)
        self.deadline = checked_deadline(deadline)
        self._links: dict[int, Link] = {}

    def score(
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
        """Scores a batch of rollouts with one reward.

        Every column has one entry a rollout. Numpy arrays, `array.array` and tensors are taken wherever a column is.

        Args:
            reward: the reward's name in the sidecar's configuration.
            completions: what the policy wrote: text, UTF-8 bytes, or messages (the last assistant turn is scored).
            prompts: what it was given: text or messages.
            reference_answers: the expected answers.
            ids: names of the rollouts, for logs and records.
            group_ids: which rollouts answer the same prompt.
            token_counts: the trainer's token counts, for components that count in tokens.
            token_ids: the tokens of each completion, for components that look at them.
            truncated: which completions were cut at the length limit.
            fields: further columns that the configuration refers to by name.
            rationales: whether every component shall say in a sentence what it found.
            deadline: seconds this call may take.

        Raises:
            RequestError: the sidecar refused the request as a whole.
            ConnectionError: there is no sidecar, or it went away.
            DeadlineError: no reply in time.
        """
        seconds = self._seconds(deadline)
        ends = monotonic() + seconds
        params = score_params(
            reward, completions, prompts, reference_answers, ids, group_ids, token_counts, token_ids, truncated,
            fields, rationales, seconds,
        )  # fmt: skip
        link = self._link()
        try:
            result = link.call("score", params, ends)
        except UnicodeEncodeError:
            result = link.call("score", mend_unencodable(params), ends)
        return decode_scored(result, len(params["completions"]))

    def submit(
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
    ) -> Future[Scored]:
        """Sends the same request as `score` and returns a future of its reply.

        Any number may be open; they travel on one connection. Cancelling the future asks the sidecar to drop the work.
        The future fails with what `score` would raise, by the same deadline.
        """
        seconds = self._seconds(deadline)
        ends = monotonic() + seconds
        params = score_params(
            reward, completions, prompts, reference_answers, ids, group_ids, token_counts, token_ids, truncated,
            fields, rationales, seconds,
        )  # fmt: skip
        count = len(params["completions"])

        def complete(result: msgspec.Raw) -> Scored:
            return decode_scored(result, count)

        link = self._link()
        try:
            return link.submit("score", params, ends, complete)
        except UnicodeEncodeError:
            return link.submit("score", mend_unencodable(params), ends, complete)

    def compare(
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
        """Asks the judge of the reward's preference component which of two completions is better, pair by pair.

        Every pair is asked in both orders; a changed winner is a tie.

        Args:
            reward: the name of a reward with a `preference` component.
            completions_a: the first completions.
            completions_b: the second ones, as many.
            prompts: what they answer: text or messages.
            reference_answers: the expected answers.
            rationales: whether the judge's reasons are wanted.
            deadline: seconds this call may take.

        Raises:
            RequestError: the sidecar refused the request as a whole.
            ConnectionError: there is no sidecar, or it went away.
            DeadlineError: no reply in time.
        """
        seconds = self._seconds(deadline)
        ends = monotonic() + seconds
        params = compare_params(
            reward, completions_a, completions_b, prompts, reference_answers, rationales, seconds
        )
        link = self._link()
        try:
            result = link.call("compare", params, ends)
        except UnicodeEncodeError:
            result = link.call("compare", mend_comparison(params), ends)
        return decode_compared(result, len(params["completions_a"]))

    def hello(self, *, deadline: float | None = None) -> Hello:
        """What the sidecar is and offers: version, rewards, their components, limits. No call needs it first."""
        return decode_hello(self._call("hello", hello_params(), deadline))

    def stats(self, *, deadline: float | None = None) -> dict[str, Any]:
        """The sidecar's counters since it started."""
        return decode_stats(self._call("stats", {}, deadline))

    def ping(self, *, deadline: float | None = None) -> int:
        """The sidecar's clock in microseconds, as a sign of life."""
        return decode_ping(self._call("ping", {}, deadline))

    def reload(self, *, deadline: float | None = None) -> str:
        """Has the sidecar read its configuration again; returns the new configuration's hash.

        Raises:
            RequestError: ``reload_failed``, when the configuration is wrong; the old one stays in force.
        """
        return decode_reload(self._call("reload", {}, deadline))

    def close(self) -> None:
        """Closes the connection. Calls in flight end with a `ConnectionError`; a later call connects again."""
        link = self._links.pop(os.getpid(), None)
        if link is not None:
            link.close()

    def _call(self, method: str, params: dict[str, Any], deadline: float | None) -> msgspec.Raw:
        return self._link().call(method, params, monotonic() + self._seconds(deadline))

    def _seconds(self, deadline: float | None) -> float:
        return self.deadline if deadline is None else checked_deadline(deadline)

    def _link(self) -> Link:
        """This process's link. After a fork the parent's is put aside: its locks and its socket are the parent's."""
        process = os.getpid()
        link = self._links.get(process)
        if link is None:
            link = self._links.setdefault(process, Link(self.socket))
            for other in [known for known in self._links if known != process]:
                stale = self._links.pop(other, None)
                if stale is not None:
                    stale.drop_after_fork()
        return link

    def __enter__(self) -> Client:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __del__(self) -> None:
        links = getattr(self, "_links", None)  # absent when __init__ raised
        if links:
            self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return _client, (self.socket, self.deadline)

    def __repr__(self) -> str:
        return f"plaudit.Client({self.socket!r})"


def _client(socket: str, deadline: float) -> Client:
    return Client(socket, deadline=deadline)
