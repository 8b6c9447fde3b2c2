"""Post a message to a webhook, whose full address is a secret."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import requests

from sodasheet.errors import SodaSheetError
from sodasheet.portal.http.connection import Connection, SignIn

#: Seconds for connecting, and between the pieces of the reply.
PATIENCE = 20.0

#: Reasons that a user can act on, by library error; the first match counts.
_REASONS: tuple[tuple[type[Exception], str, str], ...] = (
    (
        requests.exceptions.SSLError,
        "its certificate is not trusted",
        "Check the address; behind an inspecting proxy, ask IT for its certificate.",
    ),
    (
        requests.exceptions.ProxyError,
        "the proxy refused the connection",
        "Check the proxy settings and its sign-in.",
    ),
    (requests.exceptions.Timeout, "it did not answer in time", "Check the service's status."),
    (
        requests.exceptions.ConnectionError,
        "there is no connection",
        "Check the address and the network.",
    ),
)


def webhook_host(url: str) -> str | None:
    """Return host, and port if any, of a webhook's address; None if not an https address."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    plain = url.isascii() and url.isprintable() and not set(url) & set(" \\")
    if parts.scheme != "https" or not parts.hostname or parts.username or not plain:
        return None
    return parts.hostname if port in (None, 443) else f"{parts.hostname}:{port}"


def post_webhook(url: str, body: dict[str, Any], patience: float = PATIENCE) -> None:
    """Post the body as JSON, once, over TLS; redirects are not followed.

    Raises SodaSheetError, which names the host only and never the address.
    """
    host = webhook_host(url)
    if host is None:
        raise SodaSheetError(
            "The address of the webhook is not an https address.",
            "Copy the address from the service again, and save it.",
        )
    try:
        with (
            Connection(SignIn("", None), {}) as connection,
            connection.post(
                url, json=body, timeout=patience, allow_redirects=False, stream=True
            ) as answer,
        ):
            status = answer.status_code
    except requests.RequestException as error:
        found = (entry[1:] for entry in _REASONS if isinstance(error, entry[0]))
        why, remedy = next(found, ("the request failed", "Check the address and the network."))
        # The library's own error quotes the address, so that it must not be chained.
        raise SodaSheetError(f"The webhook on {host} was not reached: {why}.", remedy) from None
    if not 200 <= status < 300:
        raise SodaSheetError(
            f"The webhook on {host} refused the message (status {status}).",
            "Make a new webhook in the service, and save its address."
            if status in (301, 302, 307, 308, 401, 403, 404, 410)
            else "Check the status of the service.",
        )
