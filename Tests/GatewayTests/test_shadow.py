"""A second rubric beside the one that counts, with a real sidecar and its store: the rewards are the same, and both verdicts are kept."""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path

import labelled
from programs import WAIT_SECONDS, sidecar

PROMPT = "How do I get my money?"


def test_a_shadow_is_kept_and_changes_no_reward(binary: Path, tmp_path: Path) -> None:
    texts = labelled.completions()
    rewards = {}
    store = tmp_path / "plaudit.db"
    with labelled.judge() as url:
        for is_shadowed in (False, True):
            folder = tmp_path / str(is_shadowed)
            folder.mkdir()
            configuration = labelled.configuration(url, str(store if is_shadowed else folder / "other.db"))
            if is_shadowed:
                configuration["rubrics"]["polite"] = {"criteria": labelled.CRITERIA[1:]}
                configuration["rewards"]["support"]["components"]["quality"]["shadow"] = "polite"
            with sidecar(binary, folder, configuration) as started, started.client() as client:
                scored = client.score("support", completions=texts, prompts=[PROMPT] * len(texts), deadline=WAIT_SECONDS)
                rewards[is_shadowed] = list(scored.rewards)
                assert scored.usage["judge_calls"] == len(texts)
                end = time.monotonic() + WAIT_SECONDS
                while is_shadowed and client.stats()["judging"]["shadows(support.quality)"] < len(texts):
                    assert time.monotonic() < end
                    time.sleep(0.05)
                judging = client.stats()["judging"]
    assert rewards[True] == rewards[False]
    with sqlite3.connect(store) as database:
        rows = database.execute("SELECT completion, score, shadow_score, rubric, component, judge FROM shadows").fetchall()
    assert sorted(row[0] for row in rows) == sorted(texts)
    for completion, score, shadow_score, *names in rows:
        found = [labelled.judged(completion, name) for name in ("polite", "invents_facts")]
        assert shadow_score == float(found == [True, False])
        assert names == ["polite", "support.quality", "played (m)"]
        assert 0 <= score <= 1
    agreed = sum((row[1] >= 0.5) == (row[2] >= 0.5) for row in rows)
    assert judging["shadows_agreed(support.quality)"] == agreed and 0 < agreed < len(texts)
    # Less than four of five agree. On the way there the share may cross the limit more than once: replies come in any order.
    assert judging["drifting"] == 1 and judging["drift_alarms"] >= 1
