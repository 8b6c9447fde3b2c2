"""Requests that got no reply at all, and the message for each.

One table, read from the top; the documentation lists it after the table of
portal/http/refusal_sentences.py.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import requests
from urllib3 import exceptions as wire

from sodasheet.errors import PortalError
from sodasheet.model.next_step import Action, NextStep

_TRUST = (
    "If your organization inspects web traffic, ask its IT department to put its root certificate"
    " into this computer's certificate store, or set REQUESTS_CA_BUNDLE to its file."
)
_NETWORK = "Check the network connection (and the VPN, if you need one), then try again."


class TooLongError(requests.exceptions.RequestException):
    """A reply was aborted because of its impossible length.

    One of the library's own kind, since of a write it tells no more than a lost answer does.
    """


@dataclass(frozen=True, slots=True)
class Failure:
    """A failure without a reply; `what` and `remedy` are templates with `host`.

    `fits` is asked with every exception behind the failure.
    """

    reason: str
    what: str
    remedy: str
    fits: Callable[[BaseException], bool]
    step: Action | None = None


def _certificate(*codes: int, words: str) -> Callable[[BaseException], bool]:
    """Matches a certificate refused with certain OpenSSL codes, or with words of that meaning.

    Some systems verify certificates themselves and only give words.
    """

    def fits(error: BaseException) -> bool:
        if not isinstance(error, ssl.SSLCertVerificationError):
            return False
        said = str(error).lower()
        return getattr(error, "verify_code", None) in codes or any(
            word in said for word in words.split("|")
        )

    return fits


def _tls(*reasons: str) -> Callable[[BaseException], bool]:
    return lambda error: (
        isinstance(error, ssl.SSLError) and any(reason in str(error).upper() for reason in reasons)
    )


def _kind(*kinds: type[BaseException]) -> Callable[[BaseException], bool]:
    return lambda error: isinstance(error, kinds)


def _proxy_status(error: BaseException) -> bool:
    return isinstance(error, OSError) and "tunnel connection failed: 407" in str(error).lower()


FAILURES: tuple[Failure, ...] = (
    Failure(
        "certificate-expired",
        "The certificate of {host} has expired, so the connection is not safe.",
        "Check the date of this computer; if it is right, contact the administrator of {host}.",
        _certificate(10, words="expired|validity period"),
    ),
    Failure(
        "certificate-not-yet-valid",
        "The certificate of {host} is not valid yet: the clock of this computer seems to be wrong.",
        "Correct the date and time of this computer, then try again.",
        _certificate(9, words="not yet valid"),
    ),
    Failure(
        "certificate-other-host",
        "The server that answered for {host} has a certificate for another host, so it cannot be "
        "trusted.",
        "Check the address; on a guest network, sign in to the network in the browser first.",
        _certificate(62, 64, words="hostname mismatch|ip address mismatch|not match"),
    ),
    Failure(
        "certificate-not-trusted",
        "This computer does not trust the certificate of {host}, so nothing was sent.",
        _TRUST,
        _kind(ssl.SSLCertVerificationError),
    ),
    Failure(
        "no-tls",
        "The server at {host} does not use HTTPS.",
        "Check the address; on a guest network, sign in to the network in the browser first.",
        _tls("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "RECORD_LAYER_FAILURE"),
    ),
    Failure(
        "old-tls",
        "{host} offers only encryption that is no longer safe (older than TLS 1.2).",
        "Ask your IT department whether there is an old proxy between you and {host}.",
        _tls("UNSUPPORTED_PROTOCOL", "PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE"),
    ),
    Failure(
        "proxy-sign-in",
        "Your network's proxy requires a sign-in before it lets anything through (407).",
        "Sign in to the proxy, or ask your IT department for an exception for {host}.",
        _proxy_status,
        Action.SIGN_IN_PROXY,
    ),
    Failure(
        "proxy",
        "The proxy of your network does not let the connection to {host} through.",
        "Check the system's proxy settings (HTTPS_PROXY), or ask your IT department.",
        _kind(wire.ProxyError, requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL),
    ),
    Failure(
        "unknown-host",
        "There is no host called {host}, or this computer cannot look it up.",
        f"Check the spelling of the portal's address. {_NETWORK}",
        _kind(wire.NameResolutionError, socket.gaierror),
    ),
    Failure(
        "not-listening",
        "{host} was found but refused the connection.",
        "Check the address; if it is right, the portal may be down: try again in a few minutes.",
        _kind(ConnectionRefusedError),
    ),
    Failure(
        "no-reply",
        "{host} took longer to answer than SodaSheet waits.",
        "Try again in a few minutes; if it keeps happening, ask the administrator of {host}.",
        _kind(wire.ReadTimeoutError, requests.exceptions.ReadTimeout),
    ),
    Failure(
        "no-connection",
        "{host} does not answer.",
        _NETWORK,
        _kind(wire.ConnectTimeoutError, requests.exceptions.ConnectTimeout),
    ),
    Failure(
        "redirects",
        "{host} redirects the request in a loop.",
        "Open the dataset in the browser and copy the web address it has now.",
        _kind(requests.exceptions.TooManyRedirects),
    ),
    Failure(
        "too-long",
        "The reply from {host} was too long, so SodaSheet stopped reading it.",
        "Check the address; if it is right, contact the administrator of {host}.",
        _kind(TooLongError),
    ),
    Failure(
        "garbled",
        "The reply from {host} could not be decompressed.",
        "Try again in a few minutes; if it keeps happening, ask your IT department about a proxy.",
        _kind(requests.exceptions.ContentDecodingError, wire.DecodeError),
    ),
    Failure(
        "bad-address",
        "{host} sent the request to something that isn't a web address.",
        "Open the dataset in the browser and copy the web address it has now.",
        _kind(requests.exceptions.InvalidURL, requests.exceptions.InvalidSchema),
    ),
    Failure(
        "tls",
        "A secure connection to {host} could not be established.",
        _TRUST,
        _kind(ssl.SSLError, wire.SSLError),
    ),
    Failure(
        "cut-off",
        "The connection to {host} was lost.",
        _NETWORK,
        _kind(BaseException),
    ),
)


def failure_of(error: BaseException) -> Failure:
    """The first row of the table that matches the error or any of its causes."""
    behind = list(causes(error))
    return next(failure for failure in FAILURES if any(map(failure.fits, behind)))


def no_reply(error: BaseException, host: str) -> PortalError:
    """The error for a request that got no reply."""
    failure = failure_of(error)
    steps = () if failure.step is None else (NextStep(failure.step),)
    return PortalError(
        failure.what.format(host=host),
        failure.remedy.format(host=host),
        None,
        failure.reason,
        steps,
    )


def worth_repeating(error: BaseException) -> bool:
    """True if a retry of the same request may succeed."""
    lasting = ("certificate", "no-tls", "old-tls", "proxy", "redirects", "too-long", "bad-address")
    return not failure_of(error).reason.startswith(lasting)


def wire_error(error: BaseException) -> BaseException:
    """The urllib3 error behind a requests error, which Retry uses for counting."""
    kinds = (wire.ConnectTimeoutError, wire.ReadTimeoutError, wire.ProtocolError)
    return next((cause for cause in causes(error) if isinstance(cause, kinds)), error)


def causes(error: BaseException) -> Iterator[BaseException]:
    """The error and all its causes: the libraries nest causes in args, reasons and causes."""
    waiting, seen = [error], set[int]()
    while waiting:
        cause = waiting.pop(0)
        if id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        inner = (
            *cause.args,
            getattr(cause, "reason", None),
            getattr(cause, "original_error", None),
        )
        nested = (*inner, cause.__cause__, cause.__context__)
        waiting.extend(item for item in nested if isinstance(item, BaseException))
