"""What the adapters' tests share: a configuration with a played judge, and the real rollouts of trainers."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import plaudit
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]

CONFIG = """\
version: 1
rewards:
  numeric: {{components: {{correct: {{type: numeric_match}}}}}}
  sums:
    components:
      correct: {{type: numeric_match, weight: 0.75}}
      brief:   {{type: length_penalty, weight: 0.25, unit: words, target: [1, 5], tolerance: 5}}
  tagged:
    components:
      kind:   {{type: string_check, operation: like, reference: {{field: kind}}}}
      origin: {{type: string_check, weight: 0, operation: like, reference: {{field: origin}}}}
  tokens:
    components: {{length: {{type: overlong_penalty, max_length: 20, buffer: 10}}}}
    range: [-1, 0]
  repeats:
    components: {{repeats: {{type: repetition_penalty, unit: tokens, ngram_size: 2}}}}
    range: [-1, 0]
  judged:
    components:
      correct: {{type: numeric_match, weight: 0.5}}
      quality: {{type: judge, weight: 0.5, judge: played, rubric: quality}}
  half:
    neutral: {{fixed: 0.5}}
    components: {{quality: {{type: judge, judge: played, rubric: quality}}}}
  better: {{components: {{better: {{type: preference, judge: played, criteria: The one that says good.}}}}}}
judges:
  played: {{api: openai, url: "{url}", model: played}}
judging: {{attempts: 1, canaries: 0, timeout: 20}}
rubrics:
  quality: {{criteria: [{{name: good, text: The reply is good.}}]}}
"""


def payloads(name: str) -> list[dict[str, Any]]:
    """The rows of a file of `trainer-payloads`; skips loudly where the data is not."""
    folder = Path(os.environ.get("PLAUDIT_DATA") or REPOSITORY.parent / "shared" / "data") / "trainer-payloads"
    path = folder / name
    if not path.is_file():
        pytest.skip(f"TRAINERS' REAL PAYLOADS ARE NOT TESTED: no {path}; set PLAUDIT_DATA")
    return [json.loads(line) for line in path.read_text().splitlines()]


@contextmanager
def paused(sidecar: plaudit.Sidecar) -> Iterator[None]:
    """The sidecar stands still: it takes connections, and answers nothing."""
    os.kill(sidecar.pid, signal.SIGSTOP)
    os.waitid(os.P_PID, sidecar.pid, os.WSTOPPED)  # the signal takes its time to reach all threads
    try:
        yield
    finally:
        os.kill(sidecar.pid, signal.SIGCONT)
