from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import browser
import plaudit
import pytest
from browser import Browser
from programs import REPOSITORY, Gateway, gateway, sidecar

MATHS = {
    "version": 1,
    "rewards": {"maths": {"components": {"correct": {"type": "numeric_match"}}}},
}


def program(variable: str, name: str) -> Path:
    """A program of ours: named by a variable, or what the checkout has built."""
    named = os.environ.get(variable)
    if named:
        return Path(named)
    for kind in ("release", "debug"):
        path = REPOSITORY / ".build" / kind / name
        if path.is_file():
            return path
    pytest.skip(f"THE GATEWAY IS NOT TESTED: set {variable}, or run swift build --product {name}")


@pytest.fixture(scope="session")
def binary() -> Path:
    return program("PLAUDIT_BINARY", "plaudit")


@pytest.fixture(scope="session")
def gateway_binary() -> Path:
    return program("PLAUDIT_GATEWAY_BINARY", "plaudit-gateway")


@pytest.fixture(scope="session")
def maths(
    binary: Path, gateway_binary: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Gateway, plaudit.Client]]:
    """A gateway before a sidecar with the reward `maths`, and a client of the same sidecar."""
    folder = tmp_path_factory.mktemp("maths")
    with sidecar(binary, folder, MATHS) as started, gateway(gateway_binary, folder, started.socket) as served:
        yield served, started.client()


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if browser.program() is None:
        pytest.skip("THE PAGES ARE NOT SEEN BY A BROWSER: install chromium, or name it by PLAUDIT_CHROMIUM")
    with browser.chromium(tmp_path_factory.mktemp("chromium")) as started:
        yield started


@pytest.fixture(scope="session")
def payloads() -> Path:
    """Requests of real trainers; see the page beside them."""
    root = Path(os.environ.get("PLAUDIT_DATA") or REPOSITORY.parent / "shared" / "data")
    folder = root / "trainer-payloads"
    if not folder.is_dir():
        pytest.skip(f"NO REAL PAYLOADS: {folder} is not there; set PLAUDIT_DATA")
    return folder


def rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text().splitlines()]
