"""Send rows over the Publishing API: a revision is prepared and then applied at once (C)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

from sodasheet.errors import Cancelled, PortalError, Refused, UnknownOutcome
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.report import RejectedRow, RowCounts
from sodasheet.portal.publishing.revision import ACTIONS, Revision, Revisions
from sodasheet.portal.publishing.schema_errors import CellError
from sodasheet.portal.publishing.schemas import InputSchema, OutputSchema, parsed
from sodasheet.portal.publishing.target_columns import Target
from sodasheet.portal.publishing.task_set_reply import TaskSet, TaskState
from sodasheet.portal.publishing.upload_file import create_source
from sodasheet.push.context import PushContext
from sodasheet.push.runs.run_recorder import Landed
from sodasheet.push.send.last_look_and_own_write import LastLook, Seen
from sodasheet.push.send.transport import DatasetChanged, Record, Verdict
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.output.csv_output import CsvHeader, CsvPiece, csv_header, csv_pieces
from sodasheet.staging.output.verbatim_csv import verbatim_csv

#: Maximum rows with portal errors that are fetched individually.
_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class RevisionPlan:
    """Everything needed to prepare a revision.

    `look` is the last one at the dataset before it is applied, `before` how many rows it has,
    `allowed` how many of the rows the portal may reject. `remark` is a note for the portal's
    history; a `draft` is not applied.
    """

    look: LastLook
    before: int
    allowed: int
    remark: str = ""
    draft: bool = False

    @property
    def dataset(self) -> Dataset:
        """The dataset to write to."""
        return self.look.dataset


class Publishing:
    """A revision."""

    name = "Publishing API"

    def __init__(self, plan: RevisionPlan, desk: PushContext, record: Record) -> None:
        self.landed = Landed()
        self._plan = plan
        self._desk = desk
        self._record = record
        self._revisions = Revisions(desk.session, plan.dataset.id)

    def push(self, checked: CheckResult, limit: int | None) -> None:
        """Send the rows; see `Transport.push`."""
        self._record("preparing")
        revision = self._revisions.create(ACTIONS[checked.plan.method])
        self._record("revision", seq=revision.seq)
        try:
            output, sending = self._prepared(revision, checked, limit)
            self._describe(revision, output)
            self._go_on()
            seen = self._plan.look.take()
        except BaseException:
            discard(revision, self._record)
            raise
        if self._plan.draft:
            self._record("draft", seq=revision.seq, rows=sending)
            self.landed.draft = revision.page
            return
        detail = {
            "transport": "publishing",
            "seq": revision.seq,
            "before": self._plan.before,
            "version": seen.version,
        }
        self._record("applying", **detail, rows=sending, limit=limit)
        self._desk.progress.begin("applying", sending)
        task = revision.finish(self._applied(revision, output))
        if task.state is TaskState.FAILED:
            discard(revision, self._record)
        if task.state is TaskState.APPROVAL:
            self._record("applying", **detail, rows=sending, limit=limit, approval=True)
        self._require_change(task, seen, sending)
        self._take(task, revision.action, sending, seen.version)

    def _require_change(self, task: TaskSet, seen: Seen, sending: int) -> None:
        """Raise UnknownOutcome if the dataset is unchanged although the reply says otherwise."""
        if task.state is TaskState.SUCCESSFUL and task.counts.changed_rows:
            self.landed.state = self._plan.look.require_change(seen, sending)

    def _describe(self, revision: Revision, output: OutputSchema) -> None:
        """Add the user's note to the revision, and the schema to apply to a draft."""
        changes: dict[str, object] = {"notes": self._plan.remark} if self._plan.remark else {}
        changes |= {"output_schema_id": output.id} if self._plan.draft else {}
        if changes:
            revision.describe(**changes)

    def _applied(self, revision: Revision, output: OutputSchema) -> TaskSet:
        """Apply the revision; a refusal counts only if the portal has not started."""
        try:
            return revision.apply(output.id, partial(self._may_go_again, revision))
        except UnknownOutcome:
            raise
        except (PortalError, Cancelled, DatasetChanged) as error:
            if self._tasks(revision):
                status = getattr(error, "status", None)
                raise UnknownOutcome(error.what, error.remedy, status, "unknown") from error
            discard(revision, self._record)
            raise

    def _may_go_again(self, revision: Revision, status: int | None) -> bool:
        """True if the revision was not applied and the dataset is unchanged since the last look.

        Raises DatasetChanged if others have written and the portal cannot have begun.
        """
        if status is None:
            self._plan.look.take()
            return True
        if self._tasks(revision):
            return False
        try:
            self._plan.look.take()
        except (DatasetChanged, PortalError):
            return False
        return True

    def _tasks(self, revision: Revision) -> bool:
        """True if the portal has started to apply the revision, or cannot be asked."""
        try:
            return bool(revision.again().tasks)
        except PortalError:
            return True

    def ask(self, checked: CheckResult | None, detail: dict[str, Any]) -> Verdict:  # noqa: ARG002
        """Check whether the revision was applied; see `Transport.ask`.

        One that has not been applied is discarded, so that no belated request can apply it.
        """
        revision = self._revisions.get(detail["seq"])
        if not revision.tasks and detail.get("approval") and not revision.closed:
            raise _awaiting(self._desk.session.host)
        if not revision.tasks:
            discard(revision, self._record)
            revision = self._revisions.get(detail["seq"])
            if not revision.tasks:
                return Verdict.NOT_LANDED if revision.closed else Verdict.UNKNOWN
        task = revision.finish(revision.tasks[-1])
        if task.state is TaskState.FAILED:
            discard(revision, self._record)
            return Verdict.NOT_LANDED
        self._take(task, revision.action, detail["rows"], detail.get("version"))
        return Verdict.LANDED

    def _prepared(
        self, revision: Revision, checked: CheckResult, limit: int | None
    ) -> tuple[OutputSchema, int]:
        """The schema to apply, and the number of its rows."""
        method = checked.plan.method
        sending = checked.sendable if limit is None else min(limit, checked.sendable)
        lines = verbatim_csv(checked, limit)
        output = None
        if lines is not None:
            output = self._converted(revision, lines.header, lines.pieces(), method, sending)
        # Lines have no numbers by which an error of the portal's could be told of a row.
        if output is None or output.input.error_count or output.error_count:
            header, pieces = csv_header(checked), csv_pieces(checked, limit)
            output = self._converted(revision, header, pieces, method, sending)
        self._judge(output.input, output)
        if self._plan.dataset.identifier is not None and method is not Method.DELETE:
            output.require_identifier()
        return output, sending

    def _converted(
        self,
        revision: Revision,
        header: CsvHeader,
        pieces: Iterator[CsvPiece],
        method: Method,
        sending: int,
    ) -> OutputSchema:
        """Have the portal read and convert an upload."""
        progress = self._desk.progress
        progress.begin("uploading", sending)
        source = create_source(revision, "rows.csv")
        source.upload(self._bodies(pieces))
        progress.begin("the portal reads the rows", sending)
        read = parsed(source, self._counting())
        target = Target(
            self._plan.dataset, ACTIONS[method], header.row, header.fields, header.suffixes
        )
        progress.begin("the portal converts the rows", sending)
        return read.output(target).finished(self._counting())

    def _bodies(self, pieces: Iterator[CsvPiece]) -> Iterator[bytes]:
        for piece in pieces:
            self._go_on()
            yield piece.body
            self._desk.progress.advance(piece.rows)

    def _counting(self) -> Callable[[int | None], None]:
        """Progress from the portal's own count of rows so far, if given."""
        so_far = 0

        def told(rows: int | None) -> None:
            nonlocal so_far
            if rows is not None and rows > so_far:
                self._desk.progress.advance(rows - so_far)
                so_far = rows

        return told

    def _go_on(self) -> None:
        if self._desk.progress.stop:
            raise Cancelled("You stopped the push before anything was applied.", "")

    def _judge(self, read: InputSchema, output: OutputSchema) -> None:
        """Refuse if the portal cannot use more rows than the job allows to be rejected."""
        if not read.error_count and not output.error_count:
            return
        errors = [*_first(read.errors()), *_first(output.errors())]
        found = _by_row(errors)
        self.landed.rejected.extend(found)
        counted = (read.error_count or 0) + (output.error_count or 0)
        # If not all errors could be listed, each counts as a separate row.
        most = len(found) if len(errors) >= counted else max(len(found), counted)
        if most > self._plan.allowed:
            first = found[0] if found else None
            where = f"; the first is {_words(first)}" if first else ""
            raise Refused(
                f"The portal cannot use {most:,} of the rows, and nothing was changed{where}.",
                "Fix them, or skip them.",
                (NextStep(Action.ALLOW_REJECTED, value=str(most)),),
            )

    def _take(self, task: TaskSet, action: str, sending: int, version: int | None) -> None:
        if task.state is TaskState.APPROVAL:
            raise _awaiting(self._desk.session.host)
        task.require_success(self._desk.session.host)
        counts, rejected = task.counts, len(self.landed.rejected)
        self.landed.confirmed = True
        self.landed.counts = RowCounts(
            sending,
            counts.created,
            counts.updated,
            counts.deleted,
            max(rejected, counts.errors or 0),
        )
        self._plan.look.number(self.landed, f"{self.name} {action}", version)


