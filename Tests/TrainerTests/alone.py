"""Modules of trainers' packages without the packages' own imports, which want GPUs' libraries."""

from __future__ import annotations

import importlib
import importlib.util
import sys
import types
from pathlib import Path
from typing import Any

import pytest


def module_alone(name: str) -> Any:
    """Imports a module, its packages' `__init__` left out; skips loudly where the package is not installed."""
    top, *rest = name.split(".")[:-1]
    spec = importlib.util.find_spec(top)
    if spec is None or spec.origin is None:
        pytest.skip(f"{top.upper()} IS NOT TESTED: it is not installed")
    folder, package = Path(spec.origin).parent, top
    for part in [None, *rest]:
        if part is not None:
            folder, package = folder / part, f"{package}.{part}"
        bare = types.ModuleType(package)
        bare.__path__ = [str(folder)]
        sys.modules[package] = bare
    return importlib.import_module(name)
