"""Whatever a judge's server does, every request is answered, a failure is no score, and the sidecar goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import plaudit
import pytest
from peers import WAIT_SECONDS, fault_server, settled_stats, sidecar, write_configuration

COMPLETIONS = ["Paris is the capital of France.", "The capital is Rome.", "I do not know."]
PROMPTS = ["What is the capital of France?"] * 3
BRIEF = [0.75, 1.0, 1.0]
"""What the rule says of them."""


@dataclass(frozen=True)
class Case:
    """What must come of a fault.

    Attributes:
        status: of the judge's component.
        attempts: requests for each call.
        words: what the rationale says.
    """

    status: str
    attempts: int
    words: str = ""


CASES: dict[str, Case] = {
    "honest": Case("scored", 1, "answers met"),
    "drip": Case("scored", 1, "answers met"),
    "passing": Case("scored", 2, "answers met"),
    # Retried, since it may pass.
    "reset": Case("neutral(transport)", 3, "transport"),
    "cut": Case("neutral(transport)", 3, "transport"),
    "garbage": Case("neutral(transport)", 3, "transport"),
    "storm": Case("neutral(rate_limited)", 3, "429"),
    "overloaded": Case("neutral(rate_limited)", 3, "529"),
    # The same error of a server twice is no passing one.
    "html": Case("neutral(transport)", 2, "500"),
    # Not retried: it would come again.
    "long-storm": Case("neutral(rate_limited)", 1, "429"),
    "key": Case("neutral(transport)", 1, "401"),
    "nowhere": Case("neutral(transport)", 1, "404"),
    "html-200": Case("neutral(parse_failed)", 1, "not JSON"),
    "half-json": Case("neutral(parse_failed)", 1, "not JSON"),
    "half-verdict": Case("neutral(parse_failed)", 1, "truncated"),
    "no-choice": Case("neutral(parse_failed)", 1),
    "empty": Case("neutral(parse_failed)", 1),
    "redirect": Case("neutral(parse_failed)", 1),
    "refusal": Case("neutral(refused)", 1, "I will not judge that."),
    "filter": Case("neutral(refused)", 1),
    "filter-400": Case("neutral(refused)", 1),
    # A second call asks for nothing but JSON.
    "prose": Case("neutral(parse_failed)", 2, "unparsable"),
}


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with fault_server(tmp_path_factory.mktemp("faults")) as (url, _):
        yield url


def reward(judge: str) -> dict[str, Any]:
    return {
        "components": {
            "brief": {"type": "length_penalty", "weight": 0.5, "target": [4, 4], "tolerance": 8},
            "good": {"type": "judge", "weight": 0.5, "judge": judge, "rubric": "answer"},
        }
    }


def configuration(url: str, *faults: str, **judging: Any) -> dict[str, Any]:
    """A reward for each fault, and one for a judge without a fault."""
    names = [*faults, *(["honest"] if "honest" not in faults else [])]
    return {
        "rewards": {name: reward(name) for name in names},
        "judges": {name: {"api": "openai", "url": f"{url}/{name}/v1", "model": "faulty"} for name in names},
        "rubrics": {"answer": {"criteria": [{"name": "answers", "text": "The reply answers the question."}]}},
        "judging": {"canaries": 0, **judging},
    }


def submit(client: plaudit.Client, fault: str, deadline: float = WAIT_SECONDS) -> Future[plaudit.Scored]:
    return client.submit(fault, COMPLETIONS, prompts=PROMPTS, group_ids=[1, 1, 1], rationales=True, deadline=deadline)


def check(scored: plaudit.Scored, case: Case) -> None:
    """The judge's component has its status in every row, and no failure is a score."""
    good = scored.components["good"]
    assert good.status == scored.status == [case.status] * 3
    assert list(scored.components["brief"].scores) == BRIEF
    if case.status == "scored":
        assert list(good.scores) == [1.0] * 3
        assert list(scored.rewards) == [(1 + brief) / 2 for brief in BRIEF]
        assert scored.degraded_groups == []
    else:
        assert list(scored.rewards) == BRIEF
        assert scored.degraded_groups == [1]
    for rationale in scored.rationales["good"]:
        assert rationale and case.words in rationale, rationale


@pytest.mark.parametrize("fault", CASES)
def test_a_fault_has_its_status(binary: Path, tmp_path: Path, url: str, fault: str) -> None:
    case = CASES[fault]
    with sidecar(binary, tmp_path, configuration(url, fault)) as client:
        check(submit(client, fault).result(WAIT_SECONDS), case)
        judging = settled_stats(client, questions=3)["judging"]
        assert judging["attempts"] == 3 * case.attempts
        assert judging["rate_limited"] == {"storm": 9, "long-storm": 3, "passing": 3}.get(fault, 0)
        # A judge beside it is asked as if nothing had happened.
        check(submit(client, "honest").result(WAIT_SECONDS), CASES["honest"])
        stats = settled_stats(client, questions=6)
    assert stats["rollouts_in"] == 6
    assert (stats["scored"], stats["neutral"]) == ((6, 0) if case.status == "scored" else (3, 3))


