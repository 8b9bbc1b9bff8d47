"""The two local models of the demo: the policy model that writes and the judge that reads, each on its Unix socket."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

REQUEST_SECONDS_MAX = 300.0


class UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=REQUEST_SECONDS_MAX)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


@contextlib.contextmanager
def local_server(module: str, path: Path, slots: int, threads: int) -> Iterator[str]:
    """Runs `python -m MODULE` while the block lasts; yields its socket's path."""
    command = [sys.executable, "-m", module, "--socket", str(path), "--slots", str(slots), "--threads", str(threads)]
    log = path.with_suffix(".log")
    with log.open("w") as errors:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True)
    assert process.stdout is not None
    try:
        if " ready " not in process.stdout.readline():
            raise SystemExit(f"demo: {module} did not start:\n{log.read_text()[-2000:]}")
        yield str(path)
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def chat(path: str, body: dict[str, Any]) -> dict[str, Any]:
    """One call of the model's chat API."""
    connection = UnixConnection(path)
    try:
        connection.request("POST", "/v1/chat/completions", json.dumps(body), {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer: dict[str, Any] = json.loads(response.read())
        if response.status != 200:
            raise SystemExit(f"demo: the model at {path} refused a prompt: {answer}")
    finally:
        connection.close()
    return answer
