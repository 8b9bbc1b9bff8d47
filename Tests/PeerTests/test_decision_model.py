"""A real model that writes nothing and answers with probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from peers import probe, settled_stats, sidecar

COMPLETIONS = ["Your parcel left on Monday and arrives on Thursday.", "You are a stupid idiot.", "Ask somebody else."]


def test_several_criteria_come_in_one_call(binary: Path, tmp_path: Path, decision_model_url: str) -> None:
    criteria: list[dict[str, Any]] = [
        {"name": "answers", "text": "The reply answers the question.", "weight": 2},
        {"name": "polite", "text": "The reply is polite."},
        {"name": "rude", "text": "The reply is an insult.", "weight": -2},
    ]
    configuration = {
        "rewards": {
            "hard": {"components": {"good": {"type": "judge", "judge": "sparrow", "rubric": "hard"}}},
            "soft": {"components": {"good": {"type": "judge", "judge": "sparrow", "rubric": "soft"}}},
        },
        "judges": {"sparrow": {"api": "systemone", "url": decision_model_url, "model": "sparrow-nano-general-v1.1"}},
        "rubrics": {"hard": {"criteria": criteria}, "soft": {"criteria": criteria, "soft": True}},
        # Two rubrics that ask the same would share their verdicts, and nothing would be counted twice.
        "judging": {"cache": False, "canaries": 0},
    }
    prompts = ["Where is my parcel?"] * 3
    with sidecar(binary, tmp_path, configuration) as client:
        soft = client.score("soft", COMPLETIONS, prompts=prompts, rationales=True)
        hard = client.score("hard", COMPLETIONS, prompts=prompts, rationales=True)
        judging = settled_stats(client, questions=6)["judging"]
    assert soft.status == hard.status == ["scored"] * 3
    assert soft.usage["judge_calls"] == hard.usage["judge_calls"] == 3
    assert judging["calls"] == judging["attempts"] == judging["parsed_probabilities"] == 6
    # Probabilities are no yes or no, and their model tells these three apart.
    assert all(0 <= reward <= 1 for reward in soft.rewards)
    assert len({float(reward) for reward in soft.rewards}) == 3
    assert any(0 < reward < 1 for reward in soft.rewards)
    thirds = {0.0, 1 / 3, 2 / 3, 1.0}
    assert all(any(abs(reward - third) < 1e-9 for third in thirds) for reward in hard.rewards)
    for rationale in hard.rationales["good"]:
        assert rationale is not None and all(criterion["name"] in rationale for criterion in criteria)
    found = probe(binary, tmp_path / "rewards.yaml", "sparrow")
    assert found["probabilities"] == "yes"
