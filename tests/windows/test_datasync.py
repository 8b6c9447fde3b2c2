"""DataSync's data in the registry of its user."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.jobs.datasync.preferences import Preferences
from sodasheet.jobs.datasync.remembered_portal import _from_registry, secret

winreg = pytest.importorskip("winreg", reason="The registry is on Windows only.")

PREFS = r"Software\JavaSoft\Prefs\/Socrata/Integration/Prefs"

#: A password as DataSync masks it, and the key that it keeps beside it.
MASKED = "Ew8DEgEUAQ8CBhUTCmRnam1wc3Z5fH-ChYiLjpGUy2wlNlgc-JhqKcv32yja"
JUNK = "yM/W3eTr8vkABw4VHCMqMQ=="


def test_preferences_are_read_from_the_registry():
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, PREFS) as key:
        # Java writes a backslash for a slash, and a slash in front of a capital.
        winreg.SetValueEx(key, "domain", 0, winreg.REG_SZ, r"https:\\data.example.gov")
        winreg.SetValueEx(key, "admin_email", 0, winreg.REG_SZ, "/Steward@example.gov")
    try:
        found = _from_registry()
    finally:
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, PREFS)

    assert found is not None
    assert found.values["domain"] == "https://data.example.gov"
    assert found.values["adminEmail"] == "Steward@example.gov"


def test_a_masked_password_is_read_with_the_key_in_the_registry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))
    preferences = Preferences({"username": "me", "password": MASKED}, "config.json")
    assert secret(preferences, "password") is None
    with winreg.CreateKey(winreg.HKEY_CURRENT_USER, PREFS) as key:
        winreg.SetValueEx(key, "junk", 0, winreg.REG_SZ, in_java(JUNK))
    try:
        assert secret(preferences, "password") == "pa\u00dfwort \u20ac 1"
    finally:
        winreg.DeleteKey(winreg.HKEY_CURRENT_USER, PREFS)


def in_java(text: str) -> str:
    """Return a string in the form of Java in the registry."""
    signs = {"/": "\\", "\\": "//"}
    return "".join(f"/{sign}" if sign.isupper() else signs.get(sign, sign) for sign in text)


def test_without_datasync_there_are_none():
    assert _from_registry() is None
