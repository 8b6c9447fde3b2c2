"""The name under which a store keeps a secret, and what a secret may look like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from sodasheet.errors import CredentialError, UsageProblem
from sodasheet.model.credentials import Credentials

Kind = Literal["portal", "mail", "proxy"]

#: Windows keeps at most 2560 bytes, in UTF-16 (CRED_MAX_CREDENTIAL_BLOB_SIZE). The limit holds
#: everywhere, so that what works on one computer works on the next.
LONGEST = 1280


@dataclass(frozen=True, slots=True)
class Entry:
    """Whose secret it is: the host (with its port where it has one), and what for."""

    host: str
    kind: Kind = "portal"

    @classmethod
    def of(cls, place: str, kind: Kind = "portal") -> Entry:
        """The entry for a host or for the base address of a portal. Raises UsageProblem."""
        host = (urlsplit(place).netloc if "://" in place else place).strip().lower()
        if not host or not host.isprintable() or any(sign in host for sign in "/@ "):
            raise UsageProblem(
                "A secret can only be kept for the name of a host.",
                "Name the host alone, such as data.example.gov.",
            )
        return cls(host, kind)

    @property
    def service(self) -> str:
        """The name in the store; all programs of a user share it, hence our own prefix."""
        return f"sodasheet:{self.host}" if self.kind == "portal" else self._other

    @property
    def _other(self) -> str:
        return f"sodasheet:{self.kind}:{self.host}"


#: What the two halves are called, and where they come from.
_WORDS = {
    "portal": ("key id", "secret", "Copy it from the portal's developer settings again."),
    "mail": ("user name", "password", "Type it as the mail server knows it."),
    "proxy": ("user name", "password", "Type it as the proxy knows it."),
}


def require_storable(credentials: Credentials, kind: Kind = "portal") -> None:
    """Refuse what a store would take and later not give back as it was.

    Raises UsageProblem, CredentialError; neither repeats the secret.
    """
    key_id, secret = credentials.key_id, credentials.secret
    name, word, remedy = _WORDS[kind]
    if not key_id.strip() or not key_id.isprintable():
        raise UsageProblem(f"The {name} is empty or holds an invisible character.", remedy)
    if not secret.strip() or not secret.isprintable():
        raise UsageProblem(
            f"The {word} is empty or holds an invisible character, such as a line break.", remedy
        )
    if kind == "proxy" and ":" in key_id:
        raise UsageProblem(
            "The user name holds a colon, which no sign-in to a proxy can carry.", remedy
        )
    units = len(secret.encode("utf-16-le")) // 2
    if units > LONGEST:
        raise CredentialError(
            f"The secret is {units:,} characters long (some signs count twice), and credential"
            f" stores keep at most {LONGEST:,}.",
            "Use an API key, whose secret is far shorter, or check what was copied.",
            "too-long",
        )
