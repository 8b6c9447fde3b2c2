"""The doctor on an office's policies. On Windows the test writes policies to its registry."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sodasheet.installer.doctor.excel_policies import policy_checks
from sodasheet.system.windows_registry import WindowsRegistry

ADDIN = Path("XLSTART") / "SodaSheet.xlam"
PYTHON = r"C:\Users\jo\AppData\Local\Programs\SodaSheet\python\python.exe"
GROUP = r"HKCU\Software\Policies\Microsoft\Office\16.0"
CLOUD = r"HKCU\Software\Policies\Microsoft\Cloud\Office\16.0"
OWN = r"HKCU\Software\Microsoft\Office\16.0"
DEFENDER = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender"
CHILDREN = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"

#: Key, name, value, the check that reads it, and a word of its message.
POLICIES = [
    (rf"{GROUP}\Common", "VBAOff", 1, "Macros", "VBAOff"),
    (rf"{GROUP}\Excel\Security", "VBAWarnings", 4, "Macros", "VBAWarnings 4"),
    (rf"{GROUP}\Excel\Security", "VBAWarnings", 3, "Macros", "signed"),
    (rf"{CLOUD}\Excel\Security", "VBAWarnings", 3, "Macros", "signed"),
    (rf"{GROUP}\Excel\Security\Trusted Locations", "AllLocationsDisabled", 1, "Trust", "no folder"),
    (rf"{OWN}\Excel\Security\Trusted Locations", "AllLocationsDisabled", 1, "Trust", "no folder"),
    (rf"{GROUP}\Common\Security\Trusted Locations", "Allow User Locations", 0, "Trust", "policy"),
    (rf"{GROUP}\Excel\Security", "RequireAddinSig", 1, "Signature", "RequireAddinSig"),
    (rf"{CLOUD}\Excel\Security", "RequireAddinSig", 1, "Signature", "RequireAddinSig"),
    (
        rf"{OWN}\Excel\Resiliency\DisabledItems",
        "1A2B",
        "\x01C:\\x\\XLSTART\\sodasheet.xlam".encode("utf-16-le"),
        "Disabled items",
        "disabled the add-in",
    ),
    (
        rf"{DEFENDER}\Windows Defender Exploit Guard\ASR\Rules",
        CHILDREN,
        "1",
        "Starting Python",
        CHILDREN,
    ),
    (
        rf"{DEFENDER}\Policy Manager",
        "ASRRules",
        f"{CHILDREN.upper()}=1|3b576869-a4ec-4529-8536-b80a7769e899=2",
        "Starting Python",
        CHILDREN,
    ),
    (
        r"HKLM\SOFTWARE\Policies\Microsoft\Windows\SrpV2\Exe",
        "EnforcementMode",
        1,
        "Allowed programs",
        "AppLocker",
    ),
    (
        r"HKLM\SYSTEM\CurrentControlSet\Control\CI\Policy",
        "VerifiedAndReputablePolicyState",
        1,
        "Allowed programs",
        "Smart App Control",
    ),
]


class Planted(WindowsRegistry):
    """One value, where there is no real registry."""

    def __init__(self, key=None, name="", value=None):
        self._key, self._name, self._value = key, name, value

    def values(self, key):
        if key.casefold() != str(self._key).casefold():
            return {}
        binary = isinstance(self._value, bytes)
        return {self._name: self._value.decode("utf-16-le") if binary else str(self._value)}


@pytest.fixture
def plant():
    planted = []

    def put(key, name, value):
        if sys.platform != "win32":
            return Planted(key, name, value)
        import winreg

        root, _, path = key.partition("\\")
        hive = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER}[root]
        kinds = {int: winreg.REG_DWORD, str: winreg.REG_SZ, bytes: winreg.REG_BINARY}
        with winreg.CreateKey(hive, path) as opened:
            winreg.SetValueEx(opened, name, 0, kinds[type(value)], value)
        planted.append((hive, path, name))
        return WindowsRegistry()

    yield put
    for hive, path, name in planted:
        import winreg

        with winreg.OpenKey(hive, path, 0, winreg.KEY_WRITE) as opened:
            winreg.DeleteValue(opened, name)


@pytest.fixture
def untouched():
    return WindowsRegistry() if sys.platform == "win32" else Planted()


@pytest.mark.parametrize(("key", "name", "value", "check", "word"), POLICIES)
def test_a_policy_that_stands_against_the_add_in_is_named(plant, key, name, value, check, word):
    checks = policy_checks(plant(key, name, value), ADDIN, PYTHON)
    wrong = [found for found in checks if not found.ok]

    assert [found.name for found in wrong] == [check]
    assert word in wrong[0].text
    assert wrong[0].remedy


def test_without_policies_there_is_nothing_to_say(untouched):
    assert all(found.ok for found in policy_checks(untouched, ADDIN, PYTHON))


def test_a_stronger_policy_counts(plant):
    """Cloud policy allows what the user's own choice forbids."""
    own = plant(rf"{OWN}\Excel\Security", "VBAWarnings", 4)
    assert not policy_checks(own, ADDIN, PYTHON)[0].ok
    if sys.platform == "win32":
        both = plant(rf"{CLOUD}\Excel\Security", "VBAWarnings", 1)
        assert policy_checks(both, ADDIN, PYTHON)[0].ok


def test_a_list_of_allowed_programs_does_not_matter_below_program_files(plant):
    key = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\SrpV2\Exe"
    python = r"C:\Program Files\SodaSheet\python\python.exe"

    assert all(found.ok for found in policy_checks(plant(key, "EnforcementMode", 1), ADDIN, python))
