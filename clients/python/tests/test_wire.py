"""The frame reader and the encoder, without a socket."""

from __future__ import annotations

import array
import random
import struct
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from fake_sidecar import frame, score_result
from plaudit import ConnectionError, DeadlineError, RequestError
from plaudit._columns import completion_text, score_params, sidecar_deadline_milliseconds
from plaudit._scored import decode_scored, status_name
from plaudit._wire import FRAME_BYTES_MAX, FrameReader, decode_reply, encode_request, reply_error

SEED = 20261123


def feed(reader: FrameReader, data: bytes) -> list[bytes]:
    """Receives `data` and returns every body that is whole by then."""
    bodies: list[bytes] = []
    while data:
        space = reader.space()
        count = min(len(space), len(data))
        space[:count] = data[:count]
        reader.filled(count)
        data = data[count:]
        while (body := reader.next_body()) is not None:
            bodies.append(bytes(body))
    return bodies


def test_request_is_one_frame_of_the_protocol() -> None:
    buffer = bytearray(b"left over from a longer request" * 9)
    encode_request(buffer, 7, "ping", {})
    assert bytes(buffer) == frame([0, 7, "ping", {}])


def test_stream_is_itself_message_pack() -> None:
    buffer = bytearray()
    encode_request(buffer, 7, "ping", {})
    assert msgspec.msgpack.decode(bytes(buffer[:5])) == len(buffer) - 5


@pytest.mark.parametrize("step", [1, 2, 3, 7, 4096])
def test_frames_survive_every_cut_of_the_stream(step: int) -> None:
    bodies = [b"a", b"b" * 5, b"c" * 70_000, b"d" * 3]
    stream = b"".join(b"\xce" + struct.pack(">I", len(body)) + body for body in bodies)
    reader = FrameReader()
    got = [body for start in range(0, len(stream), step) for body in feed(reader, stream[start : start + step])]
    assert got == bodies
    assert reader.is_empty


def test_frames_of_random_sizes_in_random_pieces() -> None:
    chance = random.Random(SEED)
    bodies = [chance.randbytes(chance.choice([1, 100, 65_531, 65_536, 300_000])) for _ in range(40)]
    stream = b"".join(b"\xce" + struct.pack(">I", len(body)) + body for body in bodies)
    reader = FrameReader()
    got: list[bytes] = []
    while stream:
        count = chance.randint(1, 100_000)
        got += feed(reader, stream[:count])
        stream = stream[count:]
    assert got == bodies, f"seed {SEED}"


def test_a_claimed_length_reserves_nothing() -> None:
    reader = FrameReader()
    feed(reader, b"\xce" + struct.pack(">I", FRAME_BYTES_MAX))
    assert len(reader.space()) <= 1 << 16


@pytest.mark.parametrize(
    "data",
    [b"\x00", b"HTTP/1.1 400", b"\xce\x00\x00\x00\x00", b"\xce" + struct.pack(">I", FRAME_BYTES_MAX + 1)],
)
def test_what_is_not_a_frame_is_refused(data: bytes) -> None:
    with pytest.raises(ConnectionError, match="frame"):
        feed(FrameReader(), data)


def test_reply_owns_its_bytes() -> None:
    body = bytearray(msgspec.msgpack.encode([1, 5, None, {"a": "text"}]))
    reply = decode_reply(memoryview(body))
    body[:] = bytes(len(body))
    assert reply is not None and reply.msgid == 5
    assert msgspec.msgpack.decode(reply.result) == {"a": "text"}


@pytest.mark.parametrize(
    "message", [[1, 5, None], [0, 5, None, {}], [1, "5", None, {}], {}, 5, [1, 5, ["code"], None], [1, 5, None, {}, 1]]
)
def test_what_is_not_a_response_is_refused(message: object) -> None:
    body = msgspec.msgpack.encode(message)
    if body[0] == 0x93:
        assert decode_reply(memoryview(body)) is None  # a notification, skipped
        return
    with pytest.raises(ConnectionError):
        decode_reply(memoryview(body))


