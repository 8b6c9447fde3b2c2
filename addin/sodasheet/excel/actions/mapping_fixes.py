"""Suggested fixes after a check: one question, and the answer on the mapping sheet."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from sodasheet.errors import PortalError
from sodasheet.excel.actions.match_columns import Matched, lay_out

if TYPE_CHECKING:
    from sodasheet.excel.sheets.open_mapping import Opened
    from sodasheet.model.job import Job
    from sodasheet.model.suggestion import Suggestion
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.push.load_and_check import Prepared

#: How many fixes the question lists.
_SHOWN = 6


@dataclass(frozen=True, slots=True)
class SuggestedFixes:
    """Suggestions that the user can accept together, with the facts to show on the sheet."""

    suggestions: tuple[Suggestion, ...] = ()
    headers: tuple[str, ...] = ()
    samples: dict[str, list[str]] | None = None

    @property
    def question(self) -> str:
        """Return the question, with each fix on a separate line."""
        lines = [_line(one) for one in self.suggestions[:_SHOWN]]
        if (more := len(self.suggestions) - _SHOWN) > 0:
            lines.append(f"and {more} more")
        many = len(self.suggestions) > 1
        ask = f"Accept these {len(self.suggestions)} fixes?" if many else "Accept this fix?"
        listed = "\n".join(f"\u2022 {line}" for line in lines)
        return f"{ask}\n\n{listed}\n\nThe mapping sheet shows them, and you can change them there."


def suggested_fixes(session: PortalSession, job: Job, work: Prepared) -> SuggestedFixes:
    """Return the fixes for the checked rows; none if the check found nothing."""
    from sodasheet.quality.dataset_values import read_dataset_values
    from sodasheet.staging.suggest import suggest_changes
    from sodasheet.staging.types.number import FRACTION

    stage = work.stage
    if not work.checked.findings:
        return SuggestedFixes()
    try:
        values = read_dataset_values(session, work.dataset, stage)
    except PortalError:  # without the dataset's own values there are fewer suggestions
        values = {}
    found = suggest_changes(stage, job.mapping, work.dataset, values)
    # A live sheet shows which numbers are percentages, so there is nothing to guess.
    known = ((FRACTION,),) if job.source.kind == "spool" else ()
    fixes = tuple(one for one in found if not one.is_question and one.change.formats not in known)
    return SuggestedFixes(fixes, stage.headers, stage.samples(3))


def accept_fixes(opened: Opened, fixes: SuggestedFixes) -> None:
    """Write the fixes to the mapping sheet."""
    from sodasheet.staging.suggest import accept

    job = opened.job
    mapping, source = accept(job.mapping, job.source, fixes.suggestions)
    job = replace(job, mapping=mapping, source=source)
    found = Matched(fixes.headers, mapping, fixes.samples or {})
    lay_out(opened.sheet, job, opened.dataset, found)


def _line(one: Suggestion) -> str:
    where = f"{one.column}: " if one.column else ""
    example = (
        f" For example: {one.examples[0].value} (row {one.examples[0].row})."
        if (one.examples)
        else ""
    )
    return f"{where}{one.message}{example}"
