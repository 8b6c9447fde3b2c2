"""The work of a draft's tasks: reading and matching, checking, previewing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.desk.drafts.draft import Draft, Shape, find_draft
from sodasheet.desk.drafts.suggestions import write_suggestions
from sodasheet.desk.portal_session import open_session
from sodasheet.desk.tasks.failure import failure_json
from sodasheet.desk.tasks.progress import TaskProgress
from sodasheet.desk.tasks.task import FAILURE, Task, TaskKind
from sodasheet.errors import Cancelled, PortalError, SodaSheetError
from sodasheet.model.method import Method

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job
    from sodasheet.model.suggestion import DatasetValues, Suggestion
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.push.load_and_check import Prepared
    from sodasheet.staging.staged_table import Stage

#: Rows of each finding that are shown with all their cells.
ROWS_SHOWN = 20

_Work = Callable[[Draft, Task, TaskProgress], dict[str, Any]]


def run_draft_task(task: Task) -> None:
    """Do the work of a task; the outcome is stored in its folder."""
    works: dict[TaskKind, _Work] = {
        TaskKind.MAP: _match,
        TaskKind.CHECK: _check,
        TaskKind.PREVIEW: _preview,
    }
    progress = TaskProgress(task)
    with progress.pulse():
        try:
            record = task.record
            draft = find_draft(record.draft)
            if draft is None:
                raise SodaSheetError("This draft no longer exists.", "Choose the file again.")
            task.write("report.json", works[record.kind](draft, task, progress))
        except Cancelled as error:
            task.write(FAILURE, {**failure_json(error), "kind": "canceled"})
        except SodaSheetError as error:
            task.write(FAILURE, failure_json(error))
        except Exception as error:
            from sodasheet.crash_report import crash_report

            task.write(FAILURE, failure_json(crash_report(error)))


def _match(draft: Draft, task: Task, progress: TaskProgress) -> dict[str, Any]:
    """Read the source and match its columns; the user's earlier choices stay."""
    from sodasheet.matching import fingerprint, suggest
    from sodasheet.portal.dataset import read_dataset, require_writable
    from sodasheet.sources import open_source
    from sodasheet.staging.staged_table import Stage
    from sodasheet.staging.suggest import suggest_changes, with_formats
    from sodasheet.system.folders import scratch_folder

    job, base = draft.job, Path(task.record.base)
    with ExitStack() as stack:
        session = stack.enter_context(open_session(job.portal, lambda: progress.stop))
        dataset = read_dataset(session, job.dataset)
        require_writable(dataset)
        folder = stack.enter_context(scratch_folder())
        stage = stack.enter_context(Stage.open(open_source(job.source, base), folder, progress))
        if not job.mapping.columns and dataset.row_identifier is None:
            job = replace(job, method=Method.APPEND)
        mapping = suggest(stage.headers, dataset, job.method, job.mapping)
        mapping = with_formats(mapping, stage, dataset)
        progress.begin("looking for formats")
        known = _dataset_values(session, dataset, stage)
        found = [*_header(job, base), *suggest_changes(stage, mapping, dataset, known)]
        write_suggestions(draft, found)
        shape = Shape(stage.headers, stage.samples(3), stage.rows, dataset)
    prints = fingerprint(shape.headers, dataset)
    draft.save(replace(job, mapping=mapping, fingerprint=prints))
    draft.describe(draft.about, shape)
    return {"outcome": "matched"}


def _dataset_values(
    session: PortalSession, dataset: Dataset, stage: Stage
) -> dict[str, DatasetValues]:
    """Return the dataset's own values; without them there are fewer suggestions."""
    from sodasheet.quality.dataset_values import read_dataset_values

    try:
        return read_dataset_values(session, dataset, stage)
    except PortalError:
        return {}


def _header(job: Job, base: Path) -> list[Suggestion]:
    """Return the suggestion of another header row, if any."""
    from sodasheet.sources.header_row import suggest_header_row

    if job.source.kind not in ("file", "workbook"):
        return []
    found = suggest_header_row(base / job.source.path, job.source)
    return [] if found is None or found.key in job.mapping.declined else [found]


