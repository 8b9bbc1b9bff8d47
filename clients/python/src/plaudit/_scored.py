"""What `score` returns: columns, decoded when they are first looked at."""

from __future__ import annotations

import array
import sys
from typing import TYPE_CHECKING, Any, Final, Union

import msgspec

from ._wire import decode
from .errors import ConnectionError

try:
    import numpy

    _LITTLE_ENDIAN_FLOAT64: Final = numpy.dtype("<f8")
except ImportError:  # numpy is optional: `array.array` holds the same numbers
    numpy = None  # type: ignore[assignment]

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    FloatColumn = npt.NDArray[np.float64]
else:
    FloatColumn = Any

SCORED: Final = 0x00
"""The status byte of a rollout or component that has its score."""

STATUS_NAMES: Final[dict[int, str]] = {
    0x00: "scored",
    0x01: "gated",
    0x02: "abstained",
    0x03: "pending",
    0x10: "neutral(timeout)",
    0x11: "neutral(rate_limited)",
    0x12: "neutral(refused)",
    0x13: "neutral(parse_failed)",
    0x14: "neutral(transport)",
    0x15: "neutral(budget)",
    0x16: "neutral(cancelled)",
    0x17: "neutral(shutting_down)",
    0x18: "neutral(limit_reached)",
    0x19: "neutral(nothing_scored)",
    0x20: "error(invalid_utf8)",
    0x21: "error(oversize)",
    0x22: "error(wrong_type)",
    0x23: "error(missing_input)",
    0x24: "error(bad_reference)",
}
"""Status bytes of the protocol and their names for people."""


def status_name(code: int) -> str:
    """The name of a status byte; a byte newer than this client keeps its class, as in ``neutral(0x1a)``."""
    name = STATUS_NAMES.get(code)
    if name is not None:
        return name
    kind = "neutral" if 0x10 <= code < 0x20 else "error"
    return f"{kind}({code:#04x})"


def status_list(codes: bytes) -> list[str]:
    if not any(codes):
        return ["scored"] * len(codes)
    names = {code: status_name(code) for code in set(codes)}
    return [names[code] for code in codes]


def float_column(little_endian: bytearray) -> FloatColumn:
    """The numbers of a binary column: a numpy array over these very bytes, or an `array.array` without numpy."""
    if numpy is not None:
        return numpy.frombuffer(little_endian, _LITTLE_ENDIAN_FLOAT64)
    plain = array.array("d", bytes(little_endian))
    if sys.byteorder == "big":
        plain.byteswap()
    return plain


class _ComponentColumns(msgspec.Struct):
    scores: bytearray
    status: bytes


class _RewardColumns(msgspec.Struct, gc=False):
    """What every caller reads of the result map of `score`, by itself: reading the rest along takes as long again."""

    rewards: bytearray
    status: bytes


class _ScoreDetails(msgspec.Struct, gc=False):
    """The rest of it; keys that a newer sidecar adds are skipped."""

    components: msgspec.Raw
    timing_us: int
    config_hash: str
    usage: msgspec.Raw = msgspec.Raw(b"\x80")
    rationales: msgspec.Raw = msgspec.Raw(b"\xc0")
    degraded_groups: msgspec.Raw = msgspec.Raw(b"\x90")


_rewards_decoder = msgspec.msgpack.Decoder(_RewardColumns)
_details_decoder = msgspec.msgpack.Decoder(_ScoreDetails)
_components_decoder = msgspec.msgpack.Decoder(dict[str, _ComponentColumns])
_rationales_decoder = msgspec.msgpack.Decoder(Union[dict[str, list[Union[str, None]]], None])
_usage_decoder = msgspec.msgpack.Decoder(dict[str, Union[int, float]])
_groups_decoder = msgspec.msgpack.Decoder(list[Union[int, str]])


