"""A judge for tests: an HTTP server that answers as OpenAI's chat API, by words in the completion it is shown.

It prefers the completion that says "good" (without one the first, as biased judges do), and finds every criterion met
where the completion says "good". "unreadable" makes its answer so; "silence" keeps it waiting until the judge is
closed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class PlayedJudge(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.closing = threading.Event()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # a caller that hung up, as some tests have it

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: PlayedJudge

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        text: str = body["messages"][-1]["content"]
        if "silence" in text:
            self.server.closing.wait()
            self.close_connection = True
            return
        schema = body["response_format"]["json_schema"]["schema"]
        said = "I cannot say." if "unreadable" in text else json.dumps(_verdict(schema, text))
        choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": said}}
        reply = {"model": "played", "choices": [choice], "usage": {"prompt_tokens": 9, "completion_tokens": 1}}
        data = json.dumps(reply).encode()
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def _verdict(schema: dict[str, Any], text: str) -> Any:
    if "winner" in schema["properties"]:
        first = text[text.find("Completion A:") : text.find("Completion B:")]
        second = text[text.find("Completion B:") :].split("<<<end", 1)[0]
        return {"reason": "it says so", "winner": "A" if "good" in first or "good" not in second else "B"}
    return _instance(schema, is_met="good" in text)


def _instance(schema: dict[str, Any], is_met: bool) -> Any:
    """Something that a schema allows; where it offers a choice, the first for yes and the second for no."""
    if "enum" in schema:
        return schema["enum"][0 if is_met else 1]
    if schema["type"] == "object":
        return {name: _instance(schema["properties"][name], is_met) for name in schema["required"]}
    if schema["type"] == "array":
        return [_instance(schema["items"], is_met)]
    return is_met if schema["type"] == "boolean" else "it says so"


@contextmanager
def played_judge() -> Iterator[PlayedJudge]:
    judge = PlayedJudge()
    thread = threading.Thread(target=judge.serve_forever)
    thread.start()
    try:
        yield judge
    finally:
        judge.closing.set()
        judge.shutdown()
        thread.join()
        judge.server_close()
