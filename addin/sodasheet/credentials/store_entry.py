"""Entry: the name of a secret in a store, and the rules for secrets that can be stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from sodasheet.errors import CredentialError, UsageProblem
from sodasheet.model.credentials import Credentials

Kind = Literal["portal", "mail", "proxy", "webhook"]

#: Windows keeps at most 2560 bytes, in UTF-16 (CRED_MAX_CREDENTIAL_BLOB_SIZE). The limit applies
#: everywhere, so that a secret works on every computer.
LONGEST = 1280


@dataclass(frozen=True, slots=True)
class Entry:
    """Host (with its port, if any) and kind of a secret."""

    host: str
    kind: Kind = "portal"

    @classmethod
    def of(cls, place: str, kind: Kind = "portal") -> Entry:
        """Return the entry of a host or of a portal's base address. Raises UsageProblem."""
        host = (urlsplit(place).netloc if "://" in place else place).strip().lower()
        if not host or not host.isprintable() or any(sign in host for sign in "/@ "):
            raise UsageProblem(
                "A secret can only be saved for a host name.",
                "Enter only the host, such as data.example.gov.",
            )
        return cls(host, kind)

    @property
    def service(self) -> str:
        """Name in the store, with our prefix because all programs of a user share the store."""
        return f"sodasheet:{self.host}" if self.kind == "portal" else self._other

    @property
    def _other(self) -> str:
        return f"sodasheet:{self.kind}:{self.host}"


#: Names of the two halves, and the remedy if one is wrong.
_WORDS = {
    "portal": ("key id", "secret", "Copy it from the portal's developer settings again."),
    "mail": ("user name", "password", "Enter it exactly as it is configured on the mail server."),
    "proxy": ("user name", "password", "Enter it exactly as it is configured on the proxy."),
    "webhook": ("name", "address", "Copy it from the service again."),
}


def require_storable(credentials: Credentials, kind: Kind = "portal") -> None:
    """Refuse a secret that a store would accept but return in a changed form.

    Raises UsageProblem, CredentialError; neither repeats the secret.
    """
    key_id, secret = credentials.key_id, credentials.secret
    name, word, remedy = _WORDS[kind]
    if not key_id.strip() or not key_id.isprintable():
        raise UsageProblem(f"The {name} is empty or contains an invisible character.", remedy)
    if not secret.strip() or not secret.isprintable():
        raise UsageProblem(
            f"The {word} is empty or contains an invisible character, such as a line break.", remedy
        )
    if kind == "proxy" and ":" in key_id:
        raise UsageProblem(
            "The user name contains a colon, which is not allowed in a proxy sign-in.", remedy
        )
    units = len(secret.encode("utf-16-le")) // 2
    if units > LONGEST:
        raise CredentialError(
            f"The secret is {units:,} characters long (some characters count twice), and credential"
            f" stores accept at most {LONGEST:,}.",
            "Use an API key, whose secret is much shorter, or check what you copied.",
            "too-long",
        )
