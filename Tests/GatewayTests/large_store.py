"""Makes a store of many rollouts, and measures the pages over it:

    .venv/bin/python Tests/GatewayTests/large_store.py 1000000 [FOLDER]

Rows are made inside SQLite: three components each, of which one is judged, 300 bytes of text, failures among them, over
seven days. Their sums by time are made by the migration that makes them for stores of earlier versions.
"""

from __future__ import annotations

import shutil
import sqlite3
import statistics
import sys
import tempfile
import time
from pathlib import Path

import requests
from programs import REPOSITORY, gateway, sidecar

CONFIGURATION = {
    "version": 1,
    "rewards": {"r": {"components": {"correct": {"type": "numeric_match"}}}},
}

ROLLOUTS = """
    WITH RECURSIVE numbers (number) AS (SELECT :first UNION ALL SELECT number + 1 FROM numbers WHERE number < :last)
    INSERT INTO rollouts (
        id, at, plan, status, reward, rollout_id, group_id, timing_us, token_count, truncated, completion_bytes, texts_cut,
        prompt_is_json, prompt, completion)
    SELECT number, :begin + number * :step, 1 + number % 2, CASE WHEN number % 97 = 0 THEN 16 WHEN number % 997 = 0 THEN 33 ELSE 0 END,
        (number * 7919 % 1000) / 999.0, number, number / 8, 900 + number % 211, 60, 0, 200, 0, 0,
        'What is ' || number || ' plus ' || (number % 13) || '?',
        'Let us see. ' || substr(hex(number * 2654435761), 1, 8) || printf('%.*c', 240, 'x') || (number + number % 13)
    FROM numbers
    """
COMPONENTS = """
    INSERT INTO components (id, score, status, judge, verdict, rationale)
    SELECT rollouts.id * 32 + position, (rollouts.id * (31 + position) % 100) / 99.0,
        CASE WHEN rollouts.status = 16 AND position = 2 THEN 16 ELSE 0 END, CASE WHEN position = 2 THEN 'local (m)' END,
        CASE WHEN position = 2 AND rollouts.status = 0 THEN
            '[{"name":"helps","judgement":"' || CASE WHEN rollouts.id % 3 THEN 'met' ELSE 'unmet' END || '","reason":"so"}]' END,
        CASE WHEN position = 2 THEN 'helps: so' END
    FROM rollouts, (SELECT 0 AS position UNION SELECT 1 UNION SELECT 2)
    WHERE rollouts.id BETWEEN :first AND :last ORDER BY 1
    """
CHUNK_COUNT = 100_000
SPAN_MICROSECONDS = 7 * 24 * 3_600 * 1_000_000


def fill(path: Path, count: int) -> None:
    """Writes so many rollouts into a store that is there and empty, and leaves their sums to the next who opens it."""
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA foreign_keys = OFF")
        database.execute("PRAGMA synchronous = OFF")
        for plan, reward in ((1, "answer"), (2, "support")):
            database.execute("INSERT INTO plans VALUES (?, ?, ?)", (plan, f"{plan:064x}", reward))
            names = [(plan, position, name) for position, name in enumerate(("format", "length", "quality"))]
            database.executemany("INSERT INTO plan_components VALUES (?, ?, ?)", names)
        step = max(1, SPAN_MICROSECONDS // count)
        begin = int(time.time() * 1e6) - step * count
        for first in range(1, count + 1, CHUNK_COUNT):
            values = {"first": first, "last": min(count, first + CHUNK_COUNT - 1), "begin": begin, "step": step}
            database.execute(ROLLOUTS, values)
            database.execute(COMPONENTS, values)
            database.commit()
        database.execute("DROP TABLE trends")
        database.execute("DELETE FROM grdb_migrations WHERE identifier = 'trends'")


def make(binary: Path, folder: Path, count: int) -> Path:
    path = folder / "large.db"
    with sidecar(binary, folder, {**CONFIGURATION, "store": {"path": str(path), "audit": True}}):
        pass
    fill(path, count)
    return path


def seconds(url: str) -> float:
    begun = time.perf_counter()
    reply = requests.get(url, timeout=600)
    assert reply.status_code == 200, reply.text
    return time.perf_counter() - begun


def main() -> None:
    count = int(sys.argv[1])
    kinds = ("release", "debug")
    kind = next(kind for kind in kinds if (REPOSITORY / ".build" / kind / "plaudit-gateway").is_file())
    programs = REPOSITORY / ".build" / kind
    folder = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    begun = time.perf_counter()
    path = make(programs / "plaudit", folder, count)
    print(f"{count} rollouts, {path.stat().st_size / 1e6:.0f} MB, made in {time.perf_counter() - begun:.1f} s; {kind} build")
    with gateway(programs / "plaudit-gateway", folder, folder / "none", "--store", str(path)) as to:
        print(f"sums of stored rows, once: {seconds(to.url + '/dashboard'):.2f} s")
        pages = [f"/dashboard?window={window}" for window in ("1h", "24h", "7d", "all")]
        for page in [*pages, "/dashboard?window=all&reward=answer", "/review", f"/rollout/{count // 2}"]:
            times = [seconds(to.url + page) for _ in range(5)]
            print(f"{page:40} median {statistics.median(times) * 1e3:7.1f} ms, most {max(times) * 1e3:7.1f} ms")
        begun = time.perf_counter()
        form = {"about": '["answer","quality"]', "count": "100"}
        drawn = requests.post(to.url + "/review", data=form, allow_redirects=False, timeout=600)
        assert drawn.status_code == 303, drawn.text
        print(f"a session of 100 drawn from the latest 50,000: {time.perf_counter() - begun:.2f} s")
    if len(sys.argv) <= 2:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
