"""Mail addresses as people list them."""

from __future__ import annotations

import re

#: One address alone: nothing in it may end a header, a list or a name. Before the @ only ASCII is
#: sure to be understood by every server on the way; a domain has an ASCII form.
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[^\s@,;:<>()\[\]\\\"]{1,253}")

ALLOWED = "mail addresses with commas between them, such as ann@example.org, bob@example.org,"


def addresses(text: str) -> tuple[str, ...]:
    """The addresses in a list with commas or semicolons, each once; empty for an empty text.

    Raises ValueError naming the first that is none.
    """
    found = [part.strip() for part in re.split("[,;]", text)]
    for one in found:
        if one and not (_ADDRESS.fullmatch(one) and one.isprintable() and _ascii(one)):
            raise ValueError(one)
    return tuple(dict.fromkeys(filter(None, found)))


def _ascii(address: str) -> bool:
    return address.partition("@")[0].isascii()
