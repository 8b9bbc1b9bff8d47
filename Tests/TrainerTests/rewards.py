"""The rewards that the trainers are given."""

from __future__ import annotations

from typing import Any

from peers import PATIENT_JUDGING

RULES = {
    "components": {
        "correct": {"type": "numeric_match", "weight": 0.75},
        "brief": {"type": "length_penalty", "weight": 0.25, "unit": "characters", "target": [0, 12], "tolerance": 12},
    }
}
JUDGED = {
    "components": {
        "brief": {"type": "length_penalty", "weight": 0.5, "unit": "characters", "target": [0, 12], "tolerance": 12},
        "quality": {"type": "judge", "weight": 0.5, "judge": "small", "rubric": "answer", "max_tokens": 64},
    }
}
RUBRIC = {"criteria": [{"name": "answers", "text": "The reply answers the question."}]}


def judged_configuration(url: str) -> dict[str, Any]:
    """A reward with a live judge, each question asked once and no question of the sidecar's own."""
    return {
        "rewards": {"judged": JUDGED},
        "judges": {"small": {"api": "openai", "url": url, "model": "smollm2-135m", "limits": {"concurrency": 2}}},
        "rubrics": {"answer": RUBRIC},
        "judging": {"canaries": 0, "attempts": 1, **PATIENT_JUDGING},
    }
