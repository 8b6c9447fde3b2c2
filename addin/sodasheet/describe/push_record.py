"""Records of pushed descriptions: changes with their times, so that a push can be undone."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import Any

from sodasheet.describe.description_changes import DescriptionChange
from sodasheet.errors import UsageProblem
from sodasheet.system.dataset_run_files import DatasetRun, DatasetRunFiles, new_run

#: Outcomes after which the portal may show something of a push.
_UNDOABLE = frozenset({"done", "unknown", "waiting", ""})

_UNDO_NOTE = re.compile(r"undoes \d{8}-\d{6}-[0-9a-f]{4}")


@dataclass(frozen=True, slots=True)
class DescriptionRun(DatasetRun):
    """A push of a description; `outcome` is empty as long as the push runs."""

    changes: tuple[DescriptionChange, ...]
    note: str = ""
    outcome: str = ""
    summary: str = ""

    @property
    def undoable(self) -> bool:
        """True if the push may have changed something, even if interrupted."""
        return self.outcome in _UNDOABLE

    @property
    def is_undo(self) -> bool:
        """True if the push undid an earlier push."""
        return _UNDO_NOTE.fullmatch(self.note) is not None

    def end(self, outcome: str, summary: str) -> DescriptionRun:
        """Save how the run ended. Raises SodaSheetError if the record cannot be written."""
        ended = replace(self, outcome=outcome, summary=summary)
        _FILES.save(ended)
        return ended

    def to_json(self) -> dict[str, Any]:
        """Return the record as one JSON object."""
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return values | {"changes": [change.to_json() for change in self.changes]}


def begin_run(
    portal: str, dataset: str, name: str, changes: Iterable[DescriptionChange], note: str
) -> DescriptionRun:
    """Save a run before anything is written. Raises SodaSheetError if that is not possible."""
    run = DescriptionRun(*new_run(), portal, dataset, name, tuple(changes), note)
    _FILES.save(run)
    return run


def read_run(run: str) -> DescriptionRun:
    """Return the run with this id. Raises UsageProblem if there is none."""
    found = _FILES.find(run)
    if found is None:
        raise UsageProblem(
            f'No run "{run}" on this computer pushed a description.',
            "Choose one of the runs listed with the description.",
        )
    return found


def past_runs(portal: str = "", dataset: str = "") -> list[DescriptionRun]:
    """Return the runs of a dataset, or all, newest first; damaged records are left out."""
    return _FILES.past(portal, dataset)


def _read(body: dict[str, Any]) -> DescriptionRun:
    changes = tuple(DescriptionChange.from_json(one) for one in body.pop("changes"))
    return DescriptionRun(changes=changes, **body)


_FILES = DatasetRunFiles("descriptions", _read, DescriptionRun.to_json)
