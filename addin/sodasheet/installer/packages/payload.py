"""The folder that every package for Windows contains: Python, SodaSheet and everything else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.installer.packages import embeddable_python, write_lock_files
from sodasheet.installer.packages.authenticode_signatures import has_verifier, verify_signatures
from sodasheet.installer.packages.launchers import write_launchers
from sodasheet.installer.packages.licenses import write_licenses
from sodasheet.installer.packages.sbom import write_sbom

SITE = Path("python", "Lib", "site-packages")

#: What the embeddable Python puts on its path: its library, itself, and the packages.
_PATHS = "python313.zip\n.\nLib\\site-packages\nimport site\n"

#: Parts of pywin32 that are needed only in a Python editor.
_LEFT_OUT = ("pythonwin", "isapi", "adodbapi", "PyWin32.chm", "bin", "win32/Demos", "win32/test")

#: A user may not write below Program Files, and an uninstall must find nothing new there, so that
#: compiled modules go elsewhere. A line of a .pth file is run before anything is compiled; those of
#: other libraries come later in the alphabet.
_CUSTOMIZE_FILE = "a-sodasheet.pth"
_CUSTOMIZE = (
    "import os, sys;"
    " p, d = os.environ.get('ProgramFiles'), os.environ.get('LOCALAPPDATA');"
    " here = p and d and sys.prefix.lower().startswith(p.lower());"
    " sys.pycache_prefix = os.path.join(d, 'SodaSheet', 'cache') if here else None\n"
)

_READ_ME = """SodaSheet {version}

Publish Excel and CSV data to Socrata.

sodasheet.exe    the command; "sodasheet.exe demo" tries everything on a practice portal
sodasheetw.exe   the same without a console; "sodasheetw.exe desk" opens the desk
guide            the guide; open index.html
licenses         the licenses of all parts
sbom.cdx.json    what this folder is made of (CycloneDX)
"""


@dataclass(frozen=True, slots=True)
class Sources:
    """The checkout to package, the folder for downloads, and the time for all files."""

    checkout: Path
    downloads: Path
    moment: int

    @classmethod
    def of(cls, checkout: Path) -> Sources:
        """Return the sources for a checkout; their time is SOURCE_DATE_EPOCH or the last commit."""
        named = os.environ.get("SOURCE_DATE_EPOCH") or _git(checkout, "log", "-1", "--format=%ct")
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return cls(checkout, Path(cache) / "sodasheet-windows" / "downloads", int(named))


def assemble(sources: Sources, folder: Path, version: str) -> None:
    """Write the content of a package into `folder`, which must not exist yet."""
    home = folder / "python"
    embeddable_python.unpack(embeddable_python.download(sources.downloads), home)
    if has_verifier():
        verify_signatures(home, embeddable_python.SIGNED)
    next(home.glob("python3*._pth")).write_text(_PATHS, encoding="ascii", newline="\r\n")
    site = folder / SITE
    _install(["--require-hashes", "--requirement", str(write_lock_files.SHIPPED)], site)
    with tempfile.TemporaryDirectory(prefix="sodasheet-") as scratch:
        # By its name: pip would record the path of a wheel file.
        folder_of_wheel = _wheel(sources, Path(scratch)).parent
        _install(["--no-index", "--find-links", str(folder_of_wheel), "sodasheet"], site)
    (site / _CUSTOMIZE_FILE).write_text(_CUSTOMIZE, encoding="ascii")
    for name in _LEFT_OUT:
        _remove(site / name)
    write_launchers(folder, sources.downloads)
    _guide(sources, folder / "guide")
    write_licenses(folder / "licenses", site, home)
    write_sbom(folder / "sbom.cdx.json", site, sources.moment, version)
    text = _READ_ME.format(version=version)
    (folder / "README.txt").write_text(text, encoding="utf-8", newline="\r\n")
    shutil.copyfile(sources.checkout / "LICENSE", folder / "LICENSE.txt")
    date(folder, sources.moment)


def date(folder: Path, moment: int) -> None:
    """Set the same time for every file below `folder`."""
    for path in (*folder.rglob("*"), folder):
        os.utime(path, (moment, moment))


def resource(name: str) -> str:
    """Return the text of a file next to this module."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _install(arguments: list[str], site: Path) -> None:
    options = ["--quiet", "--no-deps", "--no-compile", "--disable-pip-version-check"]
    command = [sys.executable, "-m", "pip", "install", *options, *write_lock_files.target()]
    _run([*command, "--target", str(site), "--upgrade", *arguments])


def _wheel(sources: Sources, scratch: Path) -> Path:
    """Build the wheel from files known to git, to exclude leftovers of other builds."""
    copy = scratch / "checkout"
    copy.mkdir()
    listed = _git(sources.checkout, "ls-files", "-z", "--cached", "--others", "--exclude-standard")
    for name in filter(None, listed.split("\0")):
        source, target = sources.checkout / name, copy / name
        if source.is_file():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    options = ["--quiet", "--no-deps", "--disable-pip-version-check", "--wheel-dir", str(scratch)]
    _run([sys.executable, "-m", "pip", "wheel", *options, str(copy)])
    return next(scratch.glob("sodasheet-*.whl"))


def _guide(sources: Sources, folder: Path) -> None:
    """Build the documentation; its pages can be opened from a folder."""
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    _run(command, sources, NO_MKDOCS_2_WARNING="1")
    for name in ("sitemap.xml", "sitemap.xml.gz", "objects.inv"):
        _remove(folder / name)


def _run(command: list[str], sources: Sources | None = None, **environ: str) -> None:
    more = {} if sources is None else {"SOURCE_DATE_EPOCH": str(sources.moment)}
    done = subprocess.run(  # noqa: S603 - our own interpreter
        command,
        check=False,
        cwd=None if sources is None else sources.checkout,
        env={**os.environ, **more, **environ},
        stdout=subprocess.DEVNULL,
    )
    if done.returncode:
        raise SodaSheetError(
            f"A step of the build failed: {' '.join(command[1:4])}.",
            "Read the messages above; nothing usable was built.",
        )


def _git(checkout: Path, *arguments: str) -> str:
    command = ["git", "-C", str(checkout), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True)  # noqa: S603
    if done.returncode:
        raise SodaSheetError(
            f"{checkout} is not a checkout that git can read: {done.stderr.strip()}.",
            "Build from a clone of the repository.",
        )
    return done.stdout.strip()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
