from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import plaudit
import pytest
from adapter_sidecar import CONFIG
from fake_sidecar import Behaviour, FakeSidecar, behave
from played_judge import played_judge

REPOSITORY = Path(__file__).resolve().parents[3]


@pytest.fixture
def sidecars(tmp_path: Path) -> Iterator[Callable[..., FakeSidecar]]:
    """Makes fake sidecars; every one is stopped after the test, and must have seen nothing but the protocol."""
    made: list[FakeSidecar] = []

    def make(behaviour: Behaviour = behave, name: str = "s") -> FakeSidecar:
        path = tmp_path / name
        path.unlink(missing_ok=True)
        made.append(FakeSidecar(path, behaviour))
        return made[-1]

    yield make
    for sidecar in made:
        sidecar.stop()
    assert [problem for sidecar in made for problem in sidecar.problems] == []


@pytest.fixture
def sidecar(sidecars: Callable[..., FakeSidecar]) -> FakeSidecar:
    """A fake sidecar that behaves."""
    return sidecars()


@pytest.fixture
def client(sidecar: FakeSidecar) -> Iterator[plaudit.Client]:
    with plaudit.Client(sidecar.path, deadline=20.0) as client:
        yield client


def built_binary() -> Path | None:
    """The real sidecar: ``PLAUDIT_BINARY``, or what the checkout has built."""
    named = os.environ.get("PLAUDIT_BINARY")
    if named:
        return Path(named)
    for kind in ("release", "debug"):
        path = REPOSITORY / ".build" / kind / "plaudit"
        if path.is_file():
            return path
    return None


@pytest.fixture(scope="session")
def binary() -> Path:
    path = built_binary()
    if path is None:
        pytest.skip("THE REAL SIDECAR IS NOT TESTED: set PLAUDIT_BINARY or run script/build")
    return path


@pytest.fixture(scope="session")
def trainer_sidecar(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[plaudit.Sidecar]:
    """The real sidecar with the adapters' configuration and a played judge."""
    config = tmp_path_factory.mktemp("trainers") / "config.yaml"
    with played_judge() as judge:
        config.write_text(CONFIG.format(url=judge.url))
        with plaudit.start(config, binary=binary, quiet=True) as sidecar:
            yield sidecar
