"""Lists of mail addresses."""

from __future__ import annotations

import re

#: A single address: no character may end a header, a list or a name. Before the @ only ASCII is
#: understood by every mail server; a domain has an ASCII form.
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[^\s@,;:<>()\[\]\\\"]{1,253}")

ALLOWED = "mail addresses with commas between them, such as ann@example.org, bob@example.org,"


def addresses(text: str) -> tuple[str, ...]:
    """Return the unique addresses of a list with commas or semicolons; empty for an empty text.

    Raises ValueError naming the first invalid address.
    """
    found = [part.strip() for part in re.split("[,;]", text)]
    for one in found:
        if one and not (_ADDRESS.fullmatch(one) and one.isprintable() and _ascii(one)):
            raise ValueError(one)
    return tuple(dict.fromkeys(filter(None, found)))


def _ascii(address: str) -> bool:
    return address.partition("@")[0].isascii()
