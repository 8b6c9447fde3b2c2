"""A real HTTP server on loopback with scripted replies that records its requests.

Faults are real ones: connections are reset, cut off, or left hanging. A tunnelling proxy lends it
any host name over TLS, so that portals with real names can be tried without a network.
"""

from __future__ import annotations

import contextlib
import gzip
import json
import select
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme

from sodasheet.model.credentials import Credentials
from sodasheet.portal.http.retries import Patience
from sodasheet.portal.http.session import PortalSession

SECRET = "swordfish-7d1f-secret"
TOKEN = "apptoken-5c2e-secret"
CREDENTIALS = Credentials("keyid", SECRET, TOKEN)

#: Timeout for replies that never arrive.
HASTY = Patience(connect=2, read=0.4, write=0.4, pause=0, poll=0, polls=3)


@dataclass
class Scripted:
    """One reply; `fault` is what goes wrong, `after` runs after sending."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    fault: str = ""
    delay: float = 0.0


@dataclass
class Asked:
    """A request as received."""

    method: str
    path: str
    headers: Any
    body: bytes
    size: int = 0

    @property
    def text(self) -> bytes:
        """The body, unpacked."""
        packed = self.headers.get("Content-Encoding") == "gzip"
        return gzip.decompress(self.body) if packed else self.body


class ScriptedPortal:
    """The server: replies are given in order, the last reply for ever."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.script: list[Scripted] = []
        self.asked: list[Asked] = []
        self.connections = 0
        self.over = threading.Event()
        handler = type("Handler", (_Handler,), {"portal": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        self.scheme = "https" if context else "http"
        if context:
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        self.url = f"{self.scheme}://127.0.0.1:{self.port}"
        threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True).start()

    def answer(
        self, body: Any = b"", status: int = 200, *, fault: str = "", **headers: str
    ) -> ScriptedPortal:
        """Add a reply to the script: JSON for a dict or list, text and bytes as they are."""
        kind = "application/json; charset=utf-8"
        if isinstance(body, str):
            kind = "text/html" if body.lstrip().startswith("<") else kind
            body = body.encode()
        elif not isinstance(body, bytes):
            body = json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        usual = {"Content-Type": kind, "X-SODA2-Data-Out-Of-Date": "false"}
        self.script.append(Scripted(status, usual | named, body, fault))
        return self

    def slow(self, seconds: float) -> ScriptedPortal:
        """Let the last scripted reply come late."""
        self.script[-1].delay = seconds
        return self

    def recorded(self, path: Path) -> ScriptedPortal:
        """Add a recorded reply: status line, headers and body as they came over the wire."""
        head, _, body = path.read_bytes().replace(b"\r\n", b"\n").partition(b"\n\n")
        lines = head.decode().splitlines()
        headers = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
        for name in ("Transfer-Encoding", "Connection"):
            headers.pop(name, None)
        self.script.append(Scripted(int(lines[0].split()[1]), headers, body))
        return self

    def next_reply(self) -> Scripted:
        return self.script.pop(0) if len(self.script) > 1 else self.script[0]

    @property
    def last(self) -> Asked:
        return self.asked[-1]

    def stop(self) -> None:
        self.over.set()
        self.server.shutdown()
        self.server.server_close()


class _Handler(BaseHTTPRequestHandler):
    portal: ScriptedPortal
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        self.portal.connections += 1
        super().setup()

    def log_message(self, *args: Any) -> None:
        pass

    def handle(self) -> None:
        # Some tests need a client that rejects our certificate or closes the connection.
        with contextlib.suppress(OSError):
            super().handle()

    def _reply(self) -> None:
        reply = self.portal.next_reply()
        if reply.fault == "early":
            self.close_connection = True
            self._note(b"")
        else:
            self._note(self._body())
        self.portal.over.wait(reply.delay)
        self._send(reply)

    do_GET = do_POST = do_PUT = do_DELETE = _reply  # noqa: N815 - as http.server wants them

    def _note(self, body: bytes) -> None:
        self.portal.asked.append(
            Asked(self.command, self.path, self.headers, body, len(str(self.headers)))
        )

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            return b"".join(self._chunks())
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self.rfile.readline().strip() or b"0", 16):
            yield self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()

    def _send(self, reply: Scripted) -> None:
        if reply.fault == "reset":
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        if reply.fault in ("reset", "close"):
            self.close_connection = True
            self.connection.close()
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        claimed = len(reply.body) + (100 if reply.fault == "cut" else 0)
        self.send_header("Content-Length", str(claimed))
        self.end_headers()
        self.wfile.write(reply.body)
        if reply.fault == "cut":
            self.close_connection = True


