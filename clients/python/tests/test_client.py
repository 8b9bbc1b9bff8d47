"""The blocking client against a fake sidecar: what it sends, and how it ends when the sidecar misbehaves."""

from __future__ import annotations

import math
import multiprocessing
import os
import pickle
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

import plaudit
import pytest
from fake_sidecar import WAIT_SECONDS, FakeSidecar, Peer, behave, frame, lengths, score_result

MakeSidecar = Callable[..., FakeSidecar]

SHORT_SECONDS = 0.15
"""A deadline that is meant to pass."""


def values(scored: plaudit.Scored) -> list[float]:
    return [float(reward) for reward in scored.rewards]


def in_thread(work: Callable[[], Any]) -> Future[Any]:
    """Runs `work` in a thread of its own."""
    future: Future[Any] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as problem:
            future.set_exception(problem)

    threading.Thread(target=run, daemon=True).start()
    return future


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


# Broken connections.


def test_no_sidecar_is_an_error_at_once(tmp_path: Path) -> None:
    client = plaudit.Client(tmp_path / "nobody")
    with pytest.raises(plaudit.ConnectionError, match="plaudit serve") as caught:
        client.ping()
    assert not caught.value.sent
    assert isinstance(caught.value, ConnectionError)
    with pytest.raises(plaudit.ConnectionError, match="too long"):
        plaudit.Client("/tmp/" + "x" * 200).ping()


def test_a_restarted_sidecar_is_found_again(sidecars: MakeSidecar) -> None:
    first = sidecars()
    client = plaudit.Client(first.path)
    assert client.ping() == 1234
    first.stop()
    second = sidecars()
    assert client.ping() == 1234
    assert second.accepted.qsize() == 1
    second.stop()
    with pytest.raises(plaudit.ConnectionError):
        client.ping()
    client.close()


