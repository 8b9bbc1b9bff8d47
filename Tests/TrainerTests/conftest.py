from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import plaudit
import pytest
import tiny_model
from peers import WAIT_SECONDS, small_model, write_configuration
from rewards import RULES


@pytest.fixture(scope="session")
def binary() -> Path:
    """The real sidecar: ``PLAUDIT_BINARY``, which `script/test-trainers` sets."""
    return Path(os.environ["PLAUDIT_BINARY"])


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a tiny random model."""
    return tiny_model.save(tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="session")
def small_model_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with small_model(tmp_path_factory.mktemp("small-model"), "--listen", "127.0.0.1:0") as url:
        yield url


@pytest.fixture(scope="session")
def rules(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[plaudit.Sidecar]:
    """A sidecar with the reward `rules`, which no judge is needed for."""
    path = write_configuration(tmp_path_factory.mktemp("rules") / "rewards.yaml", {"rewards": {"rules": RULES}})
    with plaudit.start(path, binary=binary, quiet=True, timeout=WAIT_SECONDS) as sidecar:
        yield sidecar


@pytest.fixture
def told(rules: plaudit.Sidecar, monkeypatch: pytest.MonkeyPatch) -> plaudit.Sidecar:
    """The environment names the sidecar and its reward, for trainers that take no arguments."""
    monkeypatch.setenv("PLAUDIT_SOCKET", rules.socket)
    monkeypatch.setenv("PLAUDIT_REWARD", "rules")
    return rules
