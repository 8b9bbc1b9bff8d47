"""The C client and its C++ wrapper, with sanitizers and valgrind, beside the real sidecar and one that misbehaves."""

from __future__ import annotations

import os
import shutil
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import plaudit
import pytest
from fake_sidecar import FakeSidecar, Peer, frame, lengths, score_result

FOLDER = Path(__file__).resolve().parents[1]
WARNINGS = ["-Wall", "-Wextra", "-Werror"]
SANITIZERS = ["-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
WAIT_SECONDS = 60.0
CONFIGURATION = """
version: 1
rewards:
  sum:
    components:
      correct: {type: numeric_match, weight: 1}
      brief: {type: length_penalty, weight: 0.5, unit: tokens, target: [1, 8], tolerance: 8}
  loops:
    range: [-1, 1]
    components:
      repeats: {type: repetition_penalty, unit: tokens, ngram_size: 2}
  answer:
    components:
      correct: {type: numeric_match}
"""


def msgpack_library() -> str:
    """The name msgpack-c's C library has here: Debian 12's or the later one."""
    found = subprocess.run(["cc", "-print-file-name=libmsgpackc.so"], capture_output=True, text=True, check=True)
    return "-lmsgpackc" if "/" in found.stdout else "-lmsgpack-c"


def compiled(folder: Path, sources: list[str], *flags: str) -> Path:
    program = folder / Path(sources[0]).stem
    is_wrapper = sources[0].endswith(".cpp")
    compiler = ["c++", "-std=c++17"] if is_wrapper else ["cc", "-std=c99", "-Wpedantic"]
    command = [*compiler, *WARNINGS, *flags, f"-I{FOLDER}", *(str(FOLDER / source) for source in sources)]
    subprocess.run([*command, msgpack_library(), "-o", str(program)], check=True)
    return program


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return compiled(tmp_path_factory.mktemp("sanitized"), ["tests/probe.c", "plaudit.c"], *SANITIZERS)


@pytest.fixture(scope="module")
def sidecar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[plaudit.Sidecar]:
    folder = tmp_path_factory.mktemp("sidecar")
    (folder / "rewards.yaml").write_text(CONFIGURATION)
    binary = os.environ.get("PLAUDIT_BINARY")
    with plaudit.start(config=folder / "rewards.yaml", binary=binary, quiet=True) as started:
        yield started


@pytest.fixture
def fakes(tmp_path: Path) -> Iterator[Callable[..., FakeSidecar]]:
    made: list[FakeSidecar] = []

    def make(behaviour: Callable[[Peer, int, str, Any], None]) -> FakeSidecar:
        made.append(FakeSidecar(tmp_path / "s", behaviour))
        return made[-1]

    yield make
    for fake in made:
        fake.stop()


def run(
    program: list[str],
    address: str,
    completions: list[bytes],
    deadline: float = 20,
    calls: int = 1,
    reward: str = "sum",
) -> list[str]:
    """The probe's lines; a sanitizer's or valgrind's complaint is an exit code."""
    words = b"".join(str(len(text)).encode() + b"\n" + text for text in completions)
    done = subprocess.run(
        [*program, address, reward, str(deadline), str(calls)], input=words, capture_output=True, timeout=WAIT_SECONDS
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout.decode(errors="replace").splitlines()


def numbers(lines: list[str], kind: str) -> list[float]:
    return [float.fromhex(line.split()[1]) for line in lines if line.startswith(kind + " ")]


TEXTS = [b"12 + 7 = 19", b"I think 20.", "dreizehn: 13 \N{SNOWMAN}".encode(), b"nul \0 and 19", b"\xff\xfe", b""]


TOKENS = [number * number % 97 * 1_000_003 for number in range(300)]
"""As probe.c makes them: numbers of several bytes, many of which come again."""


def check_against_python(lines: list[str], sidecar: plaudit.Sidecar) -> None:
    rows = range(len(TEXTS))
    answers = [None if row % 3 == 2 else "19" for row in rows]
    tokens: list[Any] = [None if row % 3 == 2 else len(TEXTS[row]) for row in rows]
    with sidecar.client() as client:
        expected = client.score(
            "sum",
            completions=TEXTS,
            prompts=[str(row) for row in rows],
            reference_answers=answers,
            token_counts=tokens,
            rationales=True,
        )
    assert lines[0] == f"scored {len(TEXTS)} {expected.config_hash}"
    assert numbers(lines, "reward") == list(expected.rewards)
    assert [line.split(" ", 2)[2] for line in lines if line.startswith("reward ")] == expected.status
    assert [line.split()[1] for line in lines if line.startswith("component ")] == list(expected.components)
    scores = [score for component in expected.components.values() for score in component.scores]
    assert numbers(lines, "score") == scores
    assert expected.rationales is not None
    words = [word or "" for column in expected.rationales.values() for word in column]
    assert [line.split(" ", 3)[3] for line in lines if line.startswith("score ")] == words


def test_replies_are_what_the_python_client_reads(probe: Path, sidecar: plaudit.Sidecar) -> None:
    check_against_python(run([str(probe)], str(sidecar.socket), TEXTS), sidecar)


def test_tokens_are_those_of_the_completions(probe: Path, sidecar: plaudit.Sidecar) -> None:
    texts = [b"a", b"b", b"c"]
    lines = run([str(probe)], str(sidecar.socket), texts, reward="loops")
    with sidecar.client() as client:
        tokens = [None if row == 1 else TOKENS[: 280 + row] for row in range(len(texts))]
        expected = client.score("loops", completions=texts, token_ids=tokens)
    assert expected.status == ["scored", "error(missing_input)", "scored"]
    assert -1 < expected.rewards[0] != expected.rewards[2] < 0
    assert numbers(lines, "reward") == list(expected.rewards)
    assert [line.split(" ", 2)[2] for line in lines if line.startswith("reward ")] == expected.status


def test_valgrind_finds_nothing(tmp_path: Path, sidecar: plaudit.Sidecar) -> None:
    if shutil.which("valgrind") is None:
        pytest.skip("VALGRIND IS NOT HERE: script/test installs it")
    plain = compiled(tmp_path, ["tests/probe.c", "plaudit.c"], "-g", "-O1")
    valgrind = ["valgrind", "-q", "--leak-check=full", "--show-leak-kinds=all", "--track-fds=yes", "--error-exitcode=9"]
    check_against_python(run([*valgrind, str(plain)], str(sidecar.socket), TEXTS), sidecar)


def test_an_empty_batch_has_an_empty_reply(probe: Path, sidecar: plaudit.Sidecar) -> None:
    assert run([str(probe)], str(sidecar.socket), [])[0].startswith("scored 0 ")


def test_a_large_batch_goes_both_ways(probe: Path, sidecar: plaudit.Sidecar) -> None:
    texts = [b"x" * 20_000 + b" 19"] * 1_024
    lines = run([str(probe)], str(sidecar.socket), texts)
    assert len(numbers(lines, "reward")) == len(texts)


def test_a_refusal_has_the_sidecars_code_and_the_connection_goes_on(probe: Path, sidecar: plaudit.Sidecar) -> None:
    lines = run([str(probe)], str(sidecar.socket), [b"x"], calls=3, reward="nobody")
    assert lines == ["error 4 unknown_reward: the configuration has no reward `nobody`"] * 3


def test_no_sidecar_is_an_error_at_once(probe: Path, tmp_path: Path) -> None:
    assert run([str(probe)], str(tmp_path / "nobody"), [b"x"])[0].startswith("error 100 no sidecar at ")
    assert run([str(probe)], "/tmp/" + "x" * 200, [b"x"])[0].startswith("error 103 the socket's path ")
    assert run([str(probe)], str(tmp_path / "nobody"), [b"x"], deadline=-1)[0].startswith("error 103 a deadline ")


def test_a_sidecar_that_accepts_nobody_costs_the_deadline(probe: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "full"))
        listener.listen(0)
        others = [socket.socket(socket.AF_UNIX) for _ in range(4)]
        for other in others:
            other.setblocking(False)
            other.connect_ex(str(tmp_path / "full"))
        assert run([str(probe)], str(tmp_path / "full"), [b"x"], deadline=0.2)[0].startswith("error 101 ")
        for other in others:
            other.close()


def test_silence_ends_at_the_deadline_and_the_next_call_connects_anew(
    probe: Path, fakes: Callable[..., FakeSidecar]
) -> None:
    def answer_every_second(peer: Peer, msgid: int, method: str, params: Any) -> None:
        if msgid % 2 == 0:
            peer.reply(msgid, score_result(lengths(params)))

    fake = fakes(answer_every_second)
    lines = run([str(probe)], str(fake.path), [b"abc"], deadline=0.3, calls=4)
    outcomes = [line for line in lines if line.startswith(("error", "reward"))]
    assert outcomes == ["error 101 no reply in time", "reward 0x1.8p+1 scored"] * 2
    assert fake.accepted.qsize() == 3


def test_what_is_not_asked_for_is_skipped(probe: Path, fakes: Callable[..., FakeSidecar]) -> None:
    def chatty(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.send(frame([2, "partial", {"msgid": msgid, "rewards": b""}]))
        peer.reply(msgid, score_result(lengths(params), novelty={"deep": [[[{}]]]}, degraded_groups=["g", 7, -7]))

    lines = run([str(probe)], str(fakes(chatty).path), [b"abc"])
    assert numbers(lines, "reward") == [3.0]
    assert lines[-3:] == ["degraded g", "degraded 7", "degraded -7"]


@pytest.mark.parametrize(
    "changes",
    [
        {"rewards": b"12345678" * 2},
        {"rewards": struct.pack("<d", float("nan"))},
        {"rewards": [1.0]},
        {"status": b""},
        {"components": {"length": {"scores": b"12345678"}}},
        {"components": {"length": {"scores": struct.pack("<d", float("inf")), "status": b"\0"}}},
        {"components": [1]},
        {"rationales": {"length": ["a", "b"], "format": ["a"]}},
        {"degraded_groups": {"a": 1}},
        {"config_hash": 7},
    ],
)
def test_a_result_that_is_none_is_an_error(
    probe: Path, fakes: Callable[..., FakeSidecar], changes: dict[str, Any]
) -> None:
    def wrong(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.reply(msgid, {**score_result(lengths(params)), **changes})

    assert run([str(probe)], str(fakes(wrong).path), [b"x"]) == ["error 102 the result is not one of 1 rollouts"]


def test_no_prefix_and_no_mutation_of_a_reply_does_harm(probe: Path, fakes: Callable[..., FakeSidecar]) -> None:
    rationales = {"length": ["short"], "format": [None]}
    reply = frame([1, 1, None, score_result([1.0], rationales=rationales)])
    hostile = [reply[:size] for size in range(len(reply))]
    for place in range(5, len(reply)):
        for byte in (0x00, 0x7F, 0x80, 0xC1, 0xC7, 0xD9, 0xDD, 0xDF, 0xFF, reply[place] ^ 1):
            hostile.append(reply[:place] + bytes([byte]) + reply[place + 1 :])
    hostile += [b"\xce\xff\xff\xff\xff", b"\xce\x00\x00\x00\x00", b"HTTP/1.1 200 OK\r\n\r\n"]
    hostile += [b"\xce" + struct.pack(">I", len(bomb)) + bomb for bomb in (b"\xdd\xff\xff\xff\xff", b"\x91" * 5_000)]

    def answer_and_hang_up(peer: Peer, msgid: int, method: str, params: Any) -> None:
        peer.send(hostile[msgid - 1])
        peer.close()

    lines = run([str(probe)], str(fakes(answer_and_hang_up).path), [b"x"], calls=len(hostile))
    outcomes = [line for line in lines if line.startswith(("error", "scored"))]
    assert len(outcomes) == len(hostile)
    assert all(line.startswith("error 100 ") for line in outcomes[: len(reply)])
    assert all(line.startswith(("error 100 ", "error 102 ")) for line in outcomes[-5:])


def test_the_wrapper_has_values_exceptions_and_views(tmp_path: Path, sidecar: plaudit.Sidecar) -> None:
    program = compiled(tmp_path, ["tests/wrapper_probe.cpp", "plaudit.c"], *SANITIZERS)
    done = subprocess.run([program, sidecar.socket, "answer"], capture_output=True, text=True, timeout=WAIT_SECONDS)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert lines[-1] == "done"
    assert lines[:3] == ["1 scored", "0 scored", "0.5 error(missing_input)"]


@pytest.mark.parametrize("source", ["example.c", "example.cpp"])
def test_the_examples_build_with_one_line_and_run(tmp_path: Path, sidecar: plaudit.Sidecar, source: str) -> None:
    program = compiled(tmp_path, [source, "plaudit.c"])
    done = subprocess.run([program, sidecar.socket, "answer"], capture_output=True, text=True, timeout=WAIT_SECONDS)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("12 + 7 = 19: 1, scored\n")
