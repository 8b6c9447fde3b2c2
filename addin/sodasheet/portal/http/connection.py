"""Connections to a portal: sockets, proxies, redirects, sign-in, and counts."""

from __future__ import annotations

import base64
import os
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import Any
from urllib.parse import urlsplit
from weakref import WeakSet

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from sodasheet.credentials.redaction import secret_spellings
from sodasheet.errors import PortalError, UsageProblem
from sodasheet.model.credentials import Credentials
from sodasheet.portal.dataset_address import is_loopback
from sodasheet.portal.http.certificates import trust
from sodasheet.portal.http.request import RequestBody

_open: WeakSet[socket.socket] = WeakSet()
_lock = Lock()


def break_connections() -> None:
    """Close every connection of this process, from any thread; waiting requests get an error."""
    with _lock:
        sockets = list(_open)
    for connected in sockets:
        with suppress(OSError):  # closed already
            if os.name == "nt":
                # Only closing wakes waiting calls. The object gives up its handle first, so that
                # its own close() later does not close a reused handle.
                socket.close(connected.detach())
            else:
                socket.socket.shutdown(connected, socket.SHUT_RDWR)


def _note(connected: socket.socket) -> socket.socket:
    with _lock:
        _open.add(connected)
    return connected


class _Plain(HTTPConnection):
    def connect(self) -> None:
        super().connect()
        _note(self.sock)


class _Safe(HTTPSConnection):
    def connect(self) -> None:
        super().connect()
        _note(self.sock)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _Safe


#: The pools by scheme, as urllib3's managers expect.
POOLS = {"http": _PlainPool, "https": _SafePool}


#: Maximum connections kept open for reuse, and so the maximum simultaneous requests.
CONNECTIONS = 10

_SECRET_HEADERS = ("Authorization", "X-App-Token")
_PROXY_SIGN_IN = "Proxy-Authorization"


