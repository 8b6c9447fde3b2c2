"""Commands run in this process, against a practice portal, with a separate home folder."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from socrata_practice import PracticePortal
from sodasheet.commands.terminal.command_line import run

PERMITS = "prmt-7x2d"


@dataclass
class Said:
    """Output and exit code of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Terminal:
    """A working folder for commands with the sample files, and a portal to connect to."""

    portal: PracticePortal
    folder: Path
    capture: pytest.CaptureFixture[str]
    patch: pytest.MonkeyPatch

    @property
    def permits(self) -> str:
        return f"{self.portal.url}/d/{PERMITS}"

    def sign_in(self, role: str = "publisher") -> None:
        account = self.portal.account(role)
        self.patch.setenv("SODASHEET_KEY_ID", account.key_id)
        self.patch.setenv("SODASHEET_KEY_SECRET", account.key_secret)

    def sample(self, name: str) -> Path:
        path = self.folder / name
        with resources.as_file(resources.files("sodasheet.templates") / name) as sample:
            shutil.copyfile(sample, path)
        return path

    def __call__(self, *arguments: str | Path) -> Said:
        self.capture.readouterr()
        code = run([str(argument) for argument in arguments])
        printed = self.capture.readouterr()
        return Said(code, printed.out, printed.err)


@pytest.fixture(scope="module")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture
def terminal(
    practice: PracticePortal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    terminal = Terminal(practice, tmp_path, capsys, monkeypatch)
    terminal.sign_in()
    return terminal
