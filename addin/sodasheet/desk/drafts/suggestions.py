"""Suggestions of a draft: written by the task that reads the source, shown on the Map page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from sodasheet.desk.drafts.draft import Draft
from sodasheet.model.job import Job
from sodasheet.model.suggestion import Suggestion
from sodasheet.system.dataclass_from_json import read_if_whole

_FILE = "suggestions.json"


@dataclass(frozen=True, slots=True)
class _Written:
    suggestions: tuple[Suggestion, ...] = ()


def write_suggestions(draft: Draft, found: Iterable[Suggestion]) -> None:
    """Write the suggestions of a draft. Raises SodaSheetError."""
    draft.write(_FILE, {"suggestions": [asdict(one) for one in found]})


def open_suggestions(draft: Draft, job: Job) -> list[Suggestion]:
    """Return the suggestions that are neither accepted nor declined."""
    written = read_if_whole(_Written, draft.read(_FILE)) or _Written()
    return [
        one
        for one in written.suggestions
        if one.key not in job.mapping.declined and _is_open(one, job)
    ]


def _is_open(one: Suggestion, job: Job) -> bool:
    if one.is_question:
        return not any(rule.formats for rule in job.mapping.columns if rule.source == one.column)
    from sodasheet.staging.suggest.accept_or_decline import accept

    return accept(job.mapping, job.source, [one]) != (job.mapping, job.source)
