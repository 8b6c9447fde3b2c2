"""Sending rows over the Publishing API: a revision is prepared aside and applied as one (C)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sodasheet.errors import Cancelled, PortalError, Refused
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.model.report import RejectedRow, RowCounts
from sodasheet.portal.revisions import ACTIONS, Revision, Revisions
from sodasheet.portal.schemaerrors import CellError
from sodasheet.portal.schemas import InputSchema, OutputSchema, parsed
from sodasheet.portal.targets import Target
from sodasheet.portal.tasks import TaskSet, TaskState
from sodasheet.portal.uploads import create_source
from sodasheet.push.desk import Desk
from sodasheet.push.transport import Landed, Record, Verdict
from sodasheet.staging.checks import Checked
from sodasheet.staging.csvout import csv_header, csv_pieces

#: The most rows with errors of the portal's that are fetched one by one.
_LISTED = 10_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What a revision is prepared from: `allowed` is how many rows the portal may leave out."""

    dataset: Dataset
    before: int
    allowed: int


class Publishing:
    """One revision."""

    name = "Publishing API"

    def __init__(self, plan: Plan, desk: Desk, record: Record) -> None:
        self.landed = Landed()
        self._plan = plan
        self._desk = desk
        self._record = record
        self._revisions = Revisions(desk.session, plan.dataset.id)

    def push(self, checked: Checked, limit: int | None) -> None:
        """Send the rows; see `Transport.push`."""
        self._record("preparing")
        revision = self._revisions.create(ACTIONS[checked.plan.method])
        self._record("revision", seq=revision.seq)
        try:
            output, sending = self._prepared(revision, checked, limit)
            self._go_on()
        except BaseException:
            self._discard(revision)
            raise
        before = self._plan.before
        detail = {"transport": "publishing", "seq": revision.seq, "before": before}
        self._record("applying", **detail, rows=sending, limit=limit)
        self._desk.progress.begin("applying", sending)
        try:
            task = revision.finish(revision.apply(output.id))
            self._take(task, sending)
        except PortalError as error:
            if error.reason not in _LEFT_ALONE:
                self._discard(revision)
            raise

    def ask(self, checked: Checked | None, detail: dict[str, Any]) -> Verdict:  # noqa: ARG002
        """Look at the revision: applied or not, it knows; see `Transport.ask`.

        One that has not been applied is discarded, so that no belated request can apply it.
        """
        revision = self._revisions.get(detail["seq"])
        if not revision.tasks:
            self._discard(revision)
            revision = self._revisions.get(detail["seq"])
            if not revision.tasks:
                return Verdict.NOT_LANDED if revision.closed else Verdict.UNKNOWN
        task = revision.finish(revision.tasks[-1])
        if task.state is TaskState.FAILED:
            self._discard(revision)
            return Verdict.NOT_LANDED
        self._take(task, detail["rows"])
        return Verdict.LANDED

    def discard(self, seq: int) -> None:
        """Close a revision that was left open by a run that died."""
        self._discard(self._revisions.get(seq))

    def _prepared(
        self, revision: Revision, checked: Checked, limit: int | None
    ) -> tuple[OutputSchema, int]:
        """The schema to apply, and how many rows are in it."""
        progress, method = self._desk.progress, checked.plan.method
        sending = checked.sendable if limit is None else min(limit, checked.sendable)
        progress.begin("uploading", sending)
        source = create_source(revision, "rows.csv")
        source.upload(self._pieces(checked, limit))
        progress.begin("waiting for the portal to read the rows", sending)
        read = parsed(source)
        header = csv_header(checked)
        target = Target(self._plan.dataset, ACTIONS[method], header.row, header.fields)
        output = read.output(target).finished()
        self._judge(read, output)
        if self._plan.dataset.identifier is not None and method is not Method.DELETE:
            output.require_identifier()
        return output, sending

    def _pieces(self, checked: Checked, limit: int | None) -> Iterator[bytes]:
        for piece in csv_pieces(checked, limit):
            self._go_on()
            yield piece.body
            self._desk.progress.advance(piece.rows)

    def _go_on(self) -> None:
        if self._desk.progress.stop:
            raise Cancelled("You stopped it before anything was applied.", "Nothing was changed.")

    def _judge(self, read: InputSchema, output: OutputSchema) -> None:
        """Refuse where the portal cannot use more rows than the job lets stay behind."""
        if not read.error_count and not output.error_count:
            return
        found = _by_row([*_first(read.errors()), *_first(output.errors())])
        self.landed.rejected.extend(found)
        if len(found) > self._plan.allowed:
            row = found[0]
            raise Refused(
                f"The portal cannot use {len(found):,} of the rows, and nothing was changed; the"
                f" first is row {row.row}, {row.column}: “{row.value}”: {row.reason}",
                "Mend them, or push without them (on the command line: --allow-rejected).",
            )

    def _take(self, task: TaskSet, sending: int) -> None:
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

    def _discard(self, revision: Revision) -> None:
        """Close a revision that will not be applied; one left open harms nothing."""
        with suppress(PortalError, Cancelled):
            revision.discard()
            self._record("discarded", seq=revision.seq)


#: After these the revision is not ours to close: it may be, or may yet be, applied.
_LEFT_ALONE = frozenset({"applying", "approval", "unknown"})


def _first(errors: Iterable[CellError]) -> Iterator[CellError]:
    for number, error in enumerate(errors):
        if number == _LISTED:
            return
        yield error


def _by_row(errors: list[CellError]) -> list[RejectedRow]:
    """One entry a row, with the first thing that is wrong in it."""
    rows: dict[int | None, RejectedRow] = {}
    for error in errors:
        entry = RejectedRow(error.row, None, error.field, error.value, error.reason)
        rows.setdefault(error.row, entry)
    return list(rows.values())