class ComponentScores:
    """One component's column.

    Attributes:
        scores: one float64 a rollout; 0.0 where the status says that there is no score.
        status_codes: one status byte a rollout.
    """

    __slots__ = ("_scores", "_status", "status_codes")

    def __init__(self, columns: _ComponentColumns) -> None:
        self._scores: FloatColumn | bytearray = columns.scores
        self._status: list[str] | None = None
        self.status_codes = columns.status

    @property
    def scores(self) -> FloatColumn:
        """The component's scores before weighting: a numpy array, or an `array.array` without numpy."""
        if isinstance(self._scores, bytearray):
            self._scores = float_column(self._scores)
        return self._scores

    @property
    def status(self) -> list[str]:
        """One name a rollout, such as ``"scored"``, ``"gated"`` or ``"neutral(timeout)"``."""
        if self._status is None:
            self._status = status_list(self.status_codes)
        return self._status

    def __len__(self) -> int:
        return len(self.status_codes)

    def __repr__(self) -> str:
        return f"ComponentScores({len(self)} rollouts)"


class Scored:
    """The reply to one `score` request, as columns in the order of the completions.

    Rewards and statuses have been read; a property that finds the rest unreadable raises `ConnectionError`.

    Attributes:
        status_codes: one status byte a rollout, as in the protocol's table.
    """

    __slots__ = ("_components", "_details", "_rationales", "_result", "_rewards", "_status", "status_codes")

    def __init__(self, columns: _RewardColumns, result: msgspec.Raw) -> None:
        self._result = result
        self._rewards: FloatColumn | bytearray = columns.rewards
        self.status_codes = columns.status
        self._details: _ScoreDetails | None = None
        self._status: list[str] | None = None
        self._components: dict[str, ComponentScores] | None = None
        self._rationales: dict[str, list[str | None]] | None = None

    @property
    def rewards(self) -> FloatColumn:
        """The aggregate rewards, always finite: a numpy float64 array, or an `array.array` without numpy."""
        if isinstance(self._rewards, bytearray):
            self._rewards = float_column(self._rewards)
        return self._rewards

    def _detail(self) -> _ScoreDetails:
        if self._details is None:
            self._details = decode(_details_decoder, self._result, "score result")
        return self._details

    @property
    def timing_us(self) -> int:
        """Microseconds the sidecar worked on the request."""
        return self._detail().timing_us

    @property
    def config_hash(self) -> str:
        """Identifies the configuration that scored it."""
        return self._detail().config_hash

    @property
    def status(self) -> list[str]:
        """One name a rollout: ``"scored"``, ``"neutral(...)"`` or ``"error(...)"``."""
        if self._status is None:
            self._status = status_list(self.status_codes)
        return self._status

    @property
    def components(self) -> dict[str, ComponentScores]:
        """Every component by name, in configured order."""
        if self._components is None:
            decoded = decode(_components_decoder, self._detail().components, "components map")
            count = len(self)
            for name, columns in decoded.items():
                if len(columns.scores) != 8 * count or len(columns.status) != count:
                    raise ConnectionError(f"the sidecar's component {name!r} has not {count} rows", sent=True)
            self._components = {name: ComponentScores(columns) for name, columns in decoded.items()}
        return self._components

    @property
    def rationales(self) -> dict[str, list[str | None]]:
        """Per component one sentence (or None) a rollout; empty unless the call asked with ``rationales=True``."""
        if self._rationales is None:
            self._rationales = decode(_rationales_decoder, self._detail().rationales, "rationales map") or {}
        return self._rationales

    @property
    def usage(self) -> dict[str, int | float]:
        """What the judges of this request cost: calls, cached verdicts, tokens, money."""
        return decode(_usage_decoder, self._detail().usage, "usage map")

    @property
    def degraded_groups(self) -> list[int | str]:
        """The group ids in which a rollout's reward is a stand-in or missing."""
        return decode(_groups_decoder, self._detail().degraded_groups, "list of degraded groups")

    def __len__(self) -> int:
        return len(self.status_codes)

    def __repr__(self) -> str:
        without = len(self) - self.status_codes.count(SCORED)
        missing = f", {without} not scored" if without else ""
        return f"Scored({len(self)} rollouts{missing}, {self.timing_us} us)"


def decode_scored(result: msgspec.Raw, count: int) -> Scored:
    """Reads the result of a `score` request about `count` rollouts.

    Raises:
        ConnectionError: the bytes are not such a result, or have another number of rows.
    """
    columns = decode(_rewards_decoder, result, "score result")
    if len(columns.rewards) != 8 * count or len(columns.status) != count:
        raise ConnectionError(f"the sidecar's result has not {count} rows", sent=True)
    return Scored(columns, result)
