"""gRPC in Python on the server's side: answers every unary call of bytes with the same bytes, without protobuf.

    grpc_server.py SOCKET_PATH

Prints "ready" when connectable; ends on SIGTERM.
"""

from __future__ import annotations

import signal
import sys
from concurrent import futures

import grpc


def echo(request: bytes, _: grpc.ServicerContext) -> bytes:
    return request


def main() -> None:
    options = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=1), options=options)
    handlers = {"Call": grpc.unary_unary_rpc_method_handler(echo)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("plaudit.bench.Echo", handlers),))
    server.add_insecure_port(f"unix:{sys.argv[1]}")
    server.start()
    print("ready", flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    server.stop(None)


if __name__ == "__main__":
    # Blocked before gRPC starts its threads, so that the signal arrives at sigwait.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    main()