def discard(revision: Revision, record: Record) -> None:
    """Close a revision that will not be applied; leaving a revision open is harmless."""
    with suppress(PortalError, Cancelled):
        revision.discard()
        record("discarded", seq=revision.seq)


#: The reason of an outcome that a portal user decides.
APPROVAL = "approval"


def _awaiting(host: str) -> UnknownOutcome:
    return UnknownOutcome(
        f"{host} has put the push into its approval queue: nothing is changed until someone there"
        " approves it.",
        "Ask an approver on the portal; do not push the same rows again.",
        None,
        APPROVAL,
    )


def _words(row: RejectedRow) -> str:
    return (
        f'row {row.row or "unknown"}, {row.column or "the whole row"}: "{row.value}": {row.reason}'
    )


def _first(errors: Iterable[CellError]) -> Iterator[CellError]:
    for number, error in enumerate(errors):
        if number == _LISTED:
            return
        yield error


def _by_row(errors: list[CellError]) -> list[RejectedRow]:
    """One entry per row, with its first error; an unnumbered entry counts as a row."""
    rows: dict[object, RejectedRow] = {}
    for place, error in enumerate(errors):
        entry = RejectedRow(error.row, None, error.field, error.value, error.reason)
        rows.setdefault(("unnumbered", place) if error.row is None else error.row, entry)
    return list(rows.values())
