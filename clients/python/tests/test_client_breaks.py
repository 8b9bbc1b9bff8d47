"""The blocking client when the sidecar breaks off or talks nonsense, and in other processes than its own."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from pathlib import Path
from time import monotonic
from typing import Any

import plaudit
import pytest
from calls import SHORT_SECONDS, MakeSidecar, in_thread, values
from fake_sidecar import WAIT_SECONDS, FakeSidecar, Peer, behave, frame, lengths, score_result

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
        {"config_hash": 7},
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
