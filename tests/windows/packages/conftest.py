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
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from sodasheet.installer.packages.setup_program import write_setup

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
    #: A program that only waits, so that Wine's services need not start for each other program.
    kept: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def drive(self) -> Path:
        return self.prefix / "drive_c"

    @property
    def user(self) -> Path:
        return next(path for path in (self.drive / "users").iterdir() if path.name != "Public")

    def path(self, place: Path) -> str:
        """A place on drive C: in the notation of Windows."""
        return "C:\\" + str(place.relative_to(self.drive)).replace("/", "\\")

    def wake(self) -> None:
        """Start the services of Wine, so that no service holds a pipe of a test open."""
        if not self.kept:
            waiting = subprocess.Popen(
                ["/usr/lib/wine/wine64", "cmd", "/c", "echo awake& pause"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=self.environ(),
                cwd=self.prefix,
            )
            self.kept.append(waiting)
            assert waiting.stdout is not None
            assert b"awake" in waiting.stdout.readline()

    def start(self, *words: str, **environ: str) -> subprocess.Popen[bytes]:
        """Start a program that goes on, with its output in a pipe."""
        self.wake()
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
        self.wake()
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
        # What the program leaves running holds the pipe open for as long as it runs.
        reader = threading.Thread(target=lambda: said.extend(process.stdout or ()), daemon=True)
        reader.start()
        ended = process.wait(timeout)
        reader.join(3)
        out = b"".join(said).decode("utf-8", "replace")
        assert code is None or ended == code, f"{words}: {ended}\n{out}"
        return out

    def environ(self) -> dict[str, str]:
        """The environment of a Windows program: nothing of this suite's own."""
        names = ("HOME", "LANG", "USER")  # and no DISPLAY: nothing is to be seen
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
        for program in self.kept:
            program.kill()
            program.wait(30)
        self.kept.clear()
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
        """Return the lines that the registry has gained since the start."""
        self.settled()
        return registry_lines(self.prefix) - registry_lines(bare())


def bare() -> Path:
    """The prefix of a Windows without any Python, which nothing may change."""
    return Path(os.environ["SODASHEET_WINDOWS"], "bare")


def registry_lines(prefix: Path) -> set[str]:
    """Return every line of a registry that no program uses, without times."""
    lines: set[str] = set()
    for name in ("user.reg", "system.reg"):
        key = ""
        for line in (prefix / name).read_text("utf-8", "replace").splitlines():
            if line.startswith("["):
                key = line.rpartition("]")[0]
            elif not line.startswith("#") and not key.endswith(r"Wine\\MenuFiles"):
                lines.add(f"{name} {key}] {line}")
    return lines


def _text(task: bytes) -> str:
    """Windows stores tasks in UTF-16, Wine in any encoding."""
    return task.decode("utf-16" if task[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")


def copied(source: Path, prefix: Path) -> Windows:
    """Copy a Windows that no program uses; the files of Windows itself are shared."""
    (prefix / "drive_c").mkdir(parents=True)
    for name in ("dosdevices", "system.reg", "user.reg", "userdef.reg", ".update-timestamp"):
        subprocess.run(["cp", "-a", str(source / name), str(prefix)], check=True)
    for part in (source / "drive_c").iterdir():
        copy = ["cp", "-a", "--reflink=auto", str(part), str(prefix / "drive_c")]
        share = ["cp", "-al", str(part), str(prefix / "drive_c")]
        own = part.name in ("users", "ProgramData")
        # The set-up may be on another disk than temporary files, which share nothing with it then.
        if own or subprocess.run(share, check=False, stderr=subprocess.DEVNULL).returncode:
            subprocess.run(copy, check=True)
    made = Windows(prefix)
    for place in made.user.iterdir():
        if place.is_symlink():  # Documents and the like would be those of this computer
            place.unlink()
            place.mkdir()
    return made


@contextmanager
def lent(source: Path, folder: Path) -> Iterator[Windows]:
    """Copy a Windows for one test, and end and remove the copy afterwards."""
    made = copied(source, folder / "prefix")
    try:
        yield made
    finally:
        subprocess.run(
            ["/usr/lib/wine/wineserver64", "-k"], check=False, env=made.environ(), timeout=60
        )
        for program in made.kept:
            program.wait(30)
        shutil.rmtree(made.prefix, ignore_errors=True)


@pytest.fixture
def windows(tmp_path: Path) -> Iterator[Windows]:
    with lent(bare(), tmp_path) as made:
        yield made


@pytest.fixture
def installed(
    tmp_path_factory: pytest.TempPathFactory, built: Built, tmp_path: Path
) -> Iterator[Windows]:
    """A Windows in which the setup program has run, once for all tests."""
    with lent(_set_up(tmp_path_factory, "installed", lambda _: built.setup), tmp_path) as made:
        yield made


@pytest.fixture
def outdated(
    tmp_path_factory: pytest.TempPathFactory, built: Built, tmp_path: Path
) -> Iterator[Windows]:
    """A Windows in which the setup program of an older version has run, once for all tests."""

    def older(folder: Path) -> Path:
        setup = folder / "older.exe"
        write_setup(built.payload, setup, "0.0.9", int(time.time()), compressor="zlib")
        return setup

    with lent(_set_up(tmp_path_factory, "outdated", older), tmp_path) as made:
        yield made


def _set_up(factory: pytest.TempPathFactory, name: str, setup: Callable[[Path], Path]) -> Path:
    """Return the prefix of a Windows in which a setup program has run."""

    def make(folder: Path) -> None:
        made = copied(bare(), folder / "prefix")
        made.run(str(setup(folder)), "/S")
        made.settled()

    return made_once(factory, name, make) / "prefix"


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
