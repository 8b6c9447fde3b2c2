"""One-sentence summaries of previews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sodasheet.wording import counted_rows

if TYPE_CHECKING:
    from sodasheet.model.preview import Preview
    from sodasheet.push.load_and_check import Prepared


def preview_sentence(work: Prepared, found: Preview) -> str:
    """Return what a preview shows: `A replace would add 3 rows to Fees, change 2 and delete 1`."""
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
