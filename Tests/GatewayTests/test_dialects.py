"""Each dialect over HTTP, with the client that its trainer uses where there is one, on real requests."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import plaudit
import pytest
import requests
from conftest import rows
from programs import Gateway, gateway, sidecar

Maths = tuple[Gateway, plaudit.Client]


def post(served: Gateway, path: str, body: Any, **options: Any) -> requests.Response:
    return requests.post(served.url + path, json=body, timeout=60, **options)


def is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def is_nova_metric(metric: Any) -> bool:
    """What the Nova SDK takes for a metric."""
    return isinstance(metric.get("name"), str) and is_number(metric.get("value")) and (
        metric.get("type") in ("Metric", "Reward")
    )


def is_nova_output(output: Any) -> bool:
    """What the Nova SDK takes for a reward function's output."""
    metrics = output.get("metrics_list") or []
    return "id" in output and is_number(output.get("aggregate_reward_score")) and all(map(is_nova_metric, metrics))


def test_openrlhf_requests_get_the_rewards_of_their_answers(maths: Maths, payloads: Path) -> None:
    served, _ = maths
    count = 0
    for row in rows(payloads / "openrlhf_remote_rm.jsonl"):
        reply = post(served, "/get_reward", row["request"])
        assert reply.status_code == 200, reply.text
        answer = reply.json()
        expected = row["numeric_match"]
        assert isinstance(expected, list)
        assert answer["rewards"] == answer["scores"] == answer["extra_logs"]["plaudit/correct"] == expected
        assert answer["extra_logs"]["plaudit/scored"] == [1.0] * len(expected)
        count += len(expected)
    assert count > 100


def test_empty_lists_are_answered_by_empty_ones(maths: Maths) -> None:
    reply = post(maths[0], "/get_reward", {"query": [], "prompts": [], "labels": []})
    assert reply.json() == {"rewards": [], "scores": [], "extra_logs": {}}


def test_nova_events_keep_ids_order_and_rewards(maths: Maths, payloads: Path) -> None:
    served, _ = maths
    count = 0
    for row in rows(payloads / "nova_events.jsonl"):
        outputs = post(served, "/nova", row["event"]).json()
        assert [output["id"] for output in outputs] == row["expected_ids"]
        assert [output["aggregate_reward_score"] for output in outputs] == row["numeric_match"]
        assert all(is_nova_output(output) for output in outputs)
        count += len(outputs)
    assert count > 100


def test_nova_outputs_follow_the_contract_for_every_valid_case(maths: Maths, payloads: Path) -> None:
    served, _ = maths
    seen = 0
    for row in rows(payloads / "nova_contract_cases.jsonl"):
        # That these tests know the contract is seen by its own cases.
        if row["kind"] == "metric":
            assert is_nova_metric(row["object"]) == row["valid"], row
        if row["kind"] == "reward_output":
            assert is_nova_output(row["object"]) == row["valid"], row
        if row["kind"] != "rft_sample" or not row["valid"]:
            continue
        samples = row["samples"]
        assert isinstance(samples, list)
        # The container appends the assistant's turn and an id.
        event = [
            {"id": str(index), **sample, "messages": [*sample["messages"], {"role": "assistant", "content": "x = 4"}]}
            for index, sample in enumerate(samples)
        ]
        outputs = post(served, "/nova", event).json()
        assert len(outputs) == len(event) and all(is_nova_output(output) for output in outputs)
        seen += 1
    assert seen == 3


def test_single_requests_are_gathered_into_few_on_the_socket(maths: Maths, payloads: Path) -> None:
    """As slime sends them: 64 connections, one sample a request."""
    served, client = maths
    samples = [
        {"prompt": prompt, "response": query.removeprefix(prompt), "label": label, "expected": expected}
        for row in rows(payloads / "openrlhf_remote_rm.jsonl")
        for prompt, query, label, expected in zip(
            row["request"]["prompts"], row["request"]["query"], row["request"]["labels"], row["numeric_match"]  # type: ignore[index, call-overload]
        )
    ]

    async def ask() -> list[Any]:
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=64)) as session:

            async def one(sample: dict[str, Any]) -> Any:
                body = {key: sample[key] for key in ("prompt", "response", "label")}
                async with session.post(served.url + "/rm", json=body) as reply:
                    assert reply.status == 200
                    return await reply.json()

            return await asyncio.gather(*(one(sample) for sample in samples * 4))

    before = client.stats()
    answers = asyncio.run(ask())
    after = client.stats()
    assert answers == [sample["expected"] for sample in samples * 4]
    requests_count = after["requests"] - before["requests"]
    assert after["rollouts_in"] - before["rollouts_in"] == len(answers)
    print(f"{len(answers)} rollouts in {requests_count} requests of the socket")
    assert requests_count < len(answers)


