"""Who the portal is told we are."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key (id and secret) or a user name and password; the secret is never shown."""

    key_id: str
    secret: str = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
