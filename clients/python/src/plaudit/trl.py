"""Plaudit behind TRL: a reward function for GRPO, RLOO, Online DPO and asynchronous GRPO, and the judges TRL removed.

    from plaudit.trl import plaudit_reward          # PLAUDIT_SOCKET and PLAUDIT_REWARD say where and which
    trainer = GRPOTrainer(model, reward_funcs=plaudit_reward, train_dataset=dataset, args=args)

Give TRL this one function and weigh components in Plaudit's configuration: TRL counts a None of one among several
reward functions as 0, and leaves a row out only when all functions returned None.

A row is None when it has no score of its own: a judge's part could not be had, the completion is unusable, or the
sidecar did not answer. TRL keeps such rows out of the group's mean and gives them no advantage. Nothing here imports
TRL.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from math import nan
from typing import Any, Final, Literal, overload

from plaudit._client import Client
from plaudit._columns import DEADLINE_SECONDS_DEFAULT, Prompt
from plaudit._rewarding import PATIENCE_SECONDS_DEFAULT, Rewards, Target, score, score_async
from plaudit._rollouts import Rollouts, prompt_groups, reference_column

__all__ = [
    "BinaryJudge",
    "PairwiseJudge",
    "RankJudge",
    "plaudit_reward",
    "plaudit_reward_async",
    "reward_function",
]

RewardFunction = Callable[..., list[float | None]]
AsyncRewardFunction = Callable[..., Coroutine[Any, Any, list[float | None]]]


@dataclass(frozen=True)
class _Settings:
    """What `reward_function` was told; it travels with the function to other processes."""

    target: Target = Target()
    reference_column: str | None = None
    num_generations: int | None = None
    neutral: Literal["none", "value"] = "none"


_BY_ENVIRONMENT: Final = _Settings()


def plaudit_reward(settings: _Settings = _BY_ENVIRONMENT, /, **call: Any) -> list[float | None]:
    """The reward function: one float or None a completion. Called by TRL, by keyword.

    The socket and the reward come from ``PLAUDIT_SOCKET`` and ``PLAUDIT_REWARD``; `reward_function` makes one that was
    told. The expected answer is the data set's column `reference_answer`, `ground_truth`, `answer` or `solution`.
    Other columns are sent where the configuration reads them. Completions of equal prompts are a group.

    Raises:
        plaudit.Error, ValueError, TypeError, KeyError: a call that does not fit the configuration, or no sidecar.
    """
    return _handed_over(settings, score(settings.target, _rollouts(settings, **call)), call)


async def plaudit_reward_async(settings: _Settings = _BY_ENVIRONMENT, /, **call: Any) -> list[float | None]:
    """`plaudit_reward` as a coroutine function, which TRL runs together with other asynchronous ones."""
    return _handed_over(settings, await score_async(settings.target, _rollouts(settings, **call)), call)


@overload
def reward_function(
    reward: str | None = None,
    socket: str | None = None,
    *,
    asynchronous: Literal[False] = False,
    deadline: float = DEADLINE_SECONDS_DEFAULT,
    patience: float = PATIENCE_SECONDS_DEFAULT,
    reference_column: str | None = None,
    num_generations: int | None = None,
    neutral: Literal["none", "value"] = "none",
) -> RewardFunction: ...


@overload
def reward_function(
    reward: str | None = None,
    socket: str | None = None,
    *,
    asynchronous: Literal[True],
    deadline: float = DEADLINE_SECONDS_DEFAULT,
    patience: float = PATIENCE_SECONDS_DEFAULT,
    reference_column: str | None = None,
    num_generations: int | None = None,
    neutral: Literal["none", "value"] = "none",
) -> AsyncRewardFunction: ...


def reward_function(
    reward: str | None = None,
    socket: str | None = None,
    *,
    asynchronous: bool = False,
    deadline: float = DEADLINE_SECONDS_DEFAULT,
    patience: float = PATIENCE_SECONDS_DEFAULT,
    reference_column: str | None = None,
    num_generations: int | None = None,
    neutral: Literal["none", "value"] = "none",
) -> RewardFunction | AsyncRewardFunction:
    """A reward function that was told what the environment tells `plaudit_reward`. It pickles.

    Args:
        reward: the reward's name, else ``PLAUDIT_REWARD``.
        socket: the sidecar's socket, else ``PLAUDIT_SOCKET``.
        asynchronous: whether it shall be a coroutine function.
        deadline: seconds a batch may take; rows that are not scored by then are None.
        patience: seconds without any answer after which it raises, and the run stops.
        reference_column: the data set's column with the expected answers.
        num_generations: TRL's own; needed only where a data set holds a prompt twice, to tell its groups apart.
        neutral: what a row is whose judge failed: ``"none"``, or ``"value"`` for what the configuration's `neutral`
            policy says.
    """
    settings = _Settings(Target(reward, socket, deadline, patience), reference_column, num_generations, neutral)
    function: Callable[..., Any] = plaudit_reward_async if asynchronous else plaudit_reward
    partial = functools.partial(function, settings)
    partial.__name__ = function.__name__  # type: ignore[attr-defined]  # older versions of TRL look for it here
    return partial


def _rollouts(
    settings: _Settings,
    /,
    *,
    completions: Sequence[Any],
    prompts: Sequence[Any] | None = None,
    completion_ids: Sequence[Sequence[int]] | None = None,
    trainer_state: Any = None,
    log_extra: Any = None,
    log_metric: Any = None,
    environments: Any = None,
    **columns: Any,
) -> Rollouts:
    return Rollouts(
        completions=completions,
        prompts=prompts,
        reference_answers=reference_column(columns, settings.reference_column),
        group_ids=None if prompts is None else prompt_groups(prompts, settings.num_generations),
        token_counts=None if completion_ids is None else [len(ids) for ids in completion_ids],
        token_ids=completion_ids,
        columns=columns,
    )


def _handed_over(settings: _Settings, rewards: Rewards, call: Mapping[str, Any]) -> list[float | None]:
    """Logs the components, under the same names whatever happened, and returns what TRL takes for rewards."""
    log_extra, log_metric = call.get("log_extra"), call.get("log_metric")
    if log_extra is not None:
        log_extra("plaudit/status", list(rewards.status))
        for name, column in rewards.scores.items():
            log_extra(f"plaudit/{name}", list(column))
    if log_metric is not None:
        log_metric("plaudit/scored", _share(status == "scored" for status in rewards.status))
        for name, column in rewards.scores.items():
            known = [value for value in column if value is not None]
            # A component that nobody has a score of has no mean: a 0 would be a lie, and no key would be worse.
            log_metric(f"plaudit/{name}/mean", sum(known) / len(known) if known else nan)
            log_metric(f"plaudit/{name}/scored", _share(value is not None for value in column))
    keeps_neutral = settings.neutral == "value"
    return [
        reward if status == "scored" or (keeps_neutral and status.startswith("neutral")) else None
        for reward, status in zip(rewards.rewards, rewards.status)
    ]


def _share(flags: Any) -> float:
    known = [bool(flag) for flag in flags]
    return sum(known) / len(known) if known else nan


# The judges that TRL had until April 2026, with their signatures. `shuffle_order` is taken and not needed: Plaudit asks
# both orders of every pair.


class _Judge:
    """What the three judges share.

    Args:
        reward: the reward's name, else ``PLAUDIT_REWARD``.
        socket: the sidecar's socket, else ``PLAUDIT_SOCKET``.
        deadline: seconds a call may take.
    """

    def __init__(
        self, reward: str | None = None, socket: str | None = None, *, deadline: float = DEADLINE_SECONDS_DEFAULT
    ) -> None:
        self.target = Target(reward, socket, deadline)

    def _score(
        self, prompts: Sequence[Prompt], completions: Sequence[Any], groups: Sequence[int], answers: Any = None
    ) -> Rewards:
        return score(self.target, Rollouts(completions, prompts, reference_answers=answers, group_ids=groups))


class PairwiseJudge(_Judge):
    """Which of two completions is better, by the judge of a reward with a `preference` component.

    Args:
        tie: what stands for a tie, which is also what a judge gives that changed its winner with the order: -1 as for
            a failure, or 0 or 1.
    """

    def __init__(
        self,
        reward: str | None = None,
        socket: str | None = None,
        *,
        deadline: float = DEADLINE_SECONDS_DEFAULT,
        tie: Literal[-1, 0, 1] = -1,
    ) -> None:
        super().__init__(reward, socket, deadline=deadline)
        self.tie = tie

    def judge(
        self, prompts: Sequence[Prompt], completions: Sequence[Sequence[Any]], shuffle_order: bool = True
    ) -> list[int]:
        """The index of the better completion of each pair; -1 where that could not be had."""
        if not prompts:
            return []
        endpoint = self.target.endpoint()
        client: Client = endpoint.client
        compared = client.compare(
            endpoint.reward,
            [pair[0] for pair in completions],
            [pair[1] for pair in completions],
            prompts,
            deadline=self.target.deadline,
        )
        winners = {1.0: 0, 0.0: 1, 0.5: self.tie}
        return [
            winners[float(preference)] if status == "scored" else -1
            for preference, status in zip(compared.preferences, compared.status)
        ]


class RankJudge(_Judge):
    """The order of each prompt's completions by their rewards."""

    def judge(
        self, prompts: Sequence[Prompt], completions: Sequence[Sequence[Any]], shuffle_order: bool = True
    ) -> list[list[int]]:
        """For each prompt the indices of its completions, the best first; all -1 where one of them has no score."""
        groups = [row for row, group in enumerate(completions) for _ in group]
        flat = [completion for group in completions for completion in group]
        rewards = iter(self._score([prompts[row] for row in groups], flat, groups).rows())
        ranks = []
        for group in completions:
            rows = [next(rewards) for _ in group]
            if all(row.is_scored for row in rows):
                # Sorting is stable: of equal rewards the first completion comes first.
                ranks.append(sorted(range(len(rows)), key=lambda index: -rows[index].number(0)))
            else:
                ranks.append([-1] * len(rows))
        return ranks


class BinaryJudge(_Judge):
    """Whether a completion is right: its reward reaches a threshold.

    Args:
        threshold: the least reward that passes.
    """

    def __init__(
        self,
        reward: str | None = None,
        socket: str | None = None,
        *,
        deadline: float = DEADLINE_SECONDS_DEFAULT,
        threshold: float = 0.5,
    ) -> None:
        super().__init__(reward, socket, deadline=deadline)
        self.threshold = threshold

    def judge(
        self,
        prompts: Sequence[Prompt],
        completions: Sequence[Any],
        gold_completions: Sequence[Any] | None = None,
        shuffle_order: bool = True,
    ) -> list[int]:
        """1 for right, 0 for wrong, -1 where that could not be had; gold completions are the reference answers."""
        rewards = self._score(prompts, completions, prompt_groups(prompts), gold_completions)
        return [-1 if not row.is_scored else int(row.number(0) >= self.threshold) for row in rewards.rows()]
