"""Between the server and the app: records each request and strikes requests with a fault."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from typing import IO, TYPE_CHECKING, Any, cast

from werkzeug.wsgi import get_input_stream

from socrata_practice.faults import error_replies
from socrata_practice.faults.active_faults import Faults
from socrata_practice.faults.error_replies import Answer
from socrata_practice.faults.fault import Fault
from socrata_practice.faults.request_record import SeenRequest

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

STRUCK = "practice.fault"
"""Where in the environ a fault is that the app itself has to bring about."""
CONNECTION = "practice.connection"
"""Where in the environ the connection is: its `number`, and `cut`, which cuts it."""
_ADMIN = "/practice/"
_PIECE = 1 << 20


class FaultyApp:
    """The app with its faults; `sleep` waits, `withdraw` takes rights from a role's account."""

    def __init__(
        self,
        app: WSGIApplication,
        faults: Faults,
        sleep: Callable[[float], None],
        withdraw: Callable[[str, str], None],
    ) -> None:
        self._app = app
        self._faults = faults
        self._sleep = sleep
        self._withdraw = withdraw
        self._effects: dict[str, Callable[..., Iterable[bytes]]] = {
            "drop_before_body": lambda environ, *_: drop(environ),
            "drop_in_body": self._drop_in_body,
            "drop_after_body": self._drop_after_body,
            "drop_after_work": self._drop_after_work,
            "drop_in_reply": self._drop_in_reply,
            "status": self._status,
            "slow": self._slow,
            "empty_reply": self._empty_reply,
            "data_saved": self._data_saved,
            "withdraw": self._withdrawn,
        }

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """Answer a request."""
        path = environ["PATH_INFO"].encode("latin-1").decode("utf-8", "replace")
        if path.startswith(_ADMIN):
            return self._app(environ, start)
        seen = SeenRequest(environ["REQUEST_METHOD"], path, environ["QUERY_STRING"], None)
        seen.connection = getattr(environ.get(CONNECTION), "number", None)
        seen.body_bytes = _arrived(environ, self._faults)
        self._faults.requests.note(seen)
        fault = self._faults.strike(seen, seen.body_bytes)

        def started(status: str, headers: Any, *rest: Any) -> Any:
            seen.status = int(status[:3])
            return start(status, headers, *rest)

        if fault is None:
            return self._app(environ, started)
        environ[STRUCK] = fault
        effect = self._effects.get(fault.kind, self._left_to_the_app)
        return effect(environ, started, fault)

    def _left_to_the_app(
        self, environ: WSGIEnvironment, start: StartResponse, _: Fault
    ) -> Iterable[bytes]:
        return self._app(environ, start)

    # --- the connection --------------------------------------------------------------------------

    def _drop_in_body(
        self, environ: WSGIEnvironment, _: StartResponse, fault: Fault
    ) -> Iterable[bytes]:
        stream, left = get_input_stream(environ), int(fault.options["bytes"])
        while left > 0 and (piece := stream.read(min(left, _PIECE))):
            left -= len(piece)
        return drop(environ)

    def _drop_after_body(
        self, environ: WSGIEnvironment, _: StartResponse, __: Fault
    ) -> Iterable[bytes]:
        _discard(environ)
        return drop(environ)

    def _drop_after_work(
        self, environ: WSGIEnvironment, _: StartResponse, __: Fault
    ) -> Iterable[bytes]:
        _Work(self._app, environ).finish()
        return drop(environ)

    def _drop_in_reply(
        self, environ: WSGIEnvironment, start: StartResponse, fault: Fault
    ) -> Iterable[bytes]:
        return _cut(self._app(environ, start), int(fault.options["bytes"]), environ)

    # --- answers ---------------------------------------------------------------------------------

    def _status(
        self, environ: WSGIEnvironment, start: StartResponse, fault: Fault
    ) -> Iterable[bytes]:
        answer = error_replies.answer(int(fault.options["status"]), fault.options)
        if fault.options["when"] == "after":
            return self._instead(environ, start, answer)
        _discard(environ)
        return _answered(answer, start)

    def _slow(
        self, environ: WSGIEnvironment, start: StartResponse, fault: Fault
    ) -> Iterable[bytes]:
        if fault.options["when"] == "before":
            self._sleep(fault.options["seconds"])
            return self._app(environ, start)
        work = _Work(self._app, environ)
        body = work.finish()
        self._sleep(fault.options["seconds"])
        return work.answered(start, body)

    def _empty_reply(
        self, environ: WSGIEnvironment, start: StartResponse, _: Fault
    ) -> Iterable[bytes]:
        return self._instead(environ, start, error_replies.empty())

    def _data_saved(
        self, environ: WSGIEnvironment, start: StartResponse, _: Fault
    ) -> Iterable[bytes]:
        return self._instead(environ, start, error_replies.data_saved())

    def _instead(
        self, environ: WSGIEnvironment, start: StartResponse, answer: Answer
    ) -> Iterable[bytes]:
        """Execute the request and send another reply; a refusal is passed on."""
        work = _Work(self._app, environ)
        body = work.finish()
        return _answered(answer, start) if work.succeeded else work.answered(start, body)

    def _withdrawn(
        self, environ: WSGIEnvironment, start: StartResponse, fault: Fault
    ) -> Iterable[bytes]:
        self._withdraw(str(fault.options["account"]), str(fault.options["role"]))
        return self._app(environ, start)


