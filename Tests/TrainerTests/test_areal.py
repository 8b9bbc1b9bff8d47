"""AReaL's own wrapper: its process pool, its time limit, its retries."""

from __future__ import annotations

import asyncio
from typing import Any

import plaudit
from alone import module_alone
from payloads import payloads
from peers import WAIT_SECONDS
from plaudit.areal import reward_function


def test_the_wrapper_takes_the_sidecars_word(rules: plaudit.Sidecar) -> None:
    api = module_alone("areal.api.reward_api")
    rows = payloads("verl_compute_score.jsonl")

    async def run() -> list[float]:
        wrapped: Any = api.AsyncRewardWrapper(reward_function("rules", rules.socket), max_workers=2)
        calls = [wrapped("q", row["solution_str"], [1], [2], answer=row["ground_truth"]) for row in rows]
        return list(await asyncio.gather(*calls))

    rewards = asyncio.run(run())
    with rules.client(deadline=WAIT_SECONDS) as client:
        answers = [row["ground_truth"] for row in rows]
        scored = client.score("rules", [row["solution_str"] for row in rows], reference_answers=answers)
    assert rewards == list(scored.rewards) and {type(reward) for reward in rewards} == {float}
