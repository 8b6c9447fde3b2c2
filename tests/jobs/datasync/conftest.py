"""DataSync's command lines run in this process, against one practice portal."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from socrata_practice import PracticePortal
from sodasheet.commands.terminal.command_line import run
from sodasheet.jobs.datasync.preferences import Preferences

PREFERENCES = Preferences({"domain": "https://data.example.gov"}, "config.json")

#: The columns of DataSync's test files.
COLUMNS = {"id": "number", "name": "text", "another_name": "text", "date": "calendar_date"}

THREE = [
    {"id": "1", "name": "Food", "another_name": "My Food", "date": "2011-04-30T00:00:00.000"},
    {
        "id": "2",
        "name": "House",
        "another_name": "My House Updated",
        "date": "2012-10-11T00:00:00.000",
    },
    {"id": "3", "name": "Yard", "another_name": "My Yard", "date": "2000-02-20T00:00:00.000"},
]


@dataclass
class Said:
    code: int
    out: str
    err: str


@dataclass
class Task:
    """A scheduled task: a folder with files, a config.json, and a dataset on the portal."""

    portal: PracticePortal
    folder: Path
    capture: pytest.CaptureFixture[str]
    shared: Path | None = None
    dataset: str = ""
    config: Path = field(default=Path("config.json"))

    def make(
        self,
        columns: dict[str, str] | None = None,
        rows: list[dict[str, Any]] | None = None,
        key: str | None = "id",
    ) -> None:
        """A dataset for this test alone."""
        body = {
            "name": "DataSync",
            "columns": [
                {"name": name.title(), "fieldName": name, "dataTypeName": kind}
                for name, kind in (columns or COLUMNS).items()
            ],
            "metadata": {"rowIdentifier": key} if key else {},
        }
        self.dataset = self.call("POST", "/api/views.json", json=body)["id"]
        self.call("POST", f"/api/views/{self.dataset}/publication.json")
        if rows:
            self.call("POST", f"/resource/{self.dataset}.json", json=rows)
        account = self.portal.account("publisher")
        login = {"username": account.key_id, "password": account.key_secret}
        self.config.write_text(json.dumps({"domain": self.portal.url, **login}))

    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.call("GET", f"/resource/{self.dataset}.json")
        return found

    def call(self, method: str, path: str, **options: Any) -> Any:
        account = self.portal.account("owner")
        reply = requests.request(
            method, self.portal.url + path, auth=(account.key_id, account.key_secret), timeout=30,
            **options,
        )  # fmt: skip
        assert reply.ok, reply.text
        return reply.json() if reply.content else None

    def file(self, name: str) -> Path:
        """A DataSync test file, copied to the task's folder."""
        assert self.shared is not None
        path = self.folder / name
        shutil.copyfile(self.shared / name, path)
        path.chmod(0o644)
        return path

    def control(self, name: str = "control.json", suffix: str = "csv", **block: Any) -> str:
        """A control file as written by DataSync's user interface, with the test's changes."""
        made = {
            "columns": list(COLUMNS), "ignoreColumns": [], "skip": 1, "encoding": "utf-8",
            "separator": "," if suffix == "csv" else "\t", "quote": '"', "trimWhitespace": True,
            "floatingTimestampFormat": ["ISO8601", "MM/dd/yy", "MM/dd/yyyy", "dd-MMM-yyyy"],
            "fixedTimestampFormat": ["ISO8601", "MM/dd/yyyy"], "timezone": "UTC", "overrides": {},
        }  # fmt: skip
        path = self.folder / name
        path.write_text(json.dumps({"action": "Replace", suffix: made | block}))
        return name

    def __call__(self, *arguments: str) -> Said:
        """`sodasheet datasync` with these arguments, from the task's folder."""
        self.capture.readouterr()
        code = run(["datasync", *arguments])
        printed = self.capture.readouterr()
        return Said(code, printed.out, printed.err)

    def push(self, file: str, method: str, *more: str, header: str = "true") -> Said:
        """The command line of a Standard job over SODA2."""
        line = ("-c", "config.json", "-i", self.dataset, "-f", file, "-m", method, "-h", header)
        return self(*line, *more)

    def by_control(self, file: str, control: str, *more: str) -> Said:
        """The command line of a Standard job with a control file."""
        line = ("-c", "config.json", "-i", self.dataset, "-f", file, "-ph", "true", "-cf", control)
        return self(*line, *more)


@pytest.fixture(scope="session")
def practice() -> Iterator[PracticePortal]:
    with PracticePortal() as portal:
        yield portal


@pytest.fixture
def task(
    practice: PracticePortal,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Task:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))
    monkeypatch.delenv("SODASHEET_KEY_ID", raising=False)
    monkeypatch.delenv("SODASHEET_KEY_SECRET", raising=False)
    monkeypatch.chdir(tmp_path)
    return Task(practice, tmp_path, capsys)


@pytest.fixture
def recorded(task: Task, shared_fixtures: Path) -> Task:
    """A task with DataSync's test files."""
    task.shared = shared_fixtures / "datasync"
    return task
