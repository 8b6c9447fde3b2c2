"""Jobs on the mapping sheets of a closed workbook, read by the same rules as on a live sheet."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from sodasheet.errors import SourceError, UsageProblem
from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.jobs.sheet.labeled_settings_block import job_of
from sodasheet.jobs.sheet.mapping_rows import mapping_of
from sodasheet.jobs.sheet.quality_cells import with_quality
from sodasheet.jobs.sheet.sheet_layout import LOOK, MappingContent, SheetLayout, is_mapping
from sodasheet.jobs.sheet.source_cell import Names
from sodasheet.jobs.sheet.table_text import Labels
from sodasheet.model.dataset import Column
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.sheet_labels import SHEET_COLUMN
from sodasheet.sources.grid.cell_range import split_book
from sodasheet.sources.workbook.inspect_workbook import ClosedWorkbook, Table, closed_workbook


@dataclass(frozen=True, slots=True)
class SheetJob:
    """Job of a mapping sheet, with the sheet's name."""

    sheet: str
    job: Job


def jobs_of(path: Path) -> list[SheetJob]:
    """Return the jobs of a closed workbook (.xlsx, .xlsm, .xlsb, .xls, .ods), in sheet order.

    A source on a sheet of the workbook becomes that sheet, table or range of the file; relative
    paths, including its own, start from the workbook's folder. Nothing is written. Raises
    SourceError if the file is not a workbook, UsageProblem if a mapping sheet is missing or
    invalid.
    """
    with closed_workbook(path) as book:
        found = {name: _form_cells(book, name) for name in book.sheets}
        ours = {name: Snapshot(_square(rows)) for name, rows in found.items() if _is_ours(rows)}
        if not ours:
            raise UsageProblem(
                f"{path.name} has no mapping sheet.",
                "Create a mapping sheet in it, or specify a job file.",
                (NextStep(Action.CREATE_JOB, file=str(path)),),
            )
        names = Names([name for name in book.sheets if name not in ours], _table_names(book))
        return [SheetJob(name, _job(path, name, seen, book.tables, names))
                for name, seen in ours.items()]  # fmt: skip


def _form_cells(book: ClosedWorkbook, sheet: str) -> list[list[object]]:
    """Return the cells of a sheet; none if too large for a mapping sheet."""
    try:
        return book.cells(sheet)
    except SourceError:
        return []


def _is_ours(rows: list[list[object]]) -> bool:
    height, width = LOOK
    return is_mapping(Snapshot([row[:width] for row in rows[:height]]))


def _square(rows: list[list[object]]) -> list[list[object]]:
    width = max(map(len, rows), default=0)
    return [row + [""] * (width - len(row)) for row in rows]


def _table_names(book: ClosedWorkbook) -> list[str]:
    return [table.name for table in book.tables]


def _job(path: Path, sheet: str, seen: Snapshot, tables: Iterable[Table], names: Names) -> Job:
    try:
        layout = SheetLayout.of(seen, sheet)
        read = layout.read(_bottom(layout, sheet, tables))
        earlier = read.memory
        labels = Labels(_columns(layout, read))
        mapping, problems = mapping_of(read.rows, labels, earlier.mapping if earlier else None)
        job, unclear = with_quality(job_of(read.values, mapping, names, earlier), read, labels)
        if problems := (*problems, *unclear):
            number = read.numbers[problems[0].row]
            raise UsageProblem(f"Row {number}: {problems[0].sentence}", "Fix it there.")
        return _with_lists(replace(job, source=_closed(job.source, path)), path)
    except UsageProblem as problem:
        raise problem.about(f"{path.name}, sheet {sheet}") from problem


def _bottom(layout: SheetLayout, sheet: str, tables: Iterable[Table]) -> int:
    """Return the last row of the mapping's table; the last used row if not an Excel table."""
    head = layout.heads[SHEET_COLUMN]
    for table in tables:
        body = table.body
        inside = body.left <= head.column <= (body.right or body.left)
        if table.sheet == sheet and body.top == head.row + 1 and inside:
            return body.bottom or body.top
    return layout.seen.bottom


def _columns(layout: SheetLayout, read: MappingContent) -> list[Column]:
    """Return the dataset's columns from the sheet and its stored job, without asking the portal."""
    types = {label.rpartition("·")[2].strip(): kind for label, kind in layout.types().items()}
    if read.memory:
        types |= {field: kind for _, field, kind in read.memory.fingerprint.columns}
    columns = []
    for label in layout.choices():
        name, dot, field = label.rpartition(" · ")
        if dot:
            columns.append(Column(0, name, field, types.get(field, ""), 0))
    return columns


def _with_lists(job: Job, path: Path) -> Job:
    """Return the job with the workbook's name added to ranges outside its source file."""
    if job.source.kind == "workbook" and job.source.path == path.name:
        return job
    rules = tuple(
        replace(rule, listed=f"[{path.name}]{rule.listed}")
        if rule.listed and not split_book(rule.listed)[0]
        else rule
        for rule in job.quality.rules
    )
    return replace(job, quality=replace(job.quality, rules=rules))


def _closed(spec: SourceSpec, path: Path) -> SourceSpec:
    """Return the source as a part of the closed workbook."""
    if spec.kind != "active":
        return spec
    if not (spec.table or spec.range or spec.sheet):
        raise UsageProblem(
            "The source is the active sheet, and a closed workbook has none.",
            "Write the sheet's name next to Source.",
        )
    rows = spec.rows if spec.rows == "visible" else ""
    return replace(spec, kind="workbook", path=path.name, rows=rows)
