"""The judges that these tests ask: real programs, each in a process of its own, and the sidecar that asks them."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import select
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Sequence
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import plaudit
import pytest
from plaudit import local_judge

REPOSITORY = Path(__file__).resolve().parents[2]

WAIT_SECONDS = 600.0
"""How long a test waits for what must happen, which only a failing test reaches: a model on a busy machine is slow."""

CALL_SECONDS = 300.0
"""What a call of the small model may take."""

TRIAL_ROLLOUTS = int(os.environ.get("PLAUDIT_TRIAL_ROLLOUTS", "8"))
"""How many rollouts a small model judges where its judgement is looked at. Forty take it a quarter of an hour and more."""

PATIENT_JUDGING: dict[str, Any] = {"timeout": CALL_SECONDS, "warm_up_timeout": CALL_SECONDS, "deadline": WAIT_SECONDS}


# Servers.


@contextlib.contextmanager
def running(command: Sequence[str | Path], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Runs a program while the block lasts; what it says on standard error goes to `log`."""
    with log.open("wb") as errors:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[bytes], log: Path) -> str:
    """What a server prints once it takes connections."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], WAIT_SECONDS)
    line = process.stdout.readline().decode() if ready else ""
    assert line, f"{process.args!r} did not start:\n{log.read_text(errors='replace')[-2000:]}"
    return line


@contextlib.contextmanager
def small_model(folder: Path, *place: str) -> Iterator[str]:
    """SmolLM2-135M behind llama.cpp's server; yields what a configuration's `url` takes.

    Args:
        folder: where its log goes.
        place: `--socket P` or `--listen 127.0.0.1:0`.
    """
    log = folder / "small-model.log"
    command = [sys.executable, "-m", "plaudit.local_judge", "--slots", "2", "--threads", "1", *place]
    with running(command, log) as process:
        line = first_line(process, log)
        facts = dict(word.split("=", 1) for word in line.removeprefix(local_judge.READY_PREFIX).split())
        yield facts["url"]


@contextlib.contextmanager
def decision_model(folder: Path) -> Iterator[str]:
    """sparrow-decider, which answers questions by probabilities; yields its `url`."""
    program = Path(sysconfig.get_path("scripts")) / "sparrow-decider"
    assert program.is_file(), f"{program} is missing: run pip install --no-deps sparrow-decider==0.2.0 numpy"
    port = free_port()
    with running([program, "serve", "--port", str(port)], folder / "decision-model.log") as process:
        await_answer(process, port)
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def gateway(folder: Path, configuration: str, port: int) -> Iterator[str]:
    """nginx with a configuration of our own and nothing of the system's; yields its `url`."""
    program = os.environ.get("PLAUDIT_NGINX") or shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).is_file():
        pytest.skip("NO GATEWAY IS TESTED: set PLAUDIT_NGINX to the nginx program, or run script/test")
    path = folder / "nginx.conf"
    path.write_text(configuration)
    log = folder / "nginx.log"
    with running([program, "-p", folder, "-c", path, "-e", log], folder / "nginx.err") as process:
        await_answer(process, port)
        yield f"http://127.0.0.1:{port}"


@contextlib.contextmanager
def fault_server(folder: Path, *sockets: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The server of `fault_server.py`; yields its `url`, to which a fault's name is a path, and its process."""
    log = folder / "fault-server.log"
    with running([sys.executable, Path(__file__).with_name("fault_server.py"), *sockets], log) as process:
        yield first_line(process, log).strip(), process
    assert "Traceback" not in log.read_text(), log.read_text()


def free_port() -> int:
    """A port of loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def await_answer(process: subprocess.Popen[bytes], port: int) -> None:
    """Waits until something answers HTTP there."""
    ends = monotonic() + WAIT_SECONDS
    while True:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT_SECONDS)
        try:
            connection.request("GET", "/health")
            connection.getresponse().read()
            return
        except ConnectionError:
            assert process.poll() is None and monotonic() < ends, f"{process.args!r} does not serve"
            sleep(0.02)  # it gives no sign when it begins to listen
        finally:
            connection.close()


# The sidecar.


def write_configuration(path: Path, configuration: dict[str, Any]) -> Path:
    """Writes a configuration; JSON is YAML."""
    path.write_text(json.dumps(configuration, indent=1))
    return path


@contextlib.contextmanager
def sidecar(binary: Path, folder: Path, configuration: dict[str, Any]) -> Iterator[plaudit.Client]:
    """A client of a sidecar that runs while the block lasts, and must end in order."""
    path = write_configuration(folder / "rewards.yaml", configuration)
    started = plaudit.start(path, binary=binary, quiet=True, timeout=WAIT_SECONDS)
    try:
        with started.client(deadline=WAIT_SECONDS) as client:
            yield client
            assert started.is_running, "\n".join(started.log)
            client.ping()
    finally:
        started.stop(timeout=WAIT_SECONDS)
    assert "ended with 0" in repr(started), "\n".join(started.log)


def settled_stats(client: plaudit.Client, questions: int) -> dict[str, Any]:
    """The counters once they know of this many questions and none waits: judges' counters come a moment late."""
    ends = monotonic() + WAIT_SECONDS
    while True:
        stats = client.stats()
        judging = stats["judging"]
        if judging["questions"] == questions and judging["questions_waiting"] == judging["in_flight"] == 0:
            assert stats["rollouts_in"] == stats["scored"] + stats["neutral"] + stats["refused"]
            return stats
        assert monotonic() < ends and judging["questions"] <= questions, judging
        sleep(0.02)  # counters are renewed that often


def probe(binary: Path, path: Path, judge: str) -> dict[str, str]:
    """What `plaudit probe` prints of a judge's only endpoint."""
    done = subprocess.run(
        [binary, "probe", path, "--judge", judge, "--timeout", str(CALL_SECONDS)],
        capture_output=True, text=True, timeout=WAIT_SECONDS, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    header, *lines = done.stdout.splitlines()
    assert header.startswith(f"{judge}  "), done.stdout
    return {line[2:20].rstrip(): line[20:] for line in lines}
