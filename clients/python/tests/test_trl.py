"""`plaudit.trl` as TRL calls it: keyword arguments, columns of the data set, loggers; and the judges."""

from __future__ import annotations

import asyncio
import functools
import inspect
import math
import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from typing import Any

import plaudit
import pytest
from adapter_sidecar import paused
from fake_sidecar import WAIT_SECONDS
from plaudit import trl

pytestmark = pytest.mark.sidecar

SHORT_DEADLINE = 0.5


class Trainer:
    """What of TRL's trainers a reward function gets to see."""

    def __init__(self) -> None:
        self.columns: dict[str, list[Any]] = {}
        self.metrics: dict[str, float] = {}

    def call(self, function: Callable[..., Any], **columns: Any) -> list[float | None]:
        loggers = {"log_extra": self.columns.__setitem__, "log_metric": self.metrics.__setitem__}
        outcome = function(trainer_state=object(), **loggers, **columns)
        rewards: list[float | None] = asyncio.run(outcome) if inspect.iscoroutine(outcome) else outcome
        return rewards


def both(*arguments: Any, **options: Any) -> list[Callable[..., Any]]:
    return [
        trl.reward_function(*arguments, **options),
        trl.reward_function(*arguments, asynchronous=True, **options),
    ]


@pytest.mark.parametrize("index", [0, 1], ids=["sync", "async"])
def test_rewards_and_components_are_those_of_the_sidecar(trainer_sidecar: plaudit.Sidecar, index: int) -> None:
    completions = ["12 + 7 = 19", "It is 20.", "one two three four five six seven 19"]
    trainer = Trainer()
    rewards = trainer.call(
        both("sums", trainer_sidecar.socket)[index], prompts=["p"] * 3, completions=completions, answer=["19"] * 3
    )
    with trainer_sidecar.client(deadline=WAIT_SECONDS) as client:
        scored = client.score("sums", completions, reference_answers=["19"] * 3)
    assert rewards == list(scored.rewards)
    assert trainer.columns["plaudit/status"] == ["scored"] * 3
    for name, component in scored.components.items():
        assert trainer.columns[f"plaudit/{name}"] == list(component.scores)
        assert trainer.metrics[f"plaudit/{name}/mean"] == pytest.approx(float(component.scores.mean()), abs=1e-15)
        assert trainer.metrics[f"plaudit/{name}/scored"] == 1.0
    assert trainer.metrics["plaudit/scored"] == 1.0


def test_conversations_are_scored_by_their_last_assistant_turn(trainer_sidecar: plaudit.Sidecar) -> None:
    completion = [
        {"role": "assistant", "content": "#### 1", "tool_calls": [{"function": {"name": "add"}}]},
        {"role": "tool", "name": "add", "content": "2"},
        {"role": "assistant", "content": [{"type": "text", "text": "#### "}, {"type": "text", "text": "2"}]},
    ]
    prompt = [{"role": "user", "content": [{"type": "image"}, {"type": "text", "text": "1 + 1?"}]}]
    function = trl.reward_function("numeric", trainer_sidecar.socket)
    assert function(prompts=[prompt], completions=[completion], solution=["2"]) == [1.0]


def test_token_ids_become_token_counts(trainer_sidecar: plaudit.Sidecar) -> None:
    function = trl.reward_function("tokens", trainer_sidecar.socket)
    ids = [list(range(count)) for count in (10, 15, 25)]
    assert function(prompts=["p"] * 3, completions=["c"] * 3, completion_ids=ids) == [0.0, -0.5, -1.0]


def test_token_ids_are_sent_where_a_component_looks_at_them(trainer_sidecar: plaudit.Sidecar) -> None:
    function = trl.reward_function("repeats", trainer_sidecar.socket)
    for _ in range(2):
        rewards = Trainer().call(function, completions=["a", "b"], completion_ids=[[1, 2, 1, 2], [1, 2, 3, 4]])
        assert rewards == pytest.approx([2 / 3 - 1, 0.0], abs=1e-12)


def test_only_columns_that_the_configuration_reads_are_sent(trainer_sidecar: plaudit.Sidecar) -> None:
    """A data set has images and nested columns, which no request can carry; they must not matter."""
    function = trl.reward_function("tagged", trainer_sidecar.socket)
    columns = {"kind": ["blue", "red"], "origin": ["a", None], "image": [object(), object()], "settings": [1, 2]}
    trainer = Trainer()
    assert trainer.call(function, prompts=["p", "q"], completions=["a blue one", "a blue one"], **columns) == [1.0, 0.0]
    assert trainer.columns["plaudit/origin"] == [1.0, None]
    # A structure goes out as JSON text, and what is none is told by name.
    assert function(prompts=["p"], completions=['say ["x"]'], kind=[["x"]], origin=[""]) == [1.0]
    with pytest.raises(TypeError, match="field 'kind' cannot be sent.*row 0 holds a object"):
        function(prompts=["p"], completions=["c"], kind=[object()], origin=[""])


