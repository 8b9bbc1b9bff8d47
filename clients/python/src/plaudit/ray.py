"""Plaudit in Ray: a class that is an actor, and a stage of a Ray Data pipeline.

    scorer = ray.remote(plaudit.ray.Scorer).options(max_concurrency=64).remote("answer", "/run/plaudit.sock")
    columns = ray.get(scorer.score.remote(completions, prompts=prompts))

    where = ("answer", "/run/plaudit.sock")
    scored = dataset.map_batches(plaudit.ray.BatchScorer, fn_constructor_args=where, concurrency=2)

A socket is of one machine: run the actor where the sidecar is (``NodeAffinitySchedulingStrategy``), or a sidecar on
every node. Nothing here imports Ray.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import nan
from typing import Any

from plaudit._columns import DEADLINE_SECONDS_DEFAULT
from plaudit._rewarding import PATIENCE_SECONDS_DEFAULT, Rewards, Target, score, score_async
from plaudit._rollouts import Rollouts, prompt_groups, reference_column

__all__ = ["BatchScorer", "Scorer"]


class Scorer:
    """An asynchronous actor that scores batches; any number of calls may be in flight.

    Args:
        reward: the reward's name, else ``PLAUDIT_REWARD``.
        socket: the sidecar's socket, else ``PLAUDIT_SOCKET``.
        deadline: seconds a call may take.
        patience: seconds without any answer after which it raises.
    """

    def __init__(
        self,
        reward: str | None = None,
        socket: str | None = None,
        *,
        deadline: float = DEADLINE_SECONDS_DEFAULT,
        patience: float = PATIENCE_SECONDS_DEFAULT,
    ) -> None:
        self._target = Target(reward, socket, deadline, patience)

    async def score(
        self,
        completions: Sequence[Any],
        prompts: Sequence[Any] | None = None,
        reference_answers: Sequence[Any] | None = None,
        group_ids: Sequence[int | str] | None = None,
        token_counts: Sequence[int] | None = None,
        truncated: Sequence[bool] | None = None,
        fields: Mapping[str, Sequence[Any]] | None = None,
    ) -> dict[str, list[Any]]:
        """Columns as of `BatchScorer`, but that a missing number is None."""
        rollouts = Rollouts(
            completions, prompts, reference_answers, group_ids, token_counts, truncated, columns=fields or {}
        )
        return _columns(await score_async(self._target, rollouts), None)


class BatchScorer:
    """A stage for `map_batches`: adds columns to batches that have `completion`, and maybe `prompt` and others.

    It adds `plaudit/reward` (NaN where there is none), `plaudit/status`, and `plaudit/<component>` (NaN likewise).
    Equal prompts of a batch are a group. Arguments as of `Scorer`.
    """

    def __init__(
        self,
        reward: str | None = None,
        socket: str | None = None,
        *,
        deadline: float = DEADLINE_SECONDS_DEFAULT,
        patience: float = PATIENCE_SECONDS_DEFAULT,
    ) -> None:
        self._target = Target(reward, socket, deadline, patience)

    def __call__(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """The batch with further columns."""
        columns = {name: column.tolist() if hasattr(column, "tolist") else column for name, column in batch.items()}
        prompts = columns.get("prompt")
        rollouts = Rollouts(
            completions=columns["completion"],
            prompts=prompts,
            reference_answers=reference_column(columns, None),
            group_ids=None if prompts is None else prompt_groups(prompts),
            token_counts=columns.get("token_count"),
            columns=columns,
        )
        return {**batch, **_columns(score(self._target, rollouts), nan)}


def _columns(rewards: Rewards, missing: Any) -> dict[str, list[Any]]:
    numbers: dict[str, Sequence[float | None]] = {"plaudit/reward": rewards.rewards}
    numbers |= {f"plaudit/{name}": column for name, column in rewards.scores.items()}
    filled = {name: [missing if number is None else number for number in column] for name, column in numbers.items()}
    return {**filled, "plaudit/status": list(rewards.status)}
