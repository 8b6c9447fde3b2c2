"""The sentences of a report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.errors import Refused
from sodasheet.model.finding import FindingGroup
from sodasheet.model.method import Method
from sodasheet.model.report import Report, RowCounts
from sodasheet.push.request import PushRequest

if TYPE_CHECKING:
    from sodasheet.model.preview import Preview
    from sodasheet.push.prepare import Prepared
    from sodasheet.staging.diff.row_hashes import Difference

_VERBS = {
    Method.REPLACE: "Replaced the rows of",
    Method.APPEND: "Appended to",
    Method.UPSERT: "Updated",
    Method.DELETE: "Deleted from",
}


#: A pattern for what `after_trial` advises whoever has a command line.
TRIAL_REMEDY = (
    r"send the others with sodasheet push JOB --rest-of \S+ or take these back with \S+ undo \S+"
    r" if they are wrong\."
)


def refusal(stops: list[FindingGroup]) -> Refused:
    """The first reason to stop, and how many more there are."""
    more = f" ({len(stops) - 1} more reasons)" if len(stops) > 1 else ""
    return Refused(f"Nothing was sent: {stops[0].message}{more}", stops[0].remedy)


def expected(
    method: Method, before: int, counts: RowCounts, total: int | None = None
) -> int | None:
    """How many rows the dataset should hold now, None where the replies do not tell.

    `total` is what was known beforehand, where only some of the rows were sent.
    """
    if total is not None:
        return None if counts.rejected else total
    if method is Method.REPLACE:
        known = counts.sent is not None and counts.rejected is not None
        return (counts.sent or 0) - (counts.rejected or 0) if known else counts.sent
    if method is Method.APPEND and counts.created is not None:
        return before + counts.created - (counts.deleted or 0)
    if counts.created is None or counts.deleted is None:
        return None
    return before + counts.created - counts.deleted


def summary(report: Report, counts: RowCounts, left_out: int) -> str:
    """What happened, in one sentence."""
    parts = [f"{counts.sent:,} row{'' if counts.sent == 1 else 's'} sent"]
    for name in ("created", "updated", "deleted"):
        if amount := getattr(counts, name):
            parts.append(f"{amount:,} {name}")
    if left_out:
        parts.append(f"{left_out:,} left out")
    total = f"; it now holds {report.rows_after:,}." if report.rows_after is not None else "."
    verb = _VERBS[report.method] if report.method else "Pushed to"
    verb = verb if report.undoes is None else f"Took back run {report.undoes} in"
    base = f" {report.base}" if report.base else ""
    others = f" It went over what others had changed in {_rows(report.others)} since."
    over = others if report.others else ""
    return f"{verb} {report.dataset_name}: {', '.join(parts)}{total}{base}{over}"


def compared_with(base: str, difference: Difference) -> str:
    """What was compared with what, and what came of it, in one sentence."""
    words = {"changed": difference.changed, "new": difference.new, "gone": difference.vanished}
    parts = [f"{count:,} {word}" for word, count in words.items() if count]
    same = f"{difference.unchanged:,} as they were"
    return f"Compared with {base}: {', '.join([*parts, same])}."


def as_it_was(report: Report) -> str:
    """What to say where there was nothing to send."""
    if report.base is None:
        # Nothing was compared: a trial has sent what there was.
        return f"No row is left to send to {report.dataset_name}: nothing was sent."
    return f"{report.dataset_name} is already as in the source: nothing was sent. {report.base}"


def after_trial(order: PushRequest, report: Report, sent: int | None) -> str:
    """What can be done after the first rows have landed; nothing where these were all rows."""
    if order.limit is None:
        return ""
    # What the report counts as rejected so far is what the check has left out.
    left_out, source = report.rows.rejected or 0, report.source
    if source is not None and sent is not None and source.rows - left_out <= sent:
        return ""
    return (
        f" This was a trial of {_rows(order.limit)}: send the others with sodasheet push JOB"
        f" --rest-of {report.run} or take these back with sodasheet undo {report.run}"
        " if they are wrong."
    )


def overwritten(method: Method, counts: RowCounts) -> str:
    """What to say where an append has updated rows that somebody else added at the same time."""
    if method is not Method.APPEND or not counts.updated:
        return ""
    return (
        f" {counts.updated:,} of them were updates: their identifiers came into the dataset while"
        " this push was under way. Look at those rows."
    )


def how_to_find_out(run: str) -> str:
    """What to do about a run whose outcome is not known."""
    return (
        f"To find out, run sodasheet push --resume {run}: it asks the portal first, and sends "
        "rows only if they have not landed."
    )


def doubt(wanted: int | None, after: int | None) -> str:
    """What to say where the dataset's own count is another one than the replies add up to."""
    if after is None:
        return " The portal could not be asked how many rows there are now."
    if wanted is None or wanted == after:
        return ""
    return (
        f" That is not the {wanted:,} expected: the portal may need some minutes to show them "
        "all, or somebody else changed the dataset; look again later."
    )


def preview_sentence(work: Prepared, found: Preview) -> str:
    """What a preview comes to: `A replace would add 3 rows to Fees, change 2 and delete 1; …`."""
    method, name = work.checked.plan.method.value, work.dataset.name
    article = "An" if method[0] in "au" else "A"
    if found.nothing:
        told = f"{article} {method} would change nothing in {name}"
    else:
        told = (
            f"{article} {method} would add {_rows(found.new)} to {name}, change {found.changed:,}"
            f" and delete {found.deleted:,}; {found.unchanged:,} of the source are identical"
            " already"
        )
    left = work.checked.rejected
    out = f" Not counted: {_rows(left)} with findings." if left else ""
    return f"{told}. It holds {_rows(found.before)} and would hold {found.after:,}.{out}"


def _rows(count: int) -> str:
    return f"{count:,} row" if count == 1 else f"{count:,} rows"
