"""Sentences and next steps of a run's report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.errors import Refused
from sodasheet.model.finding import FindingGroup
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.report import Report, RowCounts
from sodasheet.push.request import PushRequest
from sodasheet.wording import counted, counted_rows

if TYPE_CHECKING:
    from sodasheet.staging.diff.row_hashes import Difference

_VERBS = {
    Method.REPLACE: "Replaced the rows of",
    Method.APPEND: "Appended to",
    Method.UPSERT: "Updated",
    Method.DELETE: "Deleted from",
}


def refusal(stops: list[FindingGroup]) -> Refused:
    """Return the error for findings that stop a push: the first, and the number of others."""
    more = f" ({counted(len(stops) - 1, 'more reason')})" if len(stops) > 1 else ""
    first = stops[0]
    return Refused(f"Nothing was sent: {first.message}{more}", first.remedy, first.steps)


def summary(report: Report, counts: RowCounts, left_out: int) -> str:
    """Return one sentence about what a run did."""
    parts = [f"{counted_rows(counts.sent or 0)} sent"]
    for name in ("created", "updated", "deleted"):
        if amount := getattr(counts, name):
            parts.append(f"{amount:,} {name}")
    if left_out:
        parts.append(f"{left_out:,} rejected")
    total = (
        f"; it now has {counted_rows(report.totals.after)}."
        if report.totals.after is not None
        else "."
    )
    verb = _VERBS[report.target.method] if report.target.method else "Pushed to"
    verb = verb if report.undo.undoes is None else f"Undid run {report.undo.undoes} in"
    base = f" {report.sending.base}" if report.sending.base else ""
    others = f" It overwrote later edits by others in {counted_rows(report.undo.others)}."
    over = others if report.undo.others else ""
    return f"{verb} {report.target.name}: {', '.join(parts)}{total}{base}{over}"


def compared_with(base: str, difference: Difference) -> str:
    """Return one sentence about the comparison of the rows and its result."""
    words = {"changed": difference.changed, "new": difference.new, "gone": difference.vanished}
    parts = [f"{count:,} {word}" for word, count in words.items() if count]
    same = f"{difference.unchanged:,} unchanged"
    return f"Compared with {base}: {', '.join([*parts, same])}."


def as_it_was(report: Report) -> str:
    """Return the sentence of a run that had nothing to send."""
    if report.sending.base is None:
        # Nothing was compared: a trial has sent all there was.
        return f"There are no rows to send to {report.target.name}: nothing was sent."
    return (
        f"{report.target.name} already matches the source: nothing was sent. {report.sending.base}"
    )


def was_trial(order: PushRequest, report: Report, sent: int | None) -> bool:
    """True if only the first rows were sent and the rest could follow."""
    if order.options.limit is None:
        return False
    # The report's rejected rows so far are those that the check rejected.
    left_out, source = report.rows.rejected or 0, report.source
    return source is None or sent is None or source.rows - left_out > sent


def after_trial(limit: int | None) -> str:
    """Return the sentence that a trial adds to its report."""
    return (
        f" This was a trial of the first {counted_rows(limit or 0)}: send the remaining rows, or "
        "undo the run if the rows are wrong."
    )


def trial_steps(run: str) -> tuple[NextStep, ...]:
    """Return the next steps after a trial that has landed."""
    return (NextStep(Action.SEND_REMAINING, run=run), NextStep(Action.UNDO_RUN, run=run))


def overwritten(method: Method, counts: RowCounts) -> str:
    """Return the sentence for an append that updated rows that others had added meanwhile."""
    if method is not Method.APPEND or not counts.updated:
        return ""
    return (
        f" {counted_rows(counts.updated)} of them were updates: their identifiers were added to the"
        " dataset while this push was running. Check those rows."
    )


def crossed() -> str:
    """Return the sentence for a push that coincided with another write."""
    return (
        " Someone else changed the dataset at the moment the rows were written: those"
        " changes may be overwritten, and an undo could not restore them. Check those rows."
    )


def incomplete_snapshot(run: str, rows: int) -> str:
    """Return the sentence for touched rows that are missing from the snapshot."""
    missing = counted(rows, "row that it touched was", "rows that it touched were")
    return f"{run} cannot be undone: {missing} missing when the portal listed the rows to save."


def how_to_find_out() -> str:
    """Return the sentence for a run whose outcome is unknown."""
    return (
        "Resume the run to find out: SodaSheet asks the portal first, and sends only the rows that"
        " have not landed."
    )


def steps_if_unknown(run: str) -> tuple[NextStep, ...]:
    """Return the next steps for a run whose outcome is unknown."""
    return (NextStep(Action.RESUME_RUN, run=run), NextStep(Action.MARK_RESOLVED, run=run))
