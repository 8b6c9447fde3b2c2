"""The threaded web server the app runs in: one thread a connection, which is kept open."""

from __future__ import annotations

import contextlib
import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from flask import Flask
from werkzeug.serving import ThreadedWSGIServer

from socrata_practice.web.http.connection_handler import ConnectionHandler

_POLL = 0.05  # seconds until it notices a stop request
_PATIENCE = 10.0  # seconds that stopping waits for requests to end


class PortalServer(ThreadedWSGIServer):
    """Listens; `idle_seconds` says how long connections stay open between requests."""

    idle_seconds: Callable[[], float]

    def __init__(self, listening: socket.socket, app: Flask) -> None:
        host, port = listening.getsockname()[:2]
        super().__init__(host, port, app, ConnectionHandler, fd=listening.fileno())
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()
        self._open: dict[threading.Thread, socket.socket | None] = {}
        self._answering: set[threading.Thread] = set()

    def next_number(self) -> int:
        """Return the number of a new connection."""
        return next(self._numbers)

    @contextlib.contextmanager
    def answering(self) -> Iterator[None]:
        """Have this thread waited for if the server stops while a request is answered."""
        thread = threading.current_thread()
        with self._lock:
            self._answering.add(thread)
        try:
            yield
        finally:
            with self._lock:
                self._answering.discard(thread)

    def serve(self) -> None:
        """Serve until `shutdown`."""
        self.serve_forever(poll_interval=_POLL)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Start a thread for a connection, and record both."""
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._lock:
            self._open[thread] = request
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        """Close a connection and drop its record."""
        with self._lock:
            self._open[threading.current_thread()] = None
        super().shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection until closing."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            with self._lock:
                self._open.pop(threading.current_thread(), None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Ignore the error: the client sees a broken connection."""

    def cut_connections(self) -> list[threading.Thread]:
        """Close every connection, also in the middle of a request; return the answering threads.

        A thread that only waits for the next request may not notice on Windows.
        """
        with self._lock:
            for connection in filter(None, self._open.values()):
                with contextlib.suppress(OSError):
                    # Without a TLS shutdown, because another thread is using the TLS object.
                    socket.socket.shutdown(connection, socket.SHUT_RDWR)
            return list(self._answering)


def join(threads: list[threading.Thread]) -> None:
    """Wait for threads to end, for a limited time."""
    until = time.monotonic() + _PATIENCE
    for thread in threads:
        thread.join(max(0, until - time.monotonic()))


def listen(
    app: Flask, address: tuple[str, int], tls: ssl.SSLContext | None, idle: Callable[[], float]
) -> PortalServer:
    """Return a server that is listening, but not serving yet; raises OSError.

    `idle` says how many seconds a connection is kept open. The socket is made here because the
    server's own reaction to a port in use is to exit the process.
    """
    with socket.create_server(address) as listening:
        server = PortalServer(listening, app)
    server.idle_seconds = idle
    if tls is not None:
        # The TLS handshake happens on the first read, in the thread of the connection, so that a
        # silent client cannot block the others.
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
        server.ssl_context = tls
    return server
