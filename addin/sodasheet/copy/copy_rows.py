"""Copy rows: download the source's, push them to the target, and compare the counts."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sodasheet.backup.back_up_dataset import settled_download
from sodasheet.copy.copyable_columns import columns_to_copy
from sodasheet.errors import SodaSheetError
from sodasheet.jobs.push_resume_undo import execute, with_memo
from sodasheet.matching.column_drift import fingerprint
from sodasheet.model.job import Job
from sodasheet.model.method import Method
from sodasheet.model.quality_settings import QualitySettings
from sodasheet.model.report import Outcome, Report
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.soda2.download import Download
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.push.context import PushContext
from sodasheet.push.request import PushRequest, RunOptions
from sodasheet.push.runs.journal import RunLog
from sodasheet.staging.restore.rows_as_csv_and_parquet import (
    csv_source,
    load_table,
    restore_mapping,
    write_csv,
)
from sodasheet.staging.staged_table import Stage
from sodasheet.system.folders import scratch_folder
from sodasheet.wording import counted, part_of

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

ROWS = "copied.csv"


@dataclass(frozen=True, slots=True)
class CopyRequest:
    """A copy of all rows of the dataset `source` to the dataset `target`.

    `is_new` says that the target was created for it: private, and without a past to compare with.
    """

    source: str
    target: str
    method: Method = Method.REPLACE
    skipped_guards: frozenset[str] = frozenset()
    is_new: bool = False


@dataclass(frozen=True, slots=True)
class CopyResult:
    """A copy: the report of its push, the rows read, and a sentence if the counts differ."""

    report: Report
    rows: int
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the result as one JSON object."""
        return {"rows": self.rows, "problem": self.problem, "report": self.report.to_json()}


def copy_rows(session: PortalSession, context: PushContext, request: CopyRequest) -> CopyResult:
    """Copy a consistent state of the rows, with an ordinary push including guards and undo.

    `session` reads the source, `context` pushes to the target. Raises Refused if the columns do
    not fit, SodaSheetError if the rows cannot be read, Cancelled; nothing was changed then.
    """
    source = read_dataset(session, request.source)
    target = read_dataset(context.session, request.target)
    columns = columns_to_copy(source, target, request.method)
    with scratch_folder() as room:
        found = settled_download(session, source, room / "pages", context.progress)
        with Stage.bare(source.name, len(columns), room, context.progress) as stage:
            load_table(stage, found.paths, columns)
            written = write_csv(stage, room / ROWS)
        if written != found.rows:
            raise SodaSheetError(
                f"Only {part_of(written, found.rows, 'row')} of {source.name} could be written to "
                "disk.",
                "Nothing was sent; try again.",
            )
        log = RunLog.begin()  # the rows stay with the run, which may have to be resumed
        shutil.move(room / ROWS, log.folder / ROWS)
    fields = [one.field for one in columns]
    job = Job(
        target.portal,
        target.id,
        request.method,
        csv_source(ROWS),
        restore_mapping(columns),
        fingerprint=fingerprint(fields, target),
        quality=QualitySettings(levels={"private-data": "note"} if request.is_new else {}),
    )
    options = RunOptions(skipped_guards=request.skipped_guards)
    push = with_memo(PushRequest(job, log.folder, options))
    report = execute(push, context, log)
    problem = _problem(session, request, report, found)
    return CopyResult(report, found.rows, problem)


def _problem(session: PortalSession, request: CopyRequest, report: Report, found: Download) -> str:
    """Return a sentence if the target is not a copy of the source's current rows."""
    if report.outcome not in (Outcome.DONE, Outcome.REJECTS):
        return ""
    after = report.totals.after
    if request.method is Method.REPLACE and after is not None and after != found.rows:
        were = counted(found.rows, "row was", "rows were")
        return f"{were} read, but the target contains {after:,}."
    source = read_dataset(session, request.source)
    state = RowsClient(session, source).state()
    if state is not None and (state.rows, state.changed) != (found.after.rows, found.after.changed):
        return "The source was changed while its rows were sent: copy again to include the changes."
    return ""
