"""Comparisons: what is sent and what comes back."""

from __future__ import annotations

from typing import Any

import msgspec

from ._columns import completion_column, mend_unencodable, prompt_column, sidecar_deadline_milliseconds
from ._scored import FloatColumn, float_column, status_list
from ._wire import decode
from .errors import ConnectionError


class _CompareColumns(msgspec.Struct):
    preferences: bytearray
    status: bytes
    usage: dict[str, int | float]
    timing_us: int
    config_hash: str
    rationales: list[str] = []


_decoder = msgspec.msgpack.Decoder(_CompareColumns)


class Compared:
    """The reply to one `compare` request, as columns in the order of the pairs."""

    __slots__ = ("_columns",)

    def __init__(self, columns: _CompareColumns) -> None:
        self._columns = columns

    @property
    def preferences(self) -> FloatColumn:
        """1.0 where the first completion is better, 0.0 where the second is, 0.5 for a tie or where it cannot be said."""
        return float_column(self._columns.preferences)

    @property
    def status(self) -> list[str]:
        """One name a pair: ``"scored"`` (ties included), or why there is no preference."""
        return status_list(self._columns.status)

    @property
    def status_codes(self) -> bytes:
        """One status byte a pair, as in the protocol's table."""
        return self._columns.status

    @property
    def rationales(self) -> list[str]:
        """One sentence a pair; empty unless the call asked with ``rationales=True``."""
        return self._columns.rationales

    @property
    def usage(self) -> dict[str, int | float]:
        """What the judges of this request cost: calls, cached verdicts, tokens, money."""
        return self._columns.usage

    @property
    def timing_us(self) -> int:
        """Microseconds from the request's arrival to its answer."""
        return self._columns.timing_us

    @property
    def config_hash(self) -> str:
        """Identifies the configuration that compared them."""
        return self._columns.config_hash

    def __len__(self) -> int:
        return len(self.status_codes)

    def __repr__(self) -> str:
        return f"Compared({len(self)} pairs, {self.timing_us} us)"


def compare_params(
    reward: str,
    completions_a: Any,
    completions_b: Any,
    prompts: Any,
    reference_answers: Any,
    rationales: bool,
    deadline: float,
) -> dict[str, Any]:
    """The parameters of a `compare` request: only the columns that were given."""
    params: dict[str, Any] = {
        "reward": reward,
        "completions_a": completion_column(completions_a),
        "completions_b": completion_column(completions_b),
    }
    if prompts is not None:
        params["prompts"] = prompt_column(prompts)
    if reference_answers is not None:
        params["reference_answers"] = list(reference_answers)
    if rationales:
        params["rationales"] = True
    params["deadline_ms"] = sidecar_deadline_milliseconds(deadline)
    return params


def mend_comparison(params: dict[str, Any]) -> dict[str, Any]:
    """For strings with lone surrogates: the completions go out as the bytes they would have been."""
    mended = {**params}
    for name in ("completions_a", "completions_b"):
        rest = {key: value for key, value in params.items() if key not in ("completions_a", "completions_b")}
        mended[name] = mend_unencodable({**rest, "completions": params[name]})["completions"]
    return mended


def decode_compared(result: msgspec.Raw, count: int) -> Compared:
    """Reads the result of a `compare` request about `count` pairs.

    Raises:
        ConnectionError: the bytes are not such a result, or have another number of rows.
    """
    columns = decode(_decoder, result, "compare result")
    if len(columns.preferences) != 8 * count or len(columns.status) != count:
        raise ConnectionError(f"the sidecar's result has not {count} rows", sent=True)
    return Compared(columns)
