"""`plaudit.nova`: both dialects of events, the SDK's rules, and what happens when something fails."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, Literal

import plaudit
import pytest
from adapter_sidecar import CONFIG, paused, payloads
from fake_sidecar import WAIT_SECONDS
from plaudit import nova
from plaudit._nova_contract import problem

USER = {"role": "user", "content": "1 + 1?"}


@pytest.fixture
def numeric(trainer_sidecar: plaudit.Sidecar, monkeypatch: pytest.MonkeyPatch) -> plaudit.Sidecar:
    monkeypatch.setenv("PLAUDIT_SOCKET", trainer_sidecar.socket)
    monkeypatch.setenv("PLAUDIT_REWARD", "numeric")
    return trainer_sidecar


class Context:
    """What Lambda tells of the time that is left."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(self.seconds * 1000)


def rewards(outputs: list[dict[str, Any]]) -> list[float]:
    assert json.loads(json.dumps(outputs, allow_nan=False)) == outputs
    assert [nova.check_output(output) for output in outputs] == [None] * len(outputs)
    return [output["aggregate_reward_score"] for output in outputs]


def sample(content: Any, role: str = "assistant", **more: Any) -> dict[str, Any]:
    return {"id": "a", "messages": [USER, {"role": role, "content": content}], **more}


def metrics(output: dict[str, Any]) -> dict[str, tuple[float, str]]:
    return {metric["name"]: (metric["value"], metric["type"]) for metric in output["metrics_list"]}


@pytest.mark.parametrize("row", range(17))
def test_validity_is_that_of_the_sdk(row: int) -> None:
    case = payloads("nova_contract_cases.jsonl")[row]
    kind: Literal["rft_sample", "reward_output", "metric"] = case["kind"]
    values = case["samples"] if kind == "rft_sample" else [case["object"]]
    assert all(problem(value, kind) is None for value in values) == case["valid"], case["id"]


def test_no_row_of_the_contract_is_left_out() -> None:
    assert len(payloads("nova_contract_cases.jsonl")) == 17


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "a"},
        {"messages": []},
        {"messages": [{"role": "assistant", "content": "x"}]},
        {"messages": [USER, {"role": "system", "content": "late"}]},
        {"messages": [USER, {"role": "wizard", "content": "x"}]},
        {"messages": [{"role": "user", "content": " "}]},
        {"messages": [USER], "id": " "},
        {"messages": [USER], "reference_answer": {}},
        {"messages": [USER], "tools": []},
    ],
)
def test_wrong_samples_are_told(wrong: dict[str, Any]) -> None:
    assert nova.check_sample({"messages": [USER], "reference_answer": {"answer": 2}, "extra": 1}) is None
    assert nova.check_sample(wrong)


@pytest.mark.sidecar
def test_real_events_have_one_output_a_sample_with_its_id_and_reward(numeric: plaudit.Sidecar) -> None:
    for row in payloads("nova_events.jsonl"):
        outputs = nova.lambda_handler(row["event"], Context(WAIT_SECONDS))
        assert [output["id"] for output in outputs] == row["expected_ids"]
        assert rewards(outputs) == row["numeric_match"]
        assert [metrics(output)["plaudit/correct"] for output in outputs] == [
            (value, "Reward") for value in row["numeric_match"]
        ]


@pytest.mark.sidecar
def test_all_shapes_of_events_and_answers(numeric: plaudit.Sidecar) -> None:
    parts = [{"type": "text", "text": "It is "}, {"type": "image"}, {"type": "text", "text": "2"}]
    event = [
        sample("2", reference_answer="2"),
        sample(parts, role="nova_assistant", metadata={"reference_answer": {"answer": 2, "unit": "none"}}),
        sample("2", role="Assistant", reference_answer={"total": "2"}, id=7),
        sample("2", metadata={"reference_answer": "3"}, reference_answer=None),
    ]
    assert rewards(nova.lambda_handler(event)) == [1.0, 1.0, 1.0, 0.0]
    assert rewards(nova.lambda_handler({"trajectories": event})) == [1.0, 1.0, 1.0, 0.0]
    assert rewards(nova.lambda_handler(event[0])) == [1.0]
    assert [output["id"] for output in nova.lambda_handler(event)] == ["a", "a", 7, "a"]
    assert nova.lambda_handler([]) == []


