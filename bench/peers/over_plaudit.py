"""Scoring by the sidecar, asked by Plaudit's Python client: see workload.py for how it is run.

`client` is a batch from call to rewards; `client_fast` the same with the language told by `engine: fast`. `client_side` is the
part of it that happens in the trainer's process, without the socket: the same batch encoded, and the sidecar's own reply to it
decoded.
"""

from __future__ import annotations

import json
import time
from typing import Any

import plaudit
from plaudit._columns import score_params
from plaudit._connection import Link
from plaudit._scored import decode_scored
from plaudit._wire import decode_reply, encode_request
from workload import ScoreBatch, Workload, measure, read_workload, run_peer, scoring_parser


def over_client(client: plaudit.Client, reward: str) -> ScoreBatch:
    def score(texts: list[str], references: list[float]) -> tuple[Any, Any]:
        scored = client.score(reward, texts, reference_answers=references)
        assert not any(scored.status_codes), scored.status
        # Whichever engine told it, the column of the language has one name.
        return scored.rewards, lambda: {
            name.removesuffix("_fast"): list(column.scores) for name, column in scored.components.items()
        }

    return score


def measure_client_side(path: str, reward: str, workload: Workload, seconds: float) -> dict[str, Any]:
    """Microseconds of encoding the batch's request and of decoding its reply, as far as its rewards."""
    buffer = bytearray()

    def params() -> dict[str, Any]:
        return score_params(
            reward, workload.texts, None, workload.references, None, None, None, None, None, None, False, 60.0
        )  # fmt: skip

    def encode() -> None:
        encode_request(buffer, 1, "score", params())

    result = Link(path).call("score", params(), time.monotonic() + 60)
    # A response around the result, as it came over the socket: [1, msgid, nil, result].
    body = memoryview(b"\x94\x01\x01\xc0" + bytes(result))

    def decode() -> Any:
        reply = decode_reply(body)
        assert reply is not None
        return decode_scored(reply.result, len(workload.texts)).rewards

    decode()
    encode()
    return {"encode": measure(encode, seconds / 2), "decode": measure(decode, seconds / 2)}


def main() -> None:
    parser = scoring_parser("Scoring by the sidecar.", ("client", "client_fast", "client_side"))
    parser.add_argument("--socket", required=True)
    options = parser.parse_args()
    workload = read_workload(options.workload)
    reward = "checks_language" if options.language else "checks"
    if options.name == "client_fast":
        reward = "checks_language_fast"
    if options.name != "client_side":
        run_peer(over_client(plaudit.Client(options.socket), reward), workload, options.seconds)
    else:
        print(json.dumps(measure_client_side(options.socket, reward, workload, options.seconds)))


if __name__ == "__main__":
    main()
