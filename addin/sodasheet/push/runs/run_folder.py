"""The run log: one folder per run, holding its report and the rows that did not land."""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.model.report import Report
from sodasheet.system.paths import home, make_private

REPORT_NAME = "report.json"
FINDINGS_NAME = "findings.csv"


def runs_folder() -> Path:
    """The folder of all runs."""
    return home() / "runs"


def locks_folder() -> Path:
    """The folder in which a push holds its dataset."""
    return home() / "locks"


@dataclass(frozen=True, slots=True)
class RunLog:
    """The folder of a run; `run` is its id, which sorts by time."""

    run: str
    folder: Path

    @classmethod
    def begin(cls, now: datetime | None = None) -> RunLog:
        """Make the folder of a new run.

        Raises SodaSheetError where the user's data folder cannot be written: a push that could
        not be recorded is not begun.
        """
        moment = now or datetime.now(UTC)
        run = f"{moment:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        folder = runs_folder() / run
        try:
            make_private(runs_folder())
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise SodaSheetError(
                f"The run log {folder} cannot be written: {error.strerror or error}.",
                "Free some disk space, or set SODASHEET_HOME to a folder you may write to.",
            ) from error
        return cls(run, folder)

    @classmethod
    def of(cls, run: str) -> RunLog:
        """The folder of an earlier run, made again if removed."""
        folder = runs_folder() / run
        make_private(folder)
        return cls(run, folder)

    @property
    def findings(self) -> Path:
        """Path of the list of every single finding."""
        return self.folder / FINDINGS_NAME

    def write(self, report: Report) -> Path:
        """Write the report so that a crash leaves either the old or the new report whole."""
        try:
            return self._written(report)
        except OSError as error:
            raise SodaSheetError(
                f"The report of run {self.run} cannot be written: {error.strerror or error}."
                f" It reads: {report.outcome.value}: {report.summary}",
                "Free some disk space, or set SODASHEET_HOME to a folder you may write to.",
            ) from error

    def _written(self, report: Report) -> Path:
        path = self.folder / REPORT_NAME
        draft = path.with_suffix(".tmp")
        text = json.dumps(report.to_json(), ensure_ascii=False, indent=1)
        with draft.open("w", encoding="utf-8") as file:
            file.write(text + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        return path