def test_every_truncation_of_a_reply_is_refused() -> None:
    body = msgspec.msgpack.encode([1, 5, None, score_result([1.0, 2.0])])
    for length in range(1, len(body)):
        with pytest.raises(ConnectionError):
            decode_reply(memoryview(body[:length]))


def test_every_single_byte_mutation_of_a_reply_is_decoded_or_refused_with_our_errors() -> None:
    body = msgspec.msgpack.encode([1, 5, None, score_result([1.0, 2.0], rationales={"length": ["a", None]})])
    decoded = 0
    for position in range(len(body)):
        for value in {0, 0xC0, 0xFF, body[position] ^ 1, body[position] ^ 0x80}:
            mutated = body[:position] + bytes([value]) + body[position + 1 :]
            try:
                reply = decode_reply(memoryview(mutated))
                if reply is None or reply_error(reply) is not None:
                    continue
                scored = decode_scored(reply.result, 2)
                assert len(scored.rewards) == 2 and len(scored.status) == 2
                for component in scored.components.values():
                    assert len(component.scores) == 2 and len(component.status) == 2
                decoded += 1
                assert isinstance(scored.rationales, dict)
                assert isinstance(scored.usage, dict)
                assert isinstance(scored.degraded_groups, list)
            except ConnectionError:
                continue
    assert decoded > 0


def test_errors_carry_code_name_and_details() -> None:
    body = msgspec.msgpack.encode([1, 5, [3, "bad_request", "lengths differ", {"column": "prompts"}], None])
    reply = decode_reply(memoryview(body))
    assert reply is not None
    problem = reply_error(reply)
    assert isinstance(problem, RequestError)
    assert (problem.code, problem.name, problem.details) == (3, "bad_request", {"column": "prompts"})
    assert str(problem) == "bad_request (3): lengths differ {'column': 'prompts'}"


def test_the_deadline_code_is_a_deadline_error() -> None:
    reply = decode_reply(memoryview(msgspec.msgpack.encode([1, 5, [9, "deadline", "too late", {}], None])))
    assert reply is not None
    assert isinstance(reply_error(reply), DeadlineError)


def test_status_names() -> None:
    assert [status_name(code) for code in (0x00, 0x01, 0x10, 0x20)] == [
        "scored",
        "gated",
        "neutral(timeout)",
        "error(invalid_utf8)",
    ]
    assert status_name(0x1F) == "neutral(0x1f)"
    assert status_name(0x3F) == "error(0x3f)"


@pytest.mark.parametrize(
    ("completion", "text"),
    [
        ("plain", "plain"),
        (b"bytes", b"bytes"),
        (bytearray(b"bytes"), b"bytes"),
        (None, None),
        (17, None),
        ([{"role": "assistant", "content": "last"}], "last"),
        ([{"role": "assistant", "content": "first"}, {"role": "assistant", "content": "last"}], "last"),
        ([{"role": "assistant", "content": "said"}, {"role": "tool", "content": "4"}], "said"),
        ([{"role": "assistant", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]}], "ab"),
        ([{"role": "assistant", "content": [{"type": "image", "url": "u"}, {"type": "text", "text": "b"}]}], "b"),
        ([{"role": "assistant", "content": None, "tool_calls": []}], None),
        ([{"role": "user", "content": "only a question"}], None),
        ([], None),
        ({"role": "assistant", "content": "one message"}, "one message"),
    ],
)
def test_completions_of_every_shape_become_text(completion: object, text: object) -> None:
    assert completion_text(completion) == text


