"""From what trainers hold to the columns of a `score` request."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Union

Message = Mapping[str, Any]
"""One turn of a conversation: at least ``role`` and ``content``."""

Completion = Union[str, bytes, Sequence[Message], None]
"""A completion's text, its UTF-8 bytes, or a conversation whose last assistant turn is scored.

None (a rollout that has no completion) gets the status ``error(wrong_type)``.
"""

Prompt = Union[str, Sequence[Message]]
Identifier = Union[str, int]
Value = Union[str, int, float, bool, None]

DEADLINE_SECONDS_DEFAULT: Final = 60.0
DEADLINE_SECONDS_MAX: Final = 7 * 86_400.0
"""A week: no call is waited for longer, and every clock below can express it."""

_PLAIN_COMPLETION_TYPES: Final = frozenset({str, bytes, type(None)})


def checked_deadline(seconds: float) -> float:
    """A deadline that ends: in seconds, positive and at most a week."""
    if not 0 < seconds <= DEADLINE_SECONDS_MAX:  # false for NaN, too
        raise ValueError(f"a deadline is a positive number of seconds, at most a week, not {seconds!r}")
    return float(seconds)


def _as_list(column: Any, name: str) -> Any:
    """The column as something MessagePack can carry; a lone string is a mistake worth a clear word."""
    if isinstance(column, (list, tuple)):
        return column
    if isinstance(column, (str, bytes, bytearray, Mapping)):
        raise TypeError(f"{name} is a column: a list with one entry a rollout, not {type(column).__name__}")
    to_list = getattr(column, "tolist", None)
    if callable(to_list):
        return to_list()
    if isinstance(column, Iterable):
        return list(column)
    raise TypeError(f"{name} is a column: a list with one entry a rollout, not {type(column).__name__}")


def message_text(message: Message) -> str | None:
    """The text of one message: its content, or its text parts joined; None when it has none."""
    content = message.get("content")
    if isinstance(content, str):
        return content
    if content is None or isinstance(content, (bytes, Mapping)):
        return None
    texts = [part.get("text") for part in content if isinstance(part, Mapping) and part.get("type", "text") == "text"]
    return "".join(text for text in texts if isinstance(text, str))


def completion_text(completion: Any) -> Any:
    """A completion as str, bytes, or None where there is no text to score."""
    if completion is None or isinstance(completion, (str, bytes)):
        return completion
    if isinstance(completion, (bytearray, memoryview)):
        return bytes(completion)
    if isinstance(completion, Mapping):
        return message_text(completion)
    if isinstance(completion, Iterable):
        turns = [turn for turn in completion if isinstance(turn, Mapping)]
        for turn in reversed(turns):
            if turn.get("role") == "assistant":
                return message_text(turn)
    return None


def completion_column(completions: Any) -> list[Any]:
    """The `completions` column: every entry str, bytes or None."""
    column = _as_list(completions, "completions")
    if _PLAIN_COMPLETION_TYPES.issuperset(map(type, column)):
        return column  # type: ignore[no-any-return]
    return [completion_text(completion) for completion in column]


def prompt_column(prompts: Any) -> list[Any]:
    """The `prompts` column: every entry a str, or messages reduced to role and text."""
    column = _as_list(prompts, "prompts")
    if {str}.issuperset(map(type, column)):
        return column  # type: ignore[no-any-return]
    return [prompt if isinstance(prompt, str) else _messages(prompt, row) for row, prompt in enumerate(column)]


def _messages(prompt: Any, row: int) -> list[dict[str, str]]:
    if isinstance(prompt, Iterable) and not isinstance(prompt, (bytes, Mapping)):
        messages = list(prompt)
        if all(isinstance(message, Mapping) and "role" in message for message in messages):
            return [{"role": str(m["role"]), "content": message_text(m) or ""} for m in messages]
    raise TypeError(f"prompts[{row}] is neither a string nor a list of messages with a role and content")


def token_column(token_ids: Any) -> list[bytes | None]:
    """The `token_ids` column: every entry the tokens of a completion, four little-endian bytes each, or None."""
    column = _as_list(token_ids, "token_ids")
    return [None if tokens is None else _token_bytes(tokens, f"token_ids[{row}]") for row, tokens in enumerate(column)]


def _token_bytes(tokens: Any, name: str) -> bytes:
    try:
        packed = array("I", _as_list(tokens, name))
    except (OverflowError, TypeError) as error:
        raise TypeError(f"{name} is a list of token identifiers, whole numbers of 32 bits") from error
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()


def score_params(
    reward: str,
    completions: Any,
    prompts: Any,
    reference_answers: Any,
    ids: Any,
    group_ids: Any,
    token_counts: Any,
    token_ids: Any,
    truncated: Any,
    fields: Mapping[str, Any] | None,
    rationales: bool,
    deadline: float,
) -> dict[str, Any]:
    """The parameters of a `score` request: only the columns that were given."""
    params: dict[str, Any] = {"reward": reward, "completions": completion_column(completions)}
    if prompts is not None:
        params["prompts"] = prompt_column(prompts)
    if reference_answers is not None:
        params["reference_answers"] = _as_list(reference_answers, "reference_answers")
    if ids is not None:
        params["ids"] = _as_list(ids, "ids")
    if group_ids is not None:
        params["group_ids"] = _as_list(group_ids, "group_ids")
    if token_counts is not None:
        params["token_counts"] = _as_list(token_counts, "token_counts")
    if token_ids is not None:
        params["token_ids"] = token_column(token_ids)
    if truncated is not None:
        params["truncated"] = _as_list(truncated, "truncated")
    if fields:
        params["fields"] = {name: _as_list(column, f"fields[{name!r}]") for name, column in fields.items()}
    if rationales:
        params["rationales"] = True
    params["deadline_ms"] = sidecar_deadline_milliseconds(deadline)
    return params


def sidecar_deadline_milliseconds(seconds: float) -> int:
    """What the sidecar is given of a call's time: a tenth less, at most a second less.

    So that its own answer about a late judge arrives before the client gives up.
    """
    return max(1, int((seconds - min(seconds / 10, 1.0)) * 1000))


def mend_unencodable(params: dict[str, Any]) -> dict[str, Any]:
    """For strings with lone surrogates, which are not Unicode text.

    A completion goes out as the bytes it would have been, so that the sidecar refuses that one rollout as
    ``error(invalid_utf8)``; anywhere else it is the caller's mistake.

    Raises:
        ValueError: a column other than `completions` holds such a string.
    """
    for name, column in params.items():
        if name != "completions":
            _refuse_surrogates(name, column)
    completions = params["completions"]
    mended = [text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text for text in completions]
    return {**params, "completions": mended}


def _refuse_surrogates(name: str, value: Any) -> None:
    if isinstance(value, str):
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError(f"{name} is not valid Unicode: it holds a lone surrogate") from None
    elif isinstance(value, Mapping):
        for key, entry in value.items():
            _refuse_surrogates(str(name), key)
            _refuse_surrogates(f"{name}[{key!r}]", entry)
    elif isinstance(value, (list, tuple)):
        for row, entry in enumerate(value):
            _refuse_surrogates(f"{name}[{row}]", entry)
