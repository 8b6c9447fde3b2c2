"""Send plain text mail through an SMTP server, with encryption as configured."""

from __future__ import annotations

import base64
import os
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.header import Header
from email.message import Message
from email.mime.text import MIMEText
from email.utils import formatdate, make_msgid
from threading import Timer
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.model.credentials import Credentials
from sodasheet.model.next_step import Action, NextStep
from sodasheet.notifications.mail_errors import Unsupported, translated, turned_down
from sodasheet.settings import MailServer

PASSWORD = "SODASHEET_MAIL_PASSWORD"  # noqa: S105 - the name of a variable, not a secret


@dataclass(frozen=True, slots=True)
class Letter:
    """A message and its recipients."""

    to: tuple[str, ...]
    subject: str
    body: str


#: Seconds for one reply of the server, and the factor for all replies together.
PATIENCE = 20.0
_ALL = 3


def send(letter: Letter, server: MailServer, patience: float = PATIENCE) -> list[str]:
    """Send the letter; return a sentence for each refused recipient.

    Raises SodaSheetError, without secrets, if no recipient was accepted.
    """
    known = password(server)
    message = _message(letter, server)
    try:
        with _connected(server, patience) as connection:
            if known is not None:
                _sign_in(connection, known)
            refused = connection.send_message(
                message, from_addr=_wire(server.address), to_addrs=[_wire(one) for one in letter.to]
            )
    except SodaSheetError:
        raise
    except Exception as error:
        raise translated(error, server) from error
    return [turned_down(server, who, why) for who, why in refused.items()]


def password(server: MailServer) -> Credentials | None:
    """Return the password for the server, from the environment or else the credential store.

    None if the server needs no sign-in. Raises CredentialError if the store fails, and
    SodaSheetError if there is no password.
    """
    from sodasheet.credentials.keychain import load, register_secret

    if not server.user:
        return None
    places = (server.host, f"{server.host}:{server.port}")
    if given := os.environ.get(PASSWORD, "").strip("\r\n"):
        found: Credentials | None = Credentials(server.user, given, origin="the environment")
    else:
        found = next(filter(None, (load(one, server.user, kind="mail") for one in places)), None)
    if found is None:
        raise SodaSheetError(
            f"There is no password for {server.user} on the mail server {server.host}.",
            f"Sign in to the mail server. Without a desktop, set {PASSWORD} instead.",
            (NextStep(Action.SIGN_IN_MAIL, host=server.host, user=server.user),),
        )
    register_secret(found)
    return found


class _Talk(smtplib.SMTP):
    """SMTP connection with a time limit for the whole conversation."""

    _timer: Timer | None = None

    def connect(self, *place: Any, **more: Any) -> tuple[int, bytes]:
        self._timer = Timer(_ALL * float(self.timeout), self._cut)
        self._timer.daemon = True
        self._timer.start()
        return super().connect(*place, **more)

    def close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        super().close()

    def _cut(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _SafeTalk(_Talk, smtplib.SMTP_SSL):
    """SMTP connection with a total time limit, encrypted from the first byte."""


@contextmanager
def _connected(server: MailServer, patience: float) -> Iterator[smtplib.SMTP]:
    """Open a connection with the encryption of the settings."""
    from sodasheet.portal.http.certificates import trust

    place = (server.host, server.port)
    # The server does not need the name of this computer.
    known: dict[str, Any] = {"local_hostname": "localhost", "timeout": patience}
    safe = server.security == "tls"
    connection = _SafeTalk(*place, context=trust(), **known) if safe else _Talk(*place, **known)
    try:
        if server.security == "starttls":
            connection.starttls(context=trust())
        connection.ehlo()
        yield connection
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
    finally:
        connection.close()


def _sign_in(connection: smtplib.SMTP, known: Credentials) -> None:
    """Sign in with non-ASCII passwords too (RFC 4616), which smtplib's login does not support."""
    offered = connection.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in offered:
        pair = _packed(f"\0{known.key_id}\0{known.secret}")
        code, said = connection.docmd("AUTH", f"PLAIN {pair}")
    elif "LOGIN" in offered:
        code, said = connection.docmd("AUTH", "LOGIN")
        for part in (known.key_id, known.secret):
            if code == 334:
                code, said = connection.docmd(_packed(part))
    else:
        raise Unsupported("sign-in")
    if code != 235:
        raise smtplib.SMTPAuthenticationError(code, said)


def _packed(text: str) -> str:
    return base64.b64encode(text.encode("utf-8")).decode("ascii")


def _message(letter: Letter, server: MailServer) -> Message:
    """Return the letter as a message; a line break in the subject cannot add a header.

    The legacy API is used because the newer one moves spaces when it folds a subject.
    """
    message = MIMEText("".join(map(_visible, letter.body)), "plain", "utf-8")
    message["From"] = _wire(server.address)
    message["To"] = ", ".join(map(_wire, letter.to))
    message["Subject"] = Header(one_line(letter.subject))  # type: ignore[assignment] # it may be
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=_wire(server.address).rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # prevents out-of-office replies (RFC 3834)
    return message


def one_line(text: str) -> str:
    """Return the text without line breaks and other invisible characters."""
    return "".join(char if char.isprintable() else " " for char in " ".join(text.split()))


def _visible(char: str) -> str:
    return char if char.isprintable() or char == "\n" else " "


def _wire(address: str) -> str:
    """Return the address with the domain in its ASCII form, for SMTP."""
    import idna

    person, _, domain = address.rpartition("@")
    with suppress(idna.IDNAError):
        domain = idna.encode(domain, uts46=True).decode("ascii")
    return f"{person}@{domain}"
