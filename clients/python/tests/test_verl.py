"""`plaudit.verl` as verl calls it, and the gathering of single calls."""

from __future__ import annotations

import asyncio
import functools
import importlib.util
import inspect
import math
import multiprocessing
import os
import pickle
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic
from typing import Any

import plaudit
import pytest
from adapter_sidecar import CONFIG, paused, payloads
from fake_sidecar import WAIT_SECONDS
from plaudit import _gathering, verl

pytestmark = pytest.mark.sidecar

SHORT_DEADLINE = 0.5
DEADLINE = 30.0
PROCESSES = 8
CALLS_A_PROCESS = 128

Verdict = dict[str, float]


def calls(count: int) -> list[dict[str, Any]]:
    """verl's keyword arguments, `count` of them, from its real payloads."""
    rows = payloads("verl_compute_score.jsonl")
    names = ("data_source", "solution_str", "ground_truth", "extra_info")
    return [{name: rows[index % len(rows)][name] for name in names} for index in range(count)]


async def at_once(compute: Callable[..., Any], arguments: list[dict[str, Any]]) -> list[tuple[Verdict, float]]:
    """All calls as verl's naive manager makes them: coroutines awaited, functions in the loop's own threads."""

    async def one(call: dict[str, Any]) -> tuple[Verdict, float]:
        begun = monotonic()
        if inspect.iscoroutinefunction(compute):
            verdict = await compute(**call)
        else:
            verdict = await asyncio.get_running_loop().run_in_executor(None, lambda: compute(**call))
        return verdict, monotonic() - begun

    return await asyncio.gather(*map(one, arguments))


@pytest.mark.parametrize("compute", [verl.compute_score, verl.compute_score_async])
def test_real_calls_have_the_scores_of_verls_own_function(
    trainer_sidecar: plaudit.Sidecar, compute: Callable[..., Any]
) -> None:
    rows = payloads("verl_compute_score.jsonl")
    function = functools.partial(compute, reward="numeric", socket=trainer_sidecar.socket)
    verdicts = [verdict for verdict, _ in asyncio.run(at_once(function, calls(len(rows))))]
    assert [verdict["score"] for verdict in verdicts] == [row["expected_default_compute_score"] for row in rows]
    assert all(verdict["plaudit/correct"] == verdict["score"] for verdict in verdicts)


@pytest.mark.parametrize("compute", [verl.compute_score, verl.compute_score_async])
def test_every_outcome_has_the_same_keys_and_finite_numbers(
    trainer_sidecar: plaudit.Sidecar, compute: Callable[..., Any]
) -> None:
    function = functools.partial(
        compute, "src", ground_truth=2, extra_info={"question": "1 + 1?"}, reward="judged",
        socket=trainer_sidecar.socket,
    )  # fmt: skip
    completions = ["good 2", "poor 3", "unreadable 2", "\udcff"]
    verdicts = [verdict for verdict, _ in asyncio.run(at_once(function, [{"solution_str": c} for c in completions]))]
    failing = functools.partial(function, deadline=SHORT_DEADLINE, failure_score=-1.0)
    verdicts += [verdict for verdict, _ in asyncio.run(at_once(failing, [{"solution_str": "silence 2"}]))]
    with paused(trainer_sidecar):
        verdicts += [verdict for verdict, _ in asyncio.run(at_once(failing, [{"solution_str": "good 2"}]))]
    assert [list(verdict) for verdict in verdicts] == [list(verdicts[0])] * 6
    assert all(type(value) is float and math.isfinite(value) for verdict in verdicts for value in verdict.values())
    flags = ["scored", "neutral", "error", "failed"]
    outcomes = [flags[[verdict[f"plaudit/{flag}"] for flag in flags].index(1.0)] for verdict in verdicts]
    assert outcomes[:4] == ["scored", "scored", "neutral", "error"] and outcomes[5] == "failed"
    assert outcomes[4] in ("neutral", "failed")  # on a busy machine the sidecar's word may come late
    assert all(sum(verdict[f"plaudit/{flag}"] for flag in flags) == 1 for verdict in verdicts)
    assert [verdict["score"] for verdict in verdicts[:3]] == [1.0, 0.0, 1.0] and verdicts[5]["score"] == -1.0