class SignIn(AuthBase):
    """Adds the key and the app token to requests to the portal's own origin only.

    `secrets` is what must never be seen.
    """

    def __init__(self, portal: str, credentials: Credentials | None) -> None:
        self._origin = origin(portal)
        self._headers: dict[str, str] = {}
        self.secrets: tuple[str, ...] = ()
        if credentials is not None:
            self._headers = _headers(credentials)
            token = credentials.app_token
            self.secrets = (*secret_spellings(credentials), *([token] if token else []))

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Sign the request if sent to the portal."""
        if origin(request.url or "") == self._origin:
            request.headers.update(self._headers)
        return request


def _headers(credentials: Credentials) -> dict[str, str]:
    pair = f"{credentials.key_id}:{credentials.secret}"
    token = credentials.app_token or ""
    if not credentials.key_id or ":" in credentials.key_id or not pair.isprintable():
        raise UsageProblem(
            "The key id is empty or contains a colon, or the key contains an invisible character.",
            "Copy key id and secret from the portal's developer settings again.",
        )
    if not (token.isascii() and token.isprintable()):
        raise UsageProblem(
            "The app token contains characters that are not allowed in an app token.",
            "Copy it from the portal's developer settings again, or leave it out.",
        )
    return {"Authorization": _basic(credentials)} | ({"X-App-Token": token} if token else {})


def _basic(credentials: Credentials) -> str:
    pair = f"{credentials.key_id}:{credentials.secret}"
    return f"Basic {base64.b64encode(pair.encode('utf-8')).decode('ascii')}"


def origin(url: str) -> tuple[str, str, int | None]:
    """Scheme, host and port, which must match before a secret is sent."""
    if "\\" in url:
        # Libraries differ about which side of a backslash is the host.
        return "", "", None
    parts = urlsplit(url)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").lower(), port


class Connection(requests.Session):
    """A requests session that follows the project's safety rules; threads may share the session.

    The counters say what was sent, redirects and repeated attempts included. System
    proxies are honored, except for loopback. Cookies and .netrc files are not: a request is
    signed by the key or by nothing.
    """

    def __init__(self, auth: SignIn, headers: Mapping[str, str]) -> None:
        super().__init__()
        self.auth = auth  # never None, which also keeps requests from reading .netrc
        self.headers.update(headers)
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.max_redirects = 5
        self._proxies: dict[tuple[str, str, int | None], dict[str, str]] = {}
        self.counted_requests = 0
        self.counted_bytes = 0
        self.counting = Lock()
        adapter = _Adapter(self)
        self.mount("https://", adapter)
        self.mount("http://", adapter)

    def should_strip_auth(self, old_url: str, new_url: str) -> bool:
        """requests would allow a change from http to https; secrets stay with their origin."""
        return origin(old_url) != origin(new_url)

    def rebuild_auth(
        self, prepared_request: requests.PreparedRequest, response: requests.Response
    ) -> None:
        """Remove the secrets from a request that was redirected to another origin."""
        if self.should_strip_auth(response.request.url or "", prepared_request.url or ""):
            for name in _SECRET_HEADERS:
                prepared_request.headers.pop(name, None)

    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """Return the target of a redirect; refuse a downgrade to an unprotected connection."""
        target = super().get_redirect_target(resp)
        plain = (target or "").strip().lower().startswith("http:")
        if target and plain and not (is_loopback(resp.url) and is_loopback(target)):
            raise PortalError(
                f"{urlsplit(resp.url).hostname} redirects the request to an unprotected address.",
                "Open the dataset in the browser and copy the web address it has now.",
                resp.status_code,
                "unprotected",
            )
        return target

    def merge_environment_settings(
        self, url: Any, proxies: Any, stream: Any, verify: Any, cert: Any
    ) -> Any:
        """The system's proxies, but none for a portal on this computer.

        They are looked up once for each origin: a look at the environment takes longer than the
        rest of a small request.
        """
        place = origin(str(url))
        if place not in self._proxies:
            merged = super().merge_environment_settings(url, proxies, stream, verify, cert)
            self._proxies[place] = {} if is_loopback(str(url)) else dict(merged["proxies"])
        # Certificates are settled once, in `trust`.
        return {
            "proxies": dict(self._proxies[place]),
            "stream": self.stream if stream is None else stream,
            "verify": True,
            "cert": self.cert if cert is None else cert,
        }

    def rebuild_proxies(self, prepared_request: Any, proxies: Any) -> Any:
        """Choose the proxies after a redirect."""
        rebuilt: Any = super().rebuild_proxies(prepared_request, proxies)  # type: ignore[no-untyped-call]
        return {} if is_loopback(prepared_request.url) else rebuilt


class _Adapter(HTTPAdapter):
    """Counts the bytes sent and checks certificates against `trust`."""

    def __init__(self, wire: Connection) -> None:
        self._wire = wire
        self._trust: ssl.SSLContext | None = None
        self._trusting = Lock()
        super().__init__(max_retries=0, pool_maxsize=CONNECTIONS)

    def init_poolmanager(self, *args: Any, **settings: Any) -> None:
        """Create the pools, with connections that can be interrupted."""
        super().init_poolmanager(*args, **settings)
        self.poolmanager.pool_classes_by_scheme = POOLS

    @property
    def _context(self) -> ssl.SSLContext:
        """Created at the first TLS connection, because reading a system's store is slow."""
        with self._trusting:
            if self._trust is None:
                self._trust = trust()
            return self._trust

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> Any:
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            pool = {"cert_reqs": "CERT_REQUIRED", "ssl_context": self._context}
        return host, pool

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave the pool unchanged: requests would add its own list of certificates to ours."""

    def proxy_headers(self, proxy: Any) -> Any:
        """The sign-in of the proxy: from its address, else from the credential store.

        As a header, never in the address, which errors quote.
        """
        headers = super().proxy_headers(proxy)
        if _PROXY_SIGN_IN not in headers:
            from sodasheet.credentials.keychain import proxy_sign_in

            found = proxy_sign_in(str(proxy))
            if found is not None:
                headers[_PROXY_SIGN_IN] = _basic(found)
        return headers

    def proxy_manager_for(self, proxy: Any, **settings: Any) -> Any:
        if str(proxy).lower().startswith("https:"):
            settings["proxy_ssl_context"] = self._context
        manager = super().proxy_manager_for(proxy, **settings)
        manager.pool_classes_by_scheme = POOLS
        return manager

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        body = request.body
        before = body.sent if isinstance(body, RequestBody) else 0
        try:
            return super().send(request, *args, **kwargs)
        finally:
            head = f"{request.method} {request.path_url} HTTP/1.1\r\n\r\n" + "".join(
                f"{name}: {value}\r\n" for name, value in request.headers.items()
            )
            sent = body.sent - before if isinstance(body, RequestBody) else 0
            with self._wire.counting:
                self._wire.counted_requests += 1
                self._wire.counted_bytes += len(head.encode("utf-8", "replace")) + sent
