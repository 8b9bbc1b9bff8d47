"""The examples with judges do what their first lines say, with the local judge in its place."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from peers import PATIENT_JUDGING, REPOSITORY, WAIT_SECONDS

EXAMPLES = REPOSITORY / "examples"
LOCAL_URL = "unix:/tmp/plaudit-judge.sock"
JUDGED = sorted(path for path in EXAMPLES.glob("*.yaml") if re.search("^judges:", path.read_text(), re.MULTILINE))
WITH_ROLLOUTS = [path for path in JUDGED if path.with_suffix(".jsonl").exists()]
SCORED_ROLLOUTS = 2
"""Of each example: a pair for those who compare, and minutes less of a model that is slow without a GPU."""


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=2 * WAIT_SECONDS, check=False)


def test_there_are_examples() -> None:
    assert len(WITH_ROLLOUTS) >= 4


@pytest.mark.parametrize("path", JUDGED, ids=lambda path: path.stem)
def test_an_example_is_right(binary: Path, path: Path) -> None:
    done = run(binary, "check", path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("path", WITH_ROLLOUTS, ids=lambda path: path.stem)
def test_an_example_scores_its_rollouts(binary: Path, path: Path, tmp_path: Path, small_model_url: str) -> None:
    text = path.read_text()
    assert LOCAL_URL in text
    told = re.search(r"^# +plaudit score --config (\S+) --reward (\S+) (\S+)$", text, re.MULTILINE)
    assert told, "no command in the first lines"
    assert (told[1], told[3]) == (f"examples/{path.name}", f"examples/{path.stem}.jsonl")
    copy = tmp_path / path.name
    copy.write_text(f"{text.replace(LOCAL_URL, small_model_url)}\njudging: {json.dumps(PATIENT_JUDGING)}\n")
    lines = path.with_suffix(".jsonl").read_text().splitlines()[:SCORED_ROLLOUTS]
    rollouts = tmp_path / "rollouts.jsonl"
    rollouts.write_text("\n".join(lines) + "\n")
    output = tmp_path / "scored.jsonl"
    done = run(binary, "score", "--config", copy, "--reward", told[2], rollouts, "--output", output)
    assert done.returncode == 0, done.stderr
    wanted = [json.loads(line)["id"] for line in lines]
    rows: list[dict[str, Any]] = [json.loads(line) for line in output.read_text().splitlines()]
    assert [row["id"] for row in rows] == wanted
    for row in rows:
        assert 0 <= row["reward"] <= 1
        # The model may ramble past its limit; that is said, and is no score.
        assert row["status"] in ("scored", "neutral(parse_failed)"), row
    assert any(row["status"] == "scored" for row in rows)
