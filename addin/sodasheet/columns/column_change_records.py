"""Records of changed columns: what was changed when, so that it can be undone."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sodasheet.columns.requested_changes import AddedColumn, ColumnChange, RenamedField, change_json
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.system.paths import home, make_private, write_whole


@dataclass(frozen=True, slots=True)
class ColumnsRun:
    """One run that changes columns; `outcome` is empty as long as it runs."""

    run: str
    started: str
    portal: str
    dataset: str
    name: str
    changes: tuple[ColumnChange, ...]
    outcome: str = ""
    summary: str = ""

    def end(self, outcome: str, summary: str) -> ColumnsRun:
        """Save how the run ended. Raises SodaSheetError if the record cannot be written."""
        ended = replace(self, outcome=outcome, summary=summary)
        _save(ended)
        return ended

    def to_json(self) -> dict[str, Any]:
        """Return the record as one JSON object."""
        values = {name: getattr(self, name) for name in self.__slots__ if name != "changes"}
        return values | {"changes": [change_json(one) for one in self.changes]}


def begin_run(portal: str, dataset: str, name: str, changes: Iterable[ColumnChange]) -> ColumnsRun:
    """Save a run before anything is written. Raises SodaSheetError if that is not possible."""
    now = datetime.now(UTC)
    number = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    started = now.isoformat(timespec="seconds")
    run = ColumnsRun(number, started, portal, dataset, name, tuple(changes))
    _save(run)
    return run


def read_run(run: str) -> ColumnsRun:
    """Return the run of this id. Raises UsageProblem if there is none."""
    found = next((one for one in past_runs() if one.run == run), None)
    if found is None:
        raise UsageProblem(
            f'There is no run "{run}" that changed columns on this computer.',
            "Choose one of the runs that are listed with the columns.",
        )
    return found


def past_runs(portal: str = "", dataset: str = "") -> list[ColumnsRun]:
    """Return the runs of one dataset, or all, newest first; damaged records are left out."""
    found = [run for path in _folder().glob("*.json") if (run := _read(path)) is not None]
    wanted = [
        one
        for one in found
        if (not portal or one.portal == portal) and (not dataset or one.dataset == dataset)
    ]
    return sorted(wanted, key=lambda one: one.run, reverse=True)


def _folder() -> Path:
    return home() / "columns"


def _save(run: ColumnsRun) -> None:
    path = _folder() / f"{run.run}.json"
    try:
        make_private(path.parent)
        write_whole(path, json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise SodaSheetError(
            f"The record {path} cannot be written: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder you may write to.",
        ) from error


def _read(path: Path) -> ColumnsRun | None:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        changes = tuple(_change(one) for one in body.pop("changes"))
        return ColumnsRun(changes=changes, **body)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _change(body: Mapping[str, str]) -> ColumnChange:
    if body["change"] == "rename":
        return RenamedField(body["field"], body["new"])
    return AddedColumn(body["name"], body["field"], body["type"], body.get("why", ""))
