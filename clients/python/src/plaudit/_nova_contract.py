"""The rules that AWS's Nova SDK holds samples and rewards against, so that both can be checked without it.

Source: `RFTDatasetValidator` and `reward_verifier` of amzn-nova-forge 1.4.10. As there, a number may be written as
text.
"""

from __future__ import annotations

from typing import Any, Literal, Union

import msgspec

_ROLES = frozenset({"system", "user", "assistant", "tool", "bot", "developer"})


class _Parameters(msgspec.Struct):
    type: Literal["object"]
    properties: dict[Any, Any]
    required: Union[list[str], None] = None


class _Function(msgspec.Struct):
    name: str
    description: str
    parameters: _Parameters

    def __post_init__(self) -> None:
        if not self.name.strip() or not self.description.strip():
            raise ValueError("a function needs a name and a description")


class _Tool(msgspec.Struct):
    type: Literal["function"]
    function: _Function


class _Message(msgspec.Struct, forbid_unknown_fields=True):
    role: Union[str, None] = None
    content: Union[str, list[Any], None] = None
    tool_calls: Union[list[Any], None] = None
    tool_call_id: Union[str, None] = None

    def __post_init__(self) -> None:
        if self.role is not None and self.role.lower() not in _ROLES:
            raise ValueError(f"{self.role!r} is no role; these are: {', '.join(sorted(_ROLES))}")
        is_empty = not self.content.strip() if isinstance(self.content, str) else self.content == []
        if is_empty:
            raise ValueError("content that is there must not be empty")

    @property
    def is_system(self) -> bool:
        return (self.role or "").lower() in ("system", "developer")


class _Sample(msgspec.Struct):
    messages: list[_Message]
    id: Union[str, None] = None
    tools: Union[list[_Tool], None] = None
    reference_answer: Union[str, dict[str, Any], None] = None

    def __post_init__(self) -> None:
        if not any((message.role or "").lower() == "user" for message in self.messages):
            raise ValueError("messages need a user's turn")
        if any(message.is_system for message in self.messages) and not self.messages[0].is_system:
            raise ValueError("the system's message comes first")
        if self.id is not None and not self.id.strip():
            raise ValueError("an id that is there must not be empty")
        answer = self.reference_answer
        if answer is not None and not (answer.strip() if isinstance(answer, str) else answer):
            raise ValueError("a reference answer that is there must not be empty")
        if self.tools is not None and len({tool.function.name for tool in self.tools}) != max(1, len(self.tools)):
            raise ValueError("tools that are there must not be empty, nor have a name twice")


class _Metric(msgspec.Struct):
    name: str
    value: Union[int, float, bool]
    type: Literal["Metric", "Reward"]


class _Output(msgspec.Struct):
    id: Any
    aggregate_reward_score: Union[int, float, bool]
    metrics_list: Union[list[_Metric], None] = None


def problem(value: Any, kind: Literal["rft_sample", "reward_output", "metric"]) -> str | None:
    """What is wrong with a value of one of the contract's kinds; None when it is right."""
    types = {"rft_sample": _Sample, "reward_output": _Output, "metric": _Metric}
    try:
        msgspec.convert(value, types[kind], strict=False)
    except msgspec.ValidationError as invalid:
        return str(invalid)
    return None
