"""Plaudit behind verl: `compute_score` for `reward.custom_reward_function`.

    reward.custom_reward_function.path=pkg://plaudit.verl
    reward.custom_reward_function.name=compute_score_async
    +reward.custom_reward_function.reward_kwargs={reward: answer, socket: /run/plaudit.sock}

verl asks for one rollout at a time; calls that come together travel together (`_gathering`). Every call returns the
same keys, whatever happened, all of them finite numbers: verl takes the keys of a batch from its first rollout.

verl knows no missing reward. `score` is the configuration's neutral value where a judge failed, and `failure_score`
where the sidecar did not answer in time; the flags say so. A sidecar that stays away raises, and stops the run. Nothing
here imports verl.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from plaudit._columns import DEADLINE_SECONDS_DEFAULT
from plaudit._gathering import score_one, score_one_async
from plaudit._rewarding import PATIENCE_SECONDS_DEFAULT, Row, Target
from plaudit._rollouts import Rollout, plain_value

__all__ = ["compute_score", "compute_score_async"]

PROMPT_KEYS: Final = ("prompt", "question", "raw_prompt", "raw_problem")
GROUP_KEYS: Final = ("group_id", "uid", "index")


def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    *,
    reward: str | None = None,
    socket: str | None = None,
    deadline: float = DEADLINE_SECONDS_DEFAULT,
    patience: float = PATIENCE_SECONDS_DEFAULT,
    failure_score: float = 0.0,
    prompt_key: str | None = None,
    group_key: str | None = None,
    **_router: Any,
) -> dict[str, float]:
    """The reward of one rollout, with its components. Called by verl, by keyword.

    The keyword-only arguments come from `reward_kwargs`.

    Args:
        data_source: the data set's name; a field for configurations that ask for it.
        solution_str: the completion.
        ground_truth: the expected answer; a list or a mapping is sent as JSON.
        extra_info: further columns; fields for configurations that ask for them.
        reward: the reward's name, else ``PLAUDIT_REWARD``.
        socket: the sidecar's socket, else ``PLAUDIT_SOCKET``.
        deadline: seconds the call may take.
        patience: seconds without any answer after which it raises.
        failure_score: the score of a call that failed.
        prompt_key: where in `extra_info` the prompt is; else the first of `PROMPT_KEYS` that is there.
        group_key: where in `extra_info` the group's id is; else the first of `GROUP_KEYS`.

    Returns:
        `score`; `plaudit/<component>` and its flag `plaudit/<component>/scored`; the flags `plaudit/scored`,
        `plaudit/neutral`, `plaudit/error` and `plaudit/failed`, one of which is 1.
    """
    rollout = _rollout(data_source, solution_str, ground_truth, extra_info or {}, prompt_key, group_key)
    return _scores(score_one(Target(reward, socket, deadline, patience), rollout), failure_score)


async def compute_score_async(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any] | None = None,
    *,
    reward: str | None = None,
    socket: str | None = None,
    deadline: float = DEADLINE_SECONDS_DEFAULT,
    patience: float = PATIENCE_SECONDS_DEFAULT,
    failure_score: float = 0.0,
    prompt_key: str | None = None,
    group_key: str | None = None,
    **_router: Any,
) -> dict[str, float]:
    """`compute_score` as a coroutine function, which is to be preferred: verl runs the other in a few threads only."""
    rollout = _rollout(data_source, solution_str, ground_truth, extra_info or {}, prompt_key, group_key)
    return _scores(await score_one_async(Target(reward, socket, deadline, patience), rollout), failure_score)


def _rollout(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Mapping[str, Any],
    prompt_key: str | None,
    group_key: str | None,
) -> Rollout:
    group = _first(extra_info, (group_key,) if group_key else GROUP_KEYS)
    return Rollout(
        completion=solution_str,
        prompt=_first(extra_info, (prompt_key,) if prompt_key else PROMPT_KEYS),
        reference_answer=plain_value(ground_truth),
        # An index counts within one data set.
        group_id=None if group is None else f"{data_source}/{group}",
        columns={**extra_info, "data_source": data_source},
    )


def _first(extra_info: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    return next((extra_info[key] for key in keys if extra_info.get(key) is not None), None)


def _scores(row: Row, failure_score: float) -> dict[str, float]:
    return {"score": row.number(failure_score), **row.flat()}
