"""The asyncio client against a fake sidecar."""

from __future__ import annotations

import asyncio
import os
import pickle
import socket
from pathlib import Path
from typing import Any

import plaudit
import pytest
from calls import SHORT_SECONDS, MakeSidecar, values
from fake_sidecar import WAIT_SECONDS, FakeSidecar, Peer, behave, frame, lengths, score_result


def test_the_same_methods_as_coroutines(sidecar: FakeSidecar) -> None:
    async def main() -> None:
        async with plaudit.AsyncClient(sidecar.path) as client:
            scored = await client.score("r", ["a", b"bc", None], prompts=["p", "q", "s"], rationales=True)
            assert values(scored) == [1.0, 2.0, 0.0]
            assert values(await client.score("r", ["\ud800"])) == [3.0]
            assert await client.ping() == 1234
            assert (await client.stats())["requests"] == 3
            assert await client.reload() == "beef"
            assert (await client.hello()).rewards == ["r"]

    asyncio.run(main())
    assert sidecar.accepted.qsize() == 1


def test_calls_pipeline_on_one_connection_and_come_in_any_order(sidecars: MakeSidecar) -> None:
    held: list[tuple[int, Any]] = []

    def reverse(peer: Peer, msgid: int, method: str, params: Any) -> None:
        held.append((msgid, params))
        if len(held) == 100:
            for known, asked in reversed(held):
                peer.reply(known, score_result(lengths(asked)))

    sidecar = sidecars(reverse)

    async def main() -> None:
        async with plaudit.AsyncClient(sidecar.path) as client:
            scored = await asyncio.gather(*[client.score("r", ["x" * length]) for length in range(100)])
            assert [values(one) for one in scored] == [[float(length)] for length in range(100)]

    asyncio.run(main())
    assert sidecar.accepted.qsize() == 1


