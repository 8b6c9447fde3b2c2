"""A credential store in a file, from which tests read secrets stored by other processes.

The file only simulates a secure store."""

from __future__ import annotations

import json
import os
from pathlib import Path

from keyring.backend import KeyringBackend


class FileStore(KeyringBackend):
    # Used only where it is specified by name.
    viable = False
    priority = 5
    name = "Test Store"

    def _all(self) -> dict[str, str]:
        path = Path(os.environ["FILE_STORE"])
        found: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
        return found

    def get_password(self, service: str, username: str) -> str | None:
        return self._all().get(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        kept = {**self._all(), f"{service} {username}": password}
        Path(os.environ["FILE_STORE"]).write_text(json.dumps(kept))

    def delete_password(self, service: str, username: str) -> None:
        kept = self._all()
        kept.pop(f"{service} {username}", None)
        Path(os.environ["FILE_STORE"]).write_text(json.dumps(kept))
