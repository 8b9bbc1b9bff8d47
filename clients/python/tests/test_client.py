"""The blocking client against a fake sidecar: what it sends, and how it ends when the sidecar misbehaves."""

from __future__ import annotations

import math
import socket
from concurrent.futures import CancelledError, Future
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import plaudit
import pytest
from calls import SHORT_SECONDS, MakeSidecar, in_thread, values
from fake_sidecar import WAIT_SECONDS, FakeSidecar, Peer, behave, lengths, score_result

# What it sends and returns.


def test_scores_a_batch(client: plaudit.Client, sidecar: FakeSidecar) -> None:
    scored = client.score(
        "r",
        ["a", b"bcd", [{"role": "assistant", "content": "ef"}], None],
        prompts=["p", "q", [{"role": "user", "content": "hi"}], "s"],
        reference_answers=[1, "two", 3.5, None],
        group_ids=["g", "g", 1, 1],
        fields={"language": ["de", "fr", "en", None]},
        rationales=True,
        deadline=10,
    )
    assert values(scored) == [1.0, 3.0, 2.0, 0.0]
    assert scored.status == ["scored"] * 4
    assert list(scored.components) == ["length", "format"]
    assert list(scored.components["format"].scores) == [1.0] * 4
    assert scored.components["format"].status == ["scored"] * 4
    assert scored.config_hash == "c0ffee"
    assert scored.usage["judge_calls"] == 0
    assert len(scored) == 4
    _, _, method, params = sidecar.next_request()
    assert method == "score"
    assert params == {
        "reward": "r",
        "completions": ["a", b"bcd", "ef", None],
        "prompts": ["p", "q", [{"role": "user", "content": "hi"}], "s"],
        "reference_answers": [1, "two", 3.5, None],
        "group_ids": ["g", "g", 1, 1],
        "fields": {"language": ["de", "fr", "en", None]},
        "rationales": True,
        "deadline_ms": 9_000,
    }


def test_rewards_are_a_writable_numpy_array(client: plaudit.Client) -> None:
    numpy = pytest.importorskip("numpy")
    scored = client.score("r", ["a", "bc"])
    assert scored.rewards.dtype == numpy.float64
    scored.rewards[0] = 7.0
    assert values(scored) == [7.0, 2.0]


def test_statuses_and_rationales_are_named(sidecars: MakeSidecar) -> None:
    def some_lost(peer: Peer, msgid: int, method: str, params: Any) -> None:
        result = score_result([1.0, 0.0, 0.0], status=b"\x00\x10\x20", rationales={"length": ["fine", None, None]})
        peer.reply(msgid, {**result, "degraded_groups": ["g"], "a_newer_key": [1, 2]})

    with plaudit.Client(sidecars(some_lost).path) as client:
        scored = client.score("r", ["a", "b", "c"], group_ids=["g"] * 3, rationales=True)
    assert scored.status == ["scored", "neutral(timeout)", "error(invalid_utf8)"]
    assert scored.rationales == {"length": ["fine", None, None]}
    assert scored.degraded_groups == ["g"]
    assert "2 not scored" in repr(scored)


def test_the_small_methods(client: plaudit.Client) -> None:
    hello = client.hello()
    assert (hello.version, hello.rewards, hello.components) == ("9", ["r"], {"r": ["length", "format"]})
    assert hello.limits.rollouts == 4096
    assert client.ping() == 1234
    assert client.stats()["requests"] == 3
    assert client.reload() == "beef"


def test_an_empty_batch_is_a_batch(client: plaudit.Client) -> None:
    assert values(client.score("r", [])) == []


def test_a_lone_surrogate_is_that_rollouts_matter(client: plaudit.Client, sidecar: FakeSidecar) -> None:
    client.score("r", ["fine", "broken \ud800"], prompts=["p", "q"])
    _, _, _, params = sidecar.next_request()
    assert params["completions"] == [b"fine", b"broken \xed\xa0\x80"]
    with pytest.raises(ValueError, match=r"prompts\[1\]"):
        client.score("r", ["a", "b"], prompts=["p", "\udfff"])
    future = client.submit("r", ["\ud800"])
    assert values(future.result()) == [3.0]


