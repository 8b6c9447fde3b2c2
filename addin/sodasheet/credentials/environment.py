"""Secrets in environment variables, for machines without a keyring."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sodasheet.errors import UsageProblem
from sodasheet.model.credentials import Credentials

KEY_ID = "SODASHEET_KEY_ID"
KEY_SECRET = "SODASHEET_KEY_SECRET"  # noqa: S105 - the name of a variable, not a secret
APP_TOKEN = "SODASHEET_APP_TOKEN"  # noqa: S105

#: Hosts of the portals that may receive the key (portal/connect.py).
PORTAL = "SODASHEET_PORTAL"

ORIGIN = "the environment"

#: Remedy if there is no store or nobody to unlock the store.
HEADLESS = (
    f"Without a desktop, set {KEY_ID} and {KEY_SECRET} instead, and {PORTAL} to the portal that"
    " they are for."
)


def from_environment(environ: Mapping[str, str] = os.environ) -> Credentials | None:
    """Return the key (or user name and password) in the environment; None if there is none.

    Spaces around a value are dropped: they come from files and task schedulers. An app token
    without a key does not identify a user and is ignored. Raises UsageProblem, which never
    repeats a value, if only one half of the key is set.
    """
    key_id, secret = (environ.get(name, "").strip() for name in (KEY_ID, KEY_SECRET))
    if not key_id and not secret:
        return None
    for name, value in ((KEY_ID, key_id), (KEY_SECRET, secret)):
        if not value:
            raise UsageProblem(
                f"{name} is not set, though the other half of the key is.",
                f"Set both {KEY_ID} and {KEY_SECRET}, or neither.",
            )
    return Credentials(key_id, secret, app_token(environ), ORIGIN)


def app_token(environ: Mapping[str, str] = os.environ) -> str | None:
    """Return the app token in the environment, its only place; an app token is not a secret."""
    return environ.get(APP_TOKEN, "").strip() or None
