"""The client against the real sidecar, and `plaudit.start`."""

from __future__ import annotations

import os
import signal
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import plaudit
import pytest
from conftest import REPOSITORY
from fake_sidecar import WAIT_SECONDS
from protocol_document import exchange

CONFIG = """\
version: 1
rewards:
  sums:
    components:
      correct: {type: numeric_match, weight: 0.8}
      brief:   {type: length_penalty, weight: 0.2, unit: words, target: [1, 5], tolerance: 5}
  tokens:
    components:
      length: {type: overlong_penalty, max_length: 20, buffer: 10}
    range: [-1, 0]
  repeats:
    components:
      words: {type: repetition_penalty, unit: tokens, ngram_size: 2}
    range: [-1, 0]
  answer:
    components:
      format: {type: json_format, required: {answer: string}, gate: {below: 1, reward: 0}}
      known:  {type: string_check, operation: like}
"""


@pytest.fixture(scope="module")
def sidecar(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[plaudit.Sidecar]:
    config = tmp_path_factory.mktemp("sidecar") / "config.yaml"
    config.write_text(CONFIG)
    with plaudit.start(config, binary=binary, quiet=True) as sidecar:
        yield sidecar


@pytest.fixture
def client(sidecar: plaudit.Sidecar) -> Iterator[plaudit.Client]:
    with sidecar.client(deadline=WAIT_SECONDS) as client:
        yield client


@pytest.mark.sidecar
def test_scores_real_rollouts(client: plaudit.Client) -> None:
    scored = client.score(
        "sums",
        completions=[
            "12 + 7 = 19",
            b"It is 20.",
            [{"role": "assistant", "content": "#### 19"}],
            "one two three four " * 3,
        ],
        reference_answers=["19", 19, 19.0, "19"],
        prompts=["12 + 7?"] * 4,
    )
    assert [float(reward) for reward in scored.rewards] == [1.0, 0.2, 1.0, 0.0]
    assert scored.status == ["scored"] * 4
    assert list(scored.components) == ["correct", "brief"]


@pytest.mark.sidecar
def test_a_gate_decides(client: plaudit.Client) -> None:
    scored = client.score("answer", ['{"answer": "yes"}', "yes"], reference_answers=["yes", "yes"])
    assert [float(reward) for reward in scored.rewards] == [1.0, 0.0]
    assert scored.components["known"].status == ["scored", "gated"]
    assert scored.components["format"].status == ["scored", "scored"]


@pytest.mark.sidecar
def test_a_bad_rollout_is_its_own_matter(client: plaudit.Client) -> None:
    completions = ["19", None, b"\xff\xfe", "lone \ud800", "x" * (client.hello().limits.completion_bytes + 1)]
    scored = client.score("sums", completions, reference_answers=["19"] * 5)
    assert scored.status == [
        "scored",
        "error(wrong_type)",
        "error(invalid_utf8)",
        "error(invalid_utf8)",
        "error(oversize)",
    ]
    assert float(scored.rewards[0]) == 1.0


@pytest.mark.sidecar
def test_bad_requests_name_the_column(client: plaudit.Client) -> None:
    with pytest.raises(plaudit.RequestError) as unknown:
        client.score("nonsense", ["a"])
    assert unknown.value.name == "unknown_reward"
    with pytest.raises(plaudit.RequestError) as lengths:
        client.score("sums", ["a", "b"], reference_answers=["1"])
    assert lengths.value.name == "bad_request"
    assert lengths.value.details["column"] == "reference_answers"
    with pytest.raises(plaudit.RequestError) as missing:
        client.score("sums", ["a"])
    assert missing.value.name == "bad_request"
    assert client.ping() > 0


@pytest.mark.sidecar
def test_numpy_columns_and_token_counts(client: plaudit.Client) -> None:
    numpy = pytest.importorskip("numpy")
    scored = client.score("tokens", ["a", "b", "c"], token_counts=numpy.array([5, 15, 40], dtype=numpy.int32))
    assert [float(reward) for reward in scored.rewards] == [0.0, -0.5, -1.0]


@pytest.mark.sidecar
def test_token_ids_reach_the_sidecar(client: plaudit.Client) -> None:
    scored = client.score("repeats", ["", "", ""], token_ids=[[5, 9, 5, 9, 5], [70_000], None])
    assert [float(reward) for reward in scored.rewards][:2] == [-0.5, 0.0]
    assert scored.status == ["scored", "scored", "error(missing_input)"]


@pytest.mark.sidecar
def test_rationales_are_sentences(client: plaudit.Client) -> None:
    scored = client.score("sums", ["It is 19."], reference_answers=["19"], rationales=True)
    assert set(scored.rationales) == {"correct", "brief"}
    assert all(isinstance(rows[0], str) and rows[0] for rows in scored.rationales.values())


@pytest.mark.sidecar
def test_hello_and_stats_agree_with_what_was_done(client: plaudit.Client) -> None:
    hello = client.hello()
    assert hello.server == "plaudit"
    assert hello.components["sums"] == ["correct", "brief"]
    before = client.stats()
    client.score("sums", ["19", None], reference_answers=["19", "19"])
    after = client.stats()
    assert after["rollouts_in"] - before["rollouts_in"] == 2
    assert after["rollouts_in"] == after["scored"] + after["neutral"] + after["refused"]


@pytest.mark.sidecar
def test_threads_and_futures_agree_to_the_bit(client: plaudit.Client) -> None:
    completions = [f"The answer is {number}, {'well ' * (number % 12)}" for number in range(300)]
    references = [str(number - number % 3) for number in range(300)]
    whole = client.score("sums", completions, reference_answers=references)

    def one(row: int) -> float:
        return float(client.score("sums", [completions[row]], reference_answers=[references[row]]).rewards[0])

    with ThreadPoolExecutor(4) as pool:
        by_threads = list(pool.map(one, range(300)))
    futures = [
        client.submit("sums", completions[row : row + 7], reference_answers=references[row : row + 7])
        for row in range(0, 300, 7)
    ]
    by_futures = [float(reward) for future in futures for reward in future.result(timeout=WAIT_SECONDS).rewards]
    assert by_threads == by_futures == [float(reward) for reward in whole.rewards]


@pytest.mark.sidecar
def test_a_bad_frame_costs_only_its_connection(client: plaudit.Client, sidecar: plaudit.Sidecar) -> None:
    assert client.ping() > 0
    assert b"bad_frame" in exchange(sidecar.socket, b"GET / HTTP/1.1\r\n\r\n")
    assert client.ping() > 0


@pytest.mark.sidecar
def test_a_sidecar_killed_in_mid_work_is_an_error_and_never_a_hang(binary: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    with plaudit.start(config, binary=binary, quiet=True) as sidecar, sidecar.client(deadline=WAIT_SECONDS) as client:
        futures = [client.submit("sums", ["x " * 50_000] * 64, reference_answers=["1"] * 64) for _ in range(8)]
        os.kill(sidecar.pid, signal.SIGKILL)
        for future in futures:
            try:
                assert len(future.result(timeout=WAIT_SECONDS)) == 64  # answered before the signal came
            except plaudit.ConnectionError:
                pass
        with pytest.raises(plaudit.ConnectionError):
            client.ping()


@pytest.mark.sidecar
def test_reload_takes_a_new_configuration_and_keeps_the_old_one_when_it_is_wrong(binary: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    with plaudit.start(config, binary=binary, quiet=True) as sidecar, sidecar.client() as client:
        before = client.hello().config_hash
        config.write_text(CONFIG.replace("weight: 0.8", "wait: 0.8"))
        with pytest.raises(plaudit.RequestError) as wrong:
            client.reload()
        assert wrong.value.name == "reload_failed"
        assert "wait" in str(wrong.value)
        assert client.hello().config_hash == before
        config.write_text(CONFIG.replace("weight: 0.8", "weight: 0.5"))
        assert client.reload() == client.hello().config_hash != before


# plaudit.start


@pytest.mark.sidecar
def test_a_sidecar_that_waits_has_let_go_of_what_its_start_took(binary: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)

    def kilobytes(sidecar: plaudit.Sidecar, key: str) -> int:
        lines = Path(f"/proc/{sidecar.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(key + ":")).split()[1])

    with plaudit.start(config, binary=binary, quiet=True) as sidecar, sidecar.client(deadline=WAIT_SECONDS) as client:
        assert client.score("sums", completions=["#### 19"], reference_answers=["19"]).rewards[0] == 1.0
        assert kilobytes(sidecar, "RssFile") < 0.6 * kilobytes(sidecar, "VmHWM")
        # And again after a reload, which takes the same; what it needs comes back.
        client.reload()
        assert client.score("sums", completions=["#### 18"], reference_answers=["19"]).rewards[0] == 0.2
        assert kilobytes(sidecar, "RssFile") < 0.6 * kilobytes(sidecar, "VmHWM")


@pytest.mark.sidecar
def test_start_listens_privately_and_stop_cleans_up(binary: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    sidecar = plaudit.start(config, binary=binary, workers=1, quiet=True)
    folder = Path(sidecar.socket).parent
    assert stat.S_IMODE(os.stat(sidecar.socket).st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    with sidecar.client() as client:
        assert client.hello().workers == 1
    assert sidecar.is_running
    sidecar.stop()
    sidecar.stop()
    assert not sidecar.is_running
    assert not folder.exists()


@pytest.mark.sidecar
def test_a_wrong_configuration_is_told_in_the_sidecars_words(binary: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.replace("length_penalty", "lenght_penalty"))
    with pytest.raises(plaudit.StartError, match="lenght_penalty"):
        plaudit.start(config, binary=binary, quiet=True)


def test_a_binary_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(plaudit.StartError, match="nothing-here"):
        plaudit.start("c.yaml", binary=tmp_path / "nothing-here")
    monkeypatch.setenv("PLAUDIT_BINARY", str(tmp_path / "not-there"))
    with pytest.raises(plaudit.StartError, match="PLAUDIT_BINARY"):
        plaudit.find_binary()


@pytest.mark.parametrize(
    ("script", "what"),
    [
        ("echo plaudit not so ready", "was not ready"),
        ("echo some trouble >&2; exit 3", "exit code 3:\nsome trouble"),
        ("exec 1>&-", "was not ready"),
    ],
)
def test_a_program_that_is_no_sidecar_is_refused(tmp_path: Path, script: str, what: str) -> None:
    program = tmp_path / "plaudit"
    program.write_text(f"#!/bin/sh\n{script}\nexec sleep 60\n")
    program.chmod(0o755)
    with pytest.raises(plaudit.StartError, match=what):
        plaudit.start("c.yaml", binary=program, timeout=5, quiet=True)


def test_the_binary_is_found_by_environment_then_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "plaudit"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.delenv("PLAUDIT_BINARY", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert plaudit.find_binary() == program
    other = tmp_path / "other"
    other.write_text("#!/bin/sh\n")
    other.chmod(0o755)
    monkeypatch.setenv("PLAUDIT_BINARY", str(other))
    assert plaudit.find_binary() == other


@pytest.mark.sidecar
def test_the_examples_run(binary: Path) -> None:
    namespace: dict[str, object] = {"__file__": str(REPOSITORY / "examples" / "score_batch.py"), "__name__": "__main__"}
    source = (REPOSITORY / "examples" / "score_batch.py").read_text()
    exec(compile(source, "score_batch.py", "exec"), namespace)
    assert isinstance(namespace["scored"], plaudit.Scored)
    assert namespace["scored"].status == ["scored", "scored"]
