"""A judge held against people: real rollouts, real labels, and a small model that must not pass."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from pathlib import Path
from typing import Any

import pytest
from peers import PATIENT_JUDGING, REPOSITORY, TRIAL_ROLLOUTS as ROLLOUTS, WAIT_SECONDS, write_configuration

GATES = ["labels", "kappa", "kappa_low", "length", "parse_failures"]


def data(name: str) -> Path:
    path = Path(os.environ.get("PLAUDIT_DATA") or REPOSITORY.parent / "shared" / "data") / name
    if not path.is_file():
        pytest.skip("NO REAL LABELS ARE USED: set PLAUDIT_DATA to the folder that holds the published data")
    return path


def published() -> list[dict[str, Any]]:
    """Short answers of XSTest, as many that fully comply as others: what a small model's context holds."""
    rows = [json.loads(line) for line in data("safety/xstest_completions.jsonl").read_text().splitlines()]
    short = [row for row in rows if 20 <= len(row["completion"]) <= 500 and not row["prompt_unsafe"]]
    full = [row for row in short if row["label"] == "1_full_compliance"]
    other = [row for row in short if row["label"] != "1_full_compliance"]
    half = ROLLOUTS // 2
    assert len(full) >= half and len(other) >= half
    return full[:half] + other[:half]


