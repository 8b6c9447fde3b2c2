"""The mapping sheet of a press, read together with its portal's metadata."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from sodasheet.errors import UsageProblem
from sodasheet.excel.live.source_location import location_of
from sodasheet.excel.portal_session import open_session
from sodasheet.excel.sheets.mapping import MappingSheet
from sodasheet.jobs.sheet.labeled_settings_block import SheetTarget, job_of, target_of
from sodasheet.jobs.sheet.mapping_rows import mapping_of
from sodasheet.jobs.sheet.quality_cells import with_quality
from sodasheet.jobs.sheet.sheet_layout import MappingContent
from sodasheet.jobs.sheet.source_cell import Names, spec_of
from sodasheet.jobs.sheet.table_text import Labels, Problem
from sodasheet.model.job import SourceSpec
from sodasheet.model.sheet_labels import MAPPING_TITLE, SOURCE

if TYPE_CHECKING:
    from sodasheet.excel.button_press import Press
    from sodasheet.excel.workbook_sheets import WorkbookSheets
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job


@dataclass(frozen=True, slots=True)
class Opened:
    """A mapping sheet, its content, and the job made of both with the current dataset."""

    sheet: MappingSheet
    read: MappingContent
    dataset: Dataset
    job: Job
    problems: tuple[Problem, ...]

    @property
    def labels(self) -> Labels:
        """The dataset's columns as listed in the drop-down."""
        return Labels(self.dataset.fillable)


def find_mapping(press: Press) -> MappingSheet:
    """Return the mapping sheet of a press: the active sheet, or the mapping sheet of that source.

    Raises UsageProblem if there is none, and where several could be meant.
    """
    if press.front is not None and press.sheets.has_title(press.front, MAPPING_TITLE):
        return MappingSheet(press.front)
    found = [MappingSheet(sheet) for sheet in press.sheets.titled(MAPPING_TITLE)]
    if not found:
        raise UsageProblem(
            f"{press.book.name} has no mapping sheet yet.", "Press Choose dataset first."
        )
    mine = [one for one in found if _reads(one, press)] if len(found) > 1 else found
    if len(mine) != 1:
        names = ", ".join(one.sheet.name for one in mine or found)
        raise UsageProblem(
            f"There are several mapping sheets: {names}.",
            "Go to the one you mean, then press the button again.",
        )
    return mine[0]


def target(press: Press) -> SheetTarget:
    """Return the dataset of a press, using only the mapping sheet."""
    return target_of(find_mapping(press).read().values)


def open_mapping(press: Press) -> Opened:
    """Read the mapping sheet, and the dataset's current metadata from its portal.

    Raises UsageProblem for what cannot be meant on the sheet, PortalError, SignInError.
    """
    from sodasheet.portal.dataset import read_dataset

    sheet = find_mapping(press)
    read = sheet.read()
    where = target_of(read.values)
    press.status(f"Asking {where.portal.partition('//')[2]} about the dataset")
    with open_session(where.portal) as session:
        dataset = read_dataset(session, where.dataset)
    earlier = read.memory
    labels = Labels(dataset.fillable)
    mapping, problems = mapping_of(read.rows, labels, earlier.mapping if earlier else None)
    job = job_of(read.values, mapping, names_of(press), earlier)
    job, unclear = with_quality(job, read, labels)
    return Opened(sheet, read, dataset, job, (*problems, *unclear))


def names_of(press: Press) -> Names:
    """Names of the sheets and tables that can be a source, asked for when they are needed."""
    return Names(
        NeededNames(lambda: _source_sheets(press.sheets)),
        NeededNames(lambda: [table.name for table in press.sheets.tables]),
    )


def _source_sheets(sheets: WorkbookSheets) -> list[str]:
    ours = {sheet.name for sheet in sheets.titled(MAPPING_TITLE)}
    return [name for name in sheets.names if name not in ours]


class NeededNames(Collection[str]):
    """Names that cost calls to the program, and that a source in its usual words does not need."""

    def __init__(self, ask: Callable[[], list[str]]) -> None:
        self._ask = ask

    @cached_property
    def _names(self) -> list[str]:
        return self._ask()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _reads(mapping: MappingSheet, press: Press) -> bool:
    """True if the mapping's source is on the sheet of the press."""
    read = mapping.read()
    earlier = read.memory.source if read.memory else SourceSpec(kind="active")
    try:
        spec = spec_of(read.values.get(SOURCE, ""), names_of(press), earlier)
        if spec.kind != "active":
            return False
        return bool(location_of(press, spec).sheet == press.front)
    except Exception:
        return False


def require_sound(opened: Opened) -> None:
    """Raise UsageProblem if a row of the table is invalid."""
    if opened.problems:
        first = opened.problems[0]
        number = opened.read.numbers[first.row]
        raise UsageProblem(
            f"Row {number} of {opened.sheet.sheet.name}: {first.sentence}",
            "Fix it there, or press Match again.",
        )
