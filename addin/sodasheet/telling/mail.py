"""Handing one plain text mail to a mail server, safely or not at all."""

from __future__ import annotations

import base64
import os
import smtplib
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, make_msgid
from threading import Timer

from sodasheet.errors import SodaSheetError
from sodasheet.model.credentials import Credentials
from sodasheet.settings import MailServer
from sodasheet.telling.mail_faults import Unsupported, translated, turned_down

PASSWORD = "SODASHEET_MAIL_PASSWORD"  # noqa: S105 - the name of a variable, not a secret


@dataclass(frozen=True, slots=True)
class Letter:
    """What is to be said, and to whom."""

    to: tuple[str, ...]
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Seconds for one answer of the server, and for all of it."""

    answer: float = 20.0
    all: float = 60.0


def send(letter: Letter, server: MailServer, waiting: Waiting = Waiting()) -> list[str]:
    """Send the letter; gives sentences about those whom the server would not take it for.

    Raises SodaSheetError where nobody gets it; the sentence holds no secret.
    """
    known = password(server)
    message = _message(letter, server)
    try:
        with _connected(server, waiting) as connection:
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
    """The password for the server, from the environment or else the credential store.

    None where the server asks for no sign-in. Raises CredentialError where the store fails, and
    SodaSheetError where there is no password.
    """
    from sodasheet.credentials import load, remember

    if not server.user:
        return None
    if given := os.environ.get(PASSWORD, "").strip():
        found: Credentials | None = Credentials(server.user, given, origin="the environment")
    else:
        found = load(server.host, server.user, kind="mail")
    if found is None:
        raise SodaSheetError(
            f"There is no password for {server.user} on the mail server {server.host}.",
            f"Sign in: sodasheet sign-in {server.host} --for mail --user {server.user}. Where"
            f" there is no desktop, set {PASSWORD} instead.",
        )
    remember(found)
    return found


@contextmanager
def _connected(server: MailServer, waiting: Waiting) -> Iterator[smtplib.SMTP]:
    """A protected connection, cut off when all of it takes too long."""
    from sodasheet.portal.transport import trust

    name = {"local_hostname": "localhost"}  # the name of this computer is nobody's business
    if server.security == "tls":
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=waiting.answer, context=trust(), **name
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=waiting.answer, **name)
    timer = Timer(waiting.all, _cut, [connection])
    timer.daemon = True
    timer.start()
    try:
        if server.security == "starttls":
            connection.starttls(context=trust())
        connection.ehlo()
        yield connection
        with suppress(OSError, smtplib.SMTPException):
            connection.quit()
    finally:
        timer.cancel()
        connection.close()


def _cut(connection: smtplib.SMTP) -> None:
    """End a talk with a server that answers, but too slowly ever to come to an end."""
    if connection.sock is not None:
        with suppress(OSError):
            connection.sock.shutdown(socket.SHUT_RDWR)


def _sign_in(connection: smtplib.SMTP, known: Credentials) -> None:
    """The library's own sign-in knows no passwords beyond ASCII; these forms do (RFC 4616)."""
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


def _message(letter: Letter, server: MailServer) -> EmailMessage:
    """The letter as a message; a line break in a subject cannot become a header."""
    message = EmailMessage(policy=SMTP)
    message["From"] = server.address
    message["To"] = ", ".join(letter.to)
    message["Subject"] = one_line(letter.subject)
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=_wire(server.address).rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"  # so that no absence notice comes back (RFC 3834)
    message.set_content("".join(map(_visible, letter.body)), charset="utf-8")
    return message


def one_line(text: str) -> str:
    """The text without line breaks and other characters that cannot be seen."""
    return "".join(char if char.isprintable() else " " for char in " ".join(text.split()))


def _visible(char: str) -> str:
    return char if char.isprintable() or char == "\n" else " "


def _wire(address: str) -> str:
    """An address as servers know it: the domain in its ASCII form."""
    import idna

    person, _, domain = address.rpartition("@")
    with suppress(idna.IDNAError):
        domain = idna.encode(domain, uts46=True).decode("ascii")
    return f"{person}@{domain}"
