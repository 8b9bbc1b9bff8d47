"""From what trainers hand over to the columns of a `score` request: shared by all adapters."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from ._columns import Value, message_text

_INTEGER_MIN: Final = -(2**63)
_INTEGER_MAX: Final = 2**64 - 1

REFERENCE_COLUMNS: Final = ("reference_answer", "ground_truth", "answer", "solution")
"""What trainers' data sets call the expected answer; the first that is there is taken."""


END_TOKENS: Final = (
    "<|im_end|>", "<|endoftext|>", "<|eot_id|>", "<|end_of_text|>", "<|end|>", "<|eom_id|>", "<end_of_turn>", "<eos>",
    "<pad>", "</s>", "[EOS]", "[PAD]",
)  # fmt: skip
"""Special tokens that close a completion, as trainers that decode them too hand them over."""


@dataclass(frozen=True)
class Rollout:
    """One prompt and its completion, with whatever else the trainer knows of them; None is "not known"."""

    completion: Any
    prompt: Any = None
    reference_answer: Any = None
    group_id: int | str | None = None
    token_count: int | None = None
    truncated: bool | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[bool, ...]:
        """Which columns it has. Only rollouts of one shape fit into one request."""
        known = (self.prompt, self.reference_answer, self.group_id, self.token_count, self.truncated)
        return tuple(value is not None for value in known)


@dataclass(frozen=True)
class Rollouts:
    """Rollouts as columns, each with one entry a rollout; `columns` holds everything a configuration may ask for."""

    completions: Sequence[Any]
    prompts: Sequence[Any] | None = None
    reference_answers: Sequence[Any] | None = None
    group_ids: Sequence[int | str] | None = None
    token_counts: Sequence[int] | None = None
    truncated: Sequence[bool] | None = None
    columns: Mapping[str, Any] = field(default_factory=dict)
    token_ids: Sequence[Sequence[int]] | None = None

    @classmethod
    def gathered(cls, rollouts: Sequence[Rollout]) -> Rollouts:
        """The columns of rollouts of one shape, but that the expected answer of some may not be known."""
        has_prompt, _, has_group, has_count, has_truncated = rollouts[0].shape
        has_reference = any(rollout.reference_answer is not None for rollout in rollouts)
        names = {name: None for rollout in rollouts for name in rollout.columns}
        return cls(
            completions=[rollout.completion for rollout in rollouts],
            prompts=[rollout.prompt for rollout in rollouts] if has_prompt else None,
            reference_answers=[rollout.reference_answer for rollout in rollouts] if has_reference else None,
            group_ids=[r.group_id for r in rollouts if r.group_id is not None] if has_group else None,
            token_counts=[r.token_count for r in rollouts if r.token_count is not None] if has_count else None,
            truncated=[bool(rollout.truncated) for rollout in rollouts] if has_truncated else None,
            columns={name: [rollout.columns.get(name) for rollout in rollouts] for name in names},
        )

    def __len__(self) -> int:
        return len(self.completions)

    def has_field(self, name: str) -> bool:
        """Whether there is such a column with one entry a rollout."""
        column = self.columns.get(name)
        return isinstance(column, Sequence) and not isinstance(column, (str, bytes)) and len(column) == len(self)

    def arguments(self, field_names: Iterable[str], *, token_ids: bool = False) -> dict[str, Any]:
        """The arguments of `Client.score`, with those of the further columns that are named, and tokens if asked for.

        Raises:
            TypeError: a named column, or the reference answers, hold what is no text, number or structure of them.
        """
        answers = self.reference_answers
        return {
            "completions": self.completions,
            "prompts": self.prompts,
            "reference_answers": None if answers is None else _values(answers, "the reference answers"),
            "group_ids": self.group_ids,
            "token_counts": self.token_counts,
            "token_ids": self.token_ids if token_ids else None,
            "truncated": self.truncated,
            "fields": {name: _values(self.columns[name], f"the field {name!r}") for name in field_names},
        }


def plain_value(entry: Any) -> Value:
    """A value that a request can carry: text, number, boolean or None; lists and mappings become JSON text.

    Raises:
        TypeError: it is something else, such as an image.
    """
    if entry is None or isinstance(entry, (bool, float)):
        return entry
    if isinstance(entry, str):
        return str(entry)
    if isinstance(entry, int):
        return int(entry) if _INTEGER_MIN <= entry <= _INTEGER_MAX else str(int(entry))
    if getattr(entry, "ndim", None) == 0:  # a numpy scalar, a tensor of no dimension
        return plain_value(entry.item())
    return msgspec.json.encode(entry, enc_hook=_plain_structure, order="deterministic").decode()


def _plain_structure(entry: Any) -> Any:
    to_list = getattr(entry, "tolist", None)
    if callable(to_list):
        return to_list()
    raise TypeError(f"a {type(entry).__name__} cannot be sent to the sidecar")


def _values(column: Sequence[Any], what: str) -> list[Value]:
    values: list[Value] = []
    for row, entry in enumerate(column):
        try:
            values.append(plain_value(entry))
        except TypeError:
            kind = type(entry).__name__
            raise TypeError(f"{what} cannot be sent to the sidecar: row {row} holds a {kind}") from None
    return values


def reference_column(columns: Mapping[str, Any], name: str | None) -> Any:
    """The expected answers among a data set's columns: the one that is named, else the first usual name; or None.

    Raises:
        KeyError: there is no column of the name that was given.
    """
    if name is not None:
        if name not in columns:
            raise KeyError(f"no column {name!r} in the data set, which has {', '.join(sorted(columns)) or 'none'}")
        return columns[name]
    return next((columns[usual] for usual in REFERENCE_COLUMNS if columns.get(usual) is not None), None)


def prompt_groups(prompts: Sequence[Any], size: int | None = None) -> list[int]:
    """A group id for each rollout: rollouts of equal prompts are one group.

    Args:
        prompts: texts or messages; equal ones need not stand together.
        size: rollouts of a group, where a data set may hold the same prompt twice: every `size` rollouts of one
            prompt, in order, are a group.
    """
    groups: dict[tuple[Any, int], int] = {}
    seen: dict[Any, int] = {}
    ids = []
    for prompt in prompts:
        key = _prompt_key(prompt)
        count = seen.get(key, 0)
        seen[key] = count + 1
        ids.append(groups.setdefault((key, count // size if size else 0), len(groups)))
    return ids


def _prompt_key(prompt: Any) -> Any:
    if isinstance(prompt, str):
        return prompt
    if isinstance(prompt, Iterable):
        return tuple(
            (turn.get("role"), message_text(turn)) if isinstance(turn, Mapping) else repr(turn) for turn in prompt
        )
    return repr(prompt)


def without_tokens(text: str, marks: Sequence[str] = END_TOKENS) -> str:
    """The text without the special tokens at its end, and the white space before them."""
    while True:
        shorter = text.rstrip()
        mark = next((mark for mark in marks if mark and shorter.endswith(mark)), None)
        if mark is None:
            return text
        text = shorter[: -len(mark)]
