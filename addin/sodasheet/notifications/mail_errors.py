"""Errors of mail servers, and the user's message for each.

One table, read from the top; the first match counts. Certificate errors have their messages in the
table of the portal room.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.model.next_step import Action, NextStep
from sodasheet.settings import MailServer

_NETWORK = "Check the network connection, and whether a firewall blocks mail on that port."


class Unsupported(Exception):
    """Error of a server without the sign-in or encryption of the settings."""


@dataclass(frozen=True, slots=True)
class MailFault:
    """A kind of mail failure; its strings are templates with `host`, `port`, `user`, `said`.

    `step` is the kind of next step that goes with the remedy.
    """

    reason: str
    what: str
    remedy: str
    fits: Callable[[BaseException], bool]
    step: Action | None = None


def _kind(*kinds: type[BaseException]) -> Callable[[BaseException], bool]:
    return lambda error: isinstance(error, kinds)


def _late(error: BaseException) -> bool:
    """True for a timeout, which smtplib reports as a closed connection."""
    return isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError)


def _not_tls(error: BaseException) -> bool:
    wrong = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "PACKET_LENGTH_TOO_LONG")
    return isinstance(error, ssl.SSLError) and error.reason in wrong


FAULTS: tuple[MailFault, ...] = (
    MailFault(
        "mail-sign-in",
        "The mail server {host} does not accept the password of {user}{said}.",
        "Sign in to the mail server again; some providers require an app password.",
        _kind(smtplib.SMTPAuthenticationError),
        Action.SIGN_IN_MAIL,
    ),
    MailFault(
        "mail-no-sign-in",
        "The mail server {host} does not support sign-in with a password.",
        "Ask your IT department for the SMTP server and port that programs use; if it needs no"
        " sign-in, clear the mail user in the settings.",
        _kind(Unsupported),
        Action.SHOW_SETTINGS,
    ),
    MailFault(
        "mail-unsupported",
        "The mail server {host} does not support STARTTLS, so nothing was sent.",
        "Set the mail security to tls (usually port 465), or ask the administrator of that server.",
        _kind(smtplib.SMTPNotSupportedError),
        Action.SHOW_SETTINGS,
    ),
    MailFault(
        "mail-recipients",
        "The mail server {host} refused every recipient{said}.",
        "Correct the addresses; some servers require a sign-in for outside recipients.",
        _kind(smtplib.SMTPRecipientsRefused),
    ),
    MailFault(
        "mail-sender",
        "The mail server {host} refused the sender{said}.",
        "Set the From address to your account's address on that server.",
        _kind(smtplib.SMTPSenderRefused),
        Action.SHOW_SETTINGS,
    ),
    MailFault(
        "mail-slow",
        "The mail server {host} took too long to answer.",
        _NETWORK,
        _late,
    ),
    MailFault(
        "mail-cut-off",
        "The mail server {host} closed the connection or did not finish in time.",
        "Check the server, port and security in the settings, then send a test email.",
        _kind(smtplib.SMTPServerDisconnected, ConnectionResetError, BrokenPipeError),
        Action.TEST_MAIL,
    ),
    MailFault(
        "mail-refused",
        "The mail server {host} refused the message{said}.",
        "Correct the cause, or ask the administrator of that server.",
        _kind(smtplib.SMTPException),
    ),
    MailFault(
        "mail-not-tls",
        "Port {port} of {host} does not start with TLS.",
        "Set the mail security to starttls (usually port 587) or tls (usually port 465).",
        _not_tls,
        Action.SHOW_SETTINGS,
    ),
    MailFault(
        "mail-tls",
        "A secure connection to the mail server {host} failed.",
        "Check server and port, and ask the administrator of that server.",
        _kind(ssl.SSLError),
    ),
    MailFault(
        "mail-host",
        "The mail server {host} was not found.",
        "Check its spelling in the settings.",
        _kind(socket.gaierror, UnicodeError),
        Action.SHOW_SETTINGS,
    ),
    MailFault(
        "mail-not-listening",
        "No mail server answers at port {port} of {host}.",
        "Check the server and port in the settings.",
        _kind(ConnectionRefusedError),
        Action.SHOW_SETTINGS,
    ),
    MailFault(
        "mail-unreachable",
        "The mail server {host} cannot be reached.",
        _NETWORK,
        _kind(OSError),
    ),
    MailFault(
        "mail",
        "The email could not be sent.",
        "Send a test email to see what fails.",
        _kind(BaseException),
        Action.TEST_MAIL,
    ),
)


def translated(error: BaseException, server: MailServer) -> SodaSheetError:
    """Return the user's error, without secrets even if the server repeats them."""
    from sodasheet.portal.http.network_errors import failure_of

    if isinstance(error, ssl.SSLCertVerificationError):
        failure = failure_of(error)
        return SodaSheetError(
            failure.what.format(host=server.host), failure.remedy.format(host=server.host)
        )
    fault = next(fault for fault in FAULTS if fault.fits(error))
    names = {"host": server.host, "port": server.port, "user": server.user, "said": _said(error)}
    step = fault.step and NextStep(fault.step, host=server.host, user=server.user)
    steps = (step,) if step else ()
    return SodaSheetError(fault.what.format(**names), fault.remedy.format(**names), steps)


def turned_down(server: MailServer, who: str, why: tuple[int, bytes]) -> str:
    """Return the sentence for one refused recipient of several."""
    return f"The mail server {server.host} refused the recipient {who}{_quoted(*why)}."


def _said(error: Any) -> str:
    """Return the server's own words, empty if there are none."""
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