def test_large_requests_and_replies(sidecars: MakeSidecar) -> None:
    rationale = "y" * 3_000_000

    def talkative(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.reply(msgid, score_result(lengths(params), rationales={"length": [rationale]}))

    async def main() -> None:
        async with plaudit.AsyncClient(sidecars(talkative).path) as client:
            calls = [client.score("r", [letter * 3_000_000], rationales=True) for letter in "abc"]
            for scored in await asyncio.gather(*calls):
                assert values(scored) == [3_000_000.0]
                assert scored.rationales["length"] == [rationale]

    asyncio.run(main())


def test_a_silent_sidecar_ends_the_call_at_its_deadline_and_is_told(sidecars: MakeSidecar) -> None:
    def silent_at_score(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method != "score":
            behave(peer, msgid, method, params)

    sidecar = sidecars(silent_at_score)

    async def main() -> None:
        async with plaudit.AsyncClient(sidecar.path) as client:
            with pytest.raises(plaudit.DeadlineError):
                await client.score("r", ["a"], deadline=SHORT_SECONDS)
            assert await client.ping() == 1234

    asyncio.run(main())
    _, msgid, _, _ = sidecar.next_request()
    _, _, method, params = sidecar.next_request()
    assert (method, params) == ("cancel", {"msgid": msgid})


def test_a_cancelled_task_takes_its_request_back(sidecars: MakeSidecar) -> None:
    def silent_at_score(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method != "score":
            behave(peer, msgid, method, params)

    sidecar = sidecars(silent_at_score)

    async def main() -> int:
        async with plaudit.AsyncClient(sidecar.path) as client:
            task = asyncio.create_task(client.score("r", ["a"]))
            _, msgid, _, _ = await asyncio.to_thread(sidecar.next_request)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            assert await client.ping() == 1234
            return msgid

    msgid = asyncio.run(main())
    _, _, method, params = sidecar.next_request()
    assert (method, params) == ("cancel", {"msgid": msgid})


def test_the_sidecars_own_deadline_is_told_as_it_said_it(sidecars: MakeSidecar) -> None:
    def late(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.refuse(msgid, 9, "deadline", "the queue was too long")

    async def main() -> None:
        async with plaudit.AsyncClient(sidecars(late).path) as client:
            with pytest.raises(plaudit.DeadlineError, match="queue"):
                await client.score("r", ["a"])

    asyncio.run(main())


@pytest.mark.parametrize("cut", [0, 3, 30])
def test_a_sidecar_killed_in_mid_call_fails_all_at_once(sidecars: MakeSidecar, cut: int) -> None:
    def die(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if params.get("completions") == ["last"]:
            peer.send(frame([1, msgid, None, score_result([1.0])])[:cut])
            peer.close()

    async def main() -> None:
        async with plaudit.AsyncClient(sidecars(die).path, deadline=WAIT_SECONDS) as client:
            calls = [client.score("r", [word]) for word in ("first", "second", "last")]
            for outcome in await asyncio.gather(*calls, return_exceptions=True):
                assert isinstance(outcome, plaudit.ConnectionError) and outcome.sent

    asyncio.run(main())


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400\r\n", frame([1, 77, None, {}]), frame([1, None, [1, "b", "", {}], None])]
)
def test_garbage_fails_the_call_and_the_next_one_connects_again(sidecars: MakeSidecar, answer: bytes) -> None:
    def garbage_at_score(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if method == "score":
            peer.send(answer)
        else:
            behave(peer, msgid, method, params)

    sidecar = sidecars(garbage_at_score)

    async def main() -> None:
        async with plaudit.AsyncClient(sidecar.path, deadline=WAIT_SECONDS) as client:
            with pytest.raises(plaudit.ConnectionError):
                await client.score("r", ["a"])
            assert await client.ping() == 1234

    asyncio.run(main())
    assert sidecar.accepted.qsize() == 2


def test_a_restarted_sidecar_is_found_again(sidecars: MakeSidecar) -> None:
    async def main() -> None:
        first = sidecars()
        async with plaudit.AsyncClient(first.path) as client:
            assert await client.ping() == 1234
            await asyncio.to_thread(first.stop)
            with pytest.raises(plaudit.ConnectionError):
                for _ in range(3):  # the loop may or may not have seen the end when the next call is made
                    await client.ping()
            sidecars()
            assert await client.ping() == 1234

    asyncio.run(main())


def test_no_sidecar_is_an_error_at_once(tmp_path: Path) -> None:
    async def main() -> None:
        with pytest.raises(plaudit.ConnectionError, match="plaudit serve"):
            await plaudit.AsyncClient(tmp_path / "nobody").ping()

    asyncio.run(main())


def test_a_full_backlog_ends_the_call_at_its_deadline(tmp_path: Path) -> None:
    async def main() -> None:
        with pytest.raises(plaudit.DeadlineError):
            await plaudit.AsyncClient(tmp_path / "s").ping(deadline=SHORT_SECONDS)

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen(0)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as first:
            first.connect(str(tmp_path / "s"))
            asyncio.run(main())


def test_one_client_in_two_loops_one_after_the_other(sidecar: FakeSidecar) -> None:
    client = plaudit.AsyncClient(sidecar.path)

    async def main() -> None:
        assert await client.ping() == 1234
        await client.close()

    asyncio.run(main())
    asyncio.run(main())
    assert sidecar.accepted.qsize() == 2


def test_a_forked_child_makes_its_own_connection(sidecar: FakeSidecar) -> None:
    client = plaudit.AsyncClient(sidecar.path)

    async def once() -> int:
        try:
            return await client.ping(deadline=5)
        finally:
            await client.close()

    assert asyncio.run(once()) == 1234
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if asyncio.run(once()) == 1234 else 1)
        except BaseException:
            os._exit(2)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_it_pickles(sidecar: FakeSidecar) -> None:
    copy = pickle.loads(pickle.dumps(plaudit.AsyncClient(sidecar.path, deadline=5)))
    assert (copy.socket, copy.deadline) == (str(sidecar.path), 5)
