"""What all adapters share: what is a failure, what a mistake, and how rollouts become columns."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy
import plaudit
import pytest
import uvloop
from adapter_sidecar import CONFIG, paused
from fake_sidecar import WAIT_SECONDS
from plaudit._rewarding import Rewards, Target, close_async_clients, score, score_async
from plaudit._rollouts import Rollout, Rollouts, plain_value, prompt_groups, reference_column, without_tokens

SHORT_DEADLINE = 0.5

Score = Callable[[Target, Rollouts], Rewards]


def in_loop(target: Target, rollouts: Rollouts) -> Rewards:
    return asyncio.run(score_async(target, rollouts))


def in_uvloop(target: Target, rollouts: Rollouts) -> Rewards:
    """In the loop that Ray's asynchronous actors run in, and with them verl's workers."""
    loop = uvloop.new_event_loop()
    try:
        return loop.run_until_complete(_ask_and_close(target, rollouts))
    finally:
        loop.close()


async def _ask_and_close(target: Target, rollouts: Rollouts) -> Rewards:
    try:
        return await score_async(target, rollouts)
    finally:
        await close_async_clients()


both = pytest.mark.parametrize("ask", [score, in_loop, in_uvloop], ids=["sync", "async", "uvloop"])


@pytest.mark.sidecar
@both
def test_a_sidecar_that_was_never_there_raises_at_once(ask: Score, tmp_path: Path) -> None:
    target = Target("numeric", str(tmp_path / "nobody.sock"), deadline=WAIT_SECONDS)
    with pytest.raises(plaudit.ConnectionError, match="no sidecar answers"):
        ask(target, Rollouts(["c"]))


@pytest.mark.sidecar
@both
def test_a_restarted_sidecar_is_waited_for(
    ask: Score, binary: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    config, socket = tmp_path / "config.yaml", tmp_path / "s.sock"
    config.write_text(CONFIG.format(url="http://127.0.0.1:1/v1"))
    target = Target("numeric", str(socket), deadline=WAIT_SECONDS)
    hurried = replace(target, deadline=SHORT_DEADLINE)
    rollouts = Rollouts(["#### 2"], reference_answers=[2])
    with plaudit.start(config, socket, binary, quiet=True):
        assert ask(target, rollouts).rewards == [1.0]
    with caplog.at_level(logging.INFO, "plaudit"):
        gone = ask(hurried, rollouts)
        assert gone.status == ["failed(connection)"] and gone.rewards == [None] and gone.scores == {"correct": [None]}
        assert ask(hurried, rollouts).rewards == [None]
        with plaudit.start(config, socket, binary, quiet=True):
            assert ask(target, rollouts).rewards == [1.0]
    told = [record.getMessage() for record in caplog.records]
    assert len(told) == 2 and "no rewards from" in told[0] and "answers again" in told[1]


@pytest.mark.sidecar
@both
def test_a_sidecar_that_stays_away_raises_when_patience_ends(ask: Score, binary: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(url="http://127.0.0.1:1/v1"))
    rollouts = Rollouts(["#### 2"], reference_answers=[2])
    with plaudit.start(config, binary=binary, quiet=True) as sidecar:
        target = Target("numeric", sidecar.socket, deadline=WAIT_SECONDS)
        patient = replace(target, deadline=SHORT_DEADLINE)
        impatient = replace(patient, patience=SHORT_DEADLINE / 2)
        assert ask(target, rollouts).rewards == [1.0]
        with paused(sidecar):
            assert ask(patient, rollouts).status == ["failed(deadline)"]
            with pytest.raises(plaudit.DeadlineError):
                ask(impatient, rollouts)
        # What was answered in between begins the count anew.
        assert ask(target, rollouts).rewards == [1.0]
        with paused(sidecar):
            assert ask(impatient, rollouts).status == ["failed(deadline)"]


@pytest.mark.sidecar
@both
def test_statuses_become_columns(ask: Score, trainer_sidecar: plaudit.Sidecar) -> None:
    completions = ["good 2", "unreadable 2", None]
    rollouts = Rollouts(completions, ["p"] * 3, [2, 2, 2])
    rewards = ask(Target("judged", trainer_sidecar.socket, WAIT_SECONDS), rollouts)
    assert rewards.status == ["scored", "neutral(parse_failed)", "error(wrong_type)"]
    assert rewards.scores["quality"] == [1.0, None, None] and rewards.scores["correct"] == [1.0, 1.0, None]
    flats = [row.flat() for row in rewards.rows()]
    assert [flat.keys() for flat in flats] == [flats[0].keys()] * 3
    for index, name in enumerate(["scored", "neutral", "error"]):
        assert [flat[f"plaudit/{name}"] for flat in flats] == [float(row == index) for row in range(3)]
    assert [flat["plaudit/failed"] for flat in flats] == [0.0] * 3
    assert flats[1]["plaudit/quality"] == 0.0 and flats[1]["plaudit/quality/scored"] == 0.0
    failed = Rewards.failed(1, ["correct", "quality"], "deadline").row(0)
    assert failed.flat().keys() == flats[0].keys() and failed.flat()["plaudit/failed"] == 1.0
    assert failed.number(0.25) == 0.25 and rewards.row(1).number(0.25) == rewards.rewards[1]


@pytest.mark.sidecar
@both
def test_no_rollouts_are_no_call(ask: Score, trainer_sidecar: plaudit.Sidecar) -> None:
    assert len(ask(Target("judged", trainer_sidecar.socket), Rollouts([]))) == 0


@pytest.mark.parametrize(
    ("entry", "value"),
    [
        ("text", "text"),
        (None, None),
        (True, True),
        (7, 7),
        (2**80, str(2**80)),
        (0.5, 0.5),
        (numpy.float32(0.5), 0.5),
        (numpy.int64(3), 3),
        (numpy.bool_(True), True),
        (numpy.str_("x"), "x"),
        (numpy.array("y"), "y"),
        (numpy.array([1, 2]), "[1,2]"),
        (["a", {"b": None}], '["a",{"b":null}]'),
        ({"b": 1, "a": numpy.array([0.5])}, '{"a":[0.5],"b":1}'),
    ],
)
def test_what_data_sets_hold_becomes_a_plain_value(entry: Any, value: Any) -> None:
    plain = plain_value(entry)
    assert plain == value and type(plain) is type(value)


def test_what_is_no_value_is_refused() -> None:
    with pytest.raises(TypeError):
        plain_value(object())


def test_reference_answers_are_found_by_their_usual_names() -> None:
    assert reference_column({"answer": 1, "solution": 2}, None) == 1
    assert reference_column({"answer": None, "solution": 2}, None) == 2
    assert reference_column({"answer": 1, "gold": 3}, "gold") == 3
    assert reference_column({"other": 1}, None) is None


def test_equal_prompts_are_a_group_wherever_they_stand() -> None:
    conversation = [{"role": "user", "content": "a"}]
    same = [{"role": "user", "content": [{"type": "text", "text": "a"}]}]
    assert prompt_groups(["a", "a", "b", "a"]) == [0, 0, 1, 0]
    assert prompt_groups([conversation, same, "a", [{"role": "system", "content": "a"}]]) == [0, 0, 1, 2]
    assert prompt_groups(["a"] * 5 + ["b"], size=2) == [0, 0, 1, 1, 2, 3]


def test_rollouts_of_one_shape_become_columns() -> None:
    rows = [Rollout("c", "p", 1, 0, 5, False, {"x": 1}), Rollout("d", "q", 2, 1, 6, True, {"y": 2})]
    assert rows[0].shape == rows[1].shape != Rollout("c").shape
    assert Rollouts.gathered(rows) == Rollouts(
        ["c", "d"], ["p", "q"], [1, 2], [0, 1], [5, 6], [False, True], {"x": [1, None], "y": [None, 2]}
    )


def test_special_tokens_are_cut_from_the_end_only() -> None:
    assert without_tokens("It is </s> 4<|im_end|>\n<|endoftext|></s>") == "It is </s> 4"
    assert without_tokens("It is 4\n") == "It is 4\n"
