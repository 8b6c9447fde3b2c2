"""Stores for tests, chosen by PYTHON_KEYRING_BACKEND.

A store class registers itself when it is defined and would then be found by itself, in every test
of the process. `viable` is therefore False: these are used where they are named, and only there.
"""

from __future__ import annotations

import time
from typing import ClassVar

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked, PasswordDeleteError, PasswordSetError


class Memory(KeyringBackend):
    """Keeps secrets until the process ends; acts as a secure store."""

    viable = False
    priority = 5
    kept: ClassVar[dict[tuple[str, str], str]] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if self.kept.pop((service, username), None) is None:
            raise PasswordDeleteError("No such password!")


class Roaming(Memory):
    """Has the setting of the Windows store for where a secret may travel."""

    viable = False
    priority = 5
    persist = "enterprise"
    last = ""

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password)
        Roaming.last = self.persist


class Forgetful(Memory):
    """Claims to have saved the secret, but has not."""

    viable = False
    priority = 5

    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Cutting(Memory):
    """Keeps only the first eight characters."""

    viable = False
    priority = 5

    def set_password(self, service: str, username: str, password: str) -> None:
        super().set_password(service, username, password[:8])


class Full(Memory):
    """Refuses every secret, and repeats the secret in the error message."""

    viable = False
    priority = 5

    def set_password(self, service: str, username: str, password: str) -> None:
        raise PasswordSetError(f"no room for {password}")


class Clinging(Memory):
    """Refuses to delete its content."""

    viable = False
    priority = 5

    def delete_password(self, service: str, username: str) -> None:
        raise PasswordDeleteError("refused")


class Locked(Memory):
    """Stays locked."""

    viable = False
    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("Failed to unlock the collection!")

    set_password = delete_password = get_password  # type: ignore[assignment]


class Asking(Memory):
    """Waits for an answer to an invisible question."""

    viable = False
    priority = 5

    def get_password(self, service: str, username: str) -> str | None:
        time.sleep(60)
        return None

    set_password = delete_password = get_password  # type: ignore[assignment]


class Plain(Memory):
    """Admits to not protecting secrets."""

    viable = False
    priority = 0.5


class Impossible(Memory):
    """Cannot be used on this computer."""

    viable = False

    @property
    def priority(self) -> float:
        raise RuntimeError("not here")

    def __init__(self) -> None:
        raise RuntimeError("not here")


NOT_A_STORE = "a text"
