"""The real verifiers package: its rubric calls our functions and adds up their weights."""

from __future__ import annotations

import asyncio
from typing import Any

import plaudit
import plaudit.verifiers
import pytest
from payloads import payloads
from peers import WAIT_SECONDS

verifiers = pytest.importorskip("verifiers", reason="VERIFIERS IS NOT TESTED")


@pytest.mark.parametrize("group", [False, True], ids=["rollouts", "group"])
def test_a_rubric_scores_states(rules: plaudit.Sidecar, group: bool) -> None:
    rows = payloads("verl_compute_score.jsonl")[:16]
    states: list[dict[str, Any]] = [
        verifiers.State(
            prompt=[{"role": "user", "content": "q"}],
            completion=[{"role": "assistant", "content": row["solution_str"]}],
            answer=row["ground_truth"],
            info={},
            task="default",
            trajectory=[],
            timing={"scoring_ms": 0.0, "total_ms": 0.0, "generation_ms": 0.0},
        )
        for row in rows
    ]

    async def run() -> None:
        rubric = plaudit.verifiers.rubric("rules", rules.socket, group=group)
        assert isinstance(rubric, verifiers.Rubric)
        if group:
            await rubric.score_group(states)
        else:
            await asyncio.gather(*[rubric.score_rollout(state) for state in states])

    asyncio.run(run())
    with rules.client(deadline=WAIT_SECONDS) as client:
        answers = [row["ground_truth"] for row in rows]
        scored = client.score("rules", [row["solution_str"] for row in rows], reference_answers=answers)
    assert [state["reward"] for state in states] == list(scored.rewards)
    for name, component in scored.components.items():
        assert [state["metrics"][f"plaudit/{name}"] for state in states] == list(component.scores)
    assert [state["metrics"]["plaudit/scored"] for state in states] == [1.0] * len(states)
