"""Trials of a judge that is known to be bad: SmolLM2 prefers the slot shown first and passes nearly anything, and the commands say so."""

from __future__ import annotations

import json
import os
import subprocess
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import Any

import pytest
from peers import PATIENT_JUDGING, REPOSITORY, TRIAL_ROLLOUTS, WAIT_SECONDS, write_configuration

DATA = Path(os.environ.get("PLAUDIT_DATA", REPOSITORY.parent / "shared" / "data"))

LIMITS = {"concurrency": 2, "concurrency_start": 2}
"""As many as the small model works on at once: what waits for it there waits against its time."""



@pytest.fixture(scope="module")
def rollouts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty real solutions of questions of GSM8K, two of nearly each, right and wrong ones."""
    source = DATA / "gsm8k" / "solutions.jsonl"
    if not source.is_file():
        pytest.skip(f"NO TRIAL IS HELD: {source} is missing; set PLAUDIT_DATA")
    lines: list[str] = []
    taken: dict[str, set[str]] = {}
    for text in source.read_text().splitlines():
        row = json.loads(text)
        seen = taken.setdefault(row["question"], set())
        if len(seen) == 2 or row["completion"] in seen or len(row["completion"]) > 600:
            continue
        seen.add(row["completion"])
        lines.append(
            json.dumps(
                {
                    "id": row["id"],
                    "group_id": row["id"].split("/")[0],
                    "prompt": row["question"],
                    "completion": row["completion"],
                    "reference_answer": row["reference"],
                }
            )
        )
        if len(lines) == 40:
            break
    path = tmp_path_factory.mktemp("rollouts") / "rollouts.jsonl"
    path.write_text("\n".join(lines) + "\n")
    return path


@pytest.fixture
def configuration(tmp_path: Path, small_model_url: str) -> Path:
    judged = {"judge": "small"}
    settings = {
        "version": 1,
        "rewards": {
            "maths": {
                "components": {
                    "correct": {"type": "judge", "rubric": "correct", **judged},
                    "better": {
                        "type": "preference",
                        "criteria": "Its final number is the reference answer.",
                        **judged,
                    },
                }
            }
        },
        "judges": {
            "small": {
                "api": "openai",
                "url": small_model_url,
                "model": "smollm2-135m",
                "temperature": 0,
                "limits": LIMITS,
            }
        },
        "rubrics": {
            "correct": {
                "criteria": [
                    {"name": "right_number", "text": "The final number is the reference answer.", "weight": 2},
                    {"name": "shows_work", "text": "The completion shows how the number was found."},
                ]
            }
        },
        "judging": PATIENT_JUDGING,
    }
    return write_configuration(tmp_path / "rewards.yaml", settings)


def trial(binary: Path, command: str, configuration: Path, rollouts: Path, *options: str) -> tuple[int, Any, str]:
    """Runs a command with `--gate`; its exit code, its JSON and its page."""
    page = configuration.with_name(f"{command}.html")
    arguments = ["--config", str(configuration), str(rollouts), "--json", "--gate", "--html", str(page), *options]
    ended = subprocess.run(
        [str(binary), command, *arguments], capture_output=True, text=True, timeout=4 * WAIT_SECONDS, check=False
    )
    assert ended.stdout, ended.stderr
    html = page.read_text()
    ElementTree.fromstring(html)  # well-formed, whatever the model wrote
    return ended.returncode, json.loads(ended.stdout), html


def outcome(report: Any, name: str) -> str:
    (gate,) = [gate for gate in report["gates"] if gate["name"] == name]
    word: str = gate["outcome"]
    return word


def test_slot_bias_is_found_and_fails_the_gate(binary: Path, configuration: Path, rollouts: Path) -> None:
    # Four calls a pair, each with a reason.
    count = TRIAL_ROLLOUTS // 2
    code, report, html = trial(
        binary, "consistency", configuration, rollouts, "--component", "better", "--repeats", "2",
        "--limit", str(count),
    )
    preference = report["preference"]
    assert preference["pairs"] >= count // 2 - 1
    calls = 4 * preference["pairs"]
    assert report["answers"]["usage"]["calls"] >= calls, "two orders, two repeats, and no cache between them"
    assert preference["flip_rate"]["value"] > 0.5
    assert preference["first_slot_share"]["value"] > 0.9
    # Fewer pairs than five could be chance, whatever they say.
    assert preference["first_slot_p"] < 0.1 or preference["pairs"] < 5
    assert outcome(report, "flip_rate") == "failed" and not report["passed"]
    assert code == 1
    assert "Flips to the slot shown first" in html and "fail" in html


def test_a_rubric_is_asked_again_and_again(binary: Path, configuration: Path, rollouts: Path) -> None:
    # Both criteria with their reasons take the model long; whether each is asked anew shows on a few.
    count = TRIAL_ROLLOUTS // 4
    code, report, html = trial(
        binary, "consistency", configuration, rollouts, "--component", "correct", "--repeats", "2",
        "--limit", str(count),
    )
    questions = 2 * count
    assert report["answers"]["questions"] == questions
    assert report["answers"]["scored"] + sum(report["answers"]["failed"].values()) == questions
    assert report["answers"]["usage"]["calls"] >= questions
    assert [criterion["name"] for criterion in report["rubric"]["criteria"]] == ["right_number", "shows_work"]
    assert code == (0 if report["passed"] else 1)
    assert "right_number" in html


def test_false_positives_are_found_and_fail_the_gate(binary: Path, configuration: Path, rollouts: Path) -> None:
    options = [word for name in ["empty", "master_key"] for word in ("--attack", name)]
    code, report, html = trial(
        binary, "attack", configuration, rollouts, "--component", "correct", "--limit", "1", *options
    )
    attacks = {attack["name"]: attack for attack in report["attacks"]}
    assert attacks["colon"]["guarded"]["gated"]["value"] == 1
    assert attacks["colon"]["guarded"]["passed"]["value"] == 0
    assert attacks["colon"]["unguarded"]["passed"]["value"] > 0.5, "a master key fools it where nothing guards it"
    assert attacks["wrong_answer"]["guarded"]["passed"]["value"] > 0.5
    assert report["unguarded"]["value"] > report["guarded"]["value"] > 0.05
    assert outcome(report, "false_positives") == "failed"
    assert code == 1
    assert "colon" in html and "Before and after the guard" in html
