"""Write the lock files: the exact wheels that a Windows Python gets, each with its SHA-256.

Run `python -m sodasheet.installer.packages.write_lock_files` after a dependency has changed in
pyproject.toml. It needs `uv`, which resolves for Windows on any system; pip resolves for the
system that it runs on.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from sodasheet.system.checksum import sha256_of

#: The version of Python that the packages carry and that tests/windows runs.
PYTHON = "3.13"

_HERE = Path(__file__).parent
_CHECKOUT = Path(__file__).parents[4]
#: The lock files, each with the requirements file that it resolves.
SHIPPED = _HERE / "wheels.txt"
TESTED = _CHECKOUT / "tests" / "windows" / "wheels.txt"
WANTED_BY_TESTS = _CHECKOUT / "tests" / "windows" / "requirements.in"


def write(lock: Path, wanted: str, within: Path | None = None) -> None:
    """Resolve `wanted`, a requirements file's text, and write the lock file.

    Versions follow the lock file `within`, if given, and its wheels are left out.
    """
    with tempfile.TemporaryDirectory(prefix="sodasheet-") as name:
        folder = Path(name)
        (folder / "wanted.txt").write_text(wanted, encoding="utf-8")
        resolved = _resolve(folder, within)
        wheels = folder / "wheels"
        _pip("download", "--no-deps", "-r", str(resolved), "-d", str(wheels), *target())
        known = set() if within is None else set(pins(within))
        lines = [f"{_pin(wheel)} --hash=sha256:{sha256_of(wheel)}" for wheel in wheels.iterdir()]
        lines = sorted(line for line in lines if line not in known)
        head = "# Written by python -m sodasheet.installer.packages.write_lock_files\n"
        lock.write_text(head + "".join(f"{line}\n" for line in lines), encoding="utf-8")


def target() -> list[str]:
    """Return the options that make pip use only wheels for the Windows Python."""
    return [
        "--platform=win_amd64",
        f"--python-version={PYTHON}",
        "--implementation=cp",
        "--only-binary=:all:",
    ]


def dependencies() -> str:
    """Return SodaSheet's own requirements as the text of a requirements file."""
    project = tomllib.loads((_CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    return "".join(f"{line}\n" for line in [*project["dependencies"], *extras["practice"]])


def _resolve(folder: Path, within: Path | None) -> Path:
    resolved = folder / "resolved.txt"
    options = [
        "--python-platform=x86_64-pc-windows-msvc",
        f"--python-version={PYTHON}",
        "--only-binary=:all:",
        "--no-annotate",
        "--no-header",
        "--quiet",
        f"--output-file={resolved}",
    ]
    if within is not None:
        limits = folder / "within.txt"
        limits.write_text("".join(f"{pin.split()[0]}\n" for pin in pins(within)), encoding="utf-8")
        options += [f"--constraint={limits}"]
    command = [sys.executable, "-m", "uv", "pip", "compile", str(folder / "wanted.txt"), *options]
    subprocess.run(command, check=True)  # noqa: S603
    return resolved


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", *arguments]
    subprocess.run(command, check=True)  # noqa: S603


def pins(lock: Path) -> list[str]:
    """Return the lines of a lock file: `name==version --hash=sha256:...`."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def _pin(wheel: Path) -> str:
    name, version, *_ = wheel.name.split("-")
    return f"{canonical(name)}=={version}"


def canonical(name: str) -> str:
    """Return the name of a distribution normalized as by package indexes."""
    return re.sub("[-_.]+", "-", name).lower()


if __name__ == "__main__":
    write(SHIPPED, dependencies())
    write(TESTED, WANTED_BY_TESTS.read_text(encoding="utf-8"), within=SHIPPED)
