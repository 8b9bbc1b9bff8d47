"""Plaudit behind verifiers: a rubric whose functions are Plaudit's components.

    rubric = plaudit.verifiers.rubric("answer", "/run/plaudit.sock")            # verifiers up to 0.2
    environment = verifiers.SingleTurnEnv(dataset=dataset, rubric=rubric)

The first function is the reward, with weight 1; the others, with weight 0, report the components and the flags. One
request is sent for each rollout, or with ``group=True`` for each group, which preferences need.

verifiers 0.3 has no rubrics: a task's `@vf.reward` calls `score_reply` there, which raises where there is no reward, as
verifiers wants it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from plaudit._columns import DEADLINE_SECONDS_DEFAULT
from plaudit._gathering import score_one_async
from plaudit._rewarding import PATIENCE_SECONDS_DEFAULT, Row, Target, score_async
from plaudit._rollouts import Rollout, Rollouts, plain_value
from plaudit.errors import Error

__all__ = ["UnscoredError", "rubric", "score_reply"]

_STATE_KEY = "plaudit"


class UnscoredError(Error):
    """A rollout has no reward of its own; the text is its status."""


def rubric(
    reward: str | None = None,
    socket: str | None = None,
    *,
    group: bool = False,
    deadline: float = DEADLINE_SECONDS_DEFAULT,
    patience: float = PATIENCE_SECONDS_DEFAULT,
    failure_reward: float = 0.0,
    parser: Any = None,
) -> Any:
    """A `verifiers.Rubric`. The sidecar is asked at once for its components, so it must be running.

    `answer` is the expected answer; the entries of `info` and `answer` are sent where the configuration reads them.
    Afterwards ``state["plaudit"]`` holds the components and flags, and ``state["plaudit_status"]`` the status.

    Args:
        reward: the reward's name, else ``PLAUDIT_REWARD``.
        socket: the sidecar's socket, else ``PLAUDIT_SOCKET``.
        group: whether the rollouts of a group are scored together.
        deadline: seconds a call may take.
        patience: seconds without any answer after which it raises; verifiers logs that and takes 0.
        failure_reward: the reward of a call that failed.
        parser: the rubric's parser, which Plaudit does not need.
    """
    target = Target(reward, socket, deadline, patience)
    endpoint = target.endpoint()
    if endpoint.component_names is None:
        endpoint.meet(endpoint.client.hello())
    functions: list[Callable[..., Any]] = [
        _group_function(target, failure_reward) if group else _function(target, failure_reward)
    ]
    flat = Row(None, "", dict.fromkeys(endpoint.component_names or ())).flat()
    functions += [_metric(name) for name in flat]
    return importlib.import_module("verifiers").Rubric(
        funcs=functions, weights=[1.0] + [0.0] * len(flat), **({} if parser is None else {"parser": parser})
    )


async def score_reply(
    completion: Any,
    *,
    prompt: Any = None,
    answer: Any = None,
    columns: Mapping[str, Any] | None = None,
    target: Target = Target(),
) -> float:
    """The reward of one completion, for `@vf.reward` of verifiers 0.3 and later.

    Args:
        completion: the reply's text.
        prompt: what it answers.
        answer: the expected answer.
        columns: fields that the configuration may read.
        target: by default what ``PLAUDIT_SOCKET`` and ``PLAUDIT_REWARD`` name.

    Raises:
        UnscoredError: there is no score: a judge failed, the completion is unusable, or the sidecar did not answer.
    """
    row = await score_one_async(target, Rollout(completion, prompt, plain_value(answer), columns=columns or {}))
    if row.reward is None or not row.is_scored:
        raise UnscoredError(row.status)
    return row.reward


def _rollout(prompt: Any, completion: Any, answer: Any, info: Any) -> Rollout:
    columns = info if isinstance(info, Mapping) else {}
    return Rollout(completion, prompt, plain_value(answer), columns={"answer": answer, **columns})


def _note(state: dict[str, Any], row: Row, failure_reward: float) -> float:
    state[_STATE_KEY] = row.flat()
    state[f"{_STATE_KEY}_status"] = row.status
    return row.number(failure_reward)


def _function(target: Target, failure_reward: float) -> Callable[..., Any]:
    async def plaudit(prompt: Any, completion: Any, answer: Any, state: dict[str, Any], info: Any = None) -> float:
        return _note(state, await score_one_async(target, _rollout(prompt, completion, answer, info)), failure_reward)

    return plaudit


def _group_function(target: Target, failure_reward: float) -> Callable[..., Any]:
    async def plaudit(
        prompts: Sequence[Any],
        completions: Sequence[Any],
        answers: Sequence[Any],
        states: Sequence[dict[str, Any]],
        infos: Sequence[Any],
    ) -> list[float]:
        rows = list(map(_rollout, prompts, completions, answers, infos))
        grouped = [Rollout(r.completion, r.prompt, r.reference_answer, 0, columns=r.columns) for r in rows]
        rewards = await score_async(target, Rollouts.gathered(grouped))
        return [_note(state, row, failure_reward) for state, row in zip(states, rewards.rows())]

    return plaudit


def _metric(name: str) -> Callable[..., float]:
    """Reports what the reward function, which comes first, has noted."""

    def metric(state: Mapping[str, Any]) -> float:
        return float(state[_STATE_KEY][name])

    metric.__name__ = name
    return metric
