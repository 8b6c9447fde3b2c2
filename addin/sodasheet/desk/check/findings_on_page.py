"""The findings of a check as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sodasheet.desk.formatting.numbers import rows
from sodasheet.desk.push.summary import where
from sodasheet.errors import UsageProblem
from sodasheet.model.job import Job
from sodasheet.model.quality_settings import ColumnSettings, Release
from sodasheet.staging.check.check_plan import place_label, point_label
from sodasheet.wording import counted


@dataclass(frozen=True, slots=True)
class Group:
    """A finding with its place, the remedy, and its first rows with the wrong cell marked.

    `accept` is the label of the button that accepts the finding for good, empty if none can;
    `levels` are the other levels that it may have from now on.
    """

    title: str
    remedy: str
    where: str
    column: str
    fault: int | None
    cells: tuple[tuple[Any, ...], ...]
    reason: str = ""
    accept: str = ""
    levels: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class FindingLevel:
    """The findings of one severity."""

    slug: str
    tone: str
    heading: str
    told: str
    groups: tuple[Group, ...]


_SEVERITIES = (
    ("stop", "bad", "Stops the push", "Nothing can be sent until this is fixed."),
    ("reject", "bad", "Can’t be sent", ""),
    (
        "ask",
        "warn",
        "Needs your decision",
        "The push stops at these until you accept them, or push anyway.",
    ),
    ("note", "warn", "Worth a look", "The push doesn’t wait for these."),
)


def title(found: Mapping[str, Any]) -> str:
    """Return the outcome of a check as a sentence."""
    total, left = int(found["rows"]), int(found["rejected"])
    if found["stopped"]:
        return "Nothing can be sent yet"
    if left:
        return f"{left:,} of {rows(total)} can’t be sent"
    asked = sum(1 for one in found["findings"] if one["severity"] == "ask")
    if asked:
        return f"{counted(asked, 'finding needs', 'findings need')} your decision"
    return (
        f"All {rows(total)} can be sent" if total > 1 else f"{rows(total).capitalize()} can be sent"
    )


def severities(found: Mapping[str, Any], column: str = "", only: str = "") -> list[FindingLevel]:
    """Return the findings by severity, of one column or severity if named."""
    listed = []
    left_out = f"{rows(int(found['rejected'])).capitalize()} will be left out unless you fix them."
    for slug, tone, heading, told in _SEVERITIES:
        groups = tuple(
            _group(one, found["headers"])
            for one in found["findings"]
            if one["severity"] == slug
            and (not column or one["column"] == column)
            and (not only or only == slug)
        )
        if groups:
            listed.append(FindingLevel(slug, tone, heading, told or left_out, groups))
    return listed


def counts(found: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """Return slug, heading and number of findings for every severity that occurs."""
    listed = []
    for slug, _, heading, _ in _SEVERITIES:
        number = sum(1 for one in found["findings"] if one["severity"] == slug)
        if number:
            listed.append((slug, heading, number))
    return listed


def columns(found: Mapping[str, Any]) -> list[str]:
    """Return the columns of the source that have findings."""
    named = {one["column"] for one in found["findings"] if one["column"]}
    return [header for header in found["headers"] if header in named]


def _accept(reason: str) -> str:
    from sodasheet.quality.comparison_questions import QUESTIONS

    if reason not in QUESTIONS:
        return ""
    return "This may be public" if reason == "private-data" else "Accept from now on"


#: Levels that a finding can be moved to, with their names on the page.
_LEVELS = (("stop", "Stop the push"), ("ask", "Ask"), ("note", "Only note"))


def _levels(reason: str, severity: str) -> tuple[tuple[str, str], ...]:
    """Return the other levels that a finding can be given."""
    movable = _accept(reason) and reason != "private-data"
    return tuple(one for one in _LEVELS if movable and one[0] != severity)


def _group(one: Mapping[str, Any], headers: list[str]) -> Group:
    column = one["column"] or ""
    fault = headers.index(column) + 1 if column in headers else None
    return Group(
        str(one["message"]),
        str(one["remedy"]),
        where(one),
        column,
        fault,
        tuple(tuple(row) for row in one["cells"]),
        str(one["reason"]),
        _accept(str(one["reason"])),
        _levels(str(one["reason"]), str(one["severity"])),
    )


def with_release(job: Job, reason: str, header: str) -> Job:
    """Return the job with a finding of a source column permanently accepted.

    Raises UsageProblem for a finding that can't be accepted.
    """
    from sodasheet.quality.comparison_questions import QUESTIONS

    if reason not in QUESTIONS:
        raise UsageProblem("This finding can’t be accepted.", "Fix the source, then check again.")
    release = Release(reason, _field(job, header))
    released = dict.fromkeys((*job.quality.released, release))
    return replace(job, quality=replace(job.quality, released=tuple(released)))


def with_level(job: Job, reason: str, header: str, level: str) -> Job:
    """Return the job with a finding of a source column permanently moved to another level.

    Raises UsageProblem for a finding or a level that can't be meant.
    """
    if level not in dict(_levels(reason, "")):
        raise UsageProblem("This finding can’t have another level.", "Check the data again.")
    quality, field = job.quality, _field(job, header)
    if not field:
        return replace(job, quality=replace(quality, levels={**quality.levels, reason: level}))
    own = next((one for one in quality.columns if one.name == field), ColumnSettings(field))
    changed = replace(own, levels={**own.levels, reason: level})
    columns = (*(one for one in quality.columns if one.name != field), changed)
    return replace(job, quality=replace(quality, columns=columns))


def _field(job: Job, header: str) -> str:
    """Return the field that a finding's column fills; empty for two columns, or for none.

    Raises UsageProblem if the column isn't mapped anymore.
    """
    mapping = job.mapping
    rule = next((rule for rule in mapping.columns if header and rule.source == header), None)
    if rule is not None and rule.field:
        return rule.field
    named = {point_label(point): point.field for point in mapping.points}
    named |= {place_label(place): place.field for place in mapping.places}
    if header in named or not header:
        return named.get(header, "")
    sources = {rule.source for rule in mapping.columns} | set(named)
    if any(header == f"{one} and {other}" for one in sources for other in sources):
        return ""
    raise UsageProblem(f"The column {header} is no longer mapped.", "Check the data again.")
