"""Trainers' real payloads, from the data beside the checkout."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest
from peers import REPOSITORY


def payloads(name: str) -> list[dict[str, Any]]:
    """The rows of a file of `trainer-payloads`; skips loudly where the data is not."""
    folder = os.environ.get("PLAUDIT_DATA") or REPOSITORY.parent / "shared" / "data"
    path = os.path.join(folder, "trainer-payloads", name)
    if not os.path.isfile(path):
        pytest.skip(f"REAL PAYLOADS ARE NOT TESTED: no {path}; set PLAUDIT_DATA")
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]
