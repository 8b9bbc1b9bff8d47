"""What no good client sends, and what happens when the sidecar is not there."""

from __future__ import annotations

import json
import socket
import subprocess
from pathlib import Path
from typing import Any

import plaudit
import pytest
import requests
from conftest import MATHS
from programs import WAIT_SECONDS, Gateway, gateway, sidecar

Maths = tuple[Gateway, plaudit.Client]

GOOD = {"prompt": "2+2", "response": "A: 4", "label": "4"}


def still_serves(to: Gateway) -> None:
    reply = requests.post(to.url + "/rm", json=GOOD, timeout=WAIT_SECONDS)
    assert reply.status_code == 200 and reply.json() == 1.0, reply.text


def raw(to: Gateway, *pieces: bytes) -> bytes:
    """Sends bytes as they are; what is answered until the connection ends."""
    answer = b""
    with socket.create_connection(("127.0.0.1", to.port), timeout=WAIT_SECONDS) as connection:
        try:
            for piece in pieces:
                connection.sendall(piece)
            while chunk := connection.recv(65536):
                answer += chunk
        except (ConnectionResetError, BrokenPipeError):
            pass
    return answer


def head(path: str, *lines: str) -> bytes:
    return "\r\n".join([f"POST {path} HTTP/1.1", "Host: x", "Content-Type: application/json", *lines, "", ""]).encode()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"nul", b'{"a":1} x', b"\xff\xfe", b'{"response": "\xff"}', b'{"response": "\\ud800"}', b"NaN",
     b"[" * 100_000, b'{"response":' * 5_000 + b"1" + b"}" * 5_000],
)  # fmt: skip
def test_what_is_not_json_is_refused(maths: Maths, body: bytes) -> None:
    reply = requests.post(maths[0].url + "/rm", data=body, timeout=WAIT_SECONDS)
    assert reply.status_code == 400, reply.text
    assert reply.json()["error"]["code"] in ("not_json", "bad_request")
    still_serves(maths[0])


def test_a_body_that_is_too_large_ends_its_connection(maths: Maths) -> None:
    body = b"x" * (17 << 20)
    answer = raw(maths[0], head("/rm", f"Content-Length: {len(body)}"), body)
    # The reply may be lost where the connection is reset while the client still sends.
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")
    still_serves(maths[0])


def test_chunks_are_counted_too(maths: Maths) -> None:
    chunk = b"100000\r\n" + b"x" * (1 << 20) + b"\r\n"
    answer = raw(maths[0], head("/rm", "Transfer-Encoding: chunked"), *[chunk] * 18)
    assert answer == b"" or answer.startswith(b"HTTP/1.1 413")
    still_serves(maths[0])


@pytest.mark.parametrize(
    "bytes_sent",
    [b"\x00" * 100, b"GET\r\n\r\n", b"POST /rm HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
     b"POST /rm HTTP/1.1\r\n" + b"X: " + b"y" * 200_000 + b"\r\n\r\n"],
)  # fmt: skip
def test_what_is_not_http_costs_its_connection(maths: Maths, bytes_sent: bytes) -> None:
    answer = raw(maths[0], bytes_sent)
    assert b" 200 " not in answer
    still_serves(maths[0])


def test_a_slow_body_is_given_up(maths: Maths, gateway_binary: Path, tmp_path: Path) -> None:
    _, client = maths
    with gateway(gateway_binary, tmp_path, client.socket, "--body-timeout", "1") as to:
        answer = raw(to, head("/rm", "Content-Length: 100"), b"{")
        assert answer == b"" or answer.startswith(b"HTTP/1.1 408")
        still_serves(to)


def test_unknown_paths_and_methods_are_refused(maths: Maths) -> None:
    for path in ("/", "/rmx", "/get_reward/x"):
        assert requests.post(maths[0].url + path, json=GOOD, timeout=WAIT_SECONDS).status_code == 404
    assert requests.get(maths[0].url + "/rm", timeout=WAIT_SECONDS).status_code in (404, 405)


