"""The errors a call can end with.

Every call either returns a whole reply or raises one of these before its deadline; nothing is retried silently once
it may have reached the sidecar.
"""

from __future__ import annotations

import builtins
from collections.abc import Mapping
from typing import Any

__all__ = ["ConnectionError", "DeadlineError", "Error", "RequestError", "StartError"]


class Error(Exception):
    """The base of every error of this package."""


class RequestError(Error):
    """The sidecar refused the request, and says why.

    Attributes:
        code: the number of the protocol's error table, for example 3.
        name: its name, for example ``"bad_request"``.
        message: one sentence for people.
        details: what the sidecar adds, for example ``{"column": "prompts"}``.
    """

    def __init__(self, code: int, name: str, message: str = "", details: Mapping[str, Any] | None = None) -> None:
        super().__init__(code, name, message, dict(details or {}))
        self.code = code
        self.name = name
        self.message = message
        self.details: dict[str, Any] = dict(details or {})

    def __str__(self) -> str:
        text = f"{self.name} ({self.code})"
        if self.message:
            text += f": {self.message}"
        if self.details:
            text += f" {self.details}"
        return text


class ConnectionError(Error, builtins.ConnectionError):
    """There is no sidecar at the socket, or the connection broke, or what came back was not the protocol.

    Attributes:
        sent: whether the request may have reached the sidecar; when it is False, repeating the call is always safe.
    """

    def __init__(self, message: str, *, sent: bool = False) -> None:
        super().__init__(message)
        self.sent = sent

    def __reduce__(self) -> tuple[Any, ...]:
        return _connection_error, (str(self), self.sent)


def _connection_error(message: str, sent: bool) -> ConnectionError:
    return ConnectionError(message, sent=sent)


class DeadlineError(Error, TimeoutError):
    """The call's deadline passed; the sidecar was asked to drop the work."""


class StartError(Error):
    """`plaudit.start` could not bring a sidecar up: no binary, a wrong configuration, or no ready line in time."""