def test_a_refused_request_says_why(sidecars: MakeSidecar) -> None:
    def refuse(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.refuse(msgid, 4, "unknown_reward", "no reward r", reward="r", known=["s"])

    with plaudit.Client(sidecars(refuse).path) as client:
        with pytest.raises(plaudit.RequestError) as caught:
            client.score("r", ["a"])
        assert (caught.value.code, caught.value.name) == (4, "unknown_reward")
        assert caught.value.details == {"reward": "r", "known": ["s"]}
        with pytest.raises(plaudit.RequestError):
            client.submit("r", ["a"]).result()


def test_a_value_that_cannot_be_sent_breaks_nothing(client: plaudit.Client, sidecar: FakeSidecar) -> None:
    assert client.ping() == 1234
    with pytest.raises(TypeError, match="object"):
        client.score("r", ["a"], fields={"x": [object()]})  # type: ignore[list-item]
    assert client.ping() == 1234
    assert sidecar.accepted.qsize() == 1


@pytest.mark.parametrize("deadline", [0, -1, math.inf, math.nan, 1e9])
def test_a_deadline_must_end(client: plaudit.Client, deadline: float) -> None:
    with pytest.raises(ValueError, match="deadline"):
        client.ping(deadline=deadline)


def test_the_socket_may_come_from_the_environment(sidecar: FakeSidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUDIT_SOCKET", str(sidecar.path))
    with plaudit.Client() as client:
        assert client.ping() == 1234
    monkeypatch.delenv("PLAUDIT_SOCKET")
    with pytest.raises(ValueError, match="PLAUDIT_SOCKET"):
        plaudit.Client()


def test_large_requests_and_replies(sidecars: MakeSidecar) -> None:
    rationale = "y" * 3_000_000

    def talkative(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.reply(msgid, score_result(lengths(params), rationales={"length": [rationale, None]}))

    with plaudit.Client(sidecars(talkative).path, deadline=20) as client:
        for _ in range(2):
            scored = client.score("r", ["x" * 5_000_000, "z"], rationales=True)
            assert values(scored) == [5_000_000.0, 1.0]
            assert scored.rationales["length"][0] == rationale


# Many at once.


def test_threads_share_one_connection_and_get_their_own_replies(sidecars: MakeSidecar) -> None:
    """Replies are held back and sent in reverse: a client that answers in order of arrival would swap them."""
    held: list[tuple[int, Any]] = []
    threads_count = 8

    def reverse(peer: Peer, msgid: int, method: str, params: Any) -> None:
        held.append((msgid, params))
        if len(held) == threads_count:
            for known, asked in reversed(held):
                peer.reply(known, score_result(lengths(asked)))
            held.clear()

    sidecar = sidecars(reverse)
    with plaudit.Client(sidecar.path, deadline=WAIT_SECONDS) as client:

        def work(length: int) -> bool:
            return all(values(client.score("r", ["x" * (length + turn)])) == [length + turn] for turn in range(50))

        futures = [in_thread(partial(work, length)) for length in range(threads_count)]
        assert all(future.result(timeout=WAIT_SECONDS) for future in futures)
    assert sidecar.accepted.qsize() == 1


def test_futures_pipeline_and_come_in_any_order(sidecars: MakeSidecar) -> None:
    held: list[tuple[int, Any]] = []

    def reverse(peer: Peer, msgid: int, method: str, params: Any) -> None:
        held.append((msgid, params))
        if len(held) == 100:
            for known, asked in reversed(held):
                peer.reply(known, score_result(lengths(asked)))

    with plaudit.Client(sidecars(reverse).path) as client:
        futures = [client.submit("r", ["x" * length]) for length in range(100)]
        assert [values(future.result(timeout=WAIT_SECONDS)) for future in futures] == [[float(n)] for n in range(100)]


def test_futures_and_threads_together(client: plaudit.Client) -> None:
    def work() -> bool:
        return all(values(client.score("r", ["ab"])) == [2.0] for _ in range(200))

    threads = [in_thread(work) for _ in range(3)]
    futures = [client.submit("r", ["x" * length]) for length in range(200)]
    assert [values(future.result(timeout=WAIT_SECONDS)) for future in futures] == [[float(n)] for n in range(200)]
    assert all(thread.result(timeout=WAIT_SECONDS) for thread in threads)


def test_a_future_may_be_open_while_a_blocking_call_reads(sidecars: MakeSidecar) -> None:
    """The blocking call's reply never comes, the future's does: the two must not wait for each other."""

    def only_score(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method == "score":
            peer.reply(msgid, score_result(lengths(params)))

    sidecar = sidecars(only_score)
    with plaudit.Client(sidecar.path) as client:
        blocked = in_thread(lambda: client.ping(deadline=1.0))
        assert sidecar.next_request()[2] == "ping"
        assert values(client.submit("r", ["abc"]).result(timeout=WAIT_SECONDS)) == [3.0]
        with pytest.raises(plaudit.DeadlineError):
            blocked.result(timeout=WAIT_SECONDS)


def test_a_callback_may_call_the_client(client: plaudit.Client) -> None:
    done: Future[int] = Future()

    def when_scored(future: Future[plaudit.Scored]) -> None:
        done.set_result(client.ping(deadline=5.0))

    client.submit("r", ["abc"]).add_done_callback(when_scored)
    assert done.result(timeout=WAIT_SECONDS) == 1234


# Deadlines.


def test_a_silent_sidecar_ends_the_call_at_its_deadline_and_is_told(sidecars: MakeSidecar) -> None:
    def silent_at_score(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method != "score":
            behave(peer, msgid, method, params)

    sidecar = sidecars(silent_at_score)
    with plaudit.Client(sidecar.path) as client:
        begun = monotonic()
        with pytest.raises(plaudit.DeadlineError):
            client.score("r", ["a"], deadline=SHORT_SECONDS)
        assert SHORT_SECONDS <= monotonic() - begun < 5
        _, msgid, _, _ = sidecar.next_request()
        _, _, method, params = sidecar.next_request()
        assert (method, params) == ("cancel", {"msgid": msgid})
        assert client.ping() == 1234
    assert sidecar.accepted.qsize() == 1


def test_a_late_reply_is_dropped_and_the_connection_stays(sidecars: MakeSidecar) -> None:
    late: list[tuple[int, Any]] = []

    def late_with_the_first(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method == "score" and not late:
            late.append((msgid, params))
        elif method == "score":
            peer.reply(late[0][0], score_result([99.0]))
            peer.reply(msgid, score_result(lengths(params)))

    sidecar = sidecars(late_with_the_first)
    with plaudit.Client(sidecar.path) as client:
        with pytest.raises(plaudit.DeadlineError):
            client.score("r", ["first"], deadline=SHORT_SECONDS)
        assert values(client.score("r", ["ab"])) == [2.0]
    assert sidecar.accepted.qsize() == 1


def test_futures_have_deadlines_of_their_own(sidecars: MakeSidecar) -> None:
    def silent(peer: Peer, msgid: int, method: str, params: Any) -> None:
        pass

    sidecar = sidecars(silent)
    with plaudit.Client(sidecar.path, deadline=WAIT_SECONDS) as client:
        patient = client.submit("r", ["a"])
        begun = monotonic()
        hasty = client.submit("r", ["b"], deadline=SHORT_SECONDS)
        with pytest.raises(plaudit.DeadlineError):
            hasty.result(timeout=WAIT_SECONDS)
        assert monotonic() - begun < 5
        assert not patient.done()
        requests = [sidecar.next_request() for _ in range(3)]
        assert [method for _, _, method, _ in requests] == ["score", "score", "cancel"]
        assert requests[2][3] == {"msgid": requests[1][1]}
    with pytest.raises(plaudit.ConnectionError):
        patient.result(timeout=WAIT_SECONDS)


def test_a_cancelled_future_is_taken_back(sidecars: MakeSidecar) -> None:
    def silent_at_score(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method != "score":
            behave(peer, msgid, method, params)

    sidecar = sidecars(silent_at_score)
    with plaudit.Client(sidecar.path) as client:
        future = client.submit("r", ["a"])
        assert future.cancel()
        with pytest.raises(CancelledError):
            future.result()
        _, msgid, _, _ = sidecar.next_request()
        _, _, method, params = sidecar.next_request()
        assert (method, params) == ("cancel", {"msgid": msgid})
        assert client.ping() == 1234


def test_a_sidecar_that_takes_no_bytes_ends_the_call_at_its_deadline(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        client = plaudit.Client(tmp_path / "s")
        with pytest.raises(plaudit.DeadlineError):
            client.score("r", ["x" * 10_000_000], deadline=SHORT_SECONDS)
        client.close()


def test_a_full_backlog_ends_the_call_at_its_deadline(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen(0)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as first:
            first.connect(str(tmp_path / "s"))
            with pytest.raises(plaudit.DeadlineError):
                plaudit.Client(tmp_path / "s").ping(deadline=SHORT_SECONDS)


def test_a_sidecar_that_never_answers_is_replaced_in_the_end(
    sidecars: MakeSidecar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plaudit._connection.ABANDONED_CALLS_MAX", 4)

    def silent(peer: Peer, msgid: int, method: str, params: Any) -> None:
        pass

    sidecar = sidecars(silent)
    with plaudit.Client(sidecar.path, deadline=0.1) as client:
        for _ in range(4):
            with pytest.raises(plaudit.DeadlineError):
                client.ping()
    assert sidecar.accepted.qsize() == 2
