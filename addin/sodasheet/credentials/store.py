"""Credential store of this computer, which must protect secrets."""

from __future__ import annotations

import configparser
import logging
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.credentials.environment import HEADLESS
from sodasheet.errors import CredentialError

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

VARIABLE = "PYTHON_KEYRING_BACKEND"
FILE = "keyringrc.cfg"

_NAMES = {
    "keyring.backends.Windows.WinVaultKeyring": "Windows Credential Manager",
    "keyring.backends.macOS.Keyring": "macOS Keychain",
    "keyring.backends.SecretService.Keyring": "Secret Service",
    "keyring.backends.libsecret.Keyring": "Secret Service",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet",
}

_log = logging.getLogger("sodasheet.credentials")


@dataclass(frozen=True, slots=True)
class Store:
    """A store that protects its secrets; `chosen_by` is the setting that chose the store, if any.

    Its methods raise the errors of the store's library: call them through timeout.ask.
    """

    backend: KeyringBackend
    chosen_by: str = ""

    @property
    def name(self) -> str:
        """Familiar name of the store."""
        return " + ".join(dict.fromkeys(_name(member) for member in _members(self.backend)))

    def read(self, service: str, key_id: str) -> str | None:
        """Return the secret; None if there is none."""
        return self.backend.get_password(service, key_id) or None

    def write(self, service: str, key_id: str, secret: str) -> None:
        """Save the secret and check by reading: stores may accept secrets without saving them."""
        for member in _members(self.backend):
            _keep_on_this_computer(member)
        self.backend.set_password(service, key_id, secret)
        if self.read(service, key_id) != secret:
            with suppress(Exception):
                self.remove(service, key_id)
            raise CredentialError(
                f"{self.name} accepted the secret but did not return it unchanged.",
                f"Check in the store's own program that it can save passwords. {HEADLESS}",
                "not-kept",
            )

    def remove(self, service: str, key_id: str) -> None:
        """Remove the secret; a missing secret is not an error."""
        from keyring.errors import PasswordDeleteError

        refusal: PasswordDeleteError | None = None
        for member in _members(self.backend):
            try:
                member.delete_password(service, key_id)
            except PasswordDeleteError as error:
                refusal = error  # raised for a missing secret, too
        if self.read(service, key_id) is not None:
            raise refusal or PasswordDeleteError("still there")


def select() -> Store:
    """Return the store to use: the administrator's choice, otherwise the best available.

    Raises CredentialError if it does not protect secrets (docs/explanation/security.md), and
    whatever the library raises.
    """
    _tame()
    from keyring import core

    chosen_by, choice = _choice()
    try:
        core.init_backend(limit=core.recommended)
    except Exception as error:
        if not chosen_by:
            raise
        raise CredentialError(
            f"{chosen_by} selects the credential store {choice}, which cannot be used here.",
            f"Correct or remove that setting. {HEADLESS}",
            "bad-choice",
        ) from error
    store = Store(core.get_keyring(), chosen_by)
    _require_protection(store, choice)
    if chosen_by:
        _log.info("credential store: %s, chosen by %s", store.name, chosen_by)
    return store


def _require_protection(store: Store, choice: str) -> None:
    members = _members(store.backend)
    if members and all(map(_protects, members)):
        return
    if store.chosen_by:
        raise CredentialError(
            f"{store.chosen_by} selects the credential store {choice}, which does not protect"
            " secrets.",
            f"Remove that setting, or choose a store that does. {HEADLESS}",
            "unprotected",
        )
    raise CredentialError(
        "There is no credential store on this computer that protects secrets.",
        f"On Linux, sign in to a desktop with gnome-keyring or KWallet and try again. {HEADLESS}",
        "no-store",
    )


def _protects(backend: KeyringBackend) -> bool:
    """True if keyring recommends the backend, which excludes backends with clear text."""
    from keyring.backends import fail, null
    from keyring.core import recommended

    return not isinstance(backend, fail.Keyring | null.Keyring) and bool(recommended(backend))


def _members(backend: KeyringBackend) -> list[KeyringBackend]:
    """Return the backend, or the members of a chain, which may read from any of them."""
    from keyring.backends.chainer import ChainerBackend

    return list(backend.backends) if isinstance(backend, ChainerBackend) else [backend]


def _name(backend: KeyringBackend) -> str:
    kind = type(backend)
    return _NAMES.get(f"{kind.__module__}.{kind.__qualname__}", str(backend.name))


def _keep_on_this_computer(backend: KeyringBackend) -> None:
    """Prevent the secret from roaming with the user's Windows profile."""
    if hasattr(type(backend), "persist") and "KEYRING_PROPERTY_PERSIST" not in os.environ:
        backend.persist = "local machine"  # type: ignore[attr-defined]


def _choice() -> tuple[str, str]:
    """Return the setting that chose a store, and the store; both are empty if none was chosen."""
    if VARIABLE in os.environ:
        return VARIABLE, os.environ[VARIABLE] or "(nothing)"
    from keyring.util.platform_ import config_root

    settings = configparser.RawConfigParser()
    try:
        settings.read(config_root() / FILE, encoding="utf-8")
        return FILE, settings.get("backend", "default-keyring").strip()
    except (configparser.NoSectionError, configparser.NoOptionError):
        return "", ""
    except (configparser.Error, UnicodeDecodeError):
        return FILE, "(unreadable)"


def _tame() -> None:
    """Prevent keyring from printing and from starting programs while looking for stores.

    Without a handler its problems with plugins would print a traceback. On other systems its macOS
    backend looks for libraries through the compiler, and so starts programs that inherit the
    environment and any secret in it.
    """
    logger = logging.getLogger("keyring")
    if not logger.handlers:
        logger.addHandler(logging.NullHandler())
    if sys.platform != "darwin":
        sys.modules.setdefault("keyring.backends.macOS.api", None)  # type: ignore[arg-type]
