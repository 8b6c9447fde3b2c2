"""`sodasheet addin doctor`: what the add-in needs, each looked at on its own, with its remedy."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import getproxies

from sodasheet.errors import SodaSheetError
from sodasheet.installer import interpreter
from sodasheet.installer.install import shipped_addin
from sodasheet.installer.machine import MAC, WINDOWS, Machine, Places, places
from sodasheet.office.settings_sheet import SODASHEET_VERSION, XLWINGS_VERSION, read_settings

#: Asks the registry for the value of a key; None where there is none.
Registry = Callable[[str, str], str | None]

_INSTALL = "Run: sodasheet addin install"
_EXCEL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_CLICK_TO_RUN = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
_TRUST = r"Microsoft\Office\16.0\Excel\Security\Trusted Locations"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `remedy` says what to do where `ok` is False."""

    name: str
    ok: bool
    text: str
    remedy: str = ""


def examine(machine: Machine, registry: Registry, store: Callable[[], str]) -> list[Check]:
    """Everything that can be looked at without a network; never raises SodaSheetError.

    `store` names the credential store, or raises SodaSheetError.
    """
    try:
        where = places(machine)
    except SodaSheetError as error:
        local = [Check("Excel", ok=False, text=error.what, remedy=error.remedy)]
    else:
        local = [
            _excel(machine, registry),
            _addin(where),
            _trust(where, machine, registry),
            _mark_of_the_web(where),
            _python(where, machine),
            _xlwings(where),
        ]
    return [*local, answered("Keys", store), _proxies(getproxies())]


def answered(name: str, ask: Callable[[], str]) -> Check:
    """What a question to somewhere else was answered with, an error among the answers."""
    try:
        return Check(name, ok=True, text=ask())
    except SodaSheetError as error:
        return Check(name, ok=False, text=error.what, remedy=error.remedy)


def windows_registry(key: str, name: str) -> str | None:
    """The registry of this computer; `key` begins with HKLM or HKCU."""
    if sys.platform == "win32":
        import winreg

        root, _, path = key.partition("\\")
        hive = {"HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCU": winreg.HKEY_CURRENT_USER}[root]
        try:
            with winreg.OpenKey(hive, path) as opened:
                return str(winreg.QueryValueEx(opened, name)[0])
        except OSError:
            pass
    return None


def _excel(machine: Machine, registry: Registry) -> Check:
    if machine.system == MAC:
        program = Path("/Applications/Microsoft Excel.app")
        found = str(program) if program.exists() else None
        build = ""
    else:
        found = registry(_EXCEL, "")
        build = f" {registry(_CLICK_TO_RUN, 'VersionToReport') or ''}".rstrip()
        build += f" {registry(_CLICK_TO_RUN, 'Platform') or ''}".rstrip()
    if found:
        return Check("Excel", ok=True, text=f"found{build}: {found}")
    return Check(
        "Excel",
        ok=False,
        text="was not found on this computer.",
        remedy="Install the desktop version of Excel; the one in the browser runs no such add-in.",
    )


def _addin(where: Places) -> Check:
    try:
        content = where.addin.read_bytes()
    except OSError:
        return Check("Add-in", ok=False, text=f"is not at {where.addin}", remedy=_INSTALL)
    if content == shipped_addin():
        there = read_settings(content)[SODASHEET_VERSION]
        return Check("Add-in", ok=True, text=f"{there} at {where.addin}")
    there = read_settings(content).get(SODASHEET_VERSION, "unknown")
    text = f"is not the one that belongs to this SodaSheet (version there: {there}): {where.addin}"
    return Check("Add-in", ok=False, text=text, remedy=f"Close Excel. {_INSTALL}")


def _trust(where: Places, machine: Machine, registry: Registry) -> Check:
    folder = where.addin.parent
    if machine.system == WINDOWS:
        for policy in (rf"HKCU\Software\Policies\{_TRUST}", rf"HKCU\Software\{_TRUST}"):
            if registry(policy, "AllLocationsDisabled") == "1":
                return Check(
                    "Trust",
                    ok=False,
                    text="Excel is told to trust no folder, so it does not run the add-in.",
                    remedy=f"Ask your IT department to allow this trusted location: {folder}",
                )
        if str(folder).startswith("\\\\"):
            return Check(
                "Trust",
                ok=False,
                text=f"The add-in's folder is on the network, which Excel does not trust: {folder}",
                remedy="Ask your IT department to allow trusted locations on the network.",
            )
    return Check("Trust", ok=True, text=f"Excel starts add-ins from {folder}")


def _mark_of_the_web(where: Places) -> Check:
    """Windows keeps the mark in a second stream of the file."""
    if Path(f"{where.addin}:Zone.Identifier").exists():
        return Check(
            "Download mark",
            ok=False,
            text=f"Windows marks the add-in as coming from the web: {where.addin}",
            remedy="Run: sodasheet addin uninstall, then: sodasheet addin install",
        )
    return Check("Download mark", ok=True, text="none on the add-in")


def _python(where: Places, machine: Machine) -> Check:
    try:
        noted = interpreter.read(where.settings, where.interpreter_key, machine)
    except OSError as error:
        noted, why = None, f"{where.settings} cannot be read: {error.strerror}"
    else:
        why = f"Excel does not know which Python to start: {where.settings} does not say it."
    if noted is None:
        return Check("Python", ok=False, text=why, remedy=_INSTALL)
    if not Path(noted).is_file():
        return Check("Python", ok=False, text=f"is gone: {noted}", remedy=_INSTALL)
    if noted != machine.python:
        text = f"Excel starts another Python than this one: {noted}"
        return Check("Python", ok=False, text=text, remedy=f"If this one is right: {_INSTALL}")
    return Check("Python", ok=True, text=noted)


def _xlwings(where: Places) -> Check:
    try:
        known = read_settings(where.addin.read_bytes()).get(XLWINGS_VERSION)
    except OSError:
        known = None
    here = version("xlwings")
    if known == here:
        return Check("xlwings", ok=True, text=f"{here}, as the add-in expects")
    text = f"{here} is installed, the add-in was built with {known or 'none that can be read'}."
    remedy = f"Run: pip install xlwings=={read_settings(shipped_addin())[XLWINGS_VERSION]}"
    return Check("xlwings", ok=False, text=text, remedy=remedy if known else _INSTALL)


def _proxies(found: Mapping[str, str]) -> Check:
    """Only hosts are shown: an address of a proxy may hold a password."""
    shown = []
    for scheme in sorted(found):
        if scheme in ("http", "https", "all"):
            address = urlsplit(found[scheme] if "//" in found[scheme] else f"//{found[scheme]}")
            shown.append(f"{scheme} through {address.hostname or 'an address that cannot be read'}")
    return Check("Proxy", ok=True, text=", ".join(shown) or "none; the portal is asked directly")