def test_an_account_without_credit_is_left_alone(binary: Path, tmp_path: Path, url: str) -> None:
    case = Case("neutral(budget)", 1)
    with sidecar(binary, tmp_path, configuration(url, "billing")) as client:
        check(submit(client, "billing").result(WAIT_SECONDS), case)
        attempts = settled_stats(client, questions=3)["judging"]["attempts"]
        assert 1 <= attempts <= 3
        check(submit(client, "billing").result(WAIT_SECONDS), case)
        assert settled_stats(client, questions=6)["judging"]["attempts"] == attempts


@pytest.mark.parametrize("fault", ["flood", "header-flood"])
def test_a_flood_ends(binary: Path, tmp_path: Path, url: str, fault: str) -> None:
    with sidecar(binary, tmp_path, configuration(url, fault)) as client:
        scored = submit(client, fault).result(WAIT_SECONDS)
        status = scored.status[0]
        assert status in ("neutral(transport)", "neutral(parse_failed)")
        check(scored, Case(status, 1))
        settled_stats(client, questions=3)
        check(submit(client, "honest").result(WAIT_SECONDS), CASES["honest"])


def test_a_request_is_answered_by_its_deadline(binary: Path, tmp_path: Path, url: str) -> None:
    # The client allows for half a second above the deadline that it names to the sidecar, and would raise past it.
    with sidecar(binary, tmp_path, configuration(url, "hang", "trickle")) as client:
        late = [submit(client, fault, deadline=5.0) for fault in ("hang", "trickle", "hang")]
        prompt = submit(client, "honest")
        check(prompt.result(WAIT_SECONDS), CASES["honest"])
        for future in late:
            check(future.result(WAIT_SECONDS), Case("neutral(timeout)", 1, "deadline"))
        stats = settled_stats(client, questions=12)
        assert (stats["scored"], stats["neutral"]) == (3, 9)