def test_a_sidecar_killed_in_mid_call_fails_it_at_once_and_nothing_is_repeated(sidecars: MakeSidecar) -> None:
    def die(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.close()

    sidecar = sidecars(die)
    with plaudit.Client(sidecar.path, deadline=WAIT_SECONDS) as client:
        with pytest.raises(plaudit.ConnectionError) as caught:
            client.score("r", ["a"])
        assert caught.value.sent
        with pytest.raises(plaudit.ConnectionError):
            client.submit("r", ["b"]).result(timeout=WAIT_SECONDS)
    assert [sidecar.next_request()[3]["completions"] for _ in range(2)] == [["a"], ["b"]]
    assert sidecar.seen.empty()


def test_every_call_in_flight_fails_when_the_connection_breaks(sidecars: MakeSidecar) -> None:
    arrived = threading.Barrier(4)

    def wait_then_die(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if sidecar.seen.qsize() == 6:
            peer.close()

    sidecar = sidecars(wait_then_die)
    with plaudit.Client(sidecar.path, deadline=WAIT_SECONDS) as client:

        def call() -> None:
            arrived.wait()
            client.ping()

        threads = [in_thread(call) for _ in range(3)]
        arrived.wait()
        futures = [client.submit("r", ["a"]) for _ in range(3)]
        begun = monotonic()
        for future in threads + futures:
            with pytest.raises(plaudit.ConnectionError):
                future.result(timeout=WAIT_SECONDS)
        assert monotonic() - begun < 5


@pytest.mark.parametrize("cut", [1, 4, 5, 6, 40])
def test_half_a_reply_and_then_the_end(sidecars: MakeSidecar, cut: int) -> None:
    def half(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.send(frame([1, msgid, None, score_result(lengths(params))])[:cut])
        peer.close()

    with plaudit.Client(sidecars(half).path, deadline=WAIT_SECONDS) as client:
        with pytest.raises(plaudit.ConnectionError, match="in the middle of a reply"):
            client.score("r", ["a"])


def test_half_a_reply_and_then_silence_and_then_the_rest(sidecars: MakeSidecar) -> None:
    rest: list[bytes] = []

    def half(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method == "score":
            whole = frame([1, msgid, None, score_result(lengths(params))])
            peer.send(whole[:20])
            rest.append(whole[20:])
        elif method == "ping":
            peer.send(rest.pop())
            behave(peer, msgid, method, params)

    sidecar = sidecars(half)
    with plaudit.Client(sidecar.path) as client:
        with pytest.raises(plaudit.DeadlineError):
            client.score("r", ["a"], deadline=SHORT_SECONDS)
        assert client.ping() == 1234
    assert sidecar.accepted.qsize() == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"\xce\xff\xff\xff\xff",
        b"\xce\x00\x00\x00\x00",
        b"\xce\x00\x00\x00\x02\xc1\xc1",
        frame({"not": "rpc"}),
        frame([1, 4_000_000_000, None, {}]),
        frame([0, 1, "score", {}]),
    ],
    ids=["http", "bomb", "empty", "not_msgpack", "not_rpc", "wrong_msgid", "a_request"],
)
def test_garbage_fails_the_call_and_the_next_one_connects_again(sidecars: MakeSidecar, answer: bytes) -> None:
    def garbage_at_score(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method == "score":
            peer.send(answer)
        else:
            behave(peer, msgid, method, params)

    sidecar = sidecars(garbage_at_score)
    with plaudit.Client(sidecar.path, deadline=WAIT_SECONDS) as client:
        with pytest.raises(plaudit.ConnectionError):
            client.score("r", ["a"])
        assert client.ping() == 1234
    assert sidecar.accepted.qsize() == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"rewards": b"1234567"},
        {"rewards": bytes(16)},
        {"status": b""},
        {"rewards": None},
        {"components": {"length": {"scores": bytes(16), "status": bytes(2)}}},
        {"components": []},
    ],
)
def test_a_result_of_the_wrong_shape_is_an_error_not_a_reward(sidecars: MakeSidecar, changes: dict[str, Any]) -> None:
    def wrong(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.reply(msgid, {**score_result([1.0]), **changes})

    with plaudit.Client(sidecars(wrong).path) as client:
        with pytest.raises(plaudit.ConnectionError):
            client.score("r", ["a"]).components["length"].scores  # noqa: B018


def test_an_error_of_the_whole_connection_is_told(sidecars: MakeSidecar) -> None:
    def give_up(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.refuse(None, 1, "bad_frame", "not MessagePack", offset=5)
        peer.close()

    with plaudit.Client(sidecars(give_up).path) as client:
        with pytest.raises(plaudit.ConnectionError, match=r"bad_frame \(1\): not MessagePack"):
            client.score("r", ["a"])


def test_an_early_refusal_of_a_large_request_is_read(sidecars: MakeSidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sidecar refuses by the header alone and closes, while the client is still sending."""

    def never(peer: Peer, msgid: int, method: str, params: Any) -> None:
        raise AssertionError("the body is not read")

    sidecar = sidecars(never)

    def read_header_only(peer: Peer) -> Any:
        if peer.read_exactly(5) is not None:
            peer.refuse(1, 5, "too_large", "100 bytes at most", limit=100)

    monkeypatch.setattr(Peer, "read_message", read_header_only)
    with plaudit.Client(sidecar.path, deadline=WAIT_SECONDS) as client:
        with pytest.raises(plaudit.RequestError) as caught:
            client.score("r", ["x" * 20_000_000])
    assert caught.value.name == "too_large"


def test_closing_fails_what_is_in_flight_and_allows_new_calls(sidecars: MakeSidecar) -> None:
    def silent_at_score(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method != "score":
            behave(peer, msgid, method, params)

    sidecar = sidecars(silent_at_score)
    client = plaudit.Client(sidecar.path, deadline=WAIT_SECONDS)
    blocked = in_thread(lambda: client.score("r", ["a"]))
    sidecar.next_request()
    client.close()
    with pytest.raises(plaudit.ConnectionError, match="closed"):
        blocked.result(timeout=WAIT_SECONDS)
    assert client.ping() == 1234
    client.close()
    client.close()


def test_a_dropped_client_closes_its_connection(sidecar: FakeSidecar) -> None:
    client = plaudit.Client(sidecar.path)
    client.submit("r", ["a"]).result(timeout=WAIT_SECONDS)
    del client
    sidecar.closed.get(timeout=WAIT_SECONDS)


# Processes.


def test_a_forked_child_makes_its_own_connection(client: plaudit.Client, sidecar: FakeSidecar) -> None:
    assert values(client.submit("r", ["a"]).result(timeout=WAIT_SECONDS)) == [1.0]
    child = os.fork()
    if child == 0:
        try:
            good = values(client.score("r", ["abc"])) == [3.0]
            good = good and values(client.submit("r", ["ab"]).result(timeout=WAIT_SECONDS)) == [2.0]
            os._exit(0 if good else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert client.ping() == 1234
    assert sidecar.accepted.qsize() == 2


def test_a_fork_while_another_thread_is_in_a_call(sidecars: MakeSidecar) -> None:
    """The child inherits locks that nobody will release, and a socket whose replies are not its own."""
    release = threading.Event()

    def hold_the_first(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method == "ping":
            release.wait(WAIT_SECONDS)
        behave(peer, msgid, method, params)

    sidecar = sidecars(hold_the_first)
    with plaudit.Client(sidecar.path, deadline=WAIT_SECONDS) as client:
        blocked = in_thread(client.ping)
        sidecar.next_request()
        link = client._link()
        with link._lock:
            child = os.fork()
            if child == 0:
                try:
                    os._exit(0 if values(client.score("r", ["abc"], deadline=5)) == [3.0] else 1)
                except BaseException:
                    os._exit(2)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        release.set()
        assert blocked.result(timeout=WAIT_SECONDS) == 1234


def score_in_worker(client: plaudit.Client) -> list[float]:
    return values(client.score("r", ["abcd"]))


def test_a_client_travels_to_spawned_workers(client: plaudit.Client) -> None:
    assert client.ping() == 1234
    copy = pickle.loads(pickle.dumps(client))
    assert (copy.socket, copy.deadline) == (client.socket, client.deadline)
    assert copy.ping() == 1234
    copy.close()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(score_in_worker, [client, client]) == [[4.0], [4.0]]
        pool.close()
        pool.join()


@pytest.mark.parametrize(
    "problem",
    [
        plaudit.RequestError(3, "bad_request", "no", {"column": "ids"}),
        plaudit.ConnectionError("gone", sent=True),
        plaudit.DeadlineError("late"),
    ],
)
def test_errors_travel_between_processes(problem: plaudit.Error) -> None:
    copy = pickle.loads(pickle.dumps(problem))
    assert (type(copy), str(copy), copy.__dict__) == (type(problem), str(problem), problem.__dict__)


def test_an_interrupt_leaves_the_client_usable(sidecars: MakeSidecar) -> None:
    class Interrupted(Exception):
        pass

    def interrupt(signum: int, stack: object) -> None:
        raise Interrupted

    def signal_at_score(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method == "score":
            os.kill(os.getpid(), signal.SIGUSR1)
        else:
            behave(peer, msgid, method, params)

    before = signal.signal(signal.SIGUSR1, interrupt)
    try:
        with plaudit.Client(sidecars(signal_at_score).path, deadline=WAIT_SECONDS) as client:
            for _ in range(5):
                with pytest.raises(Interrupted):
                    client.score("r", ["a"])
                assert client.ping() == 1234
    finally:
        signal.signal(signal.SIGUSR1, before)