class _Work:
    """A request that was executed in full, its reply withheld."""

    def __init__(self, app: WSGIApplication, environ: WSGIEnvironment) -> None:
        self._app = app
        self._environ = environ
        self._status = "500"
        self._headers: list[tuple[str, str]] = []

    @property
    def succeeded(self) -> bool:
        return self._status.startswith("2")

    def finish(self) -> bytes:
        def start(status: str, headers: list[tuple[str, str]], *_: Any) -> Any:
            self._status, self._headers = status, headers

        pieces = self._app(self._environ, cast("StartResponse", start))
        try:
            return b"".join(pieces)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()

    def answered(self, start: StartResponse, body: bytes) -> Iterable[bytes]:
        start(self._status, self._headers)
        return [body]


def _answered(answer: Answer, start: StartResponse) -> Iterable[bytes]:
    status, headers, body = answer
    start(error_replies.status_line(status), headers)
    return [body]


def _cut(pieces: Iterable[bytes], left: int, environ: WSGIEnvironment) -> Iterator[bytes]:
    for piece in pieces:
        yield piece[:left]
        left -= len(piece)
        if left <= 0:
            break
    drop(environ)


def drop(environ: WSGIEnvironment) -> Iterable[bytes]:
    """Cut the connection, as a network does; never returns."""
    connection = environ.get(CONNECTION)
    if connection is not None:
        connection.cut()
    raise ConnectionAbortedError("dropped on demand")


def _discard(environ: WSGIEnvironment) -> None:
    stream = get_input_stream(environ)
    while stream.read(_PIECE):
        pass


def _arrived(environ: WSGIEnvironment, faults: Faults) -> int | None:
    """Return the size of the body; a body of unknown length is read if a fault asks for sizes."""
    if "CONTENT_LENGTH" in environ:
        given = environ["CONTENT_LENGTH"]
        return int(given) if given.isdigit() else None
    if not environ.get("wsgi.input_terminated"):
        return 0
    if not any(fault.options.get("limit") is not None for fault in faults.listed()):
        return None
    kept = cast(IO[bytes], tempfile.TemporaryFile())  # noqa: SIM115
    stream = environ["wsgi.input"]
    while piece := stream.read(_PIECE):
        kept.write(piece)
    size = kept.tell()
    kept.seek(0)
    environ["wsgi.input"] = kept
    return size
