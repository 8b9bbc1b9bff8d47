"""What every peer of the scoring bench works on, and how each of them is measured and says what it found.

`plaudit-bench` writes the workload as one JSON file and starts a peer once a round:

    PEER.py NAME --workload FILE --seconds S [options of the peer]

A peer first scores all texts and probes once, which warms it up and is what it is judged by: its scores must equal
Plaudit's. Then it scores the texts, a batch of 64, over and over. It prints one line of JSON: rewards and scores, and
microseconds of a batch.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

CHECKS = ("format", "safety", "length", "number")
"""The checks by name, in order; with `--language` there is `language` behind them."""

LENGTH_TARGET = (0, 2500)
LENGTH_TOLERANCE = 1000
REQUIRED = ("answer", "confidence", "steps")
LANGUAGE = "en"

Scores = dict[str, list[float]]
"""A column of scores a check, in 0 to 1."""


@dataclass(frozen=True)
class Workload:
    """Texts of a batch, and texts that break one check each; both with the number that is expected of them."""

    texts: list[str]
    references: list[float]
    probes: list[str]
    probe_references: list[float]
    patterns: list[str]


def read_workload(path: str) -> Workload:
    with open(path, encoding="utf-8") as file:
        return Workload(**json.load(file))


def length_score(length: int) -> float:
    """1 up to the target's end, then down to 0 over the tolerance."""
    above = length - LENGTH_TARGET[1]
    return 1.0 if above <= 0 else max(0.0, 1.0 - above / LENGTH_TOLERANCE)


def mean_rewards(scores: Scores) -> list[float]:
    """The mean of a rollout's scores."""
    return [sum(row) / len(row) for row in zip(*scores.values())]


def percentile(ascending: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` of them do not exceed."""
    rank = max(1, -(-int(share * 1e6) * len(ascending) // 1_000_000))
    return ascending[min(rank, len(ascending)) - 1]


def measure(call: Callable[[], object], seconds: float, count_min: int = 1) -> dict[str, float]:
    """Calls until `seconds` have passed, at least `count_min` times: wall-clock microseconds of a call."""
    times: list[float] = []
    ends = time.perf_counter() + seconds
    while len(times) < count_min or time.perf_counter() < ends:
        begin = time.perf_counter_ns()
        call()
        times.append((time.perf_counter_ns() - begin) / 1e3)
    times.sort()
    return {
        "count": len(times),
        "p50_us": percentile(times, 0.5),
        "p99_us": percentile(times, 0.99),
        "min_us": times[0],
    }


ScoreBatch = Callable[[list[str], list[float]], tuple[Sequence[float], Callable[[], Scores]]]
"""Scores a batch: its rewards, and, when they are asked for, the columns behind them."""


def scoring_parser(description: str, names: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("name", choices=names)
    parser.add_argument("--workload", required=True)
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--language", action="store_true", help="the language of the text as a further check")
    return parser


def run_peer(score: ScoreBatch, workload: Workload, seconds: float) -> None:
    """What a scoring peer prints."""
    rewards, columns = score(workload.texts + workload.probes, workload.references + workload.probe_references)
    found = {"rewards": [float(reward) for reward in rewards], "scores": columns()}
    times = measure(lambda: score(workload.texts, workload.references), seconds)
    print(json.dumps({**found, **times}))
