"""Lists of email addresses."""

from __future__ import annotations

import re

#: A single address: no character may end a header, a list or a name. Before the @ only ASCII is
#: understood by every mail server; a domain has an ASCII form.
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[^\s@,;:<>()\[\]\\\"]{1,253}")

ALLOWED = 'email addresses separated by commas ("ann@example.org, bob@example.org")'


def addresses(text: str) -> tuple[str, ...]:
    """Return the unique addresses in a list with commas or semicolons; empty for an empty string.

    Raises ValueError naming the first invalid address.
    """
    found = [part.strip() for part in re.split("[,;]", text)]
    for address in filter(None, found):
        if not (_ADDRESS.fullmatch(address) and address.isprintable() and _ascii(address)):
            raise ValueError(address)
    return tuple(dict.fromkeys(filter(None, found)))


def _ascii(address: str) -> bool:
    return address.partition("@")[0].isascii()
