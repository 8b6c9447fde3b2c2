"""The sentences of a report."""

from __future__ import annotations

from sodasheet.errors import Refused
from sodasheet.model.finding import FindingGroup
from sodasheet.model.method import Method
from sodasheet.model.report import Report, RowCounts

_VERBS = {
    Method.REPLACE: "Replaced the rows of",
    Method.APPEND: "Appended to",
    Method.UPSERT: "Updated",
    Method.DELETE: "Deleted from",
}


def refusal(stops: list[FindingGroup]) -> Refused:
    """The first reason to stop, and how many more there are."""
    more = f" ({len(stops) - 1} more reasons)" if len(stops) > 1 else ""
    return Refused(f"Nothing was sent: {stops[0].message}{more}", stops[0].remedy)


def expected(method: Method, before: int, counts: RowCounts) -> int | None:
    """How many rows the dataset should hold now, None where the replies do not tell."""
    if method is Method.REPLACE:
        known = counts.sent is not None and counts.rejected is not None
        return (counts.sent or 0) - (counts.rejected or 0) if known else counts.sent
    if method is Method.APPEND and counts.created is not None:
        return before + counts.created
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
    return f"{verb} {report.dataset_name}: {', '.join(parts)}{total}"


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
