"""Redact the secrets in use from text that is about to be printed or written.

The last line of defense: no code is known to print a secret, but an unexpected error carries the
text of the library that raised it.
"""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote

from sodasheet.model.credentials import Credentials

_MARK = "***"
#: Shorter strings are not secrets, and would redact harmless words.
_SHORTEST = 4

#: Both alphabets of base64: standard, and URL-safe.
_CODES = (base64.b64encode, base64.urlsafe_b64encode)

_known: set[str] = set()


def register_secret(credentials: Credentials) -> None:
    """Register a secret for redaction, in its encoded forms too."""
    if len(credentials.secret) >= _SHORTEST:
        _known.update(secret_spellings(credentials))


def secret_spellings(of: Credentials) -> tuple[str, ...]:
    """Return the forms of the secret in requests, replies and tracebacks, the longest first.

    For code that must keep the secret out of strings of other programs.
    """
    if not of.secret:
        return ()
    secret, pair = of.secret, f"{of.key_id}:{of.secret}"
    mail = f"\0{of.key_id}\0{of.secret}"  # as sent to mail servers
    raw = [text.encode("utf-8", "replace") for text in (secret, pair, mail)]
    codes = [code(data).decode("ascii") for data in raw for code in _CODES]
    # Without padding, which some programs leave out.
    packed = [*(code.rstrip("=") for code in codes), *codes, *(data.hex() for data in raw)]
    plain = [secret, html.escape(secret), repr(secret)[1:-1]]
    escaped = [json.dumps(secret, ensure_ascii=bare)[1:-1] for bare in (True, False)]
    addressed = [quote(text, safe="", errors="replace") for text in (secret, *packed)]
    found = {*packed, *plain, *escaped, *addressed}
    return tuple(sorted(found, key=len, reverse=True))


def redact(text: str) -> str:
    """Replace every registered secret in the text."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, _MARK)
    return text
