"""Plaudit behind OpenRLHF: `reward_func` for `--reward.remote_url`, which takes a path ending in .py.

    echo 'from plaudit.openrlhf import reward_func' >reward.py
    PLAUDIT_SOCKET=/run/plaudit.sock PLAUDIT_REWARD=answer python -m openrlhf.cli.train_ppo_ray --reward.remote_url
    reward.py ...

OpenRLHF sends one rollout a call, from many threads; calls that come together travel together. It knows no missing
reward, and takes None for "ask the reward model", which fails much later: so there always is a number, and `extra_logs`
says what it is worth. Nothing here imports OpenRLHF; torch, which it brings, is imported when a reward is returned.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Sequence
from typing import Any

from plaudit._columns import DEADLINE_SECONDS_DEFAULT
from plaudit._gathering import score_one
from plaudit._rewarding import PATIENCE_SECONDS_DEFAULT, Target, score
from plaudit._rollouts import END_TOKENS, Rollout, Rollouts, plain_value, without_tokens

__all__ = ["reward_func", "reward_function"]


def reward_func(
    queries: Sequence[str],
    prompts: Sequence[str],
    labels: Sequence[Any],
    *,
    target: Target = Target(),
    failure_reward: float = 0.0,
    end_tokens: Sequence[str] = END_TOKENS,
    **_other: Any,
) -> dict[str, Any]:
    """The rewards of a batch, which OpenRLHF makes of one rollout. Called by OpenRLHF.

    Args:
        queries: prompt and completion as one text, special tokens included.
        prompts: the prompts. A completion is its query behind the prompt; a query without its prompt has none, and
            the status `error`.
        labels: the expected answers; may be None.
        target: by default what ``PLAUDIT_SOCKET`` and ``PLAUDIT_REWARD`` name.
        failure_reward: the reward of a call that failed.
        end_tokens: special tokens that are cut from the end of completions.

    Returns:
        `rewards` and `scores`: tensors of float32; `extra_logs`: a tensor for each flag and component, the same names
        in every call.
    """
    rollouts = [
        Rollout(_completion(query, prompt, end_tokens), prompt, plain_value(label))
        for query, prompt, label in zip(queries, prompts, labels)
    ]
    if len(rollouts) == 1:
        rows = [score_one(target, rollouts[0])]
    else:
        rows = score(target, Rollouts.gathered(rollouts)).rows() if rollouts else []
    rewards = _tensor([row.number(failure_reward) for row in rows])
    flats = [row.flat() for row in rows]
    logs = {name: _tensor([flat[name] for flat in flats]) for name in (flats[0] if flats else ())}
    return {"rewards": rewards, "scores": rewards, "extra_logs": logs}


def reward_function(
    reward: str | None = None,
    socket: str | None = None,
    *,
    deadline: float = DEADLINE_SECONDS_DEFAULT,
    patience: float = PATIENCE_SECONDS_DEFAULT,
    failure_reward: float = 0.0,
    end_tokens: Sequence[str] = END_TOKENS,
) -> functools.partial[dict[str, Any]]:
    """A `reward_func` that was told what the environment tells the other; it pickles.

    ``reward_func = plaudit.openrlhf.reward_function("answer", "/run/plaudit.sock")``

    Args:
        reward: the reward's name, else ``PLAUDIT_REWARD``.
        socket: the sidecar's socket, else ``PLAUDIT_SOCKET``.
        deadline: seconds a call may take.
        patience: seconds without any answer after which it raises.
        failure_reward: the reward of a call that failed.
        end_tokens: special tokens that are cut from the end of completions.
    """
    return functools.partial(
        reward_func,
        target=Target(reward, socket, deadline, patience),
        failure_reward=failure_reward,
        end_tokens=tuple(end_tokens),
    )


def _completion(query: str, prompt: str, end_tokens: Sequence[str]) -> str | None:
    """What stands behind the prompt. A tokenizer may have put its own first token before it."""
    begin = query.find(prompt)
    if begin < 0:
        return None
    return without_tokens(query[begin + len(prompt) :], end_tokens)


def _tensor(values: Sequence[float]) -> Any:
    torch = importlib.import_module("torch")
    return torch.tensor(values, dtype=torch.float32)