@pytest.mark.parametrize("fault", ["storm", "reset", "overloaded"])
def test_a_large_batch_is_answered_without_asking_for_ever(binary: Path, tmp_path: Path, url: str, fault: str) -> None:
    count = 200
    with sidecar(binary, tmp_path, configuration(url, fault)) as client:
        scored = client.score(
            fault, [f"It is number {row}." for row in range(count)], prompts=["Which is it?"] * count, deadline=6.0
        )
        stats = settled_stats(client, questions=count)
        # Whoever is failed by one judge can still ask another.
        check(submit(client, "honest").result(WAIT_SECONDS), CASES["honest"])
    good = scored.components["good"]
    assert set(good.status) <= {"neutral(timeout)", CASES[fault].status}
    assert scored.status == good.status
    assert list(scored.rewards) == list(scored.components["brief"].scores)
    assert (stats["rollouts_in"], stats["neutral"]) == (count, count)
    # A retry for each fifth call in ten seconds, or ten of them.
    assert stats["judging"]["retries"] <= max(20, 2 * count // 5)
    assert stats["judging"]["attempts"] <= count + stats["judging"]["retries"]


def test_an_attempt_that_hangs_is_given_up_and_repeated(binary: Path, tmp_path: Path, url: str) -> None:
    settings = configuration(url, "hang", timeout=0.2, warm_up_timeout=0.2, attempts=2)
    with sidecar(binary, tmp_path, settings) as client:
        check(submit(client, "hang").result(WAIT_SECONDS), Case("neutral(timeout)", 2))
        assert settled_stats(client, questions=3)["judging"]["attempts"] == 6


def test_what_one_judge_says_stands_when_the_other_hangs(binary: Path, tmp_path: Path, url: str) -> None:
    settings = configuration(url, "hang")
    settings["rewards"]["both"] = reward("honest")
    settings["rewards"]["both"]["components"]["never"] = {**reward("hang")["components"]["good"], "weight": 1}
    with sidecar(binary, tmp_path, settings) as client:
        scored = submit(client, "both", deadline=5.0).result(WAIT_SECONDS)
        settled_stats(client, questions=6)
    assert scored.components["good"].status == ["scored"] * 3
    assert scored.components["never"].status == scored.status == ["neutral(timeout)"] * 3
    assert list(scored.rewards) == [(1 + brief) / 2 for brief in BRIEF]


@pytest.mark.parametrize("difference", ["path", "socket", "header"])
def test_judges_are_told_apart_by_where_they_are(binary: Path, tmp_path: Path, difference: str) -> None:
    """The model's name is the same, as at gateways and at servers that do not care for it; the verdicts are not."""
    sockets = {fault: tmp_path / f"{fault}.sock" for fault in ("honest", "refusal")}
    with fault_server(tmp_path, *(f"{fault}={path}" for fault, path in sockets.items())) as (url, _):
        settings = configuration(url, "refusal")
        for fault, path in sockets.items():
            judge = settings["judges"][fault]
            if difference == "socket":
                judge["url"] = f"unix:{path}"
            elif difference == "header":
                judge.update(url=f"{url}/v1", headers={"X-Fault": fault})
        with sidecar(binary, tmp_path, settings) as client:
            check(submit(client, "honest").result(WAIT_SECONDS), CASES["honest"])
            check(submit(client, "refusal").result(WAIT_SECONDS), CASES["refusal"])


def test_a_panel_outvotes_a_judge_that_is_gone(binary: Path, tmp_path: Path, url: str) -> None:
    settings = configuration(url, "key", "drip")
    component = {"type": "judge", "weight": 0.5, "judges": ["honest", "key", "drip"], "quorum": 2, "rubric": "answer"}
    settings["rewards"]["honest"]["components"]["good"] = component
    del settings["rewards"]["key"], settings["rewards"]["drip"]
    with sidecar(binary, tmp_path, settings) as client:
        scored = submit(client, "honest").result(WAIT_SECONDS)
        assert settled_stats(client, questions=3)["judging"]["calls"] == 9
    check(scored, Case("scored", 1))


def test_another_endpoint_answers_for_one_that_fails(binary: Path, tmp_path: Path, url: str) -> None:
    settings = configuration(url)
    settings["judges"]["honest"] = {
        "api": "openai",
        "model": "faulty",
        "endpoints": [
            {"url": f"{url}/{fault}/v1", "weight": weight} for fault, weight in (("reset", 1000), ("honest", 1))
        ],
    }
    with sidecar(binary, tmp_path, settings) as client:
        check(submit(client, "honest").result(WAIT_SECONDS), CASES["honest"])
        settled_stats(client, questions=3)


def test_a_server_that_is_killed_in_mid_work(binary: Path, tmp_path: Path) -> None:
    with fault_server(tmp_path) as (url, process), sidecar(binary, tmp_path, configuration(url, "hang")) as client:
        future = submit(client, "hang")
        await_calls(client, 3)
        process.kill()
        check(future.result(WAIT_SECONDS), Case("neutral(transport)", 3, "transport"))
        check(submit(client, "honest").result(WAIT_SECONDS), Case("neutral(transport)", 3, "transport"))
        settled_stats(client, questions=6)


def test_a_cancelled_request_gives_its_calls_up(binary: Path, tmp_path: Path, url: str) -> None:
    with sidecar(binary, tmp_path, configuration(url, "hang")) as client:
        future = submit(client, "hang")
        await_calls(client, 3)
        assert future.cancel()
        while client.stats()["judging"]["in_flight"] > 0:
            sleep(0.02)
        check(submit(client, "honest").result(WAIT_SECONDS), CASES["honest"])


def test_a_reload_while_judges_are_asked_changes_the_next_request_only(binary: Path, tmp_path: Path, url: str) -> None:
    settings = configuration(url, "drip")
    with sidecar(binary, tmp_path, settings) as client:
        before = client.hello().config_hash
        future = submit(client, "drip")
        await_calls(client, 3)
        settings["judges"]["drip"]["url"] = f"{url}/refusal/v1"
        write_configuration(tmp_path / "rewards.yaml", settings)
        after = client.reload()
        refused = submit(client, "drip").result(WAIT_SECONDS)
        scored = future.result(WAIT_SECONDS)
    check(scored, CASES["drip"])
    check(refused, CASES["refusal"])
    assert (scored.config_hash, refused.config_hash) == (before, after)


def test_counters_of_judges_are_there_from_the_first_request_on(binary: Path, tmp_path: Path, url: str) -> None:
    for _ in range(30):
        with sidecar(binary, tmp_path, configuration(url)) as client:
            judging = client.stats()["judging"]
            assert {"questions", "calls", "in_flight", "rate_limited"} <= set(judging)
            assert set(judging["judges"]) == {"honest"}


def test_the_sidecar_stops_while_judges_hang(binary: Path, tmp_path: Path, url: str) -> None:
    path = write_configuration(tmp_path / "rewards.yaml", configuration(url, "hang"))
    started = plaudit.start(path, binary=binary, quiet=True, timeout=WAIT_SECONDS)
    with started.client(deadline=WAIT_SECONDS) as client:
        future = submit(client, "hang")
        await_calls(client, 3)
        started.stop(timeout=WAIT_SECONDS)
        check(future.result(WAIT_SECONDS), Case("neutral(shutting_down)", 1, "shutting down"))
    assert "ended with 0" in repr(started)
    assert not os.path.exists(started.socket)


def await_calls(client: plaudit.Client, count: int) -> None:
    """Waits until so many calls are at the judge."""
    ends = monotonic() + WAIT_SECONDS
    while client.stats()["judging"].get("in_flight", 0) < count:
        assert monotonic() < ends, "the judge is not asked"
        sleep(0.02)  # counters are renewed that often
