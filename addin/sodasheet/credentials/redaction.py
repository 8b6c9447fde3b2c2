"""Secrets in use, so that whatever is about to be printed or written can be cleared of them.

The last line of defense: nothing is known to print a secret, but an error that nobody foresaw
carries the words of whatever library raised it.
"""

from __future__ import annotations

from sodasheet.model.credentials import Credentials

_MARK = "***"
#: A shorter one would blot harmless words, and is no secret.
_SHORTEST = 4

_known: set[str] = set()


def register_secret(credentials: Credentials) -> None:
    """From now on the secret is blotted, as it is and as requests and replies write it."""
    if len(credentials.secret) >= _SHORTEST:
        _known.update(credentials.spellings())


def redact(text: str) -> str:
    """The text without any secret that this process has had in hand."""
    for secret in sorted(_known, key=len, reverse=True):
        text = text.replace(secret, _MARK)
    return text
