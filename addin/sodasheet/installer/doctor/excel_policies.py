"""Office policies that prevent Excel from running the add-in, or the add-in from running Python.

Names and values are those of the Office administrative templates and of Microsoft's
documentation of Defender and AppLocker.
"""

from __future__ import annotations

from pathlib import Path

from sodasheet.installer.doctor.check_result import Check
from sodasheet.system.windows_registry import Registry

#: Where Office looks, highest priority first: cloud policy, group policy, the user's own choice.
_CLOUD = r"HKCU\Software\Policies\Microsoft\Cloud\Office\16.0"
_GROUP = r"HKCU\Software\Policies\Microsoft\Office\16.0"
_OWN = r"HKCU\Software\Microsoft\Office\16.0"
_HIVES = (_CLOUD, _GROUP, _OWN)
_COMPUTER = r"HKLM\Software\Policies\Microsoft\Office\16.0"

#: "Block all Office applications from creating child processes".
_NO_CHILDREN = "d4f940ab-401b-4efc-aadc-ad5f3c50688a"
_DEFENDER = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender"
_RULES = rf"{_DEFENDER}\Windows Defender Exploit Guard\ASR\Rules"
_APP_LOCKER = r"HKLM\SOFTWARE\Policies\Microsoft\Windows\SrpV2\Exe"
_CODE_INTEGRITY = r"HKLM\SYSTEM\CurrentControlSet\Control\CI\Policy"

_ASK = "Ask your IT department"


def policy_checks(registry: Registry, addin: Path, python: str) -> list[Check]:
    """Return a check of every policy that matters to the add-in and to its Python."""
    return [
        _macros(registry),
        _trusted_locations(registry, addin.parent),
        _signature(registry),
        _disabled(registry, addin),
        _child_processes(registry),
        _allowed_programs(registry, python),
    ]


def _macros(registry: Registry) -> Check:
    off = _first(registry, r"Common", "VBAOff") or registry.value(rf"{_COMPUTER}\Common", "VBAOff")
    if off == "1":
        return Check(
            "Macros", ok=False, text="VBA is turned off for all of Office (VBAOff).",
            remedy=f"{_ASK} to allow VBA in Excel; everything works from the desk meanwhile.",
        )  # fmt: skip
    warnings = _first(registry, r"Excel\Security", "VBAWarnings")
    if warnings == "4":
        return Check(
            "Macros", ok=False, text="Only macros in trusted folders run in Excel (VBAWarnings 4).",
            remedy=f"If the tab is missing: {_ASK} to trust the add-in's folder.",
        )  # fmt: skip
    if warnings == "3":
        return Check(
            "Macros", ok=False,
            text="Excel runs only signed macros outside trusted folders (VBAWarnings 3).",
            remedy=f"If the tab is missing: {_ASK} to sign the add-in or to trust its folder.",
        )  # fmt: skip
    return Check("Macros", ok=True, text="allowed")


def _trusted_locations(registry: Registry, folder: Path) -> Check:
    if _first(registry, r"Excel\Security\Trusted Locations", "AllLocationsDisabled") == "1":
        return Check(
            "Trust", ok=False,
            text="Excel is set to trust no folder (AllLocationsDisabled), so it does not run the"
            " add-in.",
            remedy=f"{_ASK} to allow this trusted location, or to sign the add-in: {folder}",
        )  # fmt: skip
    if _first(registry, r"Common\Security\Trusted Locations", "Allow User Locations") == "0":
        return Check(
            "Trust", ok=False,
            text="Excel trusts only folders that a policy names (Allow User Locations 0).",
            remedy=f"{_ASK} to name this folder by policy, or to sign the add-in: {folder}",
        )  # fmt: skip
    if str(folder).startswith("\\\\"):
        return Check(
            "Trust", ok=False,
            text=f"The add-in's folder is on the network, which Excel does not trust: {folder}",
            remedy=f"{_ASK} to allow trusted locations on the network.",
        )  # fmt: skip
    return Check("Trust", ok=True, text=f"Excel starts add-ins from {folder}")


def _signature(registry: Registry) -> Check:
    if _first(registry, r"Excel\Security", "RequireAddinSig") == "1":
        return Check(
            "Signature", ok=False,
            text="Excel drops add-ins without a trusted publisher's signature (RequireAddinSig).",
            remedy=f"{_ASK} to sign the add-in's macros with your organization's certificate.",
        )  # fmt: skip
    return Check("Signature", ok=True, text="not required")


def _disabled(registry: Registry, addin: Path) -> Check:
    listed = registry.values(rf"{_OWN}\Excel\Resiliency\DisabledItems").values()
    if any(addin.name.casefold() in text.casefold() for text in listed):
        return Check(
            "Disabled items", ok=False, text="Excel has disabled the add-in after a failure.",
            remedy="In Excel: File, Options, Add-ins, Manage: Disabled Items, Go, Enable.",
        )  # fmt: skip
    return Check("Disabled items", ok=True, text="the add-in is not among them")


def _child_processes(registry: Registry) -> Check:
    listed = registry.value(rf"{_DEFENDER}\Policy Manager", "ASRRules") or ""
    managed = dict(rule.lower().split("=", 1) for rule in listed.split("|") if "=" in rule)
    state = registry.value(_RULES, _NO_CHILDREN) or managed.get(_NO_CHILDREN)
    if state in ("1", "6"):
        return Check(
            "Starting Python", ok=False,
            text="Defender lets Office start no programs (attack surface reduction rule"
            f" {_NO_CHILDREN}), so buttons cannot reach Python.",
            remedy=(
                f"{_ASK} to exclude SodaSheet's Python from that rule; the desk and scheduled "
                "pushes work without it."
            ),
        )  # fmt: skip
    return Check("Starting Python", ok=True, text="no Defender rule that forbids it was found")


def _allowed_programs(registry: Registry, python: str) -> Check:
    kinds = []
    if registry.value(_APP_LOCKER, "EnforcementMode") == "1":
        kinds.append("AppLocker")
    if registry.value(_CODE_INTEGRITY, "VerifiedAndReputablePolicyState") == "1":
        kinds.append("Smart App Control")
    if kinds and "\\program files\\" not in python.casefold():
        return Check(
            "Allowed programs", ok=False,
            text=f"{' and '.join(kinds)} may prevent a Python in a user's folder from running:"
            f" {python}",
            remedy=f"{_ASK} to install SodaSheet under Program Files, or to allow its folder.",
        )  # fmt: skip
    return Check("Allowed programs", ok=True, text="no list that leaves Python out was found")


def _first(registry: Registry, place: str, name: str) -> str | None:
    """Return the setting from the highest-priority hive that contains the setting."""
    found = (registry.value(rf"{hive}\{place}", name) for hive in _HIVES)
    return next((value for value in found if value is not None), None)
