"""`plaudit top`, on a terminal and without one, at a real sidecar."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import plaudit
import pytest
from fake_sidecar import WAIT_SECONDS

CONFIG = """\
version: 1
rewards:
  sums:
    components:
      correct: {type: numeric_match}
"""


@pytest.fixture
def sidecar(binary: Path, tmp_path: Path) -> Iterator[plaudit.Sidecar]:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG)
    with plaudit.start(config, binary=binary, quiet=True) as sidecar:
        yield sidecar


def score(sidecar: plaudit.Sidecar, count: int) -> None:
    with sidecar.client(deadline=WAIT_SECONDS) as client:
        client.score("sums", completions=["4"] * count, reference_answers=["4"] * count)


@pytest.mark.sidecar
def test_without_a_terminal_it_prints_lines(binary: Path, sidecar: plaudit.Sidecar) -> None:
    score(sidecar, 3)

    def run(*options: str) -> list[str]:
        command = [str(binary), "top", "--socket", str(sidecar.socket), *options]
        done = subprocess.run(command, capture_output=True, text=True, timeout=WAIT_SECONDS, check=True)
        assert "\x1b" not in done.stdout
        return done.stdout.splitlines()

    (line,) = run("--once")
    assert "sums.rollouts=3 sums.scored=3 sums.neutral=0 sums.refused=0" in line and "_per_s" not in line
    lines = run("--count", "3", "--interval", "0.1")
    assert len(lines) == 3 and all("sums.rollouts_per_s=0" in line for line in lines[1:])


@pytest.mark.sidecar
def test_wrong_usage_and_nobody_there(binary: Path, tmp_path: Path) -> None:
    def code(*options: str) -> int:
        command = [str(binary), "top", *options]
        return subprocess.run(command, capture_output=True, timeout=WAIT_SECONDS, check=False).returncode

    here = ("--socket", str(tmp_path / "none"))
    assert code() == 2 and code(*here, "--interval", "0") == 2 and code(*here, "--count", "0") == 2
    assert code(*here, "--once", "--count", "2") == 2
    assert code(*here, "--once") == 1


class Terminal:
    """A terminal of so many columns and lines, with a program on it."""

    def __init__(self, command: list[str | Path], columns: int, lines: int) -> None:
        self.main, other = pty.openpty()
        self.resize(columns, lines)
        self.before = termios.tcgetattr(other)
        self.other = other
        environment = {**os.environ, "TERM": "xterm"}
        self.process = subprocess.Popen(
            command, stdin=other, stdout=other, stderr=other, env=environment, start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),
        )  # fmt: skip
        self.seen = ""

    def resize(self, columns: int, lines: int) -> None:
        fcntl.ioctl(self.main, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def screen(self) -> str:
        """What was drawn last."""
        return self.seen.rsplit("\x1b[H", 1)[-1]

    def wait(self, is_true: Callable[[], bool]) -> None:
        end = time.monotonic() + WAIT_SECONDS
        while not is_true():
            assert time.monotonic() < end, self.seen[-2000:]
            ready, _, _ = select.select([self.main], [], [], 0.1)
            if ready:
                self.seen += os.read(self.main, 65536).decode(errors="replace")

    def press(self, key: bytes) -> None:
        os.write(self.main, key)

    def ends(self) -> int:
        def has_ended() -> bool:
            return self.process.poll() is not None and not select.select([self.main], [], [], 0)[0]

        self.wait(has_ended)
        assert self.seen.rstrip().endswith("\x1b[?25h\x1b[?1049l"), "the screen is not given back"
        assert termios.tcgetattr(self.other)[3] == self.before[3], "keys are not given back"
        os.close(self.main)
        os.close(self.other)
        return self.process.returncode


@pytest.mark.sidecar
@pytest.mark.parametrize("key", [b"q", b"\x03"])
def test_on_a_terminal_it_draws_until_a_key_is_pressed(binary: Path, sidecar: plaudit.Sidecar, key: bytes) -> None:
    command: list[str | Path] = [binary, "top", "--socket", sidecar.socket, "--interval", "0.1"]
    terminal = Terminal(command, columns=100, lines=30)
    terminal.wait(lambda: "sums.correct" in terminal.screen())
    score(sidecar, 1_234)
    terminal.wait(lambda: "1,234" in terminal.screen())
    terminal.resize(30, 5)
    terminal.wait(lambda: "…" in terminal.screen() and terminal.screen().count("\r\n") <= 4)
    terminal.press(key)
    assert terminal.ends() == 0


@pytest.mark.sidecar
def test_a_sidecar_that_goes_away_is_waited_for(binary: Path, sidecar: plaudit.Sidecar) -> None:
    command: list[str | Path] = [binary, "top", "--socket", sidecar.socket, "--interval", "0.1"]
    terminal = Terminal(command, columns=100, lines=30)
    terminal.wait(lambda: "sums.correct" in terminal.screen())
    sidecar.stop()
    terminal.wait(lambda: "No sidecar answers" in terminal.screen())
    terminal.process.send_signal(signal.SIGTERM)
    assert terminal.ends() == 0
