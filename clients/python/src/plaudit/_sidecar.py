"""Runs `plaudit serve` as a child process, for notebooks, tests and single-machine training."""

from __future__ import annotations

import atexit
import os
import select
import shutil
import subprocess
import sys
import tempfile
import threading
from collections import deque
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import IO, Final

from ._client import Client
from ._columns import checked_deadline
from .errors import StartError

__all__ = ["Sidecar", "find_binary", "start"]

READY_PREFIX: Final = "plaudit ready "
STOP_SECONDS: Final = 10.0
"""How long a sidecar may drain after SIGTERM before it is killed."""

_LOG_LINES_KEPT: Final = 40


def find_binary(binary: str | os.PathLike[str] | None = None) -> Path:
    """The `plaudit` program: the one named, else ``PLAUDIT_BINARY``, else on ``PATH``, else the checkout's build.

    Raises:
        StartError: there is none; says where it was looked for.
    """
    named = os.fspath(binary) if binary is not None else os.environ.get("PLAUDIT_BINARY", "")
    if named:
        path = Path(named)
        if not (path.is_file() and os.access(path, os.X_OK)):
            source = "the binary" if binary is not None else "PLAUDIT_BINARY"
            raise StartError(f"{source} {named} is not a program that can be run")
        return path.absolute()
    on_path = shutil.which("plaudit")
    if on_path is not None:
        return Path(on_path)
    for folder in Path(__file__).resolve().parents:
        if (folder / "Package.swift").is_file():
            built = folder / ".build" / "release" / "plaudit"
            if built.is_file():
                return built
            raise StartError(f"plaudit is neither on PATH nor built in {folder}; `script/build` builds it there")
    raise StartError("plaudit is not on PATH; name it by binary= or PLAUDIT_BINARY")


class Sidecar:
    """A running sidecar that this process started, and stops at exit.

    Attributes:
        socket: where it listens.
        ready: the key-value pairs of its ready line.
    """

    def __init__(
        self, process: subprocess.Popen[str], socket: str, scratch: str | None, log: _Log, ready: dict[str, str]
    ) -> None:
        self.socket = socket
        self.ready = ready
        self._process = process
        self._scratch = scratch
        self._log = log
        self._owner = os.getpid()
        atexit.register(self.stop)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the child still runs."""
        return self._process.poll() is None

    @property
    def log(self) -> list[str]:
        """The last lines it wrote to its log."""
        return self._log.lines()

    def client(self, *, deadline: float = 60.0) -> Client:
        """A new client of it."""
        return Client(self.socket, deadline=deadline)

    def stop(self, *, timeout: float = STOP_SECONDS) -> None:
        """Has it drain and end; kills it after `timeout` seconds. Does nothing the second time or in a forked child."""
        if self._owner != os.getpid():
            return
        atexit.unregister(self.stop)
        _end(self._process, timeout)
        self._log.join()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Sidecar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        state = "running" if self.is_running else f"ended with {self._process.returncode}"
        return f"plaudit.Sidecar({self.socket!r}, pid {self.pid}, {state})"


class _Log:
    """Drains the child's stderr, so that it never blocks on it; keeps the last lines, and passes all on."""

    def __init__(self, stream: IO[str], passed_on: bool) -> None:
        self._stream = stream
        self._passed_on = passed_on
        self._kept: deque[str] = deque(maxlen=_LOG_LINES_KEPT)
        self._thread = threading.Thread(target=self._drain, name="plaudit-log", daemon=True)
        self._thread.start()

    def _drain(self) -> None:
        with self._stream:
            for line in self._stream:
                self._kept.append(line.rstrip("\n"))
                if self._passed_on:
                    sys.stderr.write(line)

    def lines(self) -> list[str]:
        return list(self._kept)

    def join(self) -> None:
        """Waits for the ended child's last line; not for long, in case a child of its own holds the pipe."""
        self._thread.join(timeout=1.0)


def start(
    config: str | os.PathLike[str],
    socket: str | os.PathLike[str] | None = None,
    binary: str | os.PathLike[str] | None = None,
    *,
    workers: int | None = None,
    timeout: float = 30.0,
    quiet: bool = False,
) -> Sidecar:
    """Starts a sidecar as a child process and returns once it takes connections.

    It is stopped by `Sidecar.stop`, at the end of a ``with`` block, or when this process exits.

    Args:
        config: the configuration file.
        socket: where it shall listen; by default in a new private folder.
        binary: the program; by default ``PLAUDIT_BINARY``, ``PATH``, or the checkout this package stands in.
        workers: worker threads; by default the sidecar's own choice.
        timeout: seconds until it must be ready.
        quiet: keeps its log to itself (`Sidecar.log`) instead of passing it on to stderr.

    Raises:
        StartError: no binary, a configuration it refuses, or not ready in time; with the end of its log.
    """
    program = find_binary(binary)
    ends = monotonic() + checked_deadline(timeout)
    scratch = tempfile.mkdtemp(prefix="plaudit-") if socket is None else None
    path = os.fspath(socket) if socket is not None else os.path.join(scratch or "", "plaudit.sock")
    command = [os.fspath(program), "serve", "--config", os.fspath(config), "--socket", path]
    if workers is not None:
        command += ["--workers", str(workers)]
    try:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as problem:
        _remove(scratch)
        raise StartError(f"{program} cannot be run: {problem.strerror}") from None
    assert process.stdout is not None and process.stderr is not None
    log = _Log(process.stderr, passed_on=not quiet)
    try:
        ready = _ready_line(process, process.stdout, ends)
        if ready is None:
            code = _end(process, 1.0)
            log.join()
            said = "\n".join(log.lines()) or "(it said nothing)"
            how = f"ended with exit code {code}" if code >= 0 else f"was not ready within {timeout:g} s"
            raise StartError(f"`{' '.join(command)}` {how}:\n{said}")
    except BaseException:
        _end(process, 1.0)
        _remove(scratch)
        raise
    return Sidecar(process, path, scratch, log, ready)


def _ready_line(process: subprocess.Popen[str], stdout: IO[str], deadline: float) -> dict[str, str] | None:
    """The pairs of the ready line; None when the child ended or the time is over."""
    received = b""
    poller = select.poll()
    poller.register(stdout, select.POLLIN)
    while b"\n" not in received:
        left = deadline - monotonic()
        if left <= 0 or not poller.poll(left * 1000):
            return None
        chunk = os.read(stdout.fileno(), 4096)
        if not chunk:
            return None
        received += chunk
    line = received.split(b"\n", 1)[0].decode("utf-8", "replace")
    if not line.startswith(READY_PREFIX):
        return None
    return dict(pair.split("=", 1) for pair in line[len(READY_PREFIX) :].split() if "=" in pair)


def _end(process: subprocess.Popen[str], timeout: float) -> int:
    """Ends the child if it still runs; returns its exit code, negative when a signal ended it."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(timeout)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    if process.stdout is not None:
        process.stdout.close()
    return process.returncode


def _remove(scratch: str | None) -> None:
    if scratch is not None:
        shutil.rmtree(scratch, ignore_errors=True)
