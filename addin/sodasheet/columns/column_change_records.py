"""Records of changed columns: changes with their times, for an undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from sodasheet.columns.requested_changes import (
    AddedColumn,
    ColumnChange,
    RenamedField,
    RetypedColumn,
    change_json,
)
from sodasheet.errors import UsageProblem
from sodasheet.system.dataset_run_files import DatasetRun, DatasetRunFiles, new_run
from sodasheet.system.folders import home


@dataclass(frozen=True, slots=True)
class ColumnsRun(DatasetRun):
    """A run that changes columns; `outcome` is empty until the run ends.

    After a type change `rows` and `changed` are the dataset's state, to see if others have
    written since.
    """

    changes: tuple[ColumnChange, ...]
    outcome: str = ""
    summary: str = ""
    rows: int | None = None
    changed: str | None = None

    @property
    def folder(self) -> Path:
        """Path of the rows from before a type change."""
        return home() / "columns" / self.run

    def end(self, outcome: str, summary: str) -> ColumnsRun:
        """Save how the run ended. Raises SodaSheetError if the record cannot be written."""
        ended = replace(self, outcome=outcome, summary=summary)
        _FILES.save(ended)
        return ended

    def to_json(self) -> dict[str, Any]:
        """Return the record as one JSON object."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return values | {"changes": [change_json(one) for one in self.changes]}


def begin_run(portal: str, dataset: str, name: str, changes: Iterable[ColumnChange]) -> ColumnsRun:
    """Save a run before anything is written. Raises SodaSheetError if that is not possible."""
    run = ColumnsRun(*new_run(), portal, dataset, name, tuple(changes))
    _FILES.save(run)
    return run


def read_run(run: str) -> ColumnsRun:
    """Return the run with this id. Raises UsageProblem if there is none."""
    found = _FILES.find(run)
    if found is None:
        raise UsageProblem(
            f'No run "{run}" on this computer changed columns.',
            "Choose one of the runs listed with the columns.",
        )
    return found


def past_runs(portal: str = "", dataset: str = "") -> list[ColumnsRun]:
    """Return the runs of a dataset, or all, newest first; damaged records are left out."""
    return _FILES.past(portal, dataset)


def _read(body: dict[str, Any]) -> ColumnsRun:
    changes = tuple(_change(one) for one in body.pop("changes"))
    return ColumnsRun(changes=changes, **body)


def _change(body: Mapping[str, str]) -> ColumnChange:
    if body["change"] == "rename":
        return RenamedField(body["field"], body["new"])
    if body["change"] == "type":
        return RetypedColumn(body["field"], body["old"], body["new"])
    return AddedColumn(body["name"], body["field"], body["type"], body.get("why", ""))


_FILES = DatasetRunFiles("columns", _read, ColumnsRun.to_json)