def test_mistakes_raise(trainer_sidecar: plaudit.Sidecar) -> None:
    call: dict[str, Any] = {"data_source": "s", "solution_str": "c", "ground_truth": None}
    call["socket"] = trainer_sidecar.socket
    with pytest.raises(ValueError, match="no reward"):
        verl.compute_score(**call, reward="nothing")
    with pytest.raises(plaudit.RequestError, match="reference_answers"):
        asyncio.run(verl.compute_score_async(**call, reward="numeric"))
    with pytest.raises(ValueError, match="deadline"):
        verl.compute_score(**call, reward="numeric", deadline=-1)


@pytest.mark.parametrize("compute", [verl.compute_score, verl.compute_score_async])
def test_a_sidecar_that_has_never_answered_raises(binary: Path, tmp_path: Path, compute: Callable[..., Any]) -> None:
    """Its components are not known, so no row could have the keys of the others."""
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(url="http://127.0.0.1:1/v1"))
    with plaudit.start(config, binary=binary, quiet=True) as sidecar, paused(sidecar):
        function = functools.partial(compute, reward="numeric", socket=sidecar.socket, deadline=SHORT_DEADLINE)
        with pytest.raises(plaudit.DeadlineError):
            asyncio.run(at_once(function, calls(2)))


def test_columns_of_extra_info_are_fields(trainer_sidecar: plaudit.Sidecar) -> None:
    call: dict[str, Any] = {"solution_str": "a blue one", "ground_truth": None, "reward": "tagged"}
    call["socket"] = trainer_sidecar.socket
    info = {"kind": "blue", "origin": "x", "image": object(), "num_turns": None}
    assert verl.compute_score("s", extra_info=info, **call)["score"] == 1.0
    assert verl.compute_score("s", extra_info={**info, "kind": "red"}, **call)["score"] == 0.0


