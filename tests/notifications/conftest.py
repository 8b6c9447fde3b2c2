"""A mail server with TLS and authentication, and reports to send."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method
from sodasheet.model.report import (
    Outcome,
    RejectedRow,
    Rejects,
    Report,
    RowCounts,
    RowTotals,
    RunAccount,
    RunTarget,
    SourceFacts,
    Traffic,
)
from sodasheet.settings import MailServer, Settings, write_settings

USER = "steward@example.org"
#: With letters beyond ASCII, which Python's own sign-in cannot send.
PASSWORD = "sword fish/7+äß"


@dataclass
class Mailbox:
    """Received mails of a mail server, and its behavior."""

    port: int
    ca: Path
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Any] = field(default_factory=list)
    refuses: dict[str, str] = field(default_factory=dict)
    strict: bool = False

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if self.strict and not session.authenticated:
            return "530 Sign in first"
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if "data" in self.refuses:
            return self.refuses["data"]
        self.envelopes.append(envelope)
        letter = message_from_bytes(envelope.content, policy=default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        return "250 OK"

    def settings(self, **changes: Any) -> MailServer:
        server = MailServer("127.0.0.1", self.port, "starttls", USER, to="boss@example.org")
        return replace(server, **changes)

    def clear(self) -> None:
        self.letters.clear()
        self.envelopes.clear()
        self.refuses.clear()


def _authenticate(
    server: Any, session: Any, envelope: Any, mechanism: str, auth_data: Any
) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=auth_data == known, handled=False)


class Listening(Controller):
    """A mail server that reserves its port from the start, ahead of all other programs."""

    def __init__(self, box: Mailbox | None, **options: Any) -> None:
        self.held = socket.create_server(("127.0.0.1", 0))
        port = int(self.held.getsockname()[1])
        super().__init__(box, hostname="127.0.0.1", port=port, ready_timeout=60, **options)

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.held, ssl=self.ssl_context)


@contextmanager
def running(box: Mailbox, **options: Any) -> Iterator[int]:
    """Yield the port of a mail server that delivers into this box."""
    controller = Listening(box, **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> tuple[trustme.CA, Path]:
    ca = trustme.CA()
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    ca.cert_pem.write_to_path(str(path))
    return ca, path


def certificate(ca: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    ca.issue_cert(name).configure_cert(context)
    return context


@pytest.fixture(scope="session")
def _starttls(authority: tuple[trustme.CA, Path]) -> Iterator[Mailbox]:
    ca, path = authority
    box = Mailbox(0, path)
    with running(
        box, tls_context=certificate(ca, "127.0.0.1"), require_starttls=True, auth_required=True,
        authenticator=_authenticate, enable_SMTPUTF8=False,
    ) as box.port:  # fmt: skip
        yield box


@pytest.fixture(scope="session")
def _tls(authority: tuple[trustme.CA, Path]) -> Iterator[Mailbox]:
    ca, path = authority
    box = Mailbox(0, path, strict=True)
    with running(
        box, ssl_context=certificate(ca, "127.0.0.1"), auth_require_tls=False,
        authenticator=_authenticate, auth_exclude_mechanism=["PLAIN"],
    ) as box.port:  # fmt: skip
        yield box


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without a credential store; the mail password is in the environment."""
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("SODASHEET_MAIL_PASSWORD", PASSWORD)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def mailbox(_starttls: Mailbox, home: Path, monkeypatch: pytest.MonkeyPatch) -> Mailbox:
    """The mail server that starts TLS on request; trusted."""
    monkeypatch.setenv("SSL_CERT_FILE", str(_starttls.ca))
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    _starttls.clear()
    write_settings(Settings(_starttls.settings()))
    return _starttls


@pytest.fixture
def tls_mailbox(_tls: Mailbox, mailbox: Mailbox) -> Mailbox:
    """The mail server that uses TLS from the first byte, and supports only the older sign-in."""
    _tls.clear()
    return _tls


TARGET = RunTarget(
    "https://data.example.gov", "abcd-1234", "Building Permits – Straße", Method.UPSERT
)


def report(outcome: Outcome = Outcome.REJECTS, **changes: Any) -> Report:
    made = Report(
        run="20240413-212154-ab12",
        outcome=outcome,
        summary="Updated Permits: 20 rows sent, 3 created, 17 updated, 12 left out.",
        started="2024-04-13T21:21:54+00:00",
        target=TARGET,
        account=RunAccount("Ann Steward"),
        source=SourceFacts("permits.csv", 32, "0" * 64),
        rows=RowCounts(20, 3, 17, None, 12),
        traffic=Traffic(1, 2, 0, 12.34),
        findings=(
            FindingGroup(
                "not-a-number", Severity.REJECT, "12 values of Amount are not numbers.",
                "Correct them.", 12, "Amount",
            ),
        ),
        rejects=Rejects(
            tuple(
                RejectedRow(row, f"P-{row}", "Amount", "n/a\r\nBcc: x@example.org", "not a number")
                for row in range(2, 14)
            ),
            "/logs/findings.csv",
        ),
        totals=RowTotals(after=322),
    )  # fmt: skip
    return replace(made, **changes)


def job(**notify: str) -> Job:
    source = SourceSpec(path="data/permits.csv")
    return Job(
        "https://data.example.gov", "abcd-1234", Method.UPSERT, source, Mapping(), notify=notify
    )