def test_slime_reads_a_mapping_when_it_asks_for_one(maths: Maths) -> None:
    body = {"prompt": [{"role": "user", "content": "2+2"}], "response": "A: 4", "label": 4}
    assert post(maths[0], "/rm", body).json() == 1.0
    assert post(maths[0], "/rm?detail=1", body).json() == {
        "reward": 1.0, "status": "scored", "plaudit/scored": 1.0, "plaudit/neutral": 0.0, "plaudit/error": 0.0,
        "plaudit/correct": 1.0, "plaudit/correct/scored": 1.0,
    }  # fmt: skip


def test_a_number_that_is_no_score_is_flagged(maths: Maths) -> None:
    reply = post(maths[0], "/rm", {"prompt": "2+2", "response": "A: 4", "label": None})
    assert reply.headers["plaudit-status"].startswith("error(missing_input)")
    detail = post(maths[0], "/rm?detail=1", {"prompt": "2+2", "response": "A: 4", "label": None}).json()
    assert detail["plaudit/scored"] == 0.0 and detail["plaudit/error"] == 1.0


def verify_body(text: str, **fields: Any) -> dict[str, Any]:
    return {
        "responses_create_params": {"input": [{"role": "user", "content": [{"type": "input_text", "text": "2+2"}]}]},
        "response": {
            "id": "resp_1", "object": "response",
            "output": [
                {"type": "reasoning", "id": "rs_1", "summary": []},
                {"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]},
            ],
        },
        **fields,
    }  # fmt: skip


def test_nemo_gym_gets_its_body_back_with_the_reward(maths: Maths) -> None:
    body = verify_body("The answer is \\boxed{4}", expected_answer="4", difficulty=3)
    answer = post(maths[0], "/verify", body).json()
    added = {"reward": 1.0, "reward_components": {"correct": 1.0}, "correct": 1.0, "reward_scored": 1.0}
    assert answer == {**body, **added}
    assert post(maths[0], "/seed_session", {}).json() == {}


def test_nemo_gym_is_told_of_a_failure_in_its_own_words(maths: Maths) -> None:
    answer = post(maths[0], "/verify", verify_body("4")).json()
    assert answer["reward"] == 0.0
    assert answer["_ng_failure_class"] == "judge_failed"
    assert "missing_input" in answer["_ng_failure_judge_error"]


def test_eval_protocol_gets_an_evaluate_result(maths: Maths) -> None:
    body: dict[str, Any] = {
        "messages": [{"role": "user", "content": "2+2"}, {"role": "assistant", "content": "#### 4"}],
        "ground_truth": "4",
        "kwargs": {},
    }
    answer = post(maths[0], "/evaluate", body).json()
    assert answer["score"] == 1.0 and answer["is_score_valid"] is True and answer["error"] is None
    assert answer["metrics"]["correct"]["score"] == 1.0 and answer["metrics"]["correct"]["reason"]
    body["ground_truth"] = None
    answer = post(maths[0], "/evaluate", body).json()
    assert answer["is_score_valid"] is False and answer["error"]
    assert requests.get(maths[0].url + "/health", timeout=60).json() == {"status": "ok"}


def test_metrics_are_those_of_the_sidecar(maths: Maths) -> None:
    served, client = maths
    post(served, "/rm", {"prompt": "p", "response": "A: 1", "label": "1"})
    text = requests.get(served.url + "/metrics", timeout=60).text
    scored = client.stats()["rewards"]["maths"]["scored"]
    assert f'plaudit_reward_rollouts_total{{reward="maths",outcome="scored"}} {scored}' in text


def test_fields_reach_the_components_that_read_them(
    binary: Path, gateway_binary: Path, tmp_path: Path
) -> None:
    configuration = {
        "version": 1,
        "rewards": {
            "a": {"components": {"same": {"type": "string_check", "reference": {"field": "wanted"}}}},
            "b": {"components": {"format": {"type": "think_format"}}},
        },
    }
    with sidecar(binary, tmp_path, configuration) as started, gateway(gateway_binary, tmp_path, started.socket) as to:
        event = [{"id": 1, "messages": [{"role": "assistant", "content": "yes"}], "metadata": {"wanted": "yes"}}]
        refused = post(to, "/nova", event)
        assert refused.status_code == 404 and "a, b" in refused.text
        assert post(to, "/nova?reward=a", event).json()[0]["aggregate_reward_score"] == 1.0
        assert post(to, "/rm?reward=a", {"response": "yes", "wanted": "no"}).json() == 0.0
        assert post(to, "/rm?reward=c", {"response": "yes"}).status_code == 404
        missing = post(to, "/rm?reward=a", {"response": "yes"})
        assert missing.headers["plaudit-status"].startswith("error(missing_input)")


@pytest.mark.parametrize("path", ["/get_reward", "/rm", "/verify", "/evaluate"])
def test_wrong_types_are_named(maths: Maths, path: str) -> None:
    bodies: list[Any] = [[], 1, "x", {}, {"query": "x", "prompts": 1}, {"response": 3}, {"messages": [3]}]
    for body in bodies:
        reply = post(maths[0], path, body)
        assert reply.status_code == 400, (path, body, reply.text)
        assert reply.json()["error"]["code"] == "bad_request"
