"""What the sidecar keeps on disk outlives it: a restart asks no judge again, and a killed process loses no committed row."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import threading
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

import plaudit
from peers import WAIT_SECONDS, fault_server, sidecar, write_configuration

COMPLETIONS = ["Paris is the capital of France.", "The capital is Rome.", "It may be Lyon, I think."]
PROMPTS = ["What is the capital of France?"] * 3


def judged(url: str, store: Path) -> dict[str, Any]:
    return {
        "version": 1,
        "rewards": {
            "r": {
                "components": {
                    "brief": {"type": "length_penalty", "unit": "words", "target": [1, 5], "tolerance": 4},
                    "quality": {"type": "judge", "judge": "j", "rubric": "q"},
                }
            }
        },
        "judges": {"j": {"api": "openai", "url": f"{url}/honest", "model": "m"}},
        "rubrics": {"q": {"criteria": [{"name": "answers", "text": "It answers."}]}},
        "judging": {"canaries": 0, "cache": {"path": str(store)}},
    }


def test_a_restart_asks_nothing_again(binary: Path, tmp_path: Path) -> None:
    store = tmp_path / "plaudit.db"
    outcomes = []
    with fault_server(tmp_path) as (url, _):
        for _ in range(2):
            with sidecar(binary, tmp_path, judged(url, store)) as client:
                scored = client.score("r", COMPLETIONS, prompts=PROMPTS, rationales=True)
                outcomes.append(scored)
                stats = client.stats()["store"]
                assert stats["failures"] == 0
    first, second = outcomes
    assert first.usage["judge_calls"] == 3 and first.usage["cached"] == 0
    assert second.usage["judge_calls"] == 0 and second.usage["cached"] == 3
    assert [float(reward).hex() for reward in first.rewards] == [float(reward).hex() for reward in second.rewards]
    assert first.status == second.status and first.rationales == second.rationales
    assert store.stat().st_mode & 0o777 == 0o600


def audited(store: Path) -> dict[str, Any]:
    return {
        "version": 1,
        "rewards": {
            "r": {
                "components": {
                    "brief": {"type": "length_penalty", "unit": "words", "target": [1, 50], "tolerance": 4},
                    "tags": {"type": "think_format"},
                }
            }
        },
        "store": {"path": str(store), "audit": True},
    }


def test_a_killed_sidecar_loses_no_committed_row(binary: Path, tmp_path: Path) -> None:
    """Fifty times: rollouts in as fast as they are taken, kill -9 at a random moment, and a look at what is there."""
    seed = int(os.environ.get("SEED", random.randrange(1 << 32)))
    print(f"SEED={seed}")
    chance = random.Random(seed)
    store = tmp_path / "plaudit.db"
    path = write_configuration(tmp_path / "rewards.yaml", audited(store))
    batch = ["The answer is " + "word " * 40 + str(number) for number in range(256)]
    known = 0
    grown = 0
    for attempt in range(50):
        started = plaudit.start(path, binary=binary, quiet=True, timeout=WAIT_SECONDS)
        told = [0]
        answered = threading.Semaphore(0)

        def send(
            started: plaudit.Sidecar = started, told: list[int] = told, answered: threading.Semaphore = answered
        ) -> None:
            with suppress(plaudit.Error), started.client(deadline=WAIT_SECONDS) as client:
                while True:
                    client.score("r", batch)
                    told[0] = client.stats()["store"]["rows_written"]
                    answered.release()

        sender = threading.Thread(target=send)
        sender.start()
        for _ in range(chance.randrange(20)):
            assert answered.acquire(timeout=WAIT_SECONDS)
        while attempt % 2 == 0 and told[0] == 0:  # half of them die with rows on disk, however slow the machine is
            assert answered.acquire(timeout=WAIT_SECONDS)
        sleep(chance.uniform(0.0, 0.01))  # when to kill is chance, and nothing is timed by it
        committed = told[0]
        os.kill(started.pid, signal.SIGKILL)
        sender.join(WAIT_SECONDS)
        assert not sender.is_alive()
        started.stop()
        with sqlite3.connect(store) as database:
            assert database.execute("PRAGMA quick_check").fetchall() == [("ok",)]
            (rollouts,) = database.execute("SELECT count(*) FROM rollouts").fetchone()
            (components,) = database.execute("SELECT count(*) FROM components").fetchone()
            (orphans,) = database.execute(
                "SELECT count(*) FROM components WHERE id >> 5 NOT IN (SELECT id FROM rollouts)"
            ).fetchone()
        database.close()
        assert rollouts >= known + committed, f"SEED={seed}: {rollouts} rows, {known} + {committed} were committed"
        assert components == 2 * rollouts and orphans == 0
        grown += rollouts > known
        known = rollouts
    assert grown >= 25, "half of the processes had rows on disk when they were killed"
