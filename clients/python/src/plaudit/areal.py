"""Plaudit behind AReaL: `reward_fn` for its workflows.

    workflow = RLVRWorkflow(reward_fn="plaudit.areal.reward_fn", **options)

AReaL runs reward functions in a process pool, waits 15 seconds up to four times and then takes 0 for the reward, with
nothing to tell it from a wrong answer; the deadline here is shorter, so that what comes is the configuration's word. It
knows no missing reward: a failed judge is the configuration's neutral value, a failed call `failure_reward`, with a
warning in the log. Nothing here imports AReaL.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from plaudit._gathering import score_one, score_one_async
from plaudit._rewarding import PATIENCE_SECONDS_DEFAULT, Target
from plaudit._rollouts import Rollout, plain_value, reference_column, without_tokens

__all__ = ["reward_fn", "reward_fn_async", "reward_function"]

DEADLINE_SECONDS: Final = 12.0
"""Below the 15 s after which AReaL gives a call up."""


@dataclass(frozen=True)
class _Settings:
    target: Target = Target(deadline=DEADLINE_SECONDS)
    reference_column: str | None = None
    failure_reward: float = 0.0


def reward_fn(
    prompt: Any, completions: Any, prompt_ids: Sequence[int], completion_ids: Sequence[int], /, **columns: Any
) -> float:
    """The reward of one completion. Called by AReaL, with the data set's columns by name.

    The socket and the reward come from ``PLAUDIT_SOCKET`` and ``PLAUDIT_REWARD``; `reward_function` makes one that was
    told. Special tokens at a completion's end are cut off, for AReaL decodes them too. The expected answer is the
    column `reference_answer`, `ground_truth`, `answer` or `solution`; other columns are sent where the configuration
    reads them.
    """
    return _reward_fn(_Settings(), prompt, completions, prompt_ids, completion_ids, **columns)


async def reward_fn_async(
    prompt: Any, completions: Any, prompt_ids: Sequence[int], completion_ids: Sequence[int], /, **columns: Any
) -> float:
    """`reward_fn` for workflows that await their rewards; many at once travel together."""
    return await _reward_fn_async(_Settings(), prompt, completions, prompt_ids, completion_ids, **columns)


def reward_function(
    reward: str | None = None,
    socket: str | None = None,
    *,
    asynchronous: bool = False,
    deadline: float = DEADLINE_SECONDS,
    patience: float = PATIENCE_SECONDS_DEFAULT,
    reference_column: str | None = None,
    failure_reward: float = 0.0,
) -> Callable[..., float] | Callable[..., Coroutine[Any, Any, float]]:
    """A reward function that was told what the environment tells `reward_fn`. It pickles.

    Args:
        reward: the reward's name, else ``PLAUDIT_REWARD``.
        socket: the sidecar's socket, else ``PLAUDIT_SOCKET``.
        asynchronous: whether it shall be a coroutine function.
        deadline: seconds a call may take.
        patience: seconds without any answer after which it raises.
        reference_column: the data set's column with the expected answer.
        failure_reward: the reward of a call that failed.
    """
    settings = _Settings(Target(reward, socket, deadline, patience), reference_column, failure_reward)
    return functools.partial(_reward_fn_async if asynchronous else _reward_fn, settings)


def _reward_fn(settings: _Settings, /, *call: Any, **columns: Any) -> float:
    row = score_one(settings.target, _rollout(settings, columns, *call))
    return row.number(settings.failure_reward)


async def _reward_fn_async(settings: _Settings, /, *call: Any, **columns: Any) -> float:
    row = await score_one_async(settings.target, _rollout(settings, columns, *call))
    return row.number(settings.failure_reward)


def _rollout(
    settings: _Settings,
    columns: Mapping[str, Any],
    prompt: Any,
    completion: Any,
    prompt_ids: Sequence[int],
    completion_ids: Sequence[int],
) -> Rollout:
    return Rollout(
        completion=without_tokens(completion) if isinstance(completion, str) else completion,
        prompt=prompt,
        reference_answer=plain_value(reference_column(columns, settings.reference_column)),
        token_count=len(completion_ids),
        columns=columns,
    )
