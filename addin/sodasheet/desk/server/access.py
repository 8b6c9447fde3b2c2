"""Access to the desk: this user's own windows, and no other user, process or web page."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field

from flask import Flask, Response, abort, redirect, render_template, request
from markupsafe import Markup
from werkzeug.exceptions import Forbidden, MisdirectedRequest
from werkzeug.wrappers import Response as AnyResponse

from sodasheet.desk.server.one_time_tickets import redeem_ticket

COOKIE = "desk"

#: Headers of every reply: nothing from elsewhere, nothing inline, no framing by other pages.
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self';"
        " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    # Tell other sites nothing; with "no-referrer", our own forms would have no origin.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
}

#: Addresses without a session: the entry, and files without personal content.
_OPEN = frozenset({"enter", "static"})
_READING = frozenset({"GET", "HEAD"})


@dataclass(slots=True)
class Access:
    """The rules of one desk, reached at `host` (name and port).

    A separate name under `.localhost` keeps the cookie away from other servers on this computer,
    which a cookie for 127.0.0.1 would be sent to as well.
    """

    host: str
    _sessions: set[bytes] = field(default_factory=set)
    #: One for all windows: each new window gets a new cookie, and existing forms must keep working.
    _csrf: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def address(self) -> str:
        """The base address of all pages."""
        return f"http://{self.host}"

    def guard(self, app: Flask) -> None:
        """Apply the rules to every request of the application."""
        app.before_request(self._check)
        app.after_request(self._seal)
        app.add_url_rule("/enter", "enter", self._enter, methods=["POST"])
        app.jinja_env.globals["csrf"] = self._csrf_field
        app.jinja_env.globals["csrf_token"] = self._csrf_token

    def _check(self) -> AnyResponse | None:
        """Refuse requests that did not come from a window of this desk."""
        # A name that an outsider has pointed at this computer (DNS rebinding) is refused.
        if request.host != self.host:
            raise MisdirectedRequest
        if request.endpoint in _OPEN:
            return None
        if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
            raise Forbidden
        if not self._known(request.cookies.get(COOKIE, "")):
            return redirect_to_nowhere()
        if request.method not in _READING:
            self._check_writing()
        return None

    def _check_writing(self) -> None:
        origin = request.headers.get("Origin")
        if origin is not None and origin != self.address:
            raise Forbidden
        told = request.headers.get("X-CSRF") or request.form.get("csrf", "")
        if not hmac.compare_digest(told.encode(), self._csrf_token().encode()):
            raise Forbidden

    def _seal(self, response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers[name] = value
        if request.endpoint == "static":
            response.headers["Cache-Control"] = "no-cache"
        return response

    def _enter(self) -> AnyResponse | str:
        """Turn a ticket into a session.

        The cookie is strict, so it isn't sent along a redirect that began outside: a page of our
        own has to take the window on.
        """
        page = redeem_ticket(request.form.get("ticket", ""))
        if page is None:
            abort(403)
        session = secrets.token_urlsafe(32)
        self._sessions.add(_hash(session))
        response = Response(render_template("enter.html", page=page))
        response.set_cookie(COOKIE, session, httponly=True, samesite="Strict", path="/")
        return response

    def _known(self, session: str) -> bool:
        return bool(session) and _hash(session) in self._sessions

    def _csrf_token(self) -> str:
        return self._csrf

    def _csrf_field(self) -> Markup:
        return Markup('<input type="hidden" name="csrf" value="{}">').format(self._csrf_token())


def redirect_to_nowhere() -> AnyResponse:
    """Refuse a window access without revealing the user's work."""
    return Response(render_template("outside.html"), status=403)


def local(page: str) -> AnyResponse:
    """Redirect to another page of the desk; 303 makes a browser fetch the page with GET."""
    return redirect(page, 303)


def _hash(session: str) -> bytes:
    return hashlib.sha256(session.encode("utf-8", "replace")).digest()
