"""Check a wanted description before anything is sent, and what a good one still lacks."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from sodasheet.describe.description import FIELDS, Description
from sodasheet.model.finding import Finding, FindingGroup, Severity

#: Fields that DCAT-US needs or recommends, and why a harvester asks for each.
_READY = {
    "title": "the title",
    "description": "the description",
    "tags": "keywords (tags)",
    "license": "the license",
    "attribution": "the publisher (attribution)",
    "category": "the theme (category)",
}


def check_description(now: Description, wanted: Description) -> tuple[FindingGroup, ...]:
    """Return what keeps a description from being pushed, or is worth a look."""
    return tuple(_problems(now, wanted))


def readiness(description: Description) -> tuple[FindingGroup, ...]:
    """Return what the description lacks for DCAT-US and for readers, as notes."""
    found = [
        _note(
            "description-missing", f"{words[0].upper()}{words[1:]} is missing.", FIELDS[key].label
        )
        for key, words in _READY.items()
        if not description.fields.get(key)
    ]
    lacking = [column.field for column in description.columns if not column.description]
    if lacking:
        many = f"{len(lacking)} columns have" if len(lacking) > 1 else "1 column has"
        examples = tuple(Finding(column=field) for field in lacking[:5])
        found.append(
            FindingGroup(
                "column-description-missing",
                Severity.NOTE,
                f"{many} no description: {', '.join(lacking[:5])}"
                f"{', …' if len(lacking) > 5 else ''}.",
                "Describe each column in a sentence.",
                len(lacking),
                examples=examples,
            )
        )
    return tuple(found)


def _problems(now: Description, wanted: Description) -> Iterator[FindingGroup]:
    if wanted.fields.get("title") == "":
        yield _stop("title-missing", "A dataset cannot be without a title.", "Title")
    link = wanted.fields.get("link", "")
    if link and (urlsplit(link).scheme not in ("http", "https") or not urlsplit(link).hostname):
        yield _stop(
            "link-invalid", f'The source link "{link}" is not a web address.', "Source link"
        )
    known = {column.field for column in now.columns}
    for column in wanted.columns:
        if column.field not in known:
            yield _stop(
                "column-unknown", f'The dataset has no column "{column.field}".', column.field
            )
        elif column.name == "":
            yield _stop(
                "column-name-missing",
                f'The column "{column.field}" cannot be without a display name.',
                column.field,
            )
    names: dict[str, str] = {column.field: column.name or "" for column in now.columns}
    names |= {column.field: column.name for column in wanted.columns if column.name}
    for name in sorted({one for one in names.values() if list(names.values()).count(one) > 1}):
        if any(column.name == name for column in wanted.columns):
            yield _stop("column-name-twice", f'Two columns would be called "{name}".', name)


def _stop(reason: str, message: str, column: str) -> FindingGroup:
    return FindingGroup(reason, Severity.STOP, message, "Fix it there.", column=column)


def _note(reason: str, message: str, column: str) -> FindingGroup:
    return FindingGroup(reason, Severity.NOTE, message, "Fill it in.", column=column)
