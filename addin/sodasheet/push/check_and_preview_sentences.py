"""One-sentence summaries of checks and previews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.wording import counted_rows

if TYPE_CHECKING:
    from sodasheet.model.preview import Preview
    from sodasheet.push.load_and_check import Prepared


def check_sentence(work: Prepared) -> str:
    """Return a sentence about a check: `All 3 rows of fees.csv are ready for Fees.`"""
    found, rows = work.checked, work.stage.rows
    if found.stopped:
        return no_row_sentence(rows, work.stage.name)
    if found.rejected and rows == 1:
        return f"The one row of {work.stage.name} has findings that prevent it from being sent."
    if found.rejected:
        ready = f"{found.sendable:,} {'is' if found.sendable == 1 else 'are'} ready."
        have, them = ("has", "it") if found.rejected == 1 else ("have", "them")
        return (
            f"{found.rejected:,} of {rows:,} rows of {work.stage.name} {have} findings that keep "
            f"{them} from being sent; {ready}"
        )
    if rows == 1:
        return f"The one row of {work.stage.name} is ready for {work.dataset.name}."
    return f"All {rows:,} rows of {work.stage.name} are ready for {work.dataset.name}."


def no_row_sentence(rows: int, name: str) -> str:
    """Return the sentence that no row of a source can be sent."""
    if rows == 0:
        return f"{name} has no rows, and an empty source is never sent."
    if rows == 1:
        return f"The one row of {name} cannot be sent."
    return f"None of the {rows:,} rows of {name} can be sent."


def preview_sentence(work: Prepared, found: Preview) -> str:
    """Return a sentence about a preview: `A replace would add 3 rows to Fees, change 2 …`."""
    method, name = work.checked.plan.method.value, work.dataset.name
    act = f"{'An' if method[0] in 'au' else 'A'} {method}"
    if work.partition is not None:
        act = f"A replace within {work.partition.words}"
    if found.nothing:
        told = f"{act} would change nothing in {name}"
    else:
        told = (
            f"{act} would add {counted_rows(found.new)} to {name}, change"
            f" {found.changed:,} and delete {found.deleted:,}; {counted_rows(found.unchanged)} of"
            " the source would stay unchanged"
        )
    left = work.checked.rejected
    out = f" Not counted: {counted_rows(left)} with findings." if left else ""
    now = f"It has {counted_rows(found.before)} and would have {found.after:,}."
    return f"{told}. {now}{out}"
