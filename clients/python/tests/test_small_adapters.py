"""AReaL, slime, verifiers and Ray: the adapters that are thin."""

from __future__ import annotations

import asyncio
import math
import multiprocessing
import pickle
import sys
import types
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from enum import Enum
from functools import partial
from typing import Any

import numpy
import plaudit
import pytest
from adapter_sidecar import paused
from fake_sidecar import WAIT_SECONDS
from plaudit import areal, ray, slime, verifiers

pytestmark = pytest.mark.sidecar


@pytest.fixture
def told(trainer_sidecar: plaudit.Sidecar, monkeypatch: pytest.MonkeyPatch) -> plaudit.Sidecar:
    """The environment names the sidecar, and the reward `half`."""
    monkeypatch.setenv("PLAUDIT_SOCKET", trainer_sidecar.socket)
    monkeypatch.setenv("PLAUDIT_REWARD", "half")
    return trainer_sidecar


# AReaL


def test_areal_gets_a_float(trainer_sidecar: plaudit.Sidecar) -> None:
    data_set: dict[str, Any] = {"answer": "19", "prompt": "kept", "messages": [{"role": "user", "content": "p"}]}
    for asynchronous in (False, True):
        function = areal.reward_function("sums", trainer_sidecar.socket, asynchronous=asynchronous)
        outcome: Any = function("p", "It is 19<|im_end|>", [1], [2, 3], **data_set)
        reward = asyncio.run(outcome) if asynchronous else outcome
        assert type(reward) is float and reward == 1.0
    assert areal.reward_function("tokens", trainer_sidecar.socket)("p", "c", [1], list(range(15))) == -0.5


def test_areal_by_the_environment(told: plaudit.Sidecar) -> None:
    assert areal.reward_fn("p", "good", [1], [2], prompt="a column of that name") == 1.0
    assert asyncio.run(areal.reward_fn_async("p", "poor", [1], [2])) == 0.0


def test_areal_in_a_pool_of_processes(trainer_sidecar: plaudit.Sidecar) -> None:
    function = areal.reward_function("numeric", trainer_sidecar.socket)
    calls = [partial(function, "p", f"#### {number}", [1], [2], answer=3) for number in range(6)]
    for method in ("fork", "spawn"):
        with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
            rewards = [pool.submit(call).result(WAIT_SECONDS) for call in calls]
        assert rewards == [float(number == 3) for number in range(6)]


def test_areal_gets_the_failure_reward(trainer_sidecar: plaudit.Sidecar) -> None:
    assert areal.reward_function("numeric", trainer_sidecar.socket)("p", "3", [1], [2], answer=3) == 1.0
    hurried = areal.reward_function("numeric", trainer_sidecar.socket, deadline=0.5, failure_reward=0.125)
    with paused(trainer_sidecar):
        assert hurried("p", "3", [1], [2], answer=3) == 0.125


# slime


class Status(Enum):
    COMPLETED = "completed"
    TRUNCATED = "truncated"


@dataclass
class Sample:
    """What of slime's samples a reward function reads."""

    response: str
    prompt: Any = "p"
    label: Any = None
    group_index: int | None = None
    response_length: int = 3
    status: Status = Status.COMPLETED
    metadata: dict[str, Any] = field(default_factory=dict)


def test_slime_scores_a_sample_and_notes_its_components(told: plaudit.Sidecar) -> None:
    samples = [Sample("good"), Sample("poor"), Sample("unreadable", status=Status.TRUNCATED)]

    async def one_by_one() -> list[float]:
        return await asyncio.gather(*[slime.custom_rm(None, sample, evaluation=True) for sample in samples])

    assert asyncio.run(one_by_one()) == [1.0, 0.0, 0.5]
    assert samples[0].metadata["plaudit"]["plaudit/quality"] == 1.0
    assert samples[2].metadata["plaudit"]["plaudit/neutral"] == 1.0


