"""A real language model as judge, over both transports and two protocols: it judges badly, and is taken honestly."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import plaudit
from peers import PATIENT_JUDGING, probe, settled_stats, sidecar

MODEL = "smollm2-135m"
PROMPT = "What is the capital of France?"
COMPLETIONS = ["The capital of France is Paris.", "I like trains."]
RUBRICS = {
    "answer": {
        "criteria": [
            {"name": "answers", "text": "The reply answers the question."},
            {"name": "rude", "text": "The reply is rude.", "weight": -1},
        ]
    }
}


def configuration(api: str, url: str, **task: Any) -> dict[str, Any]:
    """A rule and a judge. The judge is greedy, so that its words can be compared."""
    return {
        "rewards": {
            "reply": {
                "components": {
                    "brief": {"type": "length_penalty", "weight": 0.25, "target": [3, 3], "tolerance": 6},
                    "good": {"type": "judge", "weight": 0.75, "judge": "local", "rubric": "answer", **task},
                }
            }
        },
        "judges": {"local": {"api": api, "url": url, "model": MODEL, "temperature": 0}},
        "rubrics": RUBRICS,
        "judging": PATIENT_JUDGING,
    }


def score(client: plaudit.Client) -> plaudit.Scored:
    return client.score("reply", COMPLETIONS, prompts=[PROMPT] * 2, group_ids=[1, 1], rationales=True)


def check_honesty(scored: plaudit.Scored, neutral: set[str]) -> None:
    """Each rollout has its judge's score, or a status that says why not and a reward that leaves the judge out."""
    brief, good = scored.components["brief"], scored.components["good"]
    assert brief.status == ["scored"] * 2
    for row, status in enumerate(good.status):
        assert scored.status[row] == status
        assert scored.rationales["good"][row], "no word from or about the judge"
        if status == "scored":
            assert 0 <= good.scores[row] <= 1
            assert abs(scored.rewards[row] - (0.25 * brief.scores[row] + 0.75 * good.scores[row])) < 1e-9
        else:
            assert status in neutral
            assert good.scores[row] == 0
            assert scored.rewards[row] == brief.scores[row]


def check_usage(scored: plaudit.Scored, stats: dict[str, Any]) -> None:
    judging = stats["judging"]
    assert scored.usage["judge_calls"] == judging["calls"] >= len(COMPLETIONS)
    assert scored.usage["tokens_in"] == judging["tokens_in"] > 0
    assert scored.usage["tokens_out"] == judging["tokens_out"] > 0
    assert stats["scored"] == scored.status.count("scored")


def test_chat_completions_over_a_unix_socket(binary: Path, tmp_path: Path, small_model_socket_url: str) -> None:
    assert small_model_socket_url.startswith("unix:")
    with sidecar(binary, tmp_path, configuration("openai", small_model_socket_url)) as client:
        scored = score(client)
        stats = settled_stats(client, questions=2)
    check_honesty(scored, {"neutral(parse_failed)"})
    check_usage(scored, stats)
    found = probe(binary, tmp_path / "rewards.yaml", "local")
    assert found["structured"] == "json_schema"
    assert found["probabilities"] == found["several answers"] == "yes"


def test_chat_completions_over_tcp_and_the_same_batch_again(binary: Path, tmp_path: Path, small_model_url: str) -> None:
    assert small_model_url.startswith("http://127.0.0.1:")
    with sidecar(binary, tmp_path, configuration("openai", small_model_url)) as client:
        first = score(client)
        check_honesty(first, set())
        check_usage(first, settled_stats(client, questions=2))
        again = score(client)
        stats = settled_stats(client, questions=4)
    assert again.usage == {"judge_calls": 0, "cached": 2, "tokens_in": 0, "tokens_out": 0, "cost": 0.0}
    assert stats["judging"]["calls"] == 2
    assert stats["judging"]["cached"] == 2
    assert bytes(again.rewards) == bytes(first.rewards)
    assert again.status_codes == first.status_codes
    assert again.rationales == first.rationales
    for name, component in first.components.items():
        assert bytes(again.components[name].scores) == bytes(component.scores)
        assert again.components[name].status_codes == component.status_codes


def test_messages_over_tcp(binary: Path, tmp_path: Path, small_model_url: str) -> None:
    # llama.cpp takes Anthropic's schemas and tools and heeds neither: what comes back is what the model likes to say.
    with sidecar(binary, tmp_path, configuration("anthropic", small_model_url, max_tokens=64)) as client:
        scored = score(client)
        stats = settled_stats(client, questions=2)
    check_honesty(scored, {"neutral(parse_failed)"})
    check_usage(scored, stats)
    found = probe(binary, tmp_path / "rewards.yaml", "local")
    assert found["structured"].startswith("prompt_only")
    assert found["probabilities"] == found["several answers"] == "no"


def test_a_judge_that_prefers_a_place_is_found_out(binary: Path, tmp_path: Path, small_model_url: str) -> None:
    settings = configuration("openai", small_model_url)
    better = {"type": "preference", "judge": "local", "criteria": "It answers the question."}
    settings["rewards"]["reply"] = {"components": {"better": better}}
    del settings["rubrics"]
    with sidecar(binary, tmp_path, settings) as client:
        scored = client.score(
            "reply",
            [*COMPLETIONS, "It is Rome.", "It is Paris."],
            prompts=[PROMPT] * 4,
            group_ids=["a", "a", "b", "b"],
            rationales=True,
        )
        judging = settled_stats(client, questions=2)["judging"]
    assert scored.status == ["scored"] * 4
    assert scored.usage["judge_calls"] == 4
    assert judging["pairs"] == 2
    # Two orders that disagree are a tie, whatever the judge says of either.
    scores = scored.components["better"].scores
    tied = sum(scores[row] == scores[row + 1] == 0.5 for row in (0, 2))
    assert judging["flips"] > 0
    assert tied == judging["ties"] >= judging["flips"]
    assert all(scored.rationales["better"])
