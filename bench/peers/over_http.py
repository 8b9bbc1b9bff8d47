"""Scoring by reward_server.py, asked by the clients that trainers use: see workload.py for how it is run.

`requests` and `httpx` over TCP with a connection that is kept, and `http_client`: the standard library's over a Unix socket, with
orjson, the quickest that was found.
"""

from __future__ import annotations

import http.client
import socket
from typing import Any

from workload import ScoreBatch, read_workload, run_peer, scoring_parser


def _question(texts: list[str], references: list[float]) -> dict[str, Any]:
    return {"query": texts, "prompts": [""] * len(texts), "labels": references}


def _answer(body: dict[str, Any]) -> tuple[list[float], Any]:
    return body["rewards"], lambda: body["extra_logs"]


def over_requests(url: str) -> ScoreBatch:
    import requests

    session = requests.Session()

    def score(texts: list[str], references: list[float]) -> tuple[list[float], Any]:
        response = session.post(url, json=_question(texts, references), timeout=60)
        response.raise_for_status()
        return _answer(response.json())

    return score


def over_httpx(url: str) -> ScoreBatch:
    import httpx

    client = httpx.Client(timeout=60)

    def score(texts: list[str], references: list[float]) -> tuple[list[float], Any]:
        response = client.post(url, json=_question(texts, references))
        response.raise_for_status()
        return _answer(response.json())

    return score


class LocalConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=60)
        self.path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self.path)


def over_http_client(path: str) -> ScoreBatch:
    import orjson

    connection = LocalConnection(path)

    def score(texts: list[str], references: list[float]) -> tuple[list[float], Any]:
        body = orjson.dumps(_question(texts, references))
        connection.request("POST", "/get_reward", body, {"Content-Type": "application/json"})
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise SystemExit(f"status {response.status}: {answer[:300]!r}")
        return _answer(orjson.loads(answer))

    return score


def main() -> None:
    parser = scoring_parser("Scoring over HTTP.", ("requests", "httpx", "http_client"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--socket", required=True)
    options = parser.parse_args()
    workload = read_workload(options.workload)
    url = f"http://127.0.0.1:{options.port}/get_reward"
    score = {
        "requests": lambda: over_requests(url),
        "httpx": lambda: over_httpx(url),
        "http_client": lambda: over_http_client(options.socket),
    }[options.name]()
    run_peer(score, workload, options.seconds)


if __name__ == "__main__":
    main()
