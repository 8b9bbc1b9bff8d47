from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from peers import REPOSITORY, decision_model, small_model
from plaudit._local_server import INSTALL_COMMANDS, missing_wheels


@pytest.fixture(scope="session")
def binary() -> Path:
    """The real sidecar: ``PLAUDIT_BINARY``, or what the checkout has built."""
    named = os.environ.get("PLAUDIT_BINARY")
    if named:
        return Path(named)
    for kind in ("release", "debug"):
        path = REPOSITORY / ".build" / kind / "plaudit"
        if path.is_file():
            return path
    pytest.skip("NO PEER IS TESTED: set PLAUDIT_BINARY or run script/build")


def need_wheels() -> None:
    if missing_wheels():
        pytest.skip(f"THE SMALL MODEL IS NOT ASKED: run {' && '.join(INSTALL_COMMANDS)}")


@pytest.fixture(scope="session")
def small_model_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SmolLM2 over TCP, one for all tests: starting it costs more than most of them."""
    need_wheels()
    with small_model(tmp_path_factory.mktemp("small-model"), "--listen", "127.0.0.1:0") as url:
        yield url


@pytest.fixture
def small_model_socket_url(tmp_path: Path) -> Iterator[str]:
    """SmolLM2 over a Unix socket."""
    need_wheels()
    with small_model(tmp_path, "--socket", str(tmp_path / "judge.sock")) as url:
        yield url


@pytest.fixture
def decision_model_url(tmp_path: Path) -> Iterator[str]:
    with decision_model(tmp_path) as url:
        yield url