def _check(draft: Draft, task: Task, progress: TaskProgress) -> dict[str, Any]:
    from sodasheet.jobs.last_preview import key_of
    from sodasheet.push.load_and_check import prepared

    job = draft.job
    with (
        open_session(job.portal, lambda: progress.stop) as session,
        prepared(job, Path(task.record.base), session, progress) as work,
    ):
        work.checked.write_findings(draft.folder / "findings.csv")
        draft.write("check.json", {"key": key_of(job), **_found(work)})
    return {"outcome": "checked"}


def _found(work: Prepared) -> dict[str, Any]:
    """Return the findings of the check, each group with its first rows of the source."""
    from sodasheet.model.report import finding_json

    checked, stage = work.checked, work.stage
    hidden = {
        f"c{index}"
        for one in checked.projected
        if one.filled.label in checked.hidden
        for index in one.filled.sources
    }
    groups = []
    for group in checked.findings:
        rows = [one.row for one in group.examples if one.row is not None][:ROWS_SHOWN]
        groups.append({**finding_json(group), "cells": _cells(stage, rows, hidden)})
    return {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": stage.rows,
        "sendable": checked.sendable,
        "rejected": checked.rejected,
        "stopped": checked.stopped,
        "columns": len(checked.projected),
        "headers": list(stage.headers),
        "findings": groups,
    }


def _cells(stage: Stage, rows: list[int], hidden: set[str]) -> list[list[Any]]:
    """The rows with these numbers, each with its number first; long text is cut.

    Cells of `hidden` columns, which hold private data, are only named as such.
    """
    if not rows:
        return []
    names = ", ".join(str(row) for row in rows)
    listed = "".join(f", c{index}" for index in range(len(stage.headers)))
    query = f"SELECT _row{listed} FROM source WHERE _row IN ({names}) ORDER BY _row"
    cursor = stage.cursor()
    found = cursor.execute(query)
    names_of = [one[0] for one in found.description or ()]
    place = names_of.index("_row")
    lines = []
    for row in found.fetchall():
        cells = [
            "(hidden)" if cell and names_of[at] in hidden else str(cell or "")[:200]
            for at, cell in enumerate(row)
            if at != place
        ]
        lines.append([row[place], *cells])
    cursor.close()
    return lines


def _preview(draft: Draft, task: Task, progress: TaskProgress) -> dict[str, Any]:
    from sodasheet.jobs.last_preview import key_of, remember, seen_from_json, seen_to_json
    from sodasheet.push.incremental.job_preview import job_preview
    from sodasheet.push.preview.preview import report_of, require_sendable
    from sodasheet.staging.diff.change_rows import write_change_rows

    job = draft.job
    with (
        open_session(job.portal, lambda: progress.stop) as session,
        job_preview(job, Path(task.record.base), session, progress) as (work, found),
    ):
        require_sendable(work)
        assert found is not None  # noqa: S101 - the check has not stopped the rows
        progress.begin("comparing")
        cells = write_change_rows(found.comparison, draft.folder / "changes.parquet")
        report = report_of(job, work, found)
        remember(key_of(job), report)
        pairs = found.comparison.pairs
        seen = replace(
            seen_from_json(report["seen"]), sha256=work.stage.sha256, preview=found.preview
        )
        body = {
            "key": key_of(job),
            "time": report["started"],
            "method": job.method.value,
            "preview": report["preview"],
            "before": found.preview.before,
            "after": found.preview.after,
            "stale": found.preview.stale,
            "emptied": [_name(work, field) for field in found.preview.emptied],
            "rejected": work.checked.rejected,
            "sendable": work.checked.sendable,
            "columns": [
                {"name": pair.column.name, "field": pair.column.field, "type": pair.column.type}
                for pair in pairs
            ],
            "cells": cells,
            "identifier": work.dataset.row_identifier or "",
            "seen": seen_to_json(seen),
        }
    draft.write("preview.json", body)
    return {"outcome": "previewed"}


def _name(work: Prepared, field: str) -> str:
    column = work.dataset.column(field)
    return column.name if column else field