def test_slime_scores_a_group_together(told: plaudit.Sidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUDIT_REWARD", "better")
    samples = [Sample("good", group_index=5), Sample("poor", group_index=5)]
    rewards = asyncio.run(slime.custom_rm(None, samples))
    assert rewards[0] > 0.5 > rewards[1]
    assert asyncio.run(slime.custom_rm(None, [])) == []
    with pytest.raises(ValueError, match="differ"):
        asyncio.run(slime.custom_rm(None, [Sample("good"), Sample("poor", label="x")]))


def test_slime_by_a_function_that_was_told(trainer_sidecar: plaudit.Sidecar) -> None:
    function = pickle.loads(pickle.dumps(slime.reward_function("numeric", trainer_sidecar.socket)))
    assert asyncio.run(function(None, Sample("#### 2", label=2))) == 1.0
    hurried = slime.reward_function("numeric", trainer_sidecar.socket, deadline=0.5, failure_reward=0.25)
    with paused(trainer_sidecar):
        assert asyncio.run(hurried(None, [Sample("#### 2", label=2)])) == [0.25]


# verifiers


class Rubric:
    """What verifiers' rubric is given, called as it calls: functions in order, and only with what they name."""

    def __init__(self, funcs: list[Any], weights: list[float]) -> None:
        self.funcs, self.weights = funcs, weights

    def score(self, state: dict[str, Any]) -> dict[str, float]:
        known = {**state, "state": state}
        return {function.__name__: self._call(function, known) for function in self.funcs}

    def score_group(self, states: list[dict[str, Any]]) -> list[float]:
        known = {f"{key}s": [state[key] for state in states] for key in states[0]}
        rewards: list[float] = self._call(self.funcs[0], {**known, "states": states})
        return rewards

    def _call(self, function: Any, known: dict[str, Any]) -> Any:
        names = function.__code__.co_varnames[: function.__code__.co_argcount]
        outcome = function(**{name: known[name] for name in names})
        return asyncio.run(outcome) if asyncio.iscoroutine(outcome) else outcome


@pytest.fixture
def rubrics(monkeypatch: pytest.MonkeyPatch) -> None:
    module = types.ModuleType("verifiers")
    vars(module).update(Rubric=Rubric)
    monkeypatch.setitem(sys.modules, "verifiers", module)


def state(text: str, answer: Any = 2) -> dict[str, Any]:
    turn = {"role": "assistant", "content": text}
    return {"prompt": [{"role": "user", "content": "p"}], "completion": [turn], "answer": answer, "info": {}}


def test_a_rubrics_functions_are_the_reward_and_its_components(rubrics: None, trainer_sidecar: plaudit.Sidecar) -> None:
    rubric = verifiers.rubric("judged", trainer_sidecar.socket)
    assert rubric.weights == [1.0] + [0.0] * (len(rubric.funcs) - 1)
    rollout = state("good 2")
    scores = rubric.score(rollout)
    assert (
        scores["plaudit"] == scores["plaudit/correct"] == scores["plaudit/quality"] == scores["plaudit/scored"] == 1.0
    )
    assert rollout["plaudit_status"] == "scored"
    assert rubric.score(state("unreadable 2"))["plaudit/neutral"] == 1.0


def test_a_rubric_scores_groups(rubrics: None, trainer_sidecar: plaudit.Sidecar) -> None:
    rubric = verifiers.rubric("better", trainer_sidecar.socket, group=True)
    rewards = rubric.score_group([state("good"), state("poor")])
    assert rewards[0] > 0.5 > rewards[1]


def test_a_reply_without_a_reward_raises(told: plaudit.Sidecar) -> None:
    assert asyncio.run(verifiers.score_reply("good", prompt="p")) == 1.0
    with pytest.raises(verifiers.UnscoredError, match="neutral.parse_failed"):
        asyncio.run(verifiers.score_reply("unreadable", prompt="p"))


# Ray


def test_rays_actor_scores_many_batches_at_once(trainer_sidecar: plaudit.Sidecar) -> None:
    scorer = pickle.loads(pickle.dumps(ray.Scorer("judged", trainer_sidecar.socket)))

    async def both() -> list[dict[str, list[Any]]]:
        batches = [["good 2", "unreadable 2"], ["poor 3", "unreadable 2"]]
        calls = [scorer.score(batch, prompts=["p", "p"], reference_answers=[2, 2]) for batch in batches]
        return list(await asyncio.gather(*calls))

    first, second = asyncio.run(both())
    assert first["plaudit/reward"] == [1.0, 1.0] and second["plaudit/reward"] == [0.0, 1.0]
    assert first["plaudit/status"] == ["scored", "neutral(parse_failed)"]
    assert first["plaudit/quality"] == [1.0, None]


def test_rays_batches_get_columns(trainer_sidecar: plaudit.Sidecar) -> None:
    scorer = pickle.loads(pickle.dumps(ray.BatchScorer("judged", trainer_sidecar.socket)))
    batch = {
        "prompt": numpy.array(["p", "p"]),
        "completion": numpy.array(["good 2", "unreadable 2"]),
        "answer": numpy.array([2, 2]),
    }
    scored = scorer(batch)
    assert scored["completion"] is batch["completion"]
    assert scored["plaudit/reward"] == [1.0, 1.0] and scored["plaudit/correct"] == [1.0, 1.0]
    assert scored["plaudit/quality"][0] == 1.0 and math.isnan(scored["plaudit/quality"][1])