class Tunnel:
    """A proxy that leads every CONNECT to one port, for any host.

    `wanted` is the sign-in that it demands, as it travels.
    """

    def __init__(self, port: int, refusal: str = "", wanted: str = "") -> None:
        self.asked: list[str] = []
        self._target = port
        self._refusal = refusal
        self._wanted = wanted
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._socket.accept()
                threading.Thread(target=self._lead, args=(client,), daemon=True).start()

    def _lead(self, client: socket.socket) -> None:
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            head += client.recv(4096)
        self.asked.append(head.decode())
        if self._refusal or (self._wanted and f" {self._wanted}\r\n" not in head.decode()):
            refusal = self._refusal or "407 Proxy Authentication Required"
            client.sendall(f"HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n".encode())
            client.close()
            return
        client.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with client, socket.create_connection(("127.0.0.1", self._target)) as server:
            _pump(client, server)

    def stop(self) -> None:
        self._socket.close()


def _pump(one: socket.socket, other: socket.socket) -> None:
    pairs = {one: other, other: one}
    with contextlib.suppress(OSError):
        while True:
            for ready in select.select(list(pairs), [], [], 5)[0]:
                data = ready.recv(65536)
                if not data:
                    return
                pairs[ready].sendall(data)


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep what is learned about one test's portals from the next, which may get the same port."""
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proxies, certificates and keys of the machine must not reach the tests."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    for name in ("CURL_CA_BUNDLE", "SSL_CERT_FILE", "SODASHEET_KEY_ID", "SODASHEET_KEY_SECRET"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def portal() -> Iterator[ScriptedPortal]:
    server = ScriptedPortal()
    yield server
    server.stop()


@pytest.fixture
def other_portal() -> Iterator[ScriptedPortal]:
    server = ScriptedPortal()
    yield server
    server.stop()


@pytest.fixture
def patience() -> Patience:
    """Pauses too short to notice, and answers waited for as long as a busy machine may take."""
    return Patience(connect=5, read=10, write=10, pause=0, poll=0, polls=3)


@pytest.fixture
def open_session(patience: Patience) -> Iterator[Callable[..., PortalSession]]:
    sessions: list[PortalSession] = []

    def make(url: str, credentials: Credentials | None = CREDENTIALS, **options: Any) -> Any:
        sessions.append(PortalSession(url, credentials, **({"patience": patience} | options)))
        return sessions[-1]

    yield make
    for session in sessions:
        session.close()


@pytest.fixture
def session(portal: ScriptedPortal, open_session: Callable[..., PortalSession]) -> PortalSession:
    """A signed-in session with the scripted portal."""
    return open_session(portal.url)


@pytest.fixture
def hasty(portal: ScriptedPortal, open_session: Callable[..., PortalSession]) -> PortalSession:
    """A signed-in session that does not wait for late answers."""
    return open_session(portal.url, patience=HASTY)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def safe_portal(
    authority: trustme.CA, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., ScriptedPortal]]:
    """Makes scripted portals under real names, reached over TLS through a tunnelling proxy."""
    opened: list[Any] = []

    def make(
        *names: str, trusted: bool = True, proxied: bool = True, **certificate: Any
    ) -> ScriptedPortal:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert(*names, **certificate).configure_cert(context)
        server = ScriptedPortal(context)
        opened.append(server)
        if trusted:
            bundle = tmp_path / "authority.pem"
            authority.cert_pem.write_to_path(bundle)
            monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(bundle))
        if proxied:
            tunnel = Tunnel(server.port)
            opened.append(tunnel)
            monkeypatch.setenv("HTTPS_PROXY", tunnel.url)
        return server

    yield make
    for server in opened:
        server.stop()


@pytest.fixture
def refusing_proxy(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Tunnel]]:
    """Makes the system's proxy refuse every tunnel with a status line."""
    opened: list[Tunnel] = []

    def make(refusal: str) -> Tunnel:
        opened.append(Tunnel(1, refusal))
        address = opened[-1].url.replace("//", f"//proxyuser:{SECRET}@")
        monkeypatch.setenv("HTTPS_PROXY", address)
        return opened[-1]

    yield make
    for tunnel in opened:
        tunnel.stop()


@pytest.fixture
def secrets() -> tuple[str, ...]:
    """Texts that must never show: the secret, the token, and the secret as transmitted."""
    import base64

    return (SECRET, TOKEN, base64.b64encode(f"keyid:{SECRET}".encode()).decode())
