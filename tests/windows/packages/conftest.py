"""The packages for Windows, built once, and Windows prefixes to put them in. Runs on Linux.

`bash tests/windows/run` starts these tests beside its own. An ordinary pytest run, which has no
Wine to itself, reads them, so that a broken import is seen, and runs none.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give these tests time, for each Python in Wine takes seconds; without Wine leave them out."""
    ours = {item for item in items if Path(__file__).parent in item.path.parents}
    for item in ours:
        item.add_marker(pytest.mark.timeout(900))
    if ours and not os.environ.get("SODASHEET_WINDOWS"):
        items[:] = [item for item in items if item not in ours]
        config.hook.pytest_deselected(items=list(ours))


@dataclass
class Windows:
    """A Windows without any Python, for one test."""

    prefix: Path

    @property
    def drive(self) -> Path:
        return self.prefix / "drive_c"

    @property
    def user(self) -> Path:
        return next(path for path in (self.drive / "users").iterdir() if path.name != "Public")

    def path(self, place: Path) -> str:
        """A place on drive C: in the notation of Windows."""
        return "C:\\" + str(place.relative_to(self.drive)).replace("/", "\\")

    def start(self, *words: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start a program that goes on, with its output in a pipe."""
        return subprocess.Popen(
            ["/usr/lib/wine/wine64", *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**self.environ(), **environ},
            cwd=self.prefix,
        )

    def run(
        self, *words: str, code: int | None = 0, timeout: int = 300, given: bytes = b"",
        **environ: str,
    ) -> str:  # fmt: skip
        """Run a program with its output in a pipe; return the output."""
        process = subprocess.Popen(
            ["/usr/lib/wine/wine64", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**self.environ(), **environ},
            cwd=self.prefix,
        )
        assert process.stdin is not None
        process.stdin.write(given)
        process.stdin.close()
        said: list[bytes] = []
        # Wine's own services, once started, hold the pipe open for as long as they run.
        reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
        reader.start()
        ended = process.wait(timeout)
        reader.join(3)
        out = b"".join(said).decode("utf-8", "replace")
        assert code is None or ended == code, f"{words}: {ended}\n{out}"
        return out

    def environ(self) -> dict[str, str]:
        """The environment of a Windows program: nothing of this suite's own."""
        names = ("HOME", "LANG", "DISPLAY", "USER")
        kept = {name: os.environ[name] for name in names if name in os.environ}
        return {
            **kept,
            "PATH": "/usr/lib/wine:/usr/bin:/bin",
            "LC_ALL": "C.UTF-8",
            "WINEPREFIX": str(self.prefix),
            "WINEARCH": "win64",
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree,mshtml,wbemprox=",
            # Wine copies the Start menu into that of this computer's desktop; without the program
            # that does it, Wine's own desktop never starts.
            "XDG_DATA_HOME": str(self.prefix / "data"),
            "XDG_CONFIG_HOME": str(self.prefix / "config"),
        }

    def settled(self) -> None:
        """Wait until every program of this Windows has ended and the registry is written."""
        subprocess.run(
            ["/usr/lib/wine/wineserver64", "-w"], check=False, env=self.environ(), timeout=120
        )

    def files(self) -> set[str]:
        found = (path for path in self.drive.rglob("*") if path.is_file() or path.is_symlink())
        return {path.relative_to(self.drive).as_posix() for path in found}

    def tasks(self) -> dict[str, str]:
        """The tasks of SodaSheet in Task Scheduler, by name, as XML."""
        folder = self.drive / "windows" / "system32" / "tasks" / "SodaSheet"
        found = folder.iterdir() if folder.is_dir() else ()
        return {path.name.casefold(): _text(path.read_bytes()) for path in found}

    def registry(self) -> set[str]:
        """Every line of the registry of the user and the computer, without times."""
        self.settled()
        lines: set[str] = set()
        for name in ("user.reg", "system.reg"):
            key = ""
            text = (self.prefix / name).read_text("utf-8", "replace")
            for line in text.splitlines():
                if line.startswith("["):
                    key = line.rpartition("]")[0]
                elif not line.startswith("#") and not key.endswith(r"Wine\\MenuFiles"):
                    lines.add(f"{name} {key}] {line}")
        return lines


def _text(task: bytes) -> str:
    """Windows stores tasks in UTF-16, Wine in any encoding."""
    return task.decode("utf-16" if task[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[Windows]:
    bare = Path(os.environ["SODASHEET_WINDOWS"], "bare")
    prefix = tmp_path / "prefix"
    (prefix / "drive_c").mkdir(parents=True)
    for name in ("dosdevices", "system.reg", "user.reg", "userdef.reg", ".update-timestamp"):
        subprocess.run(["cp", "-a", str(bare / name), str(prefix)], check=True)
    for part in (bare / "drive_c").iterdir():
        copied = ["cp", "-a", str(part), str(prefix / "drive_c")]
        shared = ["cp", "-al", *copied[2:]]
        own = part.name in ("users", "ProgramData")
        # The set-up may be on another disk than temporary files, which share nothing with it then.
        if own or subprocess.run(shared, check=False, stderr=subprocess.DEVNULL).returncode:
            subprocess.run(copied, check=True)
    made = Windows(prefix)
    for place in made.user.iterdir():
        if place.is_symlink():  # Documents and the like would be those of this computer
            place.unlink()
            place.mkdir()
    yield made
    subprocess.run(
        ["/usr/lib/wine/wineserver64", "-k"], check=False, env=made.environ(), timeout=60
    )
    shutil.rmtree(prefix, ignore_errors=True)


@dataclass(frozen=True)
class Built:
    """The build command's output, and the version before."""

    folder: Path
    payload: Path
    version: str

    @property
    def setup(self) -> Path:
        return self.folder / f"SodaSheet-Setup-{self.version}.exe"

    @property
    def msi(self) -> Path:
        return self.folder / f"SodaSheet-{self.version}.msi"

    @property
    def portable(self) -> Path:
        return self.folder / f"SodaSheet-{self.version}-portable.zip"


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """Return a folder that one worker makes and all workers of this run share."""
    base = factory.getbasetemp()
    ours = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = ours / name, ours / f"{name}.done"
    with (ours / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


def _build(folder: Path) -> None:
    command = [CHECKOUT / ".venv/bin/python", "-m", "sodasheet.installer.build", "--fast"]
    subprocess.run([*command, "--output", folder], check=True, cwd=CHECKOUT)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The three packages; SODASHEET_PACKAGES names a folder where they are built already.

    Built here, they are packed quickly: strong compression takes minutes and changes nothing else.
    """
    from sodasheet import __version__

    named = os.environ.get("SODASHEET_PACKAGES")
    folder = Path(named).resolve() if named else made_once(tmp_path_factory, "packages", _build)
    payload = tmp_path_factory.mktemp("payload")
    shutil.unpack_archive(folder / f"SodaSheet-{__version__}-portable.zip", payload)
    return Built(folder, payload / "SodaSheet", __version__)
