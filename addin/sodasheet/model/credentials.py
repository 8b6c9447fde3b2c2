"""Credentials for a portal."""

from __future__ import annotations

import base64
import html
import json
from dataclasses import dataclass, field
from urllib.parse import quote


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key (id and secret) or a user name and password; the secret is never shown.

    `origin` is their source, such as "the environment", and is ignored in comparisons.
    """

    key_id: str
    secret: str = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    origin: str = field(default="", compare=False)

    def spellings(self) -> tuple[str, ...]:
        """Return the forms of the secret in requests, replies and tracebacks, the longest first.

        For code that must keep the secret out of texts of other programs.
        """
        if not self.secret:
            return ()
        secret, pair = self.secret, f"{self.key_id}:{self.secret}"
        mail = f"\0{self.key_id}\0{self.secret}"  # as mail servers are given it
        packed = [
            base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
            for text in (secret, pair, mail)
        ]
        plain = [secret, html.escape(secret), repr(secret)[1:-1]]
        escaped = [json.dumps(secret, ensure_ascii=bare)[1:-1] for bare in (True, False)]
        addressed = [quote(text, safe="", errors="replace") for text in (secret, *packed)]
        found = {*packed, *plain, *escaped, *addressed}
        return tuple(sorted(found, key=len, reverse=True))