def test_one_wrong_request_spoils_no_other_that_is_gathered_with_it(maths: Maths) -> None:
    from concurrent.futures import ThreadPoolExecutor

    # A completion above the sidecar's limit costs that rollout alone; its neighbours are scored.
    large = {**GOOD, "response": "x" * ((1 << 20) + 1)}

    def ask(body: dict[str, Any]) -> requests.Response:
        return requests.post(maths[0].url + "/rm", json=body, timeout=WAIT_SECONDS)

    with ThreadPoolExecutor(16) as pool:
        replies = list(pool.map(ask, [GOOD, large] * 8))
    assert [reply.json() for reply in replies[::2]] == [1.0] * 8
    assert all(reply.headers["plaudit-status"].startswith("error(oversize)") for reply in replies[1::2])


def test_without_a_sidecar_it_says_so_and_recovers(binary: Path, gateway_binary: Path, tmp_path: Path) -> None:
    with gateway(gateway_binary, tmp_path, tmp_path / "s") as to:
        for round_number in range(2):
            reply = requests.post(to.url + "/rm", json=GOOD, timeout=WAIT_SECONDS)
            assert reply.status_code == 503 and reply.headers["Retry-After"] == "1", reply.text
            assert "plaudit serve" in reply.json()["error"]["message"]
            assert requests.get(to.url + "/healthz", timeout=WAIT_SECONDS).status_code == 503
            with sidecar(binary, tmp_path, MATHS):
                still_serves(to)
                assert requests.get(to.url + "/healthz", timeout=WAIT_SECONDS).json() == {"status": "ok"}


def test_a_new_configuration_is_noticed(binary: Path, gateway_binary: Path, tmp_path: Path) -> None:
    with sidecar(binary, tmp_path, MATHS) as started, gateway(gateway_binary, tmp_path, started.socket) as to:
        still_serves(to)
        with_field = {
            "version": 1,
            "rewards": {"maths": {"components": {"same": {"type": "string_check", "reference": {"field": "wanted"}}}}},
        }
        (tmp_path / "rewards.yaml").write_text(json.dumps(with_field))
        started.client().reload()
        body = {"response": "yes", "wanted": "yes"}
        assert requests.post(to.url + "/rm", json=body, timeout=WAIT_SECONDS).json() == 1.0


def test_elsewhere_than_loopback_it_wants_a_token(gateway_binary: Path, tmp_path: Path) -> None:
    for address in ("0.0.0.0:0", "[::]:0", "example.org:0", "127.0.0.1.example.org:0"):
        done = subprocess.run(
            [gateway_binary, "--socket", tmp_path / "s", "--listen", address],
            capture_output=True, text=True, timeout=WAIT_SECONDS, check=False,
        )  # fmt: skip
        assert done.returncode == 2, done.stderr
        assert "PLAUDIT_GATEWAY_TOKEN" in done.stderr
    done = subprocess.run(
        [gateway_binary, "--help"], capture_output=True, text=True, timeout=WAIT_SECONDS, check=True
    )
    assert "/get_reward" in done.stdout


def test_a_token_is_asked_of_every_request(maths: Maths, gateway_binary: Path, tmp_path: Path) -> None:
    token = "correct-horse-battery"
    _, client = maths
    with gateway(gateway_binary, tmp_path, client.socket, token=token) as to:

        def ask(**headers: str) -> int:
            return requests.post(to.url + "/rm", json=GOOD, headers=headers, timeout=WAIT_SECONDS).status_code

        assert ask(Authorization=f"Bearer {token}") == 200
        assert ask(**{"X-Api-Key": token}) == 200
        wrong = ["", "Bearer", "Bearer ", f"Basic {token}", f"Bearer {token}x", f"Bearer {token[:-1]}"]
        assert [ask(Authorization=value) for value in wrong] == [401] * len(wrong)
        assert requests.get(to.url + "/metrics", timeout=WAIT_SECONDS).status_code == 401
        assert requests.get(to.url + "/healthz", timeout=WAIT_SECONDS).status_code == 200
        assert token not in to.log.read_text()


def test_the_log_has_a_line_a_request_and_no_text_of_it(maths: Maths) -> None:
    to, _ = maths
    before = len(to.lines())
    secret = "do-not-log-this"
    requests.post(to.url + f"/rm?x={secret}", json={**GOOD, "response": secret}, timeout=WAIT_SECONDS)
    requests.post(to.url + f"/{secret}", json=GOOD, timeout=WAIT_SECONDS)
    lines = to.lines()[before:]
    assert len(lines) == 2 and "POST /rm 200" in lines[0] and "404" in lines[1]
    assert secret not in to.log.read_text()
