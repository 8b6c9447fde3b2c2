"""The threaded web server the app runs in: quiet, with HTTP/1.1 framing of streamed replies."""

from __future__ import annotations

import socket
import ssl
from typing import Any

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from sodasheet.practice.faults.middleware import HANDLER


class _Handler(WSGIRequestHandler):
    """Writes no log: addresses of requests may hold what a user typed."""

    protocol_version = "HTTP/1.1"
    timeout = 600  # seconds a connection may say nothing

    def make_environ(self) -> dict[str, Any]:
        """With the handler itself, for a fault that ends its connection."""
        return super().make_environ() | {HANDLER: self}

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002, ARG002
        """Say nothing."""
        return

    def version_string(self) -> str:
        """What a real portal's front server calls itself."""
        return "nginx"


def listen(app: Flask, host: str, port: int, ssl_context: ssl.SSLContext | None) -> BaseWSGIServer:
    """A server that is listening, one thread a request, but not serving yet; raises OSError.

    The socket is made here because the server's own way out of a taken port is to end the process.
    """
    with socket.create_server((host, port)) as listening:
        server = make_server(
            host,
            listening.getsockname()[1],
            app,
            threaded=True,
            request_handler=_Handler,
            fd=listening.fileno(),
        )
    if ssl_context is not None:
        # Shaking hands on the first read, in the thread of the request, keeps a client that never
        # does from holding up all others.
        server.socket = ssl_context.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.ssl_context = ssl_context
    return server
