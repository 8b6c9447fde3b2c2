"""`sodasheet.exe` and `sodasheetw.exe`: start the Python next to them, wherever the folder is."""

from __future__ import annotations

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.system.checksum import sha256_of

#: The wheel whose launchers pip itself puts before programs, and its SHA-256.
WHEEL = "distlib==0.4.4"
SHA256 = "cf09d55b1e85a89576b036aeb71550bfd68320f3f21761ca329eadadad918638"

#: Program -> (launcher in the wheel, interpreter in the folder `python`).
_PROGRAMS = {
    "sodasheet.exe": ("distlib/t64.exe", "python.exe"),
    "sodasheetw.exe": ("distlib/w64.exe", "pythonw.exe"),
}
_MAIN = "from sodasheet.cli import main\n\nmain()\n"


def write_launchers(folder: Path, downloads: Path) -> None:
    """Write the programs into `folder`; raises SodaSheetError if the wheel cannot be downloaded."""
    with zipfile.ZipFile(_wheel(downloads)) as wheel:
        for program, (launcher, interpreter) in _PROGRAMS.items():
            # The launcher reads the line after itself, then passes the archive to the interpreter.
            line = f"#!<launcher_dir>\\python\\{interpreter}\r\n".encode("ascii")
            (folder / program).write_bytes(wheel.read(launcher) + line + _archive())


def _archive() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(zipfile.ZipInfo("__main__.py"), _MAIN)
    return content.getvalue()


def _wheel(downloads: Path) -> Path:
    name, version = WHEEL.split("==")
    wheel = downloads / f"{name}-{version}-py2.py3-none-any.whl"
    if not wheel.is_file():
        downloads.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="sodasheet-") as scratch:
            pinned = Path(scratch, "pinned.txt")
            pinned.write_text(f"{WHEEL} --hash=sha256:{SHA256}\n", encoding="utf-8")
            command = [sys.executable, "-m", "pip", "--quiet", "download", "--require-hashes"]
            command += ["--no-deps", "-r", str(pinned), "-d", str(downloads)]
            if subprocess.run(command, check=False).returncode:  # noqa: S603
                raise SodaSheetError(
                    f"{WHEEL} cannot be downloaded.",
                    "Read the messages of pip above, and check that the package index can be "
                    "reached.",
                )
    if sha256_of(wheel) != SHA256:
        raise SodaSheetError(f"{wheel} is not the one that is pinned.", "Delete it and try again.")
    return wheel
