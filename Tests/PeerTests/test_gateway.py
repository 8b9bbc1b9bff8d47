"""A real gateway in front of the real model: nginx says 429 to whoever asks too often."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from peers import PATIENT_JUDGING, free_port, gateway, settled_stats, sidecar

NGINX = """\
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
events {{ worker_connections 64; }}
http {{
    access_log {folder}/access.log;
    client_body_buffer_size 1m;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    limit_req_zone $server_name zone=judges:64k rate=2r/s;
    limit_req_status 429;
    server {{
        listen 127.0.0.1:{port};
        server_name gateway;
        location = /health {{ return 200 "ok"; }}
        location / {{
            limit_req zone=judges burst=2 nodelay;
            proxy_pass {upstream};
            proxy_read_timeout 600s;
            proxy_buffering off;
        }}
        error_page 429 @limited;
        location @limited {{
            internal;
            default_type application/json;
            add_header Retry-After 1 always;
            return 429 '{{"error": {{"message": "too many requests", "code": "rate_limit_exceeded"}}}}';
        }}
    }}
}}
"""


def test_calls_that_are_too_many_are_asked_again(binary: Path, tmp_path: Path, small_model_url: str) -> None:
    count = 5  # more than the gateway lets through at once
    configuration: dict[str, Any] = {
        "rewards": {
            "reply": {
                "components": {
                    "brief": {"type": "length_penalty", "weight": 0.5, "target": [1, 10]},
                    "good": {"type": "judge", "weight": 0.5, "judge": "local", "rubric": "answer", "max_tokens": 128},
                }
            }
        },
        "judges": {"local": {"api": "openai", "url": "", "model": "smollm2-135m", "temperature": 0}},
        "rubrics": {"answer": {"criteria": [{"name": "answers", "text": "The reply answers the question."}]}},
        "judging": {**PATIENT_JUDGING, "attempts": 10},
    }
    port = free_port()
    nginx = NGINX.format(folder=tmp_path, port=port, upstream=small_model_url)
    with gateway(tmp_path, nginx, port) as url:
        configuration["judges"]["local"]["url"] = url
        with sidecar(binary, tmp_path, configuration) as client:
            scored = client.score(
                "reply", [f"It is number {row}." for row in range(count)], prompts=["Which number is it?"] * count
            )
            stats = settled_stats(client, questions=count)
    judging = stats["judging"]
    assert (tmp_path / "access.log").read_text().count('" 429 ') >= judging["rate_limited"] > 0
    assert judging["retries"] > 0
    assert stats["rollouts_in"] == count
    good = scored.components["good"]
    for row, status in enumerate(scored.status):
        assert status == good.status[row]
        if status != "scored":
            # Out of attempts, or of retries: then the rule alone decides.
            assert status == "neutral(rate_limited)"
            assert scored.rewards[row] == 1
    assert scored.status.count("scored") > 0
    assert scored.components["brief"].status == ["scored"] * count
