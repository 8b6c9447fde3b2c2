"""The computer that the add-in is installed on, as plain values, and its install locations."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.system.organization_settings import office_settings

ADDIN = "SodaSheet.xlam"
WINDOWS = "Windows"
MAC = "Darwin"

#: What to do about a Python of the Microsoft Store.
STORE_REMEDY = "Use SodaSheet's setup program, which includes Python, or Python from python.org."

_MAC_STARTUP = (
    "Library/Group Containers/UBF8T346G9.Office/User Content.localized/Startup.localized/Excel"
)
_MAC_CONTAINER = "Library/Containers/com.microsoft.Excel/Data"
_MAC_SCRIPTS = "Library/Application Scripts/com.microsoft.Excel"


@dataclass(frozen=True, slots=True)
class Machine:
    """`system` is WINDOWS, MAC or another name, `python` the interpreter that runs this.

    `encoding` is what Excel's macros read text files in, `office_python` the interpreter that the
    office has set for Excel, empty if it has set none.
    """

    system: str
    environ: Mapping[str, str]
    home: Path
    python: str
    encoding: str
    office_python: str = ""

    @property
    def excel_python(self) -> str:
        """Path of the interpreter that Excel should start."""
        return self.office_python or self.python

    @classmethod
    def current(cls) -> Machine:
        """This computer."""
        # platform.system() starts a program on Windows, and hands it our environment.
        system = {"win32": WINDOWS, "darwin": MAC}.get(sys.platform, sys.platform)
        encoding = "mbcs" if system == WINDOWS else "ascii"
        office = office_settings().interpreter
        return cls(system, dict(os.environ), Path.home(), sys.executable, encoding, office)


@dataclass(frozen=True, slots=True)
class Places:
    """Places of the add-in, of the user's settings, and of the installation's manifest.

    `bridge` is the folder of the script without which Excel for Mac starts no Python.
    """

    addin: Path
    settings: Path
    manifest: Path
    interpreter_key: str
    bridge: Path | None = None


def places(machine: Machine) -> Places:
    """Return the places on this computer (docs/how-to/install-the-add-in.md).

    On Windows the add-in goes into XLSTART, which Excel trusts unless it was told otherwise.
    Raises SodaSheetError if this computer has none.
    """
    manifest = machine.home / ".sodasheet" / "installed.json"
    if machine.system == WINDOWS:
        folder = machine.environ.get("APPDATA", "")
        if not folder:
            raise SodaSheetError(
                "Windows does not say where programs keep their data: APPDATA is not set.",
                "Sign in to Windows as yourself, open a new terminal and run this again.",
            )
        profile = Path(machine.environ.get("USERPROFILE") or machine.home)
        settings = profile / ".sodasheet" / "sodasheet.conf"
        addin = Path(folder) / "Microsoft" / "Excel" / "XLSTART" / ADDIN
        return Places(addin, settings, manifest, "INTERPRETER_WIN")
    if machine.system == MAC:
        home = machine.home
        settings = home / _MAC_CONTAINER / "sodasheet.conf"
        addin = home / _MAC_STARTUP / ADDIN
        return Places(addin, settings, manifest, "INTERPRETER_MAC", home / _MAC_SCRIPTS)
    raise SodaSheetError(
        "The ribbon add-in needs Excel for Windows or for Mac; neither runs on this system.",
        "Everything that it does can be done from the command line: see sodasheet --help.",
    )


def is_store_python(python: str) -> bool:
    """True for a Python of the Microsoft Store.

    What such a Python writes below AppData lands in a copy that no other program sees.
    """
    path = python.casefold().replace("/", "\\")
    return "\\windowsapps\\" in path or "\\pythonsoftwarefoundation.python." in path
