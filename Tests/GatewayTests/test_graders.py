"""OpenAI graders: by OpenAI's own client where it has the call, and in configurations."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import openai
import plaudit
import pytest
from programs import WAIT_SECONDS, Gateway, gateway, sidecar

Maths = tuple[Gateway, plaudit.Client]

EXACT = {
    "type": "string_check", "name": "exact", "operation": "eq",
    "input": "{{sample.output_text}}", "reference": "{{item.label}}",
}  # fmt: skip
CONTAINS = {
    "type": "string_check", "name": "contains", "operation": "ilike",
    "input": "Answer: {{ sample.output_text }} ({{item.unit}})", "reference": "{{ item.reference_answer }} (KM)",
}  # fmt: skip
MULTI = {
    "type": "multi", "name": "both", "graders": {"exact": EXACT, "contains": CONTAINS},
    "calculate_output": "0.25 * exact + 0.75 * max(contains, 0) ^ 1",
}  # fmt: skip
RATED = {
    "type": "score_model", "name": "rated", "model": "gpt-4o", "range": [1, 5],
    "input": [
        {"role": "system", "content": "Rate how polite the reply is."},
        {"role": "user", "content": "Asked: {{item.question}}\nReply: {{sample.output_text}}"},
    ],
}  # fmt: skip


def client(to: Gateway) -> openai.OpenAI:
    return openai.OpenAI(base_url=to.url + "/v1", api_key="none", max_retries=0, timeout=WAIT_SECONDS)


def run(to: Gateway, grader: Any, sample: str, item: Any) -> Any:
    return client(to).fine_tuning.alpha.graders.run(grader=grader, model_sample=sample, item=item)


ERRORS = {
    "formula_parse_error", "sample_parse_error", "truncated_observation_error", "unresponsive_reward_error",
    "invalid_variable_error", "other_error", "python_grader_server_error", "python_grader_server_error_type",
    "python_grader_runtime_error", "python_grader_runtime_error_details", "model_grader_server_error",
    "model_grader_refusal_error", "model_grader_parse_error", "model_grader_server_error_details",
}  # fmt: skip


def flags(reply: Any) -> set[str]:
    errors = reply.metadata.errors.to_dict()
    assert set(errors) == ERRORS
    return {name for name, value in errors.items() if value is True}


def test_openai_s_client_runs_a_deterministic_grader(maths: Maths) -> None:
    reply = run(maths[0], EXACT, "Paris", {"label": "Paris"})
    assert reply.reward == 1.0 and flags(reply) == set()
    assert reply.metadata.name == "exact" and reply.metadata.type == "string_check"
    assert run(maths[0], EXACT, "paris", {"label": "Paris"}).reward == 0.0


def test_a_value_in_the_sample_s_json_is_compared(maths: Maths) -> None:
    grader = {**EXACT, "input": "{{sample.output_json.answer.city}}"}
    reply = run(maths[0], grader, '{"answer": {"city": "Par\\u0069s"}}', {"label": "Paris"})
    assert reply.reward == 1.0 and flags(reply) == set()
    assert run(maths[0], grader, '{"answer": {"town": "Paris"}}', {"label": "Paris"}).reward == 0.0
    reply = run(maths[0], grader, "Paris", {"label": "Paris"})
    assert reply.reward == 0.0 and flags(reply) == {"sample_parse_error"}
    number = {**EXACT, "input": "{{sample.output_json.n}} km"}
    assert run(maths[0], number, '{"n": 12}', {"label": "12 km"}).reward == 1.0


def test_a_multi_grader_computes_its_formula(maths: Maths) -> None:
    item = {"label": "12", "reference_answer": "answer: 12", "unit": "km"}
    reply = run(maths[0], MULTI, "12", item)
    assert reply.reward == 1.0 and reply.sub_rewards == {"exact": 1.0, "contains": 1.0}
    assert run(maths[0], MULTI, "12", {**item, "label": "x"}).reward == 0.75
    listed = {**MULTI, "graders": [EXACT, CONTAINS]}
    assert run(maths[0], listed, "12", {**item, "unit": "mi"}).reward == 0.25


def test_what_is_wrong_with_the_values_is_flagged_and_never_a_score(maths: Maths) -> None:
    reply = run(maths[0], EXACT, "Paris", {})
    assert reply.reward == 0.0 and flags(reply) == {"invalid_variable_error"}
    reply = run(maths[0], {**MULTI, "calculate_output": "exact +"}, "x", {"label": "x", "reference_answer": "x", "unit": "x"})
    assert flags(reply) == {"formula_parse_error"}
    reply = run(maths[0], RATED, "Hello!", {"question": "hi"})
    assert flags(reply) == {"model_grader_server_error"}
    assert "gpt-4o" in reply.metadata.errors.model_grader_server_error_details


def test_a_grader_that_is_none_is_refused(maths: Maths) -> None:
    wrong = [
        {"type": "python", "name": "p", "source": "def grade(sample, item): return 1"},
        {**EXACT, "operation": "equals"}, {**EXACT, "refrence": "x"}, {**EXACT, "input": "{{sample.output_tools.x}}"},
        {**EXACT, "input": "{{foo.bar}}"}, {**EXACT, "input": "{{item.x"}, {"type": "nothing"}, {}, [], 3,
        {**MULTI, "graders": {"a": MULTI}}, {**MULTI, "graders": {}},
    ]  # fmt: skip
    for grader in wrong:
        with pytest.raises(openai.BadRequestError) as caught:
            client(maths[0]).fine_tuning.alpha.graders.validate(grader=grader)  # type: ignore[arg-type]
        assert "grader" in str(caught.value)
    with pytest.raises(openai.BadRequestError, match="python graders are not run"):
        client(maths[0]).fine_tuning.alpha.graders.validate(grader=wrong[0])  # type: ignore[arg-type]


def test_a_right_grader_is_valid(maths: Maths) -> None:
    for grader in (EXACT, MULTI, RATED):
        reply = client(maths[0]).fine_tuning.alpha.graders.validate(grader=grader)  # type: ignore[arg-type]
        assert reply.grader is not None


class Rater(BaseHTTPRequestHandler):
    """A model behind an OpenAI-compatible server that rates everything 4, and keeps what it was asked."""

    asked: list[str] = []

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        Rater.asked.append(json.dumps(body["messages"]))
        message = {"role": "assistant", "content": '{"reason": "polite", "score": 4}'}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        usage = {"prompt_tokens": 70, "completion_tokens": 9, "total_tokens": 79}
        answer = {"id": "1", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage}
        data = json.dumps(answer).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def rater() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Rater)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_grader_in_the_configuration_asks_the_sidecar_s_judges(
    binary: Path, gateway_binary: Path, tmp_path: Path, rater: str
) -> None:
    (tmp_path / "rated.json").write_text(json.dumps(RATED))
    (tmp_path / "both.json").write_text(json.dumps(MULTI))
    configuration = {
        "version": 1,
        "judges": {"local": {"api": "openai", "url": rater, "model": "m"}},
        "rewards": {
            "polite": {"grader": "rated.json", "judges": {"gpt-4o": "local"}},
            "both": {"grader": "both.json"},
        },
    }
    with sidecar(binary, tmp_path, configuration) as started, gateway(gateway_binary, tmp_path, started.socket) as to:
        # Other order of keys, other way to write numbers: the same grader.
        same = dict(reversed(list({**RATED, "range": [1.0, 5.0]}.items())))
        reply = run(to, same, "Good day to you.", {"question": "hello?"})
        assert flags(reply) == set() and reply.reward == 4.0
        assert reply.metadata.token_usage == 79
        assert reply.api_model_grader_token_usage_per_model == {
            "gpt-4o": {"prompt_tokens": 70, "completion_tokens": 9, "total_tokens": 79}
        }
        assert "hello?" in Rater.asked[-1] and "Good day to you." in Rater.asked[-1]
        scored = started.client().score(
            "both", completions=["12", "13"], reference_answers=["answer: 12"] * 2,
            fields={"label": ["12", "13"], "unit": ["km", "km"]},
        )  # fmt: skip
        assert list(scored.rewards) == [1.0, 0.25]


def test_check_reads_a_grader_by_itself(binary: Path, tmp_path: Path) -> None:
    def check(grader: Any) -> tuple[int, str]:
        path = tmp_path / "grader.json"
        path.write_text(json.dumps(grader))
        done = subprocess.run(
            [binary, "check", path], capture_output=True, text=True, timeout=WAIT_SECONDS, check=False
        )
        return done.returncode, done.stdout + done.stderr

    code, text = check(MULTI)
    assert code == 0 and "item.label" in text and "string_check" in text, text
    code, text = check(RATED)
    assert code == 0 and "gpt-4o" in text
    code, text = check({"type": "python", "name": "p", "source": "x"})
    assert code == 2 and "python graders are not run" in text