def test_groups_travel_where_verl_tells_them(
    trainer_sidecar: plaudit.Sidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rollouts of one prompt that come together are compared with each other; an index counts within a data set."""
    monkeypatch.setattr(_gathering, "WINDOW_SECONDS", 0.5)  # together on a busy machine, too
    arguments = [
        {"data_source": source, "solution_str": text, "ground_truth": None, "extra_info": {"index": 7, "prompt": "p"}}
        for source, text in [("a", "good"), ("a", "poor"), ("b", "poor"), ("b", "good")]
    ]
    function = functools.partial(verl.compute_score_async, reward="better", socket=trainer_sidecar.socket)
    scores = [verdict["score"] for verdict, _ in asyncio.run(at_once(function, arguments))]
    assert scores[0] > 0.5 > scores[1] and scores[2] < 0.5 < scores[3]


def test_functions_pickle_and_load_from_their_path(trainer_sidecar: plaudit.Sidecar) -> None:
    assert pickle.loads(pickle.dumps(verl.compute_score)) is verl.compute_score
    assert not inspect.iscoroutinefunction(verl.compute_score)
    assert inspect.iscoroutinefunction(verl.compute_score_async)
    # As verl loads a path: without a place in sys.modules.
    spec = importlib.util.spec_from_file_location("custom_module", verl.__file__)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    call = {"ground_truth": 3, "reward": "numeric", "socket": trainer_sidecar.socket}
    assert module.compute_score("s", "#### 3", **call)["score"] == 1.0


def test_a_forked_child_gathers_by_itself(trainer_sidecar: plaudit.Sidecar) -> None:
    call = functools.partial(
        verl.compute_score, "s", "#### 3", 3, reward="numeric", socket=trainer_sidecar.socket, deadline=DEADLINE
    )
    assert call()["score"] == 1.0  # the parent's gatherer runs
    with multiprocessing.get_context("fork").Pool(2) as pool:
        assert [pool.apply_async(call).get(WAIT_SECONDS)["score"] for _ in range(3)] == [1.0] * 3
    assert call()["score"] == 1.0


def test_calls_of_threads_and_of_several_loops_share_batches(trainer_sidecar: plaudit.Sidecar) -> None:
    options: dict[str, Any] = {"reward": "numeric", "socket": trainer_sidecar.socket, "deadline": DEADLINE}
    threads = 16
    with trainer_sidecar.client(deadline=WAIT_SECONDS) as client, ThreadPoolExecutor(threads + 2) as pool:
        before = client.stats()
        loops = [
            pool.submit(asyncio.run, at_once(functools.partial(verl.compute_score_async, **options), calls(60)))
            for _ in range(2)
        ]
        single = [pool.submit(verl.compute_score, **call, **options) for call in calls(threads)]
        scores = [future.result(WAIT_SECONDS)["score"] for future in single]
        scores += [verdict["score"] for future in loops for verdict, _ in future.result(WAIT_SECONDS)]
        after = client.stats()
    assert len(scores) == threads + 120
    assert after["rollouts_in"] - before["rollouts_in"] == threads + 120
    assert after["requests"] - before["requests"] - 1 < 30


@pytest.mark.parametrize("compute", [verl.compute_score, verl.compute_score_async])
def test_a_judge_that_is_silent_makes_no_call_late(
    trainer_sidecar: plaudit.Sidecar, compute: Callable[..., Any]
) -> None:
    """All calls wait for the same judge, and each comes back by its own deadline."""
    deadline = 2.0
    function = functools.partial(
        compute, "s", ground_truth=2, extra_info={"prompt": "p"}, reward="judged", socket=trainer_sidecar.socket,
        deadline=deadline,
    )  # fmt: skip
    texts = [{"solution_str": f"silence {index}"} for index in range(4)]
    outcomes = asyncio.run(at_once(function, texts))
    assert [verdict["plaudit/neutral"] for verdict, _ in outcomes] == [1.0] * 4
    assert max(seconds for _, seconds in outcomes) <= deadline


def load(arguments: tuple[str, str, int]) -> tuple[list[float], float]:
    """One of verl's workers: its share of calls, all at once; their scores and the slowest one's seconds."""
    socket, name, count = arguments
    function = functools.partial(getattr(verl, name), reward="numeric", socket=socket, deadline=DEADLINE)
    outcomes = asyncio.run(at_once(function, calls(count)))
    return [verdict["score"] for verdict, _ in outcomes], max(seconds for _, seconds in outcomes)


@pytest.mark.parametrize("method", ["fork", "spawn"])
@pytest.mark.parametrize("name", ["compute_score", "compute_score_async"])
def test_1024_calls_from_8_processes_are_gathered_and_none_is_late(
    trainer_sidecar: plaudit.Sidecar, name: str, method: str
) -> None:
    share = (trainer_sidecar.socket, name, CALLS_A_PROCESS)
    expected = [row["expected_default_compute_score"] for row in payloads("verl_compute_score.jsonl")]
    with trainer_sidecar.client(deadline=WAIT_SECONDS) as client:
        before = client.stats()
        with multiprocessing.get_context(method).Pool(PROCESSES) as pool:
            outcomes = pool.map_async(load, [share] * PROCESSES, chunksize=1).get(4 * WAIT_SECONDS)
        after = client.stats()
    for scores, _ in outcomes:
        assert scores == [expected[index % len(expected)] for index in range(CALLS_A_PROCESS)]
    rollouts = after["rollouts_in"] - before["rollouts_in"]
    # The second `stats` counts itself. A process says hello, unless it was forked from one that had: up to eight more.
    requests = after["requests"] - before["requests"] - 1
    assert rollouts == PROCESSES * CALLS_A_PROCESS
    slowest = max(seconds for _, seconds in outcomes)
    print(f"{name}, {method}: {rollouts / requests:.1f} calls a request, the slowest took {slowest:.3f} s")
    # A loop's own threads are a few more than the cores, and no more than their calls can travel together.
    threads = min(32, (os.cpu_count() or 1) + 4)
    assert rollouts / requests >= (8 if name.endswith("_async") else min(8, threads / 2))
    assert slowest <= DEADLINE
