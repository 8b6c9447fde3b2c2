"""The setup program for one user, made by NSIS."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.installer.packages.payload import resource

#: Where Windows lists what can be uninstalled.
UNINSTALL = r"Software\Microsoft\Windows\CurrentVersion\Uninstall\SodaSheet"
#: Where what setup was told is kept for one user; system/organization_settings.py reads it.
SETTINGS = r"Software\SodaSheet"


def write_setup(
    payload: Path,
    file: Path,
    version: str,
    moment: int,
    *,
    compressor: str = "/SOLID lzma",
    sign: str | None = None,
) -> None:
    """Build the setup program of a payload; raises SodaSheetError if makensis fails.

    `sign` is a program that signs the uninstaller in it, which is a file only while it is packed.
    """
    program = shutil.which("makensis")
    if program is None:
        raise SodaSheetError(
            "makensis was not found, so the setup program cannot be built.",
            "Install NSIS (on Debian: apt-get install nsis), then build again.",
        )
    size = sum(path.stat().st_size for path in payload.rglob("*") if path.is_file()) // 1024
    defines = {
        "VERSION": version,
        "NUMERIC": numeric(version),
        "PAYLOAD": str(payload.resolve()),
        "OUTPUT": str(file.resolve()),
        "SIZE": str(size),
        "UNINSTALL": UNINSTALL,
        "SETTINGS": SETTINGS,
        "COMPRESSOR": compressor,
    }
    if sign:
        defines["SIGN"] = str(Path(shutil.which(sign) or sign).resolve())
    with tempfile.TemporaryDirectory(prefix="sodasheet-") as scratch:
        script = Path(scratch, "setup.nsi")
        script.write_text(resource("setup.nsi"), encoding="utf-8")
        # The 64-bit stub: a 64-bit Windows without 32-bit parts (Wine of Debian) starts no other.
        options = ["-V2", "-XTarget amd64-unicode", *(f"-D{k}={v}" for k, v in defines.items())]
        done = subprocess.run(  # noqa: S603 - found on the path, no shell
            [program, *options, str(script)],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "SOURCE_DATE_EPOCH": str(moment)},
        )
    if done.returncode:
        raise SodaSheetError(f"makensis failed: {done.stdout}{done.stderr}", "Nothing was built.")


def numeric(version: str) -> str:
    """Return a version as the four numbers that Windows uses: `1.2.3.0`."""
    numbers = [part for part in version.split(".") if part.isdigit()]
    return ".".join([*numbers, "0", "0", "0", "0"][:4])
