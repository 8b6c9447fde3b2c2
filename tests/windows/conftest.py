"""Tests that only a Windows Python can run: bash tests/windows/run.

Linux reads them too, so that a broken import is seen there, and runs none.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import pytest

from socrata_practice import PracticePortal
from sodasheet.commands.terminal.command_line import run

collect_ignore = ["packages"] if sys.platform == "win32" else []

PERMITS = "prmt-7x2d"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out these tests on another system."""
    if sys.platform == "win32":
        return
    here, packages = Path(__file__).parent, Path(__file__).parent / "packages"
    ours = {
        item for item in items if here in item.path.parents and packages not in item.path.parents
    }
    if ours:
        items[:] = [item for item in items if item not in ours]
        config.hook.pytest_deselected(items=list(ours))


@dataclass
class Console:
    """A working folder for `sodasheet`, with a home folder and, after sign-in, a key."""

    portal: PracticePortal
    folder: Path
    environ: dict[str, str] = field(default_factory=dict)

    @property
    def permits(self) -> str:
        return f"{self.portal.url}/d/{PERMITS}"

    @property
    def home(self) -> Path:
        return Path(self.environ["SODASHEET_HOME"])

    def sign_in(self, role: str = "publisher") -> None:
        account = self.portal.account(role)
        self.environ["SODASHEET_KEY_ID"] = account.key_id
        self.environ["SODASHEET_KEY_SECRET"] = account.key_secret

    def sample(self, name: str) -> Path:
        path = self.folder / name
        path.write_bytes((resources.files("sodasheet.templates") / name).read_bytes())
        return path

    def job(self, sample: str, method: str) -> Path:
        """A job for a sample file, made by `sodasheet map`."""
        job = self.folder / f"{Path(sample).stem}.json"
        options = ["--method", method, "--confirm", "-o", str(job)]
        said = self("map", str(self.sample(sample)), self.permits, *options)
        assert said.returncode == 0, said.stderr
        return job

    def command(self, *arguments: str | Path, program: str = sys.executable) -> list[str]:
        return [program, "-m", "sodasheet", *map(str, arguments)]

    def env(self) -> dict[str, str]:
        return {**os.environ, **self.environ}

    def __call__(
        self, *arguments: str | Path, given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command in this process, which takes a tenth of the time of a new process."""
        words = list(map(str, arguments))
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            for name, value in self.environ.items():
                patch.setenv(name, value)
            streams = [io.TextIOWrapper(io.BytesIO(data), "utf-8") for data in (given, b"", b"")]
            for name, stream in zip(("stdin", "stdout", "stderr"), streams, strict=True):
                patch.setattr(sys, name, stream)
            code = run(words)
            for stream in streams[1:]:
                stream.flush()
            out, err = (stream.buffer.getvalue() for stream in streams[1:])
        trace = self.home / "last-error.txt"
        assert not trace.exists(), trace.read_text("utf-8")
        return subprocess.CompletedProcess(words, code, out, err)

    def spawn(
        self, *arguments: str | Path, program: str = sys.executable, given: bytes = b""
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command in a separate process, with pipes as its streams."""
        return subprocess.run(
            self.command(*arguments, program=program),
            check=False,
            input=given,
            capture_output=True,
            cwd=self.folder,
            env=self.env(),
            timeout=120,
        )


@pytest.fixture(scope="session")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture
def portal() -> Iterator[PracticePortal]:
    """A portal of this test alone, for destructive tests."""
    with PracticePortal() as portal:
        yield portal


def _console(portal: PracticePortal, folder: Path, more: Mapping[str, str]) -> Console:
    folder.mkdir(exist_ok=True)
    return Console(portal, folder, {"SODASHEET_HOME": str(folder / "home"), **more})


@pytest.fixture
def console(practice: PracticePortal, tmp_path: Path) -> Console:
    return _console(practice, tmp_path / "Łukasz Müller & Söhne", {})


@pytest.fixture
def own_console(portal: PracticePortal, tmp_path: Path) -> Console:
    return _console(portal, tmp_path / "own", {})
