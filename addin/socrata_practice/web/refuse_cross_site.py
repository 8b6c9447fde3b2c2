"""Requests that a page of another site sends, or that reach the portal by another name.

The portal is on loopback, where any page in a browser can send requests to it. A page that has its
name resolve to 127.0.0.1 shows in Host; a page that posts from its own site shows in Origin.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request

from socrata_practice import refusals

SAFE = ("GET", "HEAD", "OPTIONS")
_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


def require_own_page() -> None:
    """Raise Refusal for a foreign Host, and for a change that a foreign page asks for."""
    if urlsplit(f"//{request.host}").hostname not in _NAMES:
        raise refusals.front(421, "invalid_request", "This portal answers to 127.0.0.1 only")
    if request.method in SAFE and not request.path.startswith("/practice"):
        return
    origin = request.headers.get("Origin")
    site = request.headers.get("Sec-Fetch-Site", "none")
    own = origin is None or origin == request.host_url.rstrip("/")
    if not own or site not in ("none", "same-origin"):
        raise refusals.front(403, "permission_denied", "Requests from other sites are not allowed")
