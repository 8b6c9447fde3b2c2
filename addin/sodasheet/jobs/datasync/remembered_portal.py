"""Stored portal for DataSync jobs, because a `.sij` does not name its portal."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.jobs.datasync.java_preferences import NODE, from_java
from sodasheet.jobs.datasync.password_masking import unmasked
from sodasheet.jobs.datasync.preferences import Preferences, by_config_key, read_preferences
from sodasheet.model.next_step import Action, NextStep
from sodasheet.system.folders import home, make_private
from sodasheet.system.path_facts import is_file

NAME = "datasync.json"

_TO_SAY = (
    "Sign in to the portal, name it on import, or read DataSync's preferences (a config.json, "
    "prefs.xml or registry export)."
)
_STEPS = (
    NextStep(Action.SIGN_IN),
    NextStep(Action.IMPORT_JOB, portal="https://HOST"),
    NextStep(Action.READ_PREFERENCES),
)


def keep(preferences: Preferences) -> Path:
    """Store everything but the secrets, and return the file. Raises SodaSheetError."""
    path = home() / NAME
    text = json.dumps(preferences.plain(), ensure_ascii=False, indent=2) + "\n"
    try:
        make_private(path.parent)
        handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=f".{NAME}")
        try:
            with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
                file.write(text)
            Path(fresh).replace(path)
        except OSError:
            with suppress(OSError):
                Path(fresh).unlink()
            raise
    except OSError as error:
        raise SodaSheetError(
            f"{path} cannot be written: {error.strerror or error}.",
            "Free some disk space, or make the folder writable.",
        ) from error
    return path


def found() -> Preferences:
    """Return the imported preferences, else DataSync's own on this computer, else the one account.

    Secrets stored by DataSync are not included: they are imported on request only. Raises
    UsageProblem if stored preferences cannot be read.
    """
    if (home() / NAME).is_file():
        return read_preferences(home() / NAME)
    stored = _stored()
    if stored is not None and stored.portal:
        return Preferences(stored.plain(), stored.origin)
    return _only_account()


def secret(preferences: Preferences, name: str) -> str | None:
    """Return a password in clear text, if necessary with DataSync's key on this computer.

    Empty if there is none, None if the password is masked with an unknown key.
    """
    found = preferences.secret(name)
    stored = _stored() if found is None else None
    if stored is None:
        return found
    return unmasked(preferences.values[name], stored.values.get("junk", ""))


def _stored() -> Preferences | None:
    """Return DataSync's own preferences on this computer, including secrets."""
    return _from_files() or _from_registry()


def portal_of(preferences: Preferences, name: str) -> str:
    """Return the portal in the preferences. Raises UsageProblem if there is none."""
    from sodasheet.portal.dataset_address import parse_portal

    if not preferences.portal:
        raise UsageProblem(
            f"{name} does not say which portal it is for: DataSync keeps that in its preferences, "
            "and there are none here.",
            _TO_SAY,
            _STEPS,
        )
    return parse_portal(preferences.portal)


def _from_files() -> Preferences | None:
    """Read the preferences on Linux and macOS, where they are files of the user."""
    places = (
        Path(".java/.userPrefs") / NODE / "prefs.xml",
        Path("Library/Preferences/com.apple.java.util.prefs.plist"),
    )
    for place in places:
        with suppress(UsageProblem, RuntimeError, OSError):
            path = Path.home() / place
            if is_file(path):
                return read_preferences(path)
    return None


def _from_registry() -> Preferences | None:
    """Read the preferences on Windows, where they are in the user's registry."""
    return _registry_values() if sys.platform == "win32" else None


def _registry_values() -> Preferences | None:  # pragma: no cover - Windows only
    from importlib import import_module

    winreg = import_module("winreg")
    values: dict[str, str] = {}
    try:
        place = r"Software\JavaSoft\Prefs\/Socrata/Integration/Prefs"
        with winreg.OpenKey(winreg.HKEY_CURRENT_USER, place) as key:
            for index in range(winreg.QueryInfoKey(key)[1]):
                name, value, _ = winreg.EnumValue(key, index)
                values[from_java(str(name))] = from_java(str(value))
    except OSError:
        return None
    return Preferences(by_config_key(values), "the registry")


def _only_account() -> Preferences:
    from sodasheet.credentials.account_list import list_accounts

    hosts = {account.host for account in list_accounts() if account.kind == "portal"}
    domain = hosts.pop() if len(hosts) == 1 else ""
    return Preferences({"domain": domain}, "the account that is signed in")
