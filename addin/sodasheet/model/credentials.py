"""Credentials for a portal."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Credentials:
    """An API key (id and secret) or a user name and password; the secret is never shown.

    `origin` is their source, such as "the environment", and is ignored in comparisons.
    """

    key_id: str
    secret: str = field(repr=False)
    app_token: str | None = field(default=None, repr=False)
    origin: str = field(default="", compare=False)