def params_of(**columns: object) -> dict[str, object]:
    defaults: dict[str, object] = dict.fromkeys(
        ["prompts", "reference_answers", "ids", "group_ids", "token_counts", "token_ids", "truncated", "fields"]
    )
    arguments = {**defaults, "completions": ["a", "b"], "rationales": False, "deadline": 60.0, **columns}
    params = score_params("r", **arguments)  # type: ignore[arg-type]
    buffer = bytearray()
    encode_request(buffer, 1, "score", params)
    sent: dict[str, object] = msgspec.msgpack.decode(bytes(buffer[5:]))[3]
    return sent


def test_only_given_columns_are_sent() -> None:
    assert params_of() == {"reward": "r", "completions": ["a", "b"], "deadline_ms": 59_000}


def test_numbers_of_every_kind_are_sent() -> None:
    numpy = pytest.importorskip("numpy")
    sent = params_of(
        token_counts=array.array("I", [3, 4]),
        truncated=numpy.array([True, False]),
        ids=[numpy.int64(5), numpy.str_("x")],
        group_ids=numpy.array([1, 2], dtype=numpy.uint8),
        reference_answers=(numpy.float32(0.5), None),
        fields={"language": numpy.array(["de", "fr"]), "level": (1, 2.5)},
    )
    assert sent["token_counts"] == [3, 4]
    assert sent["truncated"] == [True, False]
    assert sent["ids"] == [5, "x"]
    assert sent["group_ids"] == [1, 2]
    assert sent["reference_answers"] == [0.5, None]
    assert sent["fields"] == {"language": ["de", "fr"], "level": [1, 2.5]}


def test_tokens_travel_as_four_little_endian_bytes_each() -> None:
    numpy = pytest.importorskip("numpy")
    sent = params_of(completions=["a", "b", "c"], token_ids=[[1, 2**32 - 1], None, numpy.array([258], dtype=numpy.int64)])
    assert sent["token_ids"] == [b"\1\0\0\0\xff\xff\xff\xff", None, b"\2\1\0\0"]


@pytest.mark.parametrize("tokens", [[-1], [2**32], [1.5], "abc", 7])
def test_tokens_that_are_none_are_named(tokens: object) -> None:
    with pytest.raises(TypeError, match=r"token_ids\[0\]"):
        params_of(token_ids=[tokens, []])


def test_prompts_of_messages_are_reduced_to_role_and_text() -> None:
    messages = [{"role": "user", "content": [{"type": "text", "text": "hi"}], "name": "x"}]
    assert params_of(prompts=["plain", messages])["prompts"] == ["plain", [{"role": "user", "content": "hi"}]]


@pytest.mark.parametrize("column", ["completions", "prompts", "ids", "token_counts"])
def test_a_lone_string_is_not_a_column(column: str) -> None:
    with pytest.raises(TypeError, match=column):
        params_of(**{column: "abc"})


def test_a_prompt_that_is_no_prompt_is_named() -> None:
    with pytest.raises(TypeError, match=r"prompts\[1\]"):
        params_of(prompts=["fine", 5])


@pytest.mark.parametrize(("seconds", "milliseconds"), [(60.0, 59_000), (1.0, 900), (0.1, 90), (0.001, 1), (5.0, 4_500)])
def test_the_sidecar_gets_a_little_less_time_than_the_caller(seconds: float, milliseconds: int) -> None:
    assert sidecar_deadline_milliseconds(seconds) == milliseconds


def test_without_numpy_rewards_are_an_array_of_the_standard_library() -> None:
    program = """if True:
        import sys
        sys.modules["numpy"] = None
        import array, msgspec, fake_sidecar
        from plaudit._scored import decode_scored
        raw = msgspec.Raw(msgspec.msgpack.encode(fake_sidecar.score_result([1.5, -2.0])))
        scored = decode_scored(raw, 2)
        assert scored.rewards == array.array("d", [1.5, -2.0]), scored.rewards
        assert scored.components["format"].scores == array.array("d", [1.0, 1.0])
    """
    subprocess.run([sys.executable, "-c", program], check=True, cwd=Path(__file__).parent)