def test_a_column_that_is_missing_is_told_by_name(trainer_sidecar: plaudit.Sidecar) -> None:
    with pytest.raises(plaudit.RequestError, match="kind|origin"):
        trl.reward_function("tagged", trainer_sidecar.socket)(prompts=["p"], completions=["c"])
    with pytest.raises(KeyError, match="gold"):
        trl.reward_function("sums", trainer_sidecar.socket, reference_column="gold")(completions=["c"], answer=["1"])
    with pytest.raises(ValueError, match="no reward 'nothing'; it has numeric, sums"):
        trl.reward_function("nothing", trainer_sidecar.socket)(completions=["c"])


def test_a_failed_judge_makes_only_its_row_none(trainer_sidecar: plaudit.Sidecar) -> None:
    call = {"prompts": ["p"] * 3, "completions": ["good 2", "unreadable 2", "poor 3"], "answer": [2] * 3}
    trainer = Trainer()
    assert trainer.call(trl.reward_function("judged", trainer_sidecar.socket), **call) == [1.0, None, 0.0]
    assert trainer.columns["plaudit/status"] == ["scored", "neutral(parse_failed)", "scored"]
    assert trainer.columns["plaudit/quality"] == [1.0, None, 0.0]
    assert trainer.columns["plaudit/correct"] == [1.0, 1.0, 0.0]
    assert trainer.metrics["plaudit/quality/mean"] == 0.5
    assert trainer.metrics["plaudit/quality/scored"] == pytest.approx(2 / 3)
    kept = trl.reward_function("judged", trainer_sidecar.socket, neutral="value")
    assert kept(**call) == [1.0, 1.0, 0.0]


def test_an_unusable_completion_makes_only_its_row_none(trainer_sidecar: plaudit.Sidecar) -> None:
    function = trl.reward_function("sums", trainer_sidecar.socket)
    assert function(completions=["19", "\udcff", None], answer=["19"] * 3) == [1.0, None, None]


@pytest.mark.parametrize("index", [0, 1], ids=["sync", "async"])
def test_a_failed_batch_logs_the_same_names(trainer_sidecar: plaudit.Sidecar, index: int) -> None:
    fine, failed = Trainer(), Trainer()
    call = {"prompts": ["p"], "answer": [1]}
    assert fine.call(both("judged", trainer_sidecar.socket)[index], completions=["good 1"], **call) == [1.0]
    with paused(trainer_sidecar):
        function = both("judged", trainer_sidecar.socket, deadline=SHORT_DEADLINE)[index]
        assert failed.call(function, completions=["good 1"], **call) == [None]
    assert failed.columns.keys() == fine.columns.keys() and failed.metrics.keys() == fine.metrics.keys()
    assert failed.columns["plaudit/status"] == ["failed(deadline)"]
    assert failed.metrics["plaudit/scored"] == 0.0 and math.isnan(failed.metrics["plaudit/quality/mean"])


def test_a_silent_judge_costs_its_part_and_the_deadline_is_kept(trainer_sidecar: plaudit.Sidecar) -> None:
    trainer = Trainer()
    function = trl.reward_function("judged", trainer_sidecar.socket, deadline=SHORT_DEADLINE)
    assert trainer.call(function, prompts=["p"] * 2, completions=["silence", "good"], answer=[1, 1])[0] is None
    # On a busy machine the sidecar's own word may come late.
    assert trainer.columns["plaudit/status"][0] in ("neutral(timeout)", "failed(deadline)")


def test_group_ids_follow_equal_prompts(trainer_sidecar: plaudit.Sidecar) -> None:
    """GRPO repeats a prompt next to itself, Online DPO the whole batch; a preference sees which belong together."""
    function = trl.reward_function("better", trainer_sidecar.socket)
    grouped = function(prompts=["p", "p", "q", "q"], completions=["good", "poor", "poor", "good"])
    interleaved = function(prompts=["p", "q"] * 2, completions=["good", "poor", "poor", "good"])
    assert grouped[0] > 0.5 > grouped[1] and grouped[2] < 0.5 < grouped[3]  # type: ignore[operator]
    assert interleaved == [grouped[0], grouped[2], grouped[1], grouped[3]]


