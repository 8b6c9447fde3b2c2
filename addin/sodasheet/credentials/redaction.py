"""Redaction of the secrets in use from text that is about to be printed or written.

The last line of defense: no code is known to print a secret, but an unexpected error carries the
text of the library that raised it.
"""

from __future__ import annotations

from sodasheet.model.credentials import Credentials

_MARK = "***"
#: Shorter texts would redact harmless words, and are not secrets.
_SHORTEST = 4

_known: set[str] = set()


def register_secret(credentials: Credentials) -> None:
    """Register a secret for redaction, in its encoded forms too."""
    if len(credentials.secret) >= _SHORTEST:
        _known.update(credentials.spellings())


def redact(text: str) -> str:
    """Replace every registered secret in the text."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, _MARK)
    return text
