"""How often a judge takes the place for the completion: every pair is shown in both orders."""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import plaudit
from plaudit.local_judge import MODEL_NAME
from servers import chat

SLOTS = 4
_WINNER = {"type": "string", "enum": ["A", "B"]}
_SCHEMA = {"type": "object", "properties": {"winner": _WINNER}, "required": ["winner"], "additionalProperties": False}


@dataclass(frozen=True)
class PositionBias:
    """Pairs asked in both orders, and those in which the orders disagree."""

    pairs: int
    flips: int

    @property
    def flip_rate(self) -> float:
        return self.flips / self.pairs if self.pairs else 0.0


def counted_by(client: plaudit.Client) -> PositionBias | None:
    """What the sidecar has counted while it judged; None when it tells no such thing."""
    judging = client.stats().get("judging") or {}
    if not judging.get("pairs"):
        return None
    return PositionBias(int(judging["pairs"]), int(judging.get("flips", 0)))


def asked_of(path: str, question: str, completions: Sequence[str]) -> PositionBias:
    """Asks the judge at `path` itself, about every pair of the completions."""

    def winner(first: str, second: str) -> str:
        text = f"Question:\n{question}\n\nReply A:\n{first}\n\nReply B:\n{second}\n\n"
        text += 'Which reply is better? Answer as JSON: {"winner": "A"} or {"winner": "B"}.'
        body: dict[str, Any] = {"model": MODEL_NAME, "messages": [{"role": "user", "content": text}]}
        body |= {"temperature": 0, "seed": 1, "max_tokens": 32}
        form = {"name": "verdict", "strict": True, "schema": _SCHEMA}
        body["response_format"] = {"type": "json_schema", "json_schema": form}
        answer = chat(path, body)["choices"][0]["message"]["content"]
        return str(json.loads(answer)["winner"])

    pairs = list(combinations(completions, 2))
    with ThreadPoolExecutor(SLOTS) as pool:
        forth = pool.map(lambda pair: winner(pair[0], pair[1]), pairs)
        back = pool.map(lambda pair: winner(pair[1], pair[0]), pairs)
        flips = sum(one == other for one, other in zip(forth, back))  # the same place is the other completion
    return PositionBias(len(pairs), flips)
