"""DataSync's data in the registry of its user."""

from __future__ import annotations

import winreg

from sodasheet.jobs.datasync.remembered_portal import _from_registry

PREFS = r"Software\JavaSoft\Prefs\/Socrata/Integration/Prefs"


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


def test_without_datasync_there_are_none():
    assert _from_registry() is None
