"""Plaudit's Python client: rewards for reinforcement fine-tuning from a sidecar on the same machine.

import plaudit

client = plaudit.Client("/run/plaudit.sock")
scored = client.score("support_answer", completions=[...], prompts=[...])
scored.rewards, scored.status, scored.components["format"].scores
"""

from ._async_client import AsyncClient
from ._client import Client
from ._compared import Compared
from ._methods import Hello, Limits
from ._scored import ComponentScores, Scored, status_name
from ._sidecar import Sidecar, find_binary, start
from .errors import ConnectionError, DeadlineError, Error, RequestError, StartError

__version__ = "0.1.0"

__all__ = [
    "AsyncClient",
    "Client",
    "Compared",
    "ComponentScores",
    "ConnectionError",
    "DeadlineError",
    "Error",
    "Hello",
    "Limits",
    "RequestError",
    "Scored",
    "Sidecar",
    "StartError",
    "find_binary",
    "start",
    "status_name",
]