def test_a_prompt_that_comes_twice_makes_two_groups_of_num_generations(trainer_sidecar: plaudit.Sidecar) -> None:
    call = {"prompts": ["p"] * 4, "completions": ["good", "poor", "bad", "worse"]}
    one = trl.reward_function("better", trainer_sidecar.socket)(**call)
    two = trl.reward_function("better", trainer_sidecar.socket, num_generations=2)(**call)
    assert one[0] > one[2] and two[2] == two[3] == 0.5  # type: ignore[operator]  # the second pair only meets itself


@pytest.mark.parametrize("index", [0, 1], ids=["sync", "async"])
def test_functions_pickle_are_recognised_and_have_a_name(trainer_sidecar: plaudit.Sidecar, index: int) -> None:
    plain = [trl.plaudit_reward, trl.plaudit_reward_async][index]
    function = both("sums", trainer_sidecar.socket)[index]
    for candidate in (plain, function, pickle.loads(pickle.dumps(function))):
        assert inspect.iscoroutinefunction(candidate) == bool(index)
        assert candidate.__name__ == plain.__name__
    assert pickle.loads(pickle.dumps(plain)) is plain
    # As newer versions of TRL find the name.
    assert isinstance(function, functools.partial) and function.func.__name__ == plain.__name__


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_functions_work_in_other_processes(trainer_sidecar: plaudit.Sidecar, method: str) -> None:
    function = trl.reward_function("sums", trainer_sidecar.socket)
    call = functools.partial(function, prompts=["p", "p"], completions=["19", "20"], answer=["19", "19"])
    expected = call()  # a connection is open when the process forks
    with ProcessPoolExecutor(2, mp_context=multiprocessing.get_context(method)) as pool:
        assert [future.result(WAIT_SECONDS) for future in [pool.submit(call) for _ in range(4)]] == [expected] * 4
    assert call() == expected


def test_the_environment_says_where_and_which(
    trainer_sidecar: plaudit.Sidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ValueError, match="PLAUDIT_REWARD"):
        trl.plaudit_reward(completions=["c"])
    monkeypatch.setenv("PLAUDIT_REWARD", "numeric")
    with pytest.raises(ValueError, match="PLAUDIT_SOCKET"):
        trl.plaudit_reward(completions=["c"])
    monkeypatch.setenv("PLAUDIT_SOCKET", trainer_sidecar.socket)
    assert trl.plaudit_reward(completions=["#### 3", "4"], ground_truth=[3, 3]) == [1.0, 0.0]
    assert asyncio.run(trl.plaudit_reward_async(completions=["#### 3"], ground_truth=[3])) == [1.0]


def test_pairwise_judge_keeps_minus_one(trainer_sidecar: plaudit.Sidecar) -> None:
    pairs = [["good", "poor"], ["poor", "good"], ["some", "other"], ["unreadable", "poor"]]
    prompts = ["p"] * 4
    assert trl.PairwiseJudge("better", trainer_sidecar.socket).judge(prompts, pairs) == [0, 1, -1, -1]
    judge = trl.PairwiseJudge("better", trainer_sidecar.socket, tie=0)
    assert judge.judge(prompts, pairs, shuffle_order=True) == [0, 1, 0, -1]
    assert judge.judge([], []) == []


def test_rank_judge_puts_the_best_first(trainer_sidecar: plaudit.Sidecar) -> None:
    judge = trl.RankJudge("judged", trainer_sidecar.socket)
    with pytest.raises(plaudit.RequestError, match="reference_answers"):
        judge.judge(["p"], [["good"]])
    judge = trl.RankJudge("better", trainer_sidecar.socket)
    assert judge.judge(["p", "q"], [["poor", "good"], ["good", "poor"]]) == [[1, 0], [0, 1]]
    judge = trl.RankJudge("half", trainer_sidecar.socket)
    groups = [["poor", "good", "good too"], ["good", "unreadable"]]
    assert judge.judge(["p", "q"], groups) == [[1, 2, 0], [-1, -1]]


def test_binary_judge_takes_gold_completions(trainer_sidecar: plaudit.Sidecar) -> None:
    judge = trl.BinaryJudge("judged", trainer_sidecar.socket, threshold=0.75)
    completions = ["good 2", "good 3", "unreadable 2"]
    assert judge.judge(["p"] * 3, completions, ["2"] * 3) == [1, 0, -1]
