"""Check a description before a push, and list what is still missing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from sodasheet.describe.custom_fields import custom_label
from sodasheet.describe.description import FIELDS, FREQUENCY, Description, same_text
from sodasheet.describe.description_changes import identifier_of, marked_identifiers
from sodasheet.describe.update_frequency import frequency_fields, frequency_texts
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.wording import counted, first_listed, listed

#: Fields that a DCAT-US 3 record needs or should have.
_READY = {
    "title": "the title",
    "description": "the description",
    "tags": "keywords (tags)",
    "license": "the license",
    "attribution": "the publisher (attribution)",
    "category": "the theme (category)",
    "contact": "the contact point (contact email)",
    FREQUENCY: "the update frequency",
}


#: Types of columns that can identify a row.
IDENTIFIER_TYPES = frozenset({"text", "number", ""})

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def check_description(now: Description, wanted: Description) -> tuple[FindingGroup, ...]:
    """Return problems that prevent a push of a description, and remarks worth a look.

    Values that are on the portal already are not checked: they are not sent.
    """
    return tuple(_problems(now, _edited(now, wanted)))


def _edited(now: Description, wanted: Description) -> Description:
    """Return only the values that differ from the current description."""
    known = {column.field: column.values for column in now.columns}
    return replace(
        wanted,
        fields={
            key: text
            for key, text in wanted.fields.items()
            if not same_text(text, now.fields.get(key, ""))
        },
        custom={
            key: text
            for key, text in wanted.custom.items()
            if not same_text(text, now.custom.get(key, ""))
        },
        columns=tuple(
            replace(
                column,
                values={
                    key: text
                    for key, text in column.values.items()
                    if not same_text(text, known.get(column.field, {}).get(key, ""))
                },
            )
            for column in wanted.columns
        ),
    )


def left_unsaid(problems: Iterable[str], missing: Iterable[FindingGroup]) -> list[str]:
    """Return the schema's problems that `readiness` has not already reported."""
    named = {group.column for group in missing}
    said = {
        f"'{key}' is a required property"
        for label, key in (
            (FIELDS["title"].label, "title"),
            (FIELDS["description"].label, "description"),
            (FIELDS["attribution"].label, "publisher"),
        )
        if label in named
    }
    return [one for one in problems if not any(one.endswith(words) for words in said)]


def readiness(description: Description) -> tuple[FindingGroup, ...]:
    """Return notes about values that the description lacks for DCAT-US or for readers."""
    found = [
        _note(
            "description-missing", f"{words[0].upper()}{words[1:]} is missing.", FIELDS[key].label
        )
        for key, words in _READY.items()
        if not description.fields.get(key)
    ]
    lacking = [column.field for column in description.columns if not column.description]
    if lacking:
        many = counted(len(lacking), "column has", "columns have")
        examples = tuple(Finding(column=field) for field in lacking[:5])
        found.append(
            FindingGroup(
                "column-description-missing",
                Severity.NOTE,
                f"{many} no description: {first_listed(lacking, 5)}.",
                "Describe each column in a sentence.",
                len(lacking),
                examples=examples,
            )
        )
    return tuple(found)


def _problems(now: Description, wanted: Description) -> Iterator[FindingGroup]:
    if wanted.fields.get("title") == "":
        yield _stop("title-missing", "A dataset needs a title.", "Title", "Write a title.")
    link = wanted.fields.get("link", "")
    if link and not _is_web_address(link):
        yield _stop(
            "link-invalid",
            f'The source link "{link}" is not a web address.',
            "Source link",
            "Write an address that begins with https://.",
        )
    contact = wanted.fields.get("contact", "")
    if contact and not _EMAIL.fullmatch(contact):
        yield _stop(
            "contact-invalid",
            f'The contact "{contact}" is not an email address.',
            "Contact email",
            "Write an address such as data@example.gov.",
        )
    yield from _custom_problems(now, wanted)
    yield from _column_problems(now, wanted)
    yield from _identifier_problems(now, wanted)


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:  # an invalid host in brackets
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _custom_problems(now: Description, wanted: Description) -> Iterator[FindingGroup]:
    word = wanted.fields.get(FREQUENCY)
    if word is not None and not frequency_fields(now):
        yield _stop(
            "frequency-no-field",
            "The portal has no field for the update frequency of this dataset.",
            FIELDS[FREQUENCY].label,
            "Leave the update frequency empty, or ask the portal's administrator for a field.",
        )
    defined = {one.key: one for one in now.defined}
    texts = dict(wanted.custom) | frequency_texts(now, wanted)
    for key, text in texts.items():
        label, field = custom_label(key), defined.get(key)
        if same_text(text, now.custom.get(key, "")):
            continue
        if field is None and defined and key not in now.custom:
            yield _stop(
                "custom-unknown",
                f'The portal has no custom field "{label}".',
                label,
                "Leave it out, or correct its name.",
            )
        elif field is not None and field.options and text and text not in field.options:
            yield _stop(
                "custom-not-offered",
                f'{label} cannot be "{text}": the portal offers {listed(field.options)}.',
                label,
                "Choose one of them.",
            )
        elif field is not None and field.required and not text:
            yield _stop(
                "custom-required",
                f"{label} cannot be empty on this portal.",
                label,
                "Write a value.",
            )


def _column_problems(now: Description, wanted: Description) -> Iterator[FindingGroup]:
    known = {column.field: column for column in now.columns}
    for column in wanted.columns:
        if column.field not in known:
            if column.values:
                yield _stop(
                    "column-unknown",
                    f'The dataset has no column "{column.field}".',
                    column.field,
                    "Leave it out, or correct the field name.",
                )
        elif column.name == "":
            yield _stop(
                "column-name-missing",
                f'The column "{column.field}" needs a display name.',
                column.field,
                "Write a name.",
            )
        elif column.values.get("width") == "" and known[column.field].values.get("width"):
            yield _stop(
                "column-width-kept",
                f'The width of "{column.field}" can be changed, but not removed.',
                column.field,
                "Enter the new width.",
            )
    names = {column.field: column.name or "" for column in now.columns}
    names |= {column.field: column.name for column in wanted.columns if column.name}
    for name in sorted({one for one in names.values() if list(names.values()).count(one) > 1}):
        edited = next((column.field for column in wanted.columns if column.name == name), None)
        if edited is not None:
            yield _stop(
                "column-name-twice",
                f'Two columns would be called "{name}".',
                edited,
                "Rename one of them.",
            )


def _identifier_problems(now: Description, wanted: Description) -> Iterator[FindingGroup]:
    present = identifier_of(now)
    new = [field for field in marked_identifiers(wanted) if field != present]
    if len(new) > 1:
        yield _stop(
            "identifier-twice",
            f"Only one column can be the row identifier, not {listed(new)}.",
            new[1],
            "Mark only one of them.",
        )
    column = now.column(new[0]) if new else None
    if column is not None and column.type not in IDENTIFIER_TYPES:
        yield _stop(
            "identifier-type",
            f'"{column.field}" cannot be the row identifier: only text and number columns can.',
            column.field,
            "Choose another column.",
        )


def _stop(reason: str, message: str, column: str, remedy: str) -> FindingGroup:
    return FindingGroup(reason, Severity.STOP, message, remedy, column=column)


def _note(reason: str, message: str, column: str) -> FindingGroup:
    return FindingGroup(reason, Severity.NOTE, message, "Fill it in.", column=column)
