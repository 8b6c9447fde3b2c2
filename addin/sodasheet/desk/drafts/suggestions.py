"""Suggestions of a draft: written by the task that reads the source, shown on the page Map."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sodasheet.desk.drafts.draft import Draft
from sodasheet.model.finding import Finding
from sodasheet.model.job import Job
from sodasheet.model.mapping import Blank, ColumnRule, PlaceRule
from sodasheet.model.suggestion import SuggestedChange, Suggestion

_FILE = "suggestions.json"


def write_suggestions(draft: Draft, found: Iterable[Suggestion]) -> None:
    """Write the suggestions of a draft. Raises SodaSheetError."""
    draft.write(_FILE, {"suggestions": [asdict(one) for one in found]})


def open_suggestions(draft: Draft, job: Job) -> list[Suggestion]:
    """Return the suggestions that are neither accepted nor declined."""
    body = draft.read(_FILE) or {}
    found = [_suggestion(one) for one in body.get("suggestions", ())]
    return [one for one in found if one.key not in job.mapping.declined and _is_open(one, job)]


def _is_open(one: Suggestion, job: Job) -> bool:
    if one.is_question:
        return not any(rule.formats for rule in job.mapping.columns if rule.source == one.column)
    from sodasheet.staging.suggest.accept import accept

    return accept(job.mapping, job.source, [one]) != (job.mapping, job.source)


def _suggestion(body: Mapping[str, Any]) -> Suggestion:
    change = dict(body["change"])
    for name in ("formats", "missing", "leave_out"):
        change[name] = tuple(change[name])
    change["recode"] = tuple((str(old), str(new)) for old, new in change["recode"])
    change["rules"] = tuple(_rule(one) for one in change.get("rules", ()))
    change["places"] = tuple(PlaceRule(**one) for one in change.get("places", ()))
    findings = {
        name: tuple(Finding(**one) for one in body[name]) for name in ("examples", "outliers")
    }
    known = {**body, "change": SuggestedChange(**change), "choices": tuple(body["choices"])}
    return Suggestion(**{**known, **findings})


def _rule(body: Mapping[str, Any]) -> ColumnRule:
    """Return a rule of a suggestion; JSON has lists where a rule has tuples."""
    pairs = tuple((str(old), str(new)) for old, new in body["recode"])
    lists = {name: tuple(body[name]) for name in ("formats", "missing")}
    return ColumnRule(**{**body, **lists, "recode": pairs, "blank": Blank(body["blank"])})
