"""A judge that passes questions on to a real one, and refuses the ones it is told to: a failure at a known place."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit


class RefusingJudge(ThreadingHTTPServer):
    """
    Args:
        url: the real judge.
        refused: which questions are refused, by their place in the order in which they come; the first is 1.
    """

    daemon_threads = True

    def __init__(self, url: str, refused: set[int]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = urlsplit(url).netloc
        self.refused = refused
        self.asked = 0
        self.lock = threading.Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        pass  # the sidecar hung up

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def is_refused(self) -> bool:
        with self.lock:
            self.asked += 1
            return self.asked in self.refused


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: RefusingJudge

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.server.is_refused():
            # Not 400, from which the sidecar learns that the judge does not take what it asks in that form.
            self._reply(500, b'{"error": {"message": "refused by the test", "type": "server_error"}}')
            return
        connection = http.client.HTTPConnection(self.server.behind)
        try:
            connection.request("POST", self.path, body, {"content-type": "application/json"})
            response = connection.getresponse()
            self._reply(response.status, response.read())
        finally:
            connection.close()

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def refusing_judge(url: str, *refused: int) -> Iterator[RefusingJudge]:
    judge = RefusingJudge(url, set(refused))
    thread = threading.Thread(target=judge.serve_forever)
    thread.start()
    try:
        yield judge
    finally:
        judge.shutdown()
        thread.join()
        judge.server_close()
