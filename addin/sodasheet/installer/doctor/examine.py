"""`sodasheet addin doctor`: everything that the add-in needs, checked separately, with remedies."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path, PureWindowsPath
from urllib.parse import urlsplit
from urllib.request import getproxies

from sodasheet.errors import SodaSheetError
from sodasheet.installer import interpreter_setting
from sodasheet.installer.addin_installation import shipped_addin
from sodasheet.installer.doctor.check_result import Check
from sodasheet.installer.doctor.excel_policies import policy_checks
from sodasheet.installer.install_locations import (
    MAC,
    STORE_REMEDY,
    WINDOWS,
    Machine,
    Places,
    is_store_python,
    places,
)
from sodasheet.office.addin_settings_sheet import SODASHEET_VERSION, XLWINGS_VERSION, read_settings
from sodasheet.system.windows_registry import Registry

_INSTALL = "Run: sodasheet addin install"
_EXCEL = r"HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\excel.exe"
_CLICK_TO_RUN = r"HKLM\SOFTWARE\Microsoft\Office\ClickToRun\Configuration"
_INTERNET = r"Software\{0}Microsoft\Windows\CurrentVersion\Internet Settings"
_PAC = [
    rf"{hive}\{_INTERNET.format(policy)}"
    for hive in ("HKCU", "HKLM")
    for policy in ("Policies\\", "")
]

#: A limit that no add-in can change, so that nobody searches the settings for it.
_UNDO = Check(
    "Undo in Excel",
    ok=True,
    text=(
        "cannot go back past the point where an add-in wrote to the workbook, as with every "
        "add-in; a workbook closed without saving is unchanged"
    ),
)


def examine(machine: Machine, registry: Registry, store: Callable[[], str]) -> list[Check]:
    """All checks that work without a network; never raises SodaSheetError.

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
            _mark_of_the_web(where),
            _python(where, machine),
            _xlwings(where),
            _UNDO,
        ]
        if machine.system == WINDOWS:
            local += [*policy_checks(registry, where.addin, machine.python), _command(machine)]
    return [*local, answered("Keys", store), _proxies(getproxies(), registry)]


def answered(name: str, ask: Callable[[], str]) -> Check:
    """Return the result of another part's check, turning an error into a result."""
    try:
        return Check(name, ok=True, text=ask())
    except SodaSheetError as error:
        return Check(name, ok=False, text=error.what, remedy=error.remedy)


def _excel(machine: Machine, registry: Registry) -> Check:
    if machine.system == MAC:
        program = Path("/Applications/Microsoft Excel.app")
        found = str(program) if program.exists() else None
        build = ""
    else:
        found = registry.value(_EXCEL, "")
        build = f" {registry.value(_CLICK_TO_RUN, 'VersionToReport') or ''}".rstrip()
        build += f" {registry.value(_CLICK_TO_RUN, 'Platform') or ''}".rstrip()
    if found:
        return Check("Excel", ok=True, text=f"found{build}: {found}")
    return Check(
        "Excel",
        ok=False,
        text="was not found on this computer.",
        remedy="Install the desktop version of Excel; Excel in the browser cannot run this add-in.",
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
    text = f"is not the one for this SodaSheet (its version: {there}): {where.addin}"
    return Check("Add-in", ok=False, text=text, remedy=f"Close Excel. {_INSTALL}")


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
        noted = interpreter_setting.read(where.settings, where.interpreter_key, machine)
    except OSError as error:
        noted, why = None, f"{where.settings} cannot be read: {error.strerror}"
    else:
        why = f"Excel does not know which Python to start: {where.settings} does not name one."
    if is_store_python(machine.python):
        text = f"comes from the Microsoft Store, which hides its files from Excel: {machine.python}"
        return Check("Python", ok=False, text=text, remedy=STORE_REMEDY)
    if noted is None:
        return Check("Python", ok=False, text=why, remedy=_INSTALL)
    if not Path(noted).is_file():
        return Check("Python", ok=False, text=f"is gone: {noted}", remedy=_INSTALL)
    if noted != machine.excel_python:
        text = f"Excel starts a different Python: {noted}"
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


def _command(machine: Machine) -> Check:
    """Check which `sodasheet` is on the PATH; other installations cause confusion."""
    found = shutil.which("sodasheet", path=machine.environ.get("PATH", ""))
    folder = PureWindowsPath(machine.python).parent
    ours = {str(place).casefold() for place in (folder, folder.parent, folder / "Scripts")}
    if found is None:
        text = f"sodasheet is not on the PATH; type its full path, in {folder}"
        return Check("Command", ok=True, text=text)
    if str(PureWindowsPath(found).parent).casefold() not in ours:
        return Check(
            "Command", ok=False, text=f"sodasheet on the PATH belongs to another Python: {found}",
            remedy="Uninstall the one that you no longer need.",
        )  # fmt: skip
    return Check("Command", ok=True, text=found)


def _proxies(found: Mapping[str, str], registry: Registry) -> Check:
    """Check the proxies. Only hosts are shown, because a proxy's address may contain a password."""
    shown = []
    for scheme in sorted(found):
        if scheme in ("http", "https", "all"):
            address = urlsplit(found[scheme] if "//" in found[scheme] else f"//{found[scheme]}")
            shown.append(f"{scheme} through {address.hostname or 'an address that cannot be read'}")
    script = next(filter(None, (registry.value(key, "AutoConfigURL") for key in _PAC)), None)
    if script and not shown:
        host = urlsplit(script).hostname or "an address that cannot be read"
        return Check(
            "Proxy", ok=False,
            text=f"Windows is set to choose a proxy with a script from {host}, which SodaSheet does"
            " not run.",
            remedy="Ask your IT department for the proxy's address and set HTTPS_PROXY to it.",
        )  # fmt: skip
    return Check("Proxy", ok=True, text=", ".join(shown) or "none; the portal is asked directly")
