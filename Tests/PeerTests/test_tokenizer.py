"""Tokens counted by a `tokenizer` of the configuration against tiktoken, over published text in many languages."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import plaudit
import pytest
from peers import REPOSITORY

tiktoken = pytest.importorskip("tiktoken", reason="TOKENS ARE NOT COMPARED: run script/test --peers")
tiktoken_load = pytest.importorskip("tiktoken.load", reason="TOKENS ARE NOT COMPARED: run script/test --peers")
public = pytest.importorskip("tiktoken_ext.openai_public", reason="TOKENS ARE NOT COMPARED: run script/test --peers")

ENCODINGS = ["cl100k_base", "o200k_base", "gpt2"]
"""The vocabulary is that of cl100k_base in all of them, the only one that a package brings; the patterns are their own."""

EDGES = ["", " ", "\n", " \n ", "\r\n\r\n", "a" * 5_000, "1234567", "don't DON'T I'LL", "  x", "\u00a0\u2003x\u0085y"]
"""White space of every kind, a long piece, digits in threes, contractions."""


def published() -> Path:
    folder = Path(os.environ.get("PLAUDIT_DATA") or REPOSITORY / ".." / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("NO PUBLISHED DATA: set PLAUDIT_DATA to the folder that holds it")
    return folder


@pytest.fixture(scope="module")
def texts() -> list[str]:
    found = list(EDGES)
    for file in sorted(published().glob("*/*.jsonl")):
        if file.parent.name not in ["gsm8k", "multilingual", "instruction-following", "safety"]:
            continue
        with file.open(encoding="utf-8") as lines:
            for line in list(lines)[:400]:
                found += [value for value in json.loads(line).values() if isinstance(value, str)]
    return found


@pytest.fixture(scope="module")
def vocabulary() -> Path:
    return Path(str(files("tiktoken_ext").joinpath("data").joinpath("cl100k_base.tiktoken")))


def reference(name: str, vocabulary: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], int]:
    """tiktoken's own encoding, over the vocabulary at hand instead of one from the network."""
    ranks = tiktoken_load.load_tiktoken_bpe(str(vocabulary))
    for loader in ["load_tiktoken_bpe", "data_gym_to_mergeable_bpe_ranks"]:
        monkeypatch.setattr(public, loader, lambda *_arguments, **_options: ranks)
    arguments = getattr(public, name)()
    encoding = tiktoken.Encoding(
        name, pat_str=arguments["pat_str"], mergeable_ranks=ranks, special_tokens=arguments["special_tokens"]
    )
    return lambda text: len(encoding.encode_ordinary(text))


@pytest.mark.parametrize("name", ENCODINGS)
def test_every_text_has_as_many_tokens_as_tiktoken_says(
    name: str,
    texts: list[str],
    vocabulary: Path,
    binary: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # The score is 1 - count / 1,000,000.
    config = tmp_path / "config.yaml"
    config.write_text(
        "version: 1\nrewards:\n  tokens:\n    components:\n      length:\n        type: length_penalty\n"
        "        unit: tokens\n        target: 0\n        tolerance: 1000000\n"
        f"        tokenizer: {{file: {json.dumps(str(vocabulary))}, encoding: {name}}}\n"
    )
    with plaudit.start(config, binary=binary, quiet=True) as sidecar, sidecar.client(deadline=300.0) as client:
        scored = client.score("tokens", texts)
    count = reference(name, vocabulary, monkeypatch)
    wrong = [
        (text[:80], round((1 - float(score)) * 1e6), count(text))
        for text, score in zip(texts, scored.components["length"].scores)
        if round((1 - float(score)) * 1e6) != count(text)
    ]
    print(f"{name}: {len(texts)} texts, {len(wrong)} differ")
    assert set(scored.components["length"].status) == {"scored"}
    assert not wrong, wrong[:5]
