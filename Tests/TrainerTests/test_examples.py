"""The examples that need their trainer; the others are run by the client's own tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import plaudit
import pytest
from peers import REPOSITORY, WAIT_SECONDS

EXAMPLES = REPOSITORY / "examples" / "trainers"


@pytest.fixture(scope="module")
def sidecar(binary: Path) -> Iterator[plaudit.Sidecar]:
    with plaudit.start(EXAMPLES / "rewards.yaml", binary=binary, quiet=True, timeout=WAIT_SECONDS) as sidecar:
        yield sidecar


def run(sidecar: plaudit.Sidecar, folder: Path, *command: str | Path) -> str:
    environment = {**os.environ, "PLAUDIT_SOCKET": sidecar.socket, "PLAUDIT_REWARD": "answer"}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env=environment, capture_output=True, text=True, timeout=WAIT_SECONDS
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_grpo_in_trl(sidecar: plaudit.Sidecar, model: Path, tmp_path: Path) -> None:
    pytest.importorskip("trl", reason="TRL IS NOT TESTED")
    with sidecar.client() as client:
        before = client.stats()["rollouts_in"]
        run(sidecar, tmp_path, EXAMPLES / "trl_grpo.py", model)
        assert client.stats()["rollouts_in"] - before == 16


def test_an_actor_of_ray(sidecar: plaudit.Sidecar, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="RAY IS NOT TESTED")
    assert "[1.0] ['scored']" in run(sidecar, tmp_path, EXAMPLES / "ray_actor.py")


def test_an_environment_of_verifiers(sidecar: plaudit.Sidecar, tmp_path: Path) -> None:
    pytest.importorskip("verifiers", reason="VERIFIERS IS NOT TESTED")
    program = "import verifiers_environment as e; print(len(e.load_environment().rubric.funcs))"
    environment = run(sidecar, EXAMPLES, "-c", program)
    # SingleTurnEnv may put a monitor of its own beside the rubric.
    assert environment.strip().isdigit()
