"""Plain requests to a portal under examination, and their answers whatever the status."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from sodasheet.errors import PortalError
from sodasheet.portal.connect import SessionOptions, connect_as
from sodasheet.portal.http.reply import Answer
from sodasheet.portal.http.request import Params, Write

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

_PATIENCE = 300.0


class Probe:
    """Signed-in and anonymous requests to one portal."""

    def __init__(self, session: PortalSession) -> None:
        self.session = session
        self._anonymous = connect_as(
            session.portal, None, SessionOptions(patience=session.patience)
        )

    def close(self) -> None:
        """Close the anonymous session; the signed-in session is the caller's."""
        self._anonymous.close()

    def get(self, path: str, params: Params | None = None, *, anonymous: bool = False) -> Answer:
        """Send a GET request and return the reply."""
        session = self._anonymous if anonymous else self.session
        return session.probe(Write("GET", path, None, params or {}, harmless=True))

    def send(
        self, method: str, path: str, body: Any = None, kind: str = "application/json"
    ) -> Answer:
        """Send a request with a JSON body, and return the reply, or bytes of another kind."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        headers = {} if data is None else {"Content-Type": kind}
        return self.session.probe(Write(method, path, data, headers=headers))


def body_of(answer: Answer) -> Any:
    """Return the JSON of a reply; None if the content is something else."""
    try:
        return json.loads(answer.content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def require(answer: Answer, what: str) -> Any:
    """Return the JSON of a successful answer. Raises PortalError otherwise."""
    if answer.status >= 300:
        raise PortalError(f"{what} was answered with {answer.status}.", "", answer.status)
    return body_of(answer)


def wait_for(ask: Callable[[], Any], done: Callable[[Any], bool]) -> Any:
    """Return the first value of `ask` that is `done`. Raises PortalError after five minutes."""
    until = time.monotonic() + _PATIENCE
    pause = 0.05
    while not done(found := ask()):
        if time.monotonic() > until:
            raise PortalError("The portal did not finish in five minutes.", "")
        time.sleep(pause)
        pause = min(pause * 1.5, 2.0)
    return found


def part(text: str) -> str:
    """Return a string as one part of a path."""
    return quote(text, safe="")
