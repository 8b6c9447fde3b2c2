"""What mail servers fail with, and the sentence a steward reads for each.

One table, read from the top; the first row that fits speaks. What has to do with certificates is
said by the portal edge's own table.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.settings import MailServer

_NETWORK = "Check the network connection, and whether a firewall lets mail out on that port."


class Unsupported(Exception):
    """The server does not offer what the settings ask for."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One way of not getting a mail out; templates over `host`, `port`, `user`, `said`."""

    reason: str
    what: str
    remedy: str
    fits: Callable[[BaseException], bool]


def _kind(*kinds: type[BaseException]) -> Callable[[BaseException], bool]:
    return lambda error: isinstance(error, kinds)


def _late(error: BaseException) -> bool:
    """A time-out, which the library tells as a connection that was closed."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _not_tls(error: BaseException) -> bool:
    wrong = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
    return isinstance(error, ssl.SSLError) and any(word in str(error) for word in wrong)


FAULTS: tuple[Fault, ...] = (
    Fault(
        "mail-sign-in",
        "The mail server {host} does not accept the password of {user}{said}.",
        "Sign in again: sodasheet sign-in {host} --for mail --user {user}; some providers want a"
        " password made for programs.",
        _kind(smtplib.SMTPAuthenticationError),
    ),
    Fault(
        "mail-no-sign-in",
        "The mail server {host} offers no sign-in with a password.",
        "Ask your IT department for the server and port that programs hand in mail at; where none"
        ' is needed, leave the user out: sodasheet settings --mail-user ""',
        _kind(Unsupported),
    ),
    Fault(
        "mail-unsupported",
        "The mail server {host} offers no STARTTLS, so nothing was sent.",
        "Try --mail-security tls (usually port 465), or ask whoever looks after that server.",
        _kind(smtplib.SMTPNotSupportedError),
    ),
    Fault(
        "mail-recipients",
        "The mail server {host} takes mail for none of the addresses{said}.",
        "Correct the addresses; a server may take mail for others only after a sign-in.",
        _kind(smtplib.SMTPRecipientsRefused),
    ),
    Fault(
        "mail-sender",
        "The mail server {host} does not take mail from this sender{said}.",
        "Set the address of your account there: sodasheet settings --mail-from ADDRESS",
        _kind(smtplib.SMTPSenderRefused),
    ),
    Fault(
        "mail-slow",
        "The mail server {host} took too long to answer.",
        _NETWORK,
        _late,
    ),
    Fault(
        "mail-cut-off",
        "The mail server {host} broke the connection off, or never came to an end.",
        "Check server, port and --mail-security, then try sodasheet settings --test-mail ADDRESS.",
        _kind(smtplib.SMTPServerDisconnected, ConnectionResetError, BrokenPipeError),
    ),
    Fault(
        "mail-refused",
        "The mail server {host} refused the mail{said}.",
        "Correct what it names, or ask whoever looks after that server.",
        _kind(smtplib.SMTPException),
    ),
    Fault(
        "mail-not-tls",
        "What answers at port {port} of {host} does not begin with encryption.",
        "Set --mail-security starttls (usually port 587) or tls (usually port 465).",
        _not_tls,
    ),
    Fault(
        "mail-tls",
        "No safe connection to the mail server {host} could be made.",
        "Check server and port, and ask whoever looks after that server.",
        _kind(ssl.SSLError),
    ),
    Fault(
        "mail-host",
        "There is no mail server called {host}, or this computer cannot look it up.",
        "Check its spelling: sodasheet settings shows it.",
        _kind(socket.gaierror, UnicodeError),
    ),
    Fault(
        "mail-not-listening",
        "Nothing takes mail at port {port} of {host}.",
        "Check server and port: sodasheet settings shows them.",
        _kind(ConnectionRefusedError),
    ),
    Fault(
        "mail-unreachable",
        "The mail server {host} cannot be reached.",
        _NETWORK,
        _kind(OSError),
    ),
    Fault(
        "mail",
        "The mail could not be made or sent.",
        "Try it with sodasheet settings --test-mail ADDRESS.",
        _kind(BaseException),
    ),
)


def translated(error: BaseException, server: MailServer) -> SodaSheetError:
    """The error a steward reads; it holds no secret, whatever the server repeats."""
    from sodasheet.portal.http.network_errors import failure_of

    if isinstance(error, ssl.SSLCertVerificationError):
        failure = failure_of(error)
        return SodaSheetError(
            failure.what.format(host=server.host), failure.remedy.format(host=server.host)
        )
    fault = next(fault for fault in FAULTS if fault.fits(error))
    names = {"host": server.host, "port": server.port, "user": server.user, "said": _said(error)}
    return SodaSheetError(fault.what.format(**names), fault.remedy.format(**names))


def turned_down(server: MailServer, who: str, why: tuple[int, bytes]) -> str:
    """The sentence for one of several recipients whom the server does not take mail for."""
    return f"The mail server {server.host} takes no mail for {who}{_quoted(*why)}."


def _said(error: Any) -> str:
    """The server's own words, as far as it had any."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _quoted(*next(iter(error.recipients.values())))
    if isinstance(error, smtplib.SMTPResponseException):
        return _quoted(error.smtp_code, error.smtp_error)
    return ""


def _quoted(code: int, words: bytes | str) -> str:
    from sodasheet.credentials.redaction import redact

    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
    plain = "".join(char if char.isprintable() else " " for char in " ".join(text.split()))
    return f' ({code} "{redact(plain)[:200]}")' if plain else f" ({code})"
