"""How often a judge takes the place for the completion: every pair is shown in both orders.

The sidecar counts the same in `stats`, under `judging`: `pairs` and `flips`. Here the judge is asked directly and briefly,
so that every pair has two answers, on a slow machine too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from plaudit.local_judge import MODEL_NAME
from servers import chat

SLOTS = 2
_WINNER = {"type": "string", "enum": ["A", "B"]}
_SCHEMA = {"type": "object", "properties": {"winner": _WINNER}, "required": ["winner"], "additionalProperties": False}


@dataclass(frozen=True)
class PositionBias:
    """Pairs asked in both orders, and those in which the orders disagree."""

    pairs: int
    flips: int

    def __add__(self, other: PositionBias) -> PositionBias:
        return PositionBias(self.pairs + other.pairs, self.flips + other.flips)

    @property
    def flip_rate(self) -> float:
        return self.flips / self.pairs if self.pairs else 0.0


def position_bias(path: str, question: str, completions: Sequence[str]) -> PositionBias:
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
