"""The checks as people write them: TRL's reward functions, and verl's compute_score."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from typing import Any

from workload import REQUIRED, ScoreBatch, Scores, Workload, length_score, mean_rewards

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def format_score(text: str) -> float:
    try:
        value: Any = json.loads(text)
    except ValueError:
        return 0.0
    if not isinstance(value, dict):
        return 0.0
    answer, confidence, steps = (value.get(name) for name in REQUIRED)
    is_number = isinstance(confidence, (int, float)) and not isinstance(confidence, bool)
    return float(isinstance(answer, str) and is_number and isinstance(steps, list))


def number_score(text: str, reference: float) -> float:
    numbers = NUMBER.findall(text)
    return float(bool(numbers) and float(numbers[-1]) == reference)


class ExpressionList:
    """A regular expression for each phrase, tried one after another."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.expressions = [re.compile(re.escape(pattern), re.IGNORECASE) for pattern in patterns]

    def score(self, text: str) -> float:
        return 0.0 if any(expression.search(text) for expression in self.expressions) else 1.0


class Substrings:
    """Every phrase looked for in the text in lower case."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.patterns = [pattern.lower() for pattern in patterns]

    def score(self, text: str) -> float:
        lower = text.lower()
        return 0.0 if any(pattern in lower for pattern in self.patterns) else 1.0


def trl(safety: ExpressionList | Substrings) -> ScoreBatch:
    """One reward function a check, each with all completions, as TRL's trainers call them."""

    def format_reward(completions: list[str], **_: Any) -> list[float]:
        return [format_score(text) for text in completions]

    def safety_reward(completions: list[str], **_: Any) -> list[float]:
        return [safety.score(text) for text in completions]

    def length_reward(completions: list[str], **_: Any) -> list[float]:
        return [length_score(len(text)) for text in completions]

    def number_reward(completions: list[str], answer: list[float], **_: Any) -> list[float]:
        return [number_score(text, expected) for text, expected in zip(completions, answer)]

    functions: dict[str, Callable[..., list[float]]] = {
        "format": format_reward,
        "safety": safety_reward,
        "length": length_reward,
        "number": number_reward,
    }

    def score(texts: list[str], references: list[float]) -> tuple[list[float], Any]:
        columns = {name: function(completions=texts, answer=references) for name, function in functions.items()}
        return mean_rewards(columns), lambda: columns

    return score


_expressions: ExpressionList | None = None


def prepare(patterns: Sequence[str]) -> None:
    """Compiles the expressions once a process."""
    global _expressions
    _expressions = ExpressionList(patterns)


def compute_score(data_source: str, solution_str: str, ground_truth: float, extra_info: Any = None) -> dict[str, float]:
    """One rollout, with the parameters of verl's reward functions."""
    assert _expressions is not None
    row = {
        "format": format_score(solution_str),
        "safety": _expressions.score(solution_str),
        "length": length_score(len(solution_str)),
        "number": number_score(solution_str, ground_truth),
    }
    return {"score": sum(row.values()) / len(row), **row}


def _compute_one(rollout: tuple[str, float]) -> dict[str, float]:
    return compute_score("bench", rollout[0], rollout[1])


def _columns(rows: list[dict[str, float]]) -> Scores:
    return {name: [row[name] for row in rows] for name in rows[0] if name != "score"}


def verl_loop(workload: Workload) -> ScoreBatch:
    """A rollout at a time, as verl's naive reward manager does."""
    prepare(workload.patterns)

    def score(texts: list[str], references: list[float]) -> tuple[list[float], Any]:
        rows = [compute_score("bench", text, reference) for text, reference in zip(texts, references)]
        return [row["score"] for row in rows], lambda: _columns(rows)

    return score


def verl_pool(workload: Workload) -> ScoreBatch:
    """Two processes, as verl's parallel reward managers have, with 32 rollouts handed over at a time."""
    pool = ProcessPoolExecutor(max_workers=2, initializer=prepare, initargs=(workload.patterns,))

    def score(texts: list[str], references: list[float]) -> tuple[list[float], Any]:
        rows = list(pool.map(_compute_one, zip(texts, references), chunksize=32))
        return [row["score"] for row in rows], lambda: _columns(rows)

    return score