@pytest.mark.sidecar
def test_a_sample_without_a_completion_costs_only_itself(numeric: plaudit.Sidecar) -> None:
    unanswered = {"id": "u", "messages": [USER], "reference_answer": "2"}
    outputs = nova.lambda_handler([unanswered, sample("2", reference_answer="2")])
    # Its number is the configuration's stand-in: here the mean of its group.
    assert rewards(outputs) == [1.0, 1.0]
    assert metrics(outputs[0])["plaudit/error"] == (1.0, "Metric")
    assert metrics(outputs[0]).keys() == metrics(outputs[1]).keys()


@pytest.mark.sidecar
@pytest.mark.parametrize("event", ["text", 3, [3], [{"id": "a"}], {"id": "a"}, [{"messages": ["x"]}]])
def test_what_is_no_event_raises(numeric: plaudit.Sidecar, event: Any) -> None:
    with pytest.raises(TypeError):
        nova.lambda_handler(event)


@pytest.mark.sidecar
def test_a_failure_is_a_number_and_a_flag(numeric: plaudit.Sidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUDIT_REWARD", "half")
    event = [sample("good"), sample("unreadable")]
    outputs = nova.lambda_handler(event, Context(WAIT_SECONDS))
    assert rewards(outputs) == [1.0, 0.5]  # the configuration's neutral value
    with paused(numeric):
        failed = nova.lambda_handler(event, Context(1.5))
    assert rewards(failed) == [0.0] * 2
    assert [metrics(output)["plaudit/failed"] for output in failed] == [(1.0, "Metric")] * 2
    assert metrics(outputs[0]).keys() == metrics(failed[0]).keys()


@pytest.mark.sidecar
def test_metadata_and_other_fields_are_fields(numeric: plaudit.Sidecar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAUDIT_REWARD", "tagged")
    event = [
        sample("a blue one", kind="blue", metadata={"kind": "red", "origin": "x"}),
        sample("a blue one", metadata={"kind": "red"}, reference_answer={"kind": "blue", "origin": "y"}),
    ]
    assert rewards(nova.lambda_handler(event)) == [1.0, 0.0]


@pytest.mark.sidecar
def test_the_handler_starts_its_sidecar_in_a_container(binary: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG.format(url="http://127.0.0.1:1/v1"))
    event = [sample("2", reference_answer="2")]
    program = (
        "import json, sys; from plaudit.nova import lambda_handler\n"
        "event = json.load(sys.stdin)\n"
        "print(json.dumps([lambda_handler(event), lambda_handler(event)]))"
    )
    environment = {name: value for name, value in os.environ.items() if name != "PLAUDIT_SOCKET"}
    environment |= {"PLAUDIT_CONFIG": str(config), "PLAUDIT_REWARD": "numeric", "PLAUDIT_BINARY": str(binary)}
    ran = subprocess.run(
        [sys.executable, "-c", program], input=json.dumps(event), capture_output=True, text=True, env=environment,
        timeout=WAIT_SECONDS, check=True,
    )  # fmt: skip
    first, second = json.loads(ran.stdout)
    assert rewards(first) == rewards(second) == [1.0]


@pytest.mark.sidecar
def test_a_handler_that_was_told(trainer_sidecar: plaudit.Sidecar) -> None:
    handler = nova.reward_function("numeric", trainer_sidecar.socket, deadline=0.5, failure_reward=-1.0)
    assert rewards(nova.reward_function("numeric", trainer_sidecar.socket)([sample("2", reference_answer=2)])) == [1.0]
    with paused(trainer_sidecar):
        assert rewards(handler([sample("2", reference_answer=2)], Context(WAIT_SECONDS))) == [-1.0]


def test_data_sets_are_checked_on_the_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(json.dumps({"messages": [USER]}) + "\n\n")
    assert nova.main([str(path)]) == 0
    path.write_text(json.dumps({"messages": [USER]}) + "\n" + json.dumps({"id": "b"}) + "\n")
    assert nova.main([str(path)]) == 1
    assert capsys.readouterr().out.startswith(f"{path}:2: ")
    assert nova.main([]) == 2


def test_the_sdks_own_data_set_is_right() -> None:
    rows = payloads("nova-forge-sdk/rft_test_data.jsonl")
    assert [nova.check_sample(row) for row in rows] == [None] * len(rows)
