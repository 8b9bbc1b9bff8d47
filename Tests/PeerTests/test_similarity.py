"""`text_similarity` against the libraries that its measures are named after, over pairs of published text."""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import plaudit
import pytest
from peers import REPOSITORY

rapidfuzz = pytest.importorskip("rapidfuzz", reason="THE MEASURES ARE NOT COMPARED: run script/test peers")
sacrebleu = pytest.importorskip("sacrebleu", reason="THE MEASURES ARE NOT COMPARED: run script/test peers")
tokenizer_13a = pytest.importorskip("sacrebleu.tokenizers.tokenizer_13a", reason="THE MEASURES ARE NOT COMPARED")
rouge_scorer = pytest.importorskip("rouge_score.rouge_scorer", reason="THE MEASURES ARE NOT COMPARED")
gleu_score = pytest.importorskip("nltk.translate.gleu_score", reason="THE MEASURES ARE NOT COMPARED")

PAIR_COUNT = 1_500
DIFFERENCE_MAX = 1e-6
METRICS = ["fuzzy_match", "bleu", "gleu", "rouge_1", "rouge_2", "rouge_3", "rouge_4", "rouge_5", "rouge_l"]

Pair = tuple[str, str]
"""A completion and what it is compared with."""


def published() -> Path:
    folder = Path(os.environ.get("PLAUDIT_DATA") or REPOSITORY / ".." / "shared" / "data")
    if not folder.is_dir():
        pytest.skip("NO PUBLISHED DATA: set PLAUDIT_DATA to the folder that holds it")
    return folder


def texts(path: Path, key: str) -> list[str]:
    with path.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [row[key] for row in rows if isinstance(row.get(key), str)]


@pytest.fixture(scope="module")
def pairs() -> list[Pair]:
    """Two solutions of one question, neighbours of one data set, and texts that someone has edited."""
    folder = published()
    seed = int(os.environ.get("SEED") or time.time_ns())
    print(f"pairs: SEED={seed}")
    generator = random.Random(seed)
    found: list[Pair] = []
    for path, key in [
        ("gsm8k/solutions.jsonl", "completion"),
        ("multilingual/mgsm_worked.jsonl", "worked_answer"),
        *[(str(file.relative_to(folder)), key) for file, key in more_texts(folder)],
    ]:
        column = texts(folder / path, key)
        found += zip(column, column[1:])
        # Half of a text against all of it, and a text with words gone and words doubled.
        for text in generator.sample(column, min(len(column), 100)):
            words = text.split(" ")
            edited = " ".join(word * generator.choice([0, 1, 1, 1, 1, 2]) for word in words)
            found += [(text[: len(text) // 2], text), (edited, text)]
    generator.shuffle(found)
    edges = ["", " ", "\n", "-\n", "&quot;&amp;lt;", "<skipped>", "3.14-5,000.,", "K\u0130ss", "a\0b", "x" * 2_000]
    chosen = [(a, b) for a in edges for b in edges] + found
    return chosen[:PAIR_COUNT]


def more_texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Every other file of these folders with a column of texts."""
    for name in ["instruction-following", "multilingual"]:
        for file in sorted((folder / name).glob("*.jsonl")):
            with file.open(encoding="utf-8") as lines:
                first = json.loads(next(lines))
            for key in ["response", "text", "completion"]:
                if isinstance(first.get(key), str):
                    yield file, key
                    break


def references() -> dict[str, Callable[[str, str], float]]:
    tokenise = tokenizer_13a.Tokenizer13a()
    names = {metric: "rouge" + metric.removeprefix("rouge_").upper() for metric in METRICS if "rouge" in metric}
    scorer = rouge_scorer.RougeScorer(list(names.values()), use_stemmer=False)

    def rouge(name: str) -> Callable[[str, str], float]:
        return lambda completion, reference: float(scorer.score(reference, completion)[name].fmeasure)

    def words(text: str) -> list[str]:
        """As sacrebleu's BLEU has them: it takes white space off the end before it looks for words."""
        return list(tokenise(text.rstrip()).split())

    def gleu(completion: str, reference: str) -> float:
        return float(gleu_score.sentence_gleu([words(reference)], words(completion)))

    return {
        "fuzzy_match": lambda completion, reference: float(rapidfuzz.fuzz.ratio(completion, reference)) / 100,
        "bleu": lambda completion, reference: float(sacrebleu.sentence_bleu(completion, [reference]).score) / 100,
        "gleu": gleu,
        **{metric: rouge(name) for metric, name in names.items()},
    }


@pytest.fixture(scope="module")
def scored(pairs: list[Pair], binary: Path, tmp_path_factory: pytest.TempPathFactory) -> plaudit.Scored:
    config = tmp_path_factory.mktemp("similarity") / "config.yaml"
    components = "".join(f"      {metric}: {{type: text_similarity, metric: {metric}}}\n" for metric in METRICS)
    config.write_text(f"version: 1\nrewards:\n  similarity:\n    components:\n{components}")
    completions, answers = zip(*pairs)
    with plaudit.start(config, binary=binary, quiet=True) as sidecar, sidecar.client(deadline=300.0) as client:
        return client.score("similarity", list(completions), reference_answers=list(answers))


@pytest.mark.parametrize("metric", METRICS)
def test_measure_equals_the_library_that_it_is_named_after(
    metric: str, pairs: list[Pair], scored: plaudit.Scored
) -> None:
    assert len(pairs) == PAIR_COUNT
    assert set(scored.components[metric].status) == {"scored"}
    reference = references()[metric]
    differences = [
        (abs(float(score) - reference(completion, answer)), completion[:200], answer[:200])
        for (completion, answer), score in zip(pairs, scored.components[metric].scores)
    ]
    worst = max(differences)
    print(f"{metric}: at most {worst[0]:.1e} apart over {len(pairs)} pairs")
    assert worst[0] <= DIFFERENCE_MAX, worst
