"""Installation of the add-in where Excel finds and trusts add-ins, and exact removal."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import zipfile
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.metadata import version
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from sodasheet import __version__
from sodasheet.errors import SodaSheetError
from sodasheet.installer import interpreter_setting
from sodasheet.installer.install_locations import (
    ADDIN,
    STORE_REMEDY,
    WINDOWS,
    Machine,
    Places,
    is_store_python,
    places,
)
from sodasheet.office.addin_settings_sheet import SODASHEET_VERSION, XLWINGS_VERSION, read_settings


@dataclass(slots=True)
class Manifest:
    """The installed files by path with their SHA-256, and a flag for a changed setting."""

    files: dict[str, str] = field(default_factory=dict)
    setting: bool = False

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """The record of an earlier install; empty if there is none. Raises SodaSheetError."""
        try:
            noted: Any = json.loads(path.read_text(encoding="utf-8"))
            return cls(
                {str(one): str(two) for one, two in noted["files"].items()}, noted["setting"]
            )
        except FileNotFoundError:
            return cls()
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SodaSheetError(
                f"The record of what was installed cannot be read: {path}.",
                "Delete that file and run sodasheet addin install again.",
            ) from error

    def write(self, path: Path) -> None:
        """Store the record."""
        path.parent.mkdir(parents=True, exist_ok=True)
        noted = {"sodasheet": __version__, "files": self.files, "setting": self.setting}
        path.write_text(json.dumps(noted, indent=1), encoding="utf-8")


def shipped_addin() -> bytes:
    """The add-in that belongs to this version of SodaSheet."""
    return files("sodasheet.templates").joinpath(ADDIN).read_bytes()


def install(machine: Machine, *, force: bool = False) -> list[str]:
    """Install for this user, without administrator rights; yield sentences about the changes.

    Doing it again changes nothing that is as it should be. An add-in that this program did not
    install, such as a copy that an IT department has signed, is left alone unless `force` is set.
    Raises SodaSheetError: not a system with Excel, a file in use, a path that Excel cannot use.
    """
    where = places(machine)
    if machine.system == WINDOWS and is_store_python(machine.python):
        raise SodaSheetError(
            "A Python of the Microsoft Store cannot install the add-in: Excel would not see it.",
            STORE_REMEDY,
        )
    python = interpreter_setting.written(machine)
    manifest = Manifest.read(where.manifest)
    try:
        said = [_put_addin(where, manifest, force=force)]
        if where.bridge is not None:
            said.append(_put_bridge(where.bridge, manifest))
        manifest.setting = True
        manifest.write(where.manifest)
        new = interpreter_setting.enter(where.settings, where.interpreter_key, python, machine)
    except OSError as error:
        raise _not_written(error) from error
    said.append(f"Excel will start this Python: {machine.excel_python}")
    said.append(f"{'Written to' if new else 'Already set in'} {where.settings}")
    said.append('Start Excel; the tab is called "Open Data".')
    return said


def uninstall(machine: Machine) -> list[str]:
    """Remove only the files that `install` added; yield sentences about the changes.

    A file that was changed since then is kept. Raises SodaSheetError.
    """
    where = places(machine)
    manifest = Manifest.read(where.manifest)
    if not manifest.files and not manifest.setting:
        return [_nothing_installed(where)]
    try:
        said = [_remove(Path(path), digest) for path, digest in manifest.files.items()]
        if manifest.setting and interpreter_setting.strike(
            where.settings, where.interpreter_key, machine
        ):
            said.append(f"Removed the path of Python from {where.settings}")
        where.manifest.unlink()
    except OSError as error:
        raise _not_written(error) from error
    for folder in {where.manifest.parent, where.settings.parent}:
        if folder.name == ".sodasheet":
            with suppress(OSError):  # something else is in it
                folder.rmdir()
    return said


def _put_addin(where: Places, manifest: Manifest, *, force: bool) -> str:
    content = shipped_addin()
    there = where.addin.read_bytes() if where.addin.is_file() else b""
    own = manifest.files.get(str(where.addin))
    if there and there != content and _digest(there) != own and not force:
        manifest.files.pop(str(where.addin), None)
        return _kept(where.addin, there)
    manifest.files[str(where.addin)] = _digest(content)
    if there == content:
        return f"This version of the add-in is already installed: {where.addin}"
    with as_file(files("sodasheet.templates").joinpath(ADDIN)) as source:
        _copy(source, where.addin)
    return f"The add-in {__version__} is now installed: {where.addin}"


def _kept(path: Path, there: bytes) -> str:
    """Return a sentence about an add-in that another program or user installed.

    A signature is stored separately from the macros, so comparing the macros is sufficient.
    """
    if _macros(there) == _macros(shipped_addin()):
        return f"Left in place, because it is a copy of this version with its own signature: {path}"
    known = read_settings(there).get(SODASHEET_VERSION, "")
    which = f"version {known}" if known else "another add-in"
    return (
        f"Left in place, because someone else installed it ({which}; this is {__version__}): "
        f"{path}. Ask for the copy that belongs to this version."
    )


def _macros(addin: bytes) -> bytes | None:
    try:
        with zipfile.ZipFile(io.BytesIO(addin)) as package:
            return package.read("xl/vbaProject.bin")
    except (zipfile.BadZipFile, KeyError):
        return None


def _put_bridge(folder: Path, manifest: Manifest) -> str:
    """On a Mac: the script that Excel calls, under the name that the add-in's macros use."""
    known = read_settings(shipped_addin())[XLWINGS_VERSION]
    script = files("xlwings").joinpath(f"xlwings-{version('xlwings')}.applescript")
    target = folder / f"xlwings-{known}.applescript"
    manifest.files[str(target)] = _digest(script.read_bytes())
    with as_file(script) as source:
        _copy(source, target)
    return f"The script that lets Excel start Python is here: {target}"


def _copy(source: Path, target: Path) -> None:
    """Copy only the content, without any mark that the file came from the web."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        _writable(target)
        shutil.copyfile(source, target)
        # Read-only, so that a second Excel opens it without asking about the lock.
        target.chmod(stat.S_IREAD)
    except PermissionError as error:
        raise SodaSheetError(
            f"{target} cannot be written: Excel is using it, or you do not have permission to "
            "write there.",
            "Close all windows of Excel and run this again.",
        ) from error


def _remove(path: Path, digest: str) -> str:
    if not path.is_file():
        return f"Already removed: {path}"
    if _digest(path.read_bytes()) != digest:
        return f"Left in place, because it has changed since it was installed: {path}"
    try:
        _writable(path)
        path.unlink()
    except PermissionError as error:
        raise SodaSheetError(
            f"{path} cannot be removed: Excel is using it.",
            "Close all windows of Excel and run this again.",
        ) from error
    return f"Removed {path}"


def _writable(path: Path) -> None:
    """Allow a file to be overwritten and removed, which Windows refuses for read-only files."""
    if path.exists():
        path.chmod(stat.S_IREAD | stat.S_IWRITE)


def _nothing_installed(where: Places) -> str:
    if where.addin.exists():
        return f"Not installed by this command, so left in place: {where.addin}"
    return "The add-in is not installed; nothing was removed."


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _not_written(error: OSError) -> SodaSheetError:
    return SodaSheetError(
        f"{error.filename or 'A file'} cannot be written: {error.strerror or error}.",
        "Free some space on the disk, or ask for permission to write there, and run this again.",
    )
