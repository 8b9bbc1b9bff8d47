"""The programs that these tests run, each in a process of its own: the sidecar, and the gateway before it."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import plaudit

REPOSITORY = Path(__file__).resolve().parents[2]

WAIT_SECONDS = 60.0
"""How long a test waits for what must happen; only a failing test does."""


@dataclass
class Gateway:
    url: str
    process: subprocess.Popen[bytes]
    log: Path

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def lines(self) -> list[str]:
        """What it has logged of requests."""
        return [line for line in self.log.read_text().splitlines() if " ms" in line]


@contextlib.contextmanager
def sidecar(binary: Path, folder: Path, configuration: dict[str, Any]) -> Iterator[plaudit.Sidecar]:
    path = folder / "rewards.yaml"
    path.write_text(json.dumps(configuration))  # JSON is YAML
    started = plaudit.start(path, socket=folder / "s", binary=binary, quiet=True, timeout=WAIT_SECONDS)
    try:
        yield started
    finally:
        started.stop(timeout=WAIT_SECONDS)


@contextlib.contextmanager
def gateway(
    binary: Path, folder: Path, socket: str | os.PathLike[str], *options: str, token: str | None = None
) -> Iterator[Gateway]:
    """A gateway on a free port, which must end in order."""
    log = folder / "gateway.log"
    environment = {key: value for key, value in os.environ.items() if key != "PLAUDIT_GATEWAY_TOKEN"}
    if token is not None:
        environment["PLAUDIT_GATEWAY_TOKEN"] = token
    command = [binary, "--socket", socket, "--listen", "127.0.0.1:0", *options]
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, env=environment
        )
    assert process.stdout is not None
    try:
        ready, _, _ = select.select([process.stdout], [], [], WAIT_SECONDS)
        line = process.stdout.readline().decode() if ready else ""
        prefix = "plaudit-gateway ready listen="
        assert line.startswith(prefix), log.read_text()
        yield Gateway(f"http://{line.removeprefix(prefix).split()[0]}", process, log)
        assert process.poll() is None, log.read_text()
        process.send_signal(signal.SIGTERM)
        assert process.wait(WAIT_SECONDS) == 0, log.read_text()
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()