def run(*command: str | Path, code: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(command, capture_output=True, text=True, timeout=4 * WAIT_SECONDS, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done


def report(*command: str | Path, code: int = 0) -> Any:
    return json.loads(run(*command, "--json", "--resamples", "499", code=code).stdout)


def write_lines(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.fixture(scope="module")
def scored(binary: Path, small_model_url: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store that holds judged rollouts, with their labels beside it."""
    rows = published()
    folder = tmp_path_factory.mktemp("calibration")
    rollouts = [
        {
            "id": row["id"], "group_id": row["id"].split("/")[0], "prompt": row["prompt"],
            "completion": row["completion"], "model": row["model"], "step": number // 4,
        }
        for number, row in enumerate(rows)
    ]  # fmt: skip
    labels = [
        {"id": row["id"], "criterion": "complies", "value": said == "1_full_compliance", "labeler": f"person {person}"}
        for row in rows
        for person, said in enumerate(row["human"])
    ]
    configuration = {
        "rewards": {
            "answer": {
                "components": {
                    "brief": {"type": "length_penalty", "weight": 0.25, "target": [1, 60], "tolerance": 60},
                    "quality": {"type": "judge", "weight": 0.75, "judge": "local", "rubric": "compliance"},
                }
            }
        },
        "judges": {"local": {"api": "openai", "url": small_model_url, "model": "smollm2-135m", "temperature": 0}},
        "rubrics": {"compliance": {"criteria": [{"name": "complies", "text": "The reply does what was asked."}]}},
        "judging": PATIENT_JUDGING | {"canaries": 0, "cache": False},
        "store": {"path": str(folder / "plaudit.db"), "audit": True},
    }
    path = write_configuration(folder / "rewards.yaml", configuration)
    write_lines(folder / "labels.jsonl", labels)
    write_lines(folder / "rollouts.jsonl", rollouts)
    with (folder / "scored.jsonl").open("w") as together:
        # A few at a time, so that a slow machine is in time with each.
        for start in range(0, ROLLOUTS, 8):
            part = write_lines(folder / "part.jsonl", rollouts[start : start + 8])
            output = folder / "part-scored.jsonl"
            run(binary, "score", "--config", path, "--reward", "answer", part, "--output", output)
            together.write(output.read_text())
    return folder


def test_a_small_model_does_not_pass_the_gates(binary: Path, scored: Path) -> None:
    page = scored / "calibration.html"
    found = report(
        binary, "calibrate", "--store", scored / "plaudit.db", "--labels", scored / "labels.jsonl",
        "--rollouts", scored / "rollouts.jsonl", "--segment", "model", "--html", page, "--gate", code=1,
    )  # fmt: skip
    assert found["passed"] is False and found["labels"]["count"] == 2 * ROLLOUTS
    (subject,) = found["subjects"]
    assert subject["name"] == "quality.complies"
    people, verdicts = subject["people"], subject["verdicts"]
    judged = subject["labels"]
    assert judged >= ROLLOUTS // 2, people["unjudged"]
    assert judged + sum(people["unjudged"].values()) + people["tied"] == ROLLOUTS
    assert verdicts["scored"] + verdicts["parse_failed"] + verdicts["other"] == ROLLOUTS
    assert people["labelers"] == 2 and people["agreement"]["value"] > 0.8
    table = subject["table"]
    assert sum(table.values()) == judged
    agreement = (table["both_pass"] + table["both_fail"]) / judged
    assert abs(subject["agreement"]["value"] - agreement) < 1e-12
    gates = {gate["name"]: gate["outcome"] for gate in subject["gates"]}
    assert list(gates) == GATES
    # A dozen labels leave it open; forty do not.
    assert gates["kappa"] == "failed" or (ROLLOUTS < 40 and gates["kappa"] == "open"), subject["kappa"]
    assert gates["labels"] == "open"
    assert sum(segment["labels"] for segment in subject["segments"]) == judged
    html = page.read_text()
    assert "<svg" in html and "<script" not in html
    assert 'src="' not in html and 'href="http' not in html
    print(json.dumps({key: subject[key] for key in ("kappa", "table", "length", "gates")}, indent=1))


def test_labels_in_the_store_give_the_same_figures(binary: Path, scored: Path) -> None:
    by_file = report(binary, "calibrate", "--store", scored / "plaudit.db", "--labels", scored / "labels.jsonl")
    with sqlite3.connect(scored / "plaudit.db") as database:
        keys = dict(database.execute("SELECT rollout_id, id FROM rollouts"))
        for line in (scored / "labels.jsonl").read_text().splitlines():
            label = json.loads(line)
            database.execute(
                "INSERT INTO labels (at, rollout, component, criterion, value, labeler) VALUES (0, ?, 'quality', ?, ?, ?)",
                (keys[label["id"]], label["criterion"], float(label["value"]), label["labeler"]),
            )
    database.close()
    by_store = report(binary, "calibrate", "--store", scored / "plaudit.db")
    assert by_store["subjects"] == by_file["subjects"]
    exported = scored / "exported.jsonl"
    run(binary, "store", "export", scored / "plaudit.db", "--output", exported)
    by_export = report(binary, "calibrate", "--scored", exported, "--labels", scored / "labels.jsonl")
    assert by_export["subjects"] == by_file["subjects"]


def test_what_score_writes_can_be_calibrated(binary: Path, scored: Path) -> None:
    """Its lines have no verdicts of criteria: the component's score stands for the only one."""
    labels = [json.loads(line) for line in (scored / "labels.jsonl").read_text().splitlines()]
    path = write_lines(
        scored / "component-labels.jsonl",
        [{"id": label["id"], "component": "quality", "value": label["value"], "labeler": label["labeler"]} for label in labels],
    )
    command = ("calibrate", "--scored", scored / "scored.jsonl", "--rollouts", scored / "rollouts.jsonl")
    (subject,) = report(binary, *command, "--labels", path)["subjects"]
    (criterion,) = report(
        binary, "calibrate", "--store", scored / "plaudit.db", "--labels", scored / "labels.jsonl"
    )["subjects"]
    assert subject["name"] == "quality"
    for key in ("labels", "prompt_groups", "agreement", "kappa", "table"):
        assert subject[key] == criterion[key], key
    refused = run(binary, *command, "--labels", scored / "labels.jsonl", code=1)
    assert "no verdicts of criteria" in refused.stderr


def test_rewards_are_correlated_with_what_people_said(binary: Path, scored: Path) -> None:
    rows = [json.loads(line) for line in (scored / "labels.jsonl").read_text().splitlines()]
    metric = scored / "metric.csv"
    metric.write_text("id,value\n" + "".join(f"{row['id']},{int(row['value'])}\n" for row in rows[::2]))
    page = scored / "correlation.html"
    found = report(
        binary, "correlate", metric, "--store", scored / "plaudit.db", "--rollouts", scored / "rollouts.jsonl",
        "--component", "brief", "--segment", "model", "--lag", "2", "--html", page,
    )  # fmt: skip
    assert found["rollouts"] == ROLLOUTS and list(found["correlations"]) == ["pearson", "spearman", "kendall"]
    for figure in found["correlations"].values():
        value = figure["figure"]["value"]
        assert value is None or -1 <= value <= 1
    assert [lag["steps"] for lag in found["lags"]] == [-2, -1, 0, 1, 2] and found["lag_unit"] == "step"
    assert "<svg" in page.read_text()


def test_training_is_watched(binary: Path, scored: Path) -> None:
    page = scored / "monitor.html"
    done = run(binary, "monitor", scored / "plaudit.db", "--windows", "4", "--json", "--html", page)
    found = json.loads(done.stdout)
    assert sum(window["rollouts"] for window in found["windows"]) == ROLLOUTS
    assert "criterion quality.complies" in [signal["name"] for signal in found["signals"]]
    assert "<svg" in page.read_text()
    table = run(binary, "monitor", scored / "plaudit.db", "--windows", "4").stdout
    assert table.startswith("monitor  answer of ") and "zero_spread" in table


def test_the_walk_ends_where_its_page_says(binary: Path, tmp_path: Path) -> None:
    """The last try of docs/validation.md asks no model: everybody's figures are the page's."""
    folder = tmp_path / "validation"
    shutil.copytree(REPOSITORY / "examples" / "validation", folder, ignore=shutil.ignore_patterns("*.db*"))
    run(binary, "score", "--config", folder / "rule.yaml", "--reward", "tone", folder / "replies.jsonl")
    command = ("calibrate", "--store", folder / "rule.db", "--labels", folder / "labels.jsonl")
    lines = run(binary, *command).stdout.splitlines()
    page = (REPOSITORY / "docs" / "validation.md").read_text().splitlines()
    said = [line for line in lines if line.startswith(("manners  ", "              people ", "  more labels"))]
    assert len(said) == 5
    for line in said[:1] + said[2:]:
        assert line in page, line
    (subject,) = report(binary, *command)["subjects"]
    assert subject["table"] == {"both_pass": 27, "only_people_pass": 0, "only_judge_passes": 9, "both_fail": 14}
    run(binary, *command, "--gate", code=1)  # open gates are no pass
