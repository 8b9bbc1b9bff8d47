"""Plaudit behind slime and miles: `custom_rm` for `--custom-rm-path`.

    --custom-rm-path plaudit.slime.custom_rm                   # one sample a call
    --custom-rm-path plaudit.slime.custom_rm --group-rm        # all samples of a prompt, which preferences need

Each sample's `metadata["plaudit"]` gets its components and flags. slime knows no missing reward: a failed judge is the
configuration's neutral value, a failed call 0.0, and the flags say so. Nothing here imports slime.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

from plaudit._gathering import score_one_async
from plaudit._rewarding import Row, Target, score_async
from plaudit._rollouts import Rollout, Rollouts, plain_value

__all__ = ["custom_rm"]

FAILURE_REWARD = 0.0


@overload
async def custom_rm(args: Any, sample: Sequence[Any], **_: Any) -> list[float]: ...
@overload
async def custom_rm(args: Any, sample: Any, **_: Any) -> float: ...
async def custom_rm(args: Any, sample: Any, **_: Any) -> float | list[float]:
    """The reward of a sample, or those of a group's samples. Called by slime.

    ``PLAUDIT_SOCKET`` and ``PLAUDIT_REWARD`` say where and which. A sample's `label` is the expected answer,
    `response_length` its tokens, and its `metadata` holds further columns, sent where the configuration reads them.
    """
    if isinstance(sample, (list, tuple)):
        rollouts = [_rollout(one) for one in sample]
        if len({rollout.shape for rollout in rollouts}) > 1:
            raise ValueError("the samples of a group differ in what they have: prompt, label or response_length")
        rows = (await score_async(Target(), Rollouts.gathered(rollouts))).rows() if rollouts else []
        return [_noted(one, row) for one, row in zip(sample, rows)]
    return _noted(sample, await score_one_async(Target(), _rollout(sample)))


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


def _noted(sample: Any, row: Row) -> float:
    reward = row.number(FAILURE_REWARD)
    if isinstance(getattr(sample, "metadata", None), dict):
        sample.metadata["plaudit"] = row.flat()
    return reward
