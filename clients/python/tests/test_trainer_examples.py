"""docs/trainers.md and examples/trainers: the page shows the files, and the files run.

Those that need their trainer installed (TRL, verifiers, Ray) are run by `Tests/TrainerTests`.
"""

from __future__ import annotations

import ast
import asyncio
import importlib.util
import re
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy
import plaudit
import pytest
from adapter_sidecar import REPOSITORY

PAGE = (REPOSITORY / "docs" / "trainers.md").read_text()
FOLDER = REPOSITORY / "examples" / "trainers"
SHOWN = re.findall(r"<!-- examples/trainers/(\S+) -->\n```python\n(.*?)```", PAGE, re.DOTALL)
BLOCKS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def sidecar(binary: Path) -> Iterator[plaudit.Sidecar]:
    with plaudit.start(FOLDER / "rewards.yaml", binary=binary, quiet=True) as sidecar:
        yield sidecar


@pytest.fixture
def told(sidecar: plaudit.Sidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUDIT_SOCKET", sidecar.socket)
    monkeypatch.setenv("PLAUDIT_REWARD", "answer")


def example(name: str) -> Any:
    """An example as trainers load a path."""
    spec = importlib.util.spec_from_file_location(name, FOLDER / f"{name}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_file_is_on_the_page() -> None:
    assert {name for name, _ in SHOWN} == {path.name for path in FOLDER.glob("*.py")}


@pytest.mark.parametrize(("name", "shown"), SHOWN, ids=[name for name, _ in SHOWN])
def test_the_page_shows_the_file(name: str, shown: str) -> None:
    text = (FOLDER / name).read_text()
    documentation = ast.get_docstring(ast.parse(text))
    assert documentation and text == f'"""{documentation}"""\n\n{shown}'


@pytest.mark.parametrize("block", BLOCKS)
def test_what_the_page_shows_is_short_python(block: str) -> None:
    ast.parse(block)
    assert len([line for line in block.splitlines() if line.strip()]) <= 12


@pytest.mark.sidecar
def test_verl(told: None) -> None:
    verdict = asyncio.run(example("verl_reward").compute_score("gsm8k", "It is 5.", "5", {"index": 0}))
    assert verdict["score"] == 1.0


@pytest.mark.sidecar
def test_openrlhf(told: None, monkeypatch: pytest.MonkeyPatch) -> None:
    torch = types.ModuleType("torch")
    vars(torch).update(tensor=lambda values, dtype: numpy.array(values, dtype), float32=numpy.float32)
    monkeypatch.setitem(sys.modules, "torch", torch)
    answer = example("openrlhf_reward").reward_func(["2 + 3? It is 5.</s>"], ["2 + 3? "], ["5"])
    assert answer["rewards"].tolist() == [1.0]


@pytest.mark.sidecar
def test_areal(told: None) -> None:
    assert example("areal_reward").reward_fn("2 + 3?", "It is 4.", [1], [2], answer="5") == 0.25


@pytest.mark.sidecar
def test_slime(told: None) -> None:
    sample = types.SimpleNamespace(prompt="2 + 3?", response="It is 5.", label="5", metadata={})
    assert asyncio.run(example("slime_reward").custom_rm(None, sample)) == 1.0


@pytest.mark.sidecar
def test_nova(told: None) -> None:
    messages = [{"role": "user", "content": "2 + 3?"}, {"role": "assistant", "content": "It is 5."}]
    event = [{"id": "a", "messages": messages, "reference_answer": "5"}]
    assert example("nova_lambda").lambda_handler(event, None)[0]["aggregate_reward_score"] == 1.0
