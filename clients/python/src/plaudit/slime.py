"""Plaudit behind slime and miles: `custom_rm` for `--custom-rm-path`.

    --custom-rm-path plaudit.slime.custom_rm                   # one sample a call
    --custom-rm-path plaudit.slime.custom_rm --group-rm        # all samples of a prompt, which preferences need

Each sample's `metadata["plaudit"]` gets its components and flags. slime knows no missing reward: a failed judge is the
configuration's neutral value, a failed call 0.0, and the flags say so. Nothing here imports slime.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, overload

from plaudit._columns import DEADLINE_SECONDS_DEFAULT
from plaudit._gathering import score_one_async
from plaudit._rewarding import PATIENCE_SECONDS_DEFAULT, Row, Target, score_async
from plaudit._rollouts import Rollout, Rollouts, plain_value

__all__ = ["custom_rm", "reward_function"]


@overload
async def custom_rm(
    args: Any, sample: Sequence[Any], *, target: Target = ..., failure_reward: float = ..., **_: Any
) -> list[float]: ...
@overload
async def custom_rm(
    args: Any, sample: Any, *, target: Target = ..., failure_reward: float = ..., **_: Any
) -> float: ...
async def custom_rm(
    args: Any, sample: Any, *, target: Target = Target(), failure_reward: float = 0.0, **_: Any
) -> float | list[float]:
    """The reward of a sample, or those of a group's samples. Called by slime.

    A sample's `label` is the expected answer, `response_length` its tokens, and its `metadata` holds further columns,
    sent where the configuration reads them.

    Args:
        args: slime's own, not needed.
        sample: a sample, or a list of them.
        target: by default what ``PLAUDIT_SOCKET`` and ``PLAUDIT_REWARD`` name.
        failure_reward: the reward of a call that failed.
    """
    if not isinstance(sample, (list, tuple)):
        row = await score_one_async(target, _rollout(sample))
        return _noted(sample, row, failure_reward)
    rollouts = [_rollout(one) for one in sample]
    if len({rollout.shape for rollout in rollouts}) > 1:
        raise ValueError("the samples of a group differ in what they have: prompt, label or response_length")
    rows = (await score_async(target, Rollouts.gathered(rollouts))).rows() if rollouts else []
    return [_noted(one, row, failure_reward) for one, row in zip(sample, rows)]


def reward_function(
    reward: str | None = None,
    socket: str | None = None,
    *,
    deadline: float = DEADLINE_SECONDS_DEFAULT,
    patience: float = PATIENCE_SECONDS_DEFAULT,
    failure_reward: float = 0.0,
) -> Callable[..., Coroutine[Any, Any, Any]]:
    """A `custom_rm` that was told: ``custom_rm = plaudit.slime.reward_function("answer", "/run/plaudit.sock")``.

    Args:
        reward: the reward's name, else ``PLAUDIT_REWARD``.
        socket: the sidecar's socket, else ``PLAUDIT_SOCKET``.
        deadline: seconds a call may take.
        patience: seconds without any answer after which it raises.
        failure_reward: the reward of a call that failed.
    """
    target = Target(reward, socket, deadline, patience)
    return functools.partial(custom_rm, target=target, failure_reward=failure_reward)


def _rollout(sample: Any) -> Rollout:
    metadata = getattr(sample, "metadata", None) or {}
    status = getattr(sample, "status", None)
    return Rollout(
        completion=sample.response,
        prompt=sample.prompt,
        reference_answer=plain_value(getattr(sample, "label", None)),
        group_id=getattr(sample, "group_index", None),
        token_count=getattr(sample, "response_length", None),
        truncated=None if status is None else getattr(status, "value", status) == "truncated",
        columns=metadata,
    )


def _noted(sample: Any, row: Row, failure_reward: float) -> float:
    reward = row.number(failure_reward)
    if isinstance(getattr(sample, "metadata", None), dict):
        sample.metadata["plaudit"] = row.flat()
    return reward
