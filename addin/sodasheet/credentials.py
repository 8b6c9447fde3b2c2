"""Where the secret comes from: environment variables, for machines without a keyring."""

from __future__ import annotations

import os
from collections.abc import Mapping

from sodasheet.errors import UsageProblem
from sodasheet.model.credentials import Credentials

KEY_ID = "SODASHEET_KEY_ID"
KEY_SECRET = "SODASHEET_KEY_SECRET"  # noqa: S105 - the name of a variable, not a secret
APP_TOKEN = "SODASHEET_APP_TOKEN"  # noqa: S105


def from_environment(environ: Mapping[str, str] = os.environ) -> Credentials | None:
    """The key (or user name and password) that the environment names, None where it names none.

    Blanks around a value are dropped: they come from files and task schedulers. An app token
    alone identifies nobody, so it counts only beside a key. Raises UsageProblem, which never
    repeats a value, where only one half of the key is set.
    """
    key_id, secret, token = (
        environ.get(name, "").strip() for name in (KEY_ID, KEY_SECRET, APP_TOKEN)
    )
    if not key_id and not secret:
        return None
    for name, value in ((KEY_ID, key_id), (KEY_SECRET, secret)):
        if not value:
            raise UsageProblem(
                f"{name} is not set, though the other half of the key is.",
                f"Set both {KEY_ID} and {KEY_SECRET}, or neither.",
            )
    return Credentials(key_id, secret, token or None)
