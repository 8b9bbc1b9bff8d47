"""`compare` against the real sidecar, whose judge is a small HTTP server of the test."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import plaudit
import pytest
from fake_sidecar import WAIT_SECONDS

CONFIG = """\
version: 1
rewards:
  better: {{components: {{better: {{type: preference, judge: played, criteria: The one that says good is better.}}}}}}
judges:
  played: {{api: openai, url: "http://127.0.0.1:{port}/v1", model: played}}
"""


class PlayedJudge(BaseHTTPRequestHandler):
    """Prefers the completion that says "good"; without one it prefers the first, as biased judges do."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text: str = body["messages"][-1]["content"]
        first = text[text.find("Completion A:") : text.find("Completion B:")]
        second = text[text.find("Completion B:") :].split("<<<end", 1)[0]
        winner = "A" if "good" in first or "good" not in second else "B"
        verdict = {"reason": "it says so", "winner": winner}
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": json.dumps(verdict)}}
        reply = {"model": "played", "choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 1}}
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(scope="module")
def sidecar(binary: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[plaudit.Sidecar]:
    judge = ThreadingHTTPServer(("127.0.0.1", 0), PlayedJudge)
    thread = threading.Thread(target=judge.serve_forever)
    thread.start()
    config = tmp_path_factory.mktemp("compare") / "config.yaml"
    config.write_text(CONFIG.format(port=judge.server_address[1]))
    try:
        with plaudit.start(config, binary=binary, quiet=True) as sidecar:
            yield sidecar
    finally:
        judge.shutdown()
        thread.join()
        judge.server_close()


@pytest.mark.sidecar
def test_better_text_wins_in_either_place_and_a_biased_judge_gives_a_tie(sidecar: plaudit.Sidecar) -> None:
    with sidecar.client(deadline=WAIT_SECONDS) as client:
        compared = client.compare(
            "better", ["good text", "poor text", "some text"], ["poor text", "good text", "other text"],
            prompts=["p", "p", "p"], rationales=True,
        )  # fmt: skip
    assert list(compared.preferences) == [1.0, 0.0, 0.5]
    assert compared.status == ["scored"] * 3
    assert len(compared.rationales) == 3 and "it says so" in compared.rationales[0]
    # Two of the three pairs are the same pair the other way round: its verdicts are known.
    assert compared.usage["judge_calls"] == 4 and compared.usage["cached"] == 2
    assert len(compared) == 3


@pytest.mark.sidecar
def test_async_client_compares_too(sidecar: plaudit.Sidecar) -> None:
    async def compare() -> plaudit.Compared:
        client = plaudit.AsyncClient(sidecar.socket, deadline=WAIT_SECONDS)
        try:
            return await client.compare("better", ["good"], ["poor"])
        finally:
            await client.close()

    assert list(asyncio.run(compare()).preferences) == [1.0]


@pytest.mark.sidecar
def test_columns_of_different_length_are_refused_by_name(sidecar: plaudit.Sidecar) -> None:
    with sidecar.client(deadline=WAIT_SECONDS) as client, pytest.raises(plaudit.RequestError, match="completions_b"):
        client.compare("better", ["a", "b"], ["c"])
