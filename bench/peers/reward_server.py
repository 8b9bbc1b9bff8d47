"""A reward server in the form of OpenRLHF's: FastAPI on uvicorn, with uvloop, httptools and the best checks in Python.

    reward_server.py --workload FILE --socket PATH [--language]

It listens on a port of the loopback interface and on the Unix socket, prints "ready PORT" when both answer, and ends on
SIGTERM. It reads and writes JSON with orjson, which is quicker than what FastAPI does by itself.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import socket

import orjson
import uvicorn
from fast_checks import fast
from fastapi import FastAPI, Request, Response
from workload import read_workload


def application(workload: str, with_language: bool) -> FastAPI:
    score = fast(read_workload(workload).patterns, with_language)
    app = FastAPI()

    @app.post("/get_reward")
    async def get_reward(request: Request) -> Response:
        data = orjson.loads(await request.body())
        rewards, columns = score(data["query"], data["labels"])
        body = {"rewards": rewards, "scores": rewards, "extra_logs": columns()}
        return Response(orjson.dumps(body), media_type="application/json")

    return app


async def serve(app: FastAPI, path: str) -> None:
    port = socket.create_server(("127.0.0.1", 0))
    if os.path.exists(path):
        os.unlink(path)
    local = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    local.bind(path)
    config = uvicorn.Config(app, loop="uvloop", http="httptools", log_level="warning", access_log=False)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[port, local]))
    while not server.started and not serving.done():
        await asyncio.sleep(0.01)
    if server.started:
        print(f"ready {port.getsockname()[1]}", flush=True)
    await serving


def main() -> None:
    import uvloop

    parser = argparse.ArgumentParser(description="A reward server on FastAPI.")
    parser.add_argument("--workload", required=True)
    parser.add_argument("--socket", required=True)
    parser.add_argument("--language", action="store_true")
    options = parser.parse_args()
    uvloop.run(serve(application(options.workload, options.language), options.socket))


if __name__ == "__main__":
    main()
