"""A connection and its requests, one after the other.

werkzeug's own handler closes the connection after each reply; those of real portals stay open.
What differs here: the end of a body is known for certain (requestbody.py), a body that the app
has left is read before the next request, and a reply that has not ended as announced ends the
connection. A server of pooled threads would let a few requests that hang hold up all others.
"""

from __future__ import annotations

import contextlib
import logging
import socket
import time
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from werkzeug.exceptions import ClientDisconnected, InternalServerError
from werkzeug.serving import WSGIRequestHandler

from socrata_practice.faults.middleware import CONNECTION
from socrata_practice.publishing.background_threads import StoppedError
from socrata_practice.web.http.body_framing import FramingError, RequestBody, request_body
from socrata_practice.web.http.reply import Reply

logger = logging.getLogger("socrata_practice")
_LINGER = 1.0  # seconds for a client to read the reason for its rejection
_SILENCE = 600  # seconds that a connection may be idle within a request


class ConnectionHandler(WSGIRequestHandler):
    """Answers the requests of a connection; `number` distinguishes connections.

    Writes no log: addresses of requests may hold what a user typed.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else the second packet waits for an acknowledgment
    server: Any  # the PortalServer of this connection
    number = 0
    body: RequestBody
    _has_answered = False

    def setup(self) -> None:
        """Set up the connection."""
        super().setup()
        self.number = self.server.next_number()

    def handle_one_request(self) -> None:
        """Wait for a request for as long as connections stay open, and answer the request."""
        idle = self.server.idle_seconds() if self._has_answered else _SILENCE
        self.connection.settimeout(idle or _SILENCE)
        super().handle_one_request()

    def parse_request(self) -> bool:
        """Read a request up to its body; return True if answerable."""
        self.connection.settimeout(_SILENCE)
        if not super().parse_request():
            self._linger()
            return False
        begin = self._go_on if self._waits_for_word else lambda: None
        try:
            self.body = request_body(self.request_version, self.headers, self.rfile, begin)
        except FramingError as error:
            self.send_error(HTTPStatus.BAD_REQUEST, str(error))
            self._linger()
            return False
        said = {one.strip().lower() for one in self.headers.get("Connection", "").split(",")}
        if "close" in said or self.request_version < "HTTP/1.1" or not self.server.idle_seconds():
            self.close_connection = True
        return True

    @property
    def _waits_for_word(self) -> bool:
        return self.headers.get("Expect", "").strip().lower() == "100-continue"

    def handle_expect_100(self) -> bool:
        """Send nothing yet: 100 Continue is sent when the app reads the body."""
        return True

    def _go_on(self) -> None:
        self.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def make_environ(self) -> dict[str, Any]:
        """Return the environ with the framed body, and the connection, which a fault may cut."""
        environ = super().make_environ() | {"wsgi.input": self.body, CONNECTION: self}
        # Without this, an interrupted body would look complete.
        environ["wsgi.input_terminated"] = self._has_body
        return environ

    @property
    def _has_body(self) -> bool:
        return "Content-Length" in self.headers or "Transfer-Encoding" in self.headers

    def run_wsgi(self) -> None:
        """Answer one request."""
        with self.server.answering():
            self._answer()

    def _answer(self) -> None:
        self.environ = self.make_environ()
        reply = Reply(self, self.keeps_open)
        try:
            self._run(self.server.app, reply)
        except (OSError, StoppedError, ClientDisconnected):
            self.close_connection = True
        except Exception:
            logger.exception("The practice portal failed at a reply")
            self.close_connection = True
            if not reply.has_begun:
                self._run(InternalServerError(), Reply(self, self.keeps_open))
        self._has_answered = True
        # A client that waits for "100 Continue" would never send its body.
        if not reply.is_whole or self._never_told or not self.body.drain():
            self._linger()

    def _run(self, app: Any, reply: Reply) -> None:
        pieces: Iterable[bytes] = app(self.environ, reply.start)
        try:
            for piece in pieces:
                reply.write(piece)
            reply.end()
        finally:
            if hasattr(pieces, "close"):
                pieces.close()

    def keeps_open(self) -> bool:
        """Return True if another reply may follow; otherwise the reply announces the close."""
        if self.body.is_broken or self._never_told:
            self.close_connection = True
        return not self.close_connection

    @property
    def _never_told(self) -> bool:
        return self._waits_for_word and not (self.body.has_begun or self.body.is_whole)

    def cut(self) -> None:
        """Cut the connection, as a network does."""
        self.close_connection = True
        with contextlib.suppress(OSError):
            socket.socket.shutdown(self.connection, socket.SHUT_RDWR)

    def _linger(self) -> None:
        """Close our side and read on for a moment: closed at once, a connection on which something
        is unread takes the reply with it."""
        self.close_connection = True
        until = time.monotonic() + _LINGER
        with contextlib.suppress(OSError):
            self.wfile.flush()
            socket.socket.shutdown(self.connection, socket.SHUT_WR)
            self.connection.settimeout(_LINGER)
            while time.monotonic() < until and self.connection.recv(1 << 16):
                pass

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002, ARG002
        """Discard the message."""
        return

    def version_string(self) -> str:
        """Return the name of a real portal's front server."""
        return "nginx"
