"""Records of pushed descriptions: what was changed when, so that a push can be undone."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sodasheet.describe.description_changes import DescriptionChange
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.system.paths import home, make_private, write_whole

#: Outcomes after which the portal may show something of a push.
_UNDOABLE = frozenset({"done", "unknown", "waiting", ""})

_UNDO_NOTE = re.compile(r"undoes \d{8}-\d{6}-[0-9a-f]{4}")


@dataclass(frozen=True, slots=True)
class DescriptionRun:
    """One push of a description; `outcome` is empty as long as the push runs."""

    run: str
    started: str
    portal: str
    dataset: str
    name: str
    changes: tuple[DescriptionChange, ...]
    note: str = ""
    outcome: str = ""
    summary: str = ""

    @property
    def undoable(self) -> bool:
        """True if the push may have changed something: also if it was interrupted."""
        return self.outcome in _UNDOABLE

    @property
    def is_undo(self) -> bool:
        """True if the push has undone an earlier push."""
        return _UNDO_NOTE.fullmatch(self.note) is not None

    def end(self, outcome: str, summary: str) -> DescriptionRun:
        """Save how the run ended. Raises SodaSheetError if the record cannot be written."""
        ended = replace(self, outcome=outcome, summary=summary)
        _save(ended)
        return ended

    def to_json(self) -> dict[str, Any]:
        """Return the record as one JSON object."""
        values = {name: getattr(self, name) for name in self.__slots__ if name != "changes"}
        return values | {"changes": [change.to_json() for change in self.changes]}


def begin_run(
    portal: str, dataset: str, name: str, changes: Iterable[DescriptionChange], note: str
) -> DescriptionRun:
    """Save a run before anything is written. Raises SodaSheetError if that is not possible."""
    now = datetime.now(UTC)
    run = DescriptionRun(
        f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(2)}",
        now.isoformat(timespec="microseconds"),
        portal,
        dataset,
        name,
        tuple(changes),
        note,
    )
    _save(run)
    return run


def read_run(run: str) -> DescriptionRun:
    """Return the run of this id. Raises UsageProblem if there is none."""
    known = {one.run: one for one in past_runs()}
    if run not in known:
        raise UsageProblem(
            f'There is no push of a description "{run}" on this computer.',
            "Choose one of the runs that are listed with the description.",
        )
    return known[run]


def past_runs(portal: str = "", dataset: str = "") -> list[DescriptionRun]:
    """Return the runs of one dataset, or all, newest first; damaged records are left out."""
    found = [run for path in _folder().glob("*.json") if (run := _read(path)) is not None]
    wanted = [
        one
        for one in found
        if (not portal or one.portal == portal) and (not dataset or one.dataset == dataset)
    ]
    return sorted(wanted, key=lambda one: (one.started, one.run), reverse=True)


def _folder() -> Path:
    return home() / "descriptions"


def _save(run: DescriptionRun) -> None:
    path = _folder() / f"{run.run}.json"
    try:
        make_private(path.parent)
        write_whole(path, json.dumps(run.to_json(), ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise SodaSheetError(
            f"The record {path} cannot be written: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder you may write to.",
        ) from error


def _read(path: Path) -> DescriptionRun | None:
    try:
        body = json.loads(path.read_text(encoding="utf-8"))
        changes = tuple(DescriptionChange.from_json(one) for one in body.pop("changes"))
        return DescriptionRun(changes=changes, **body)
    except (OSError, ValueError, KeyError, TypeError):
        return None
