"""The only place where requests are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from threading import Lock
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urljoin

import requests

from sodasheet import __version__
from sodasheet.errors import PortalError
from sodasheet.model.credentials import Credentials
from sodasheet.model.report import Traffic
from sodasheet.portal.dataset_address import host_of, parse_portal
from sodasheet.portal.http.connection import Connection, SignIn, origin
from sodasheet.portal.http.network_errors import TooLongError, no_reply
from sodasheet.portal.http.reply import (
    Answer,
    is_stored,
    json_of,
    problem,
    refused_by_portal,
    unknown_outcome,
    without_secrets,
    write_problem,
)
from sodasheet.portal.http.request import Params, RequestBody, Write, query_string
from sodasheet.portal.http.retries import (
    HARMLESS_AGAIN,
    READ_AGAIN,
    WRITE_AGAIN,
    Attempts,
    Patience,
    wait,
)

T = TypeVar("T")

#: Asks gateways for the portal's own reply instead of a cached reply.
_NOT_STORED = {"Cache-Control": "no-cache"}

#: Bytes of a reply that are read at a time.
_PIECE = 65_536

#: Maximum bytes of an uncompressed reply in memory: more than SodaSheet ever requests.
LARGEST = 256_000_000


class PortalSession:
    """Requests to one portal, safe by construction.

    Raises UsageProblem for an address that is not a portal's or a key that cannot be sent. Every
    request raises PortalError (SignInError for 401 and the like, UnknownOutcome for a write
    whose answer was lost), and Cancelled if `stop` says so during a wait. `traffic` counts
    all of it. Several threads may make requests at once.
    """

    def __init__(
        self,
        portal: str,
        credentials: Credentials | None = None,
        patience: Patience = Patience(),  # noqa: B008 - frozen
        stop: Callable[[], bool] = lambda: False,
    ) -> None:
        self.portal = parse_portal(portal)
        self.host = host_of(self.portal)
        self.signed = credentials is not None
        self.credentials_from = (credentials and credentials.origin) or None
        self.patience = patience
        self._stop = stop
        self._sign_in = SignIn(self.portal, credentials)
        agent = {"User-Agent": f"SodaSheet/{__version__}", "Accept": "application/json"}
        self._wire = Connection(self._sign_in, agent)
        self._retries = 0
        self._stored = 0
        self._lock = Lock()

    def __repr__(self) -> str:
        return f"PortalSession({self.portal!r}, signed={self.signed})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Return the connections to the pool."""
        self._wire.close()

    @property
    def traffic(self) -> Traffic:
        """Traffic so far; `seconds` is left to the run."""
        return Traffic(self._wire.counted_bytes, self._wire.counted_requests, self._retries)

    @property
    def stored_replies(self) -> int:
        """Number of queries that a gateway answered with a cached reply."""
        return self._stored

    @property
    def stopped(self) -> bool:
        """True if the user wants to stop."""
        return self._stop()

    def wait(self, seconds: float) -> None:
        """Wait, unless the user presses stop. Raises Cancelled."""
        wait(seconds, self._stop)

    def get(self, path: str, params: Params | None = None) -> Answer:
        """Send a query: `path` on the portal, or a full address on the same origin."""
        return self._ask(self.url(path, params), _answer)

    @staticmethod
    def answer(response: requests.Response) -> Answer:
        """Read a whole reply, for `read` and `read_query`."""
        return _answer(response)

    def read(
        self,
        path: str,
        params: Params,
        headers: Mapping[str, str],
        take: Callable[[requests.Response], T],
    ) -> T:
        """Send a query whose reply is streamed to `take`.

        Where it breaks off, `take` is called again with another answer; it must not raise OSError
        itself. Raises what `get` raises, and whatever `take` raises.
        """
        return self._ask(self.url(path, params), take, headers=headers)

    def read_query(
        self,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        take: Callable[[requests.Response], T],
    ) -> T:
        """Send a query that is too long for an address: like `read`, with the query as the body."""
        return self._ask(self.url(path), take, "POST", headers=headers, data=body)

    def _ask(
        self, url: str, take: Callable[[requests.Response], T], method: str = "GET", **more: Any
    ) -> T:
        attempts = Attempts(self.patience, READ_AGAIN)
        timeout = (self.patience.connect, self.patience.read)
        headers = {**_NOT_STORED, **more.pop("headers", {})}
        while True:
            try:
                with self._wire.request(
                    method, url, timeout=timeout, stream=True, headers=headers, **more
                ) as response:
                    pause = attempts.pause_after_reply(response)
                    if pause is None:
                        if response.status_code >= 300:
                            self._accepted(_answer(response))
                        if is_stored(response.headers):
                            with self._lock:
                                self._stored += 1
                        return take(response)
            except (requests.RequestException, OSError) as error:
                pause = attempts.pause_after_failure(error)
                if pause is None:
                    raise no_reply(error, self.host) from error
            self._again(pause)

    def probe(self, request: Write) -> Answer:
        """Send a request once and return the reply, whatever its status; for an examination.

        Raises PortalError if there is no answer.
        """
        try:
            with self._send(request, request.fresh_body()) as response:
                return self.quotable(_answer(response))
        except (requests.RequestException, OSError) as error:
            raise no_reply(error, self.host) from error

    def get_json(self, path: str, params: Params | None = None) -> Any:
        """Send a query whose reply is JSON; an empty reply and a web page are errors."""
        answer = self.get(path, params)
        return self.json(answer)

    def json(self, answer: Answer) -> Any:
        """The reply's JSON, without our secrets. Raises PortalError for any other content."""
        try:
            return self.parse(answer.content)
        except (ValueError, RecursionError) as error:
            raise problem(self.quotable(answer), signed=self.signed) from error

    def parse(self, content: bytes) -> Any:
        """The JSON of a reply's content, without our secrets. Raises ValueError, RecursionError."""
        return json_of(content, self._sign_in.secrets)

    def rows(self, answer: Answer) -> list[dict[str, Any]]:
        """The reply's rows, unchanged: a value may happen to equal a secret.

        Raises PortalError for any other content.
        """
        with suppress(ValueError, RecursionError):
            rows = json_of(answer.content)
            if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
                return rows
        raise problem(self.quotable(answer), signed=self.signed)

    def quotable(self, answer: Answer) -> Answer:
        """A reply for quoting, without secrets that a server may have echoed."""
        return replace(answer, content=without_secrets(answer.content, self._sign_in.secrets))

    def write(self, request: Write) -> Answer:
        """Send a write request; the reply's status is below 300, or `saved`.

        The request is repeated only if the portal cannot have done anything, because a part of
        the body is missing there or the portal itself says so (portal-api.md G), or if repeating
        is harmless, which never ends as UnknownOutcome. Its `again` is asked before, and what that
        raises is raised. Redirects are not followed: rows go where the user has pointed.
        """
        attempts = Attempts(self.patience, HARMLESS_AGAIN if request.harmless else WRITE_AGAIN)
        while True:
            body = request.fresh_body()
            try:
                with self._send(request, body) as response:
                    pause = attempts.pause_after_reply(response)
                    answer = _answer(response)
            except (requests.RequestException, OSError) as error:
                unread = not body.started or (request.repeatable and not body.whole)
                again = request.harmless or (unread and body.failure is None)
                pause = attempts.pause_after_failure(error) if again else None
                if pause is None:
                    raise self._lost(error, request, body) from error
                self._again(pause)
                self._require_again(request, None, no_reply(error, self.host))
            else:
                refused = not body.whole or refused_by_portal(answer, signed=self.signed)
                if pause is None or not request.repeatable or not (request.harmless or refused):
                    return self._done(answer, request, body)
                self._again(pause)
                status = answer.status if body.whole else None
                refusal = problem(self.quotable(answer), signed=self.signed)
                self._require_again(request, status, refusal)

    def url(self, path: str, params: Params | None = None) -> str:
        """The full address of `path`. Raises PortalError for another origin."""
        whole = urljoin(self.portal + "/", path)
        if origin(whole) != origin(self.portal):
            raise PortalError(
                f"{self.host} redirected the request to another address, and SodaSheet does not "
                "follow redirects.",
                "Open the dataset in the browser and copy the web address it has now.",
                None,
                "elsewhere",
            )
        return f"{whole}?{query_string(params)}" if params else whole

    def _send(self, request: Write, body: RequestBody) -> requests.Response:
        reply = self.patience.read if request.light else self.patience.write
        return self._wire.request(
            request.method,
            self.url(request.path, request.params),
            data=None if request.body is None else body,
            headers=dict(request.headers),
            timeout=(self.patience.connect, reply),
            allow_redirects=False,
            stream=True,
        )

    def _again(self, pause: float) -> None:
        self.wait(pause)
        with self._lock:
            self._retries += 1

    def _require_again(self, request: Write, status: int | None, error: PortalError) -> None:
        """Raise UnknownOutcome if a write refused with `status` must not be repeated."""
        if request.again is not None and not request.again(status):
            raise unknown_outcome(self.host, error.what, status)

    def _accepted(self, answer: Answer) -> Answer:
        if answer.status < 300:
            return answer
        raise problem(self.quotable(answer), signed=self.signed)

    def _done(self, answer: Answer, request: Write, body: RequestBody) -> Answer:
        cut = not body.whole and answer.status >= 300
        if request.harmless or cut:
            return self._accepted(answer)
        if answer.saved or answer.status < 300:
            return answer
        raise write_problem(self.quotable(answer), signed=self.signed)

    def _lost(self, error: Exception, request: Write, body: RequestBody) -> Exception:
        """Return the error for a write without a reply: lost, or never completely sent."""
        if body.failure is not None:
            return body.failure
        plain = no_reply(error, self.host)
        open_question = body.whole and not request.harmless
        return unknown_outcome(self.host, plain.what) if open_question else plain


def _answer(response: requests.Response) -> Answer:
    return Answer(response.status_code, response.headers, _content(response), response.url)


def _content(response: requests.Response) -> bytes:
    """The whole reply; a reply that never ends, or decompresses endlessly, is aborted."""
    content = bytearray()
    for piece in response.iter_content(_PIECE):
        content += piece
        if len(content) > LARGEST:
            raise TooLongError
    return bytes(content)
