"""Conflicts: rows changed by others since a run that touched them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.errors import Refused
from sodasheet.model.dataset import Column
from sodasheet.model.next_step import Action, NextStep
from sodasheet.wording import counted

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset
    from sodasheet.staging.restore.restore_counts import ConflictingRow, RestoreCounts

#: How many rows are shown, how many cells of each, and how many characters of a value.
EXAMPLES, _CELLS, _LONGEST = 3, 3, 40


class ConflictError(Refused):
    """Undoing would overwrite changes by others, and the user has not agreed to that.

    `changed` is in how many rows, `url` leads to the dataset. `examples` are a few of them: the
    row's name, and what would become of it. `consequence` says what continuing would mean.
    `rest` is how many rows could be undone while these stay as they are, 0 if none could.
    """

    rest: int = 0

    def __init__(
        self, run: str, dataset: Dataset, way: RestoreCounts, examples: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(
            self._cause(run, dataset, way),
            f"Check {dataset.url} first. Undoing overwrites edits by others.",
            (NextStep(Action.OVERWRITE_CONFLICTS, run=run),),
        )
        self.run, self.changed, self.url = run, way.changed, dataset.url
        self.examples = tuple(examples)

    @staticmethod
    def _cause(run: str, dataset: Dataset, way: RestoreCounts) -> str:  # noqa: ARG004
        rows = counted(way.changed, "row was", "rows were")
        first = f"; the first is {way.first}" if way.first else ""
        return f"{rows} changed by someone else since run {run}{first}."

    @property
    def shown(self) -> tuple[tuple[str, str], ...]:
        """The examples, and the number of other rows."""
        more = self.changed - len(self.examples)
        return (*self.examples, ("", f"and {more:,} more")) if more > 0 else self.examples

    @property
    def consequence(self) -> str:
        """Return a sentence about the lost changes, and that this undo can be undone."""
        return (
            "Undoing the push anyway overwrites the later edits by others, which are then lost."
            " That undo is a separate run, which can be undone too."
        )


class CrossedError(ConflictError):
    """Others wrote at the same moment as the run, so its snapshot may lack their changes."""

    def __init__(
        self, run: str, dataset: Dataset, way: RestoreCounts, examples: Sequence[tuple[str, str]]
    ) -> None:
        super().__init__(run, dataset, replace(way, changed=way.back + way.going), examples)

    @staticmethod
    def _cause(run: str, dataset: Dataset, way: RestoreCounts) -> str:  # noqa: ARG004
        return (
            f"Someone else changed {dataset.name} at the moment run {run} wrote to it,"
            " so the snapshot may lack that change."
        )


def in_words(
    row: ConflictingRow, columns: Sequence[Column], written: Collection[str]
) -> tuple[str, str]:
    """The name of a row that others have changed, and the effect of a forced undo on that row.

    `written` are the fields that are restored in a row that is still there.
    """
    name = row.key or "a row"
    if not row.has:
        return name, (
            "has since been deleted; it would be restored" if row.had else "is gone, or was changed"
        )
    if not row.had:
        cells = [
            f"{column.name} {_shown(now)}"
            for column, now in zip(columns, row.now, strict=True)
            if now is not None and now != row.key
        ]
        return name, f"would be deleted: {_some(cells)}" if cells else "would be deleted"
    cells = [
        f"{column.name} {_shown(now)} would be {_shown(old)}"
        if column.field in written
        else f"{column.name} {_shown(now)} would stay"
        for column, old, now in zip(columns, row.before, row.now, strict=True)
        if old != now
    ]
    if not cells:
        return name, "values in columns added since would be lost"
    return name, _some(cells)


def _some(cells: list[str]) -> str:
    more = len(cells) - _CELLS
    return ", ".join(cells[:_CELLS]) + (f", and {more:,} more" if more > 0 else "")


def _shown(text: str | None) -> str:
    if text is None:
        return "(blank)"
    line = " ".join(text.split())
    return f'"{line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"}"'
