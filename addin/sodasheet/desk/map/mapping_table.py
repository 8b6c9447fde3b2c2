"""The mapping as a table on the page, and the mapping that its fields describe."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace

from sodasheet.desk.drafts.draft import Shape
from sodasheet.desk.map.field_texts import join_list, join_pairs, split_list, split_pairs
from sodasheet.desk.map.live_examples import ColumnReading, readings
from sodasheet.desk.map.point_fields import ChosenPoints, half_choices, halves
from sodasheet.desk.typed_number import typed_number
from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import Dataset
from sodasheet.model.job import Job
from sodasheet.model.mapping import (
    CONFIRMED,
    COORDINATES,
    NO_MATCH,
    SAME_FIELD,
    SAME_NAME,
    SAME_WORDS,
    SYNONYM,
    Blank,
    ColumnRule,
    Mapping,
    PlaceRule,
    guessed,
)
from sodasheet.model.method import Method
from sodasheet.staging.check.computed_column_template import template_headers
from sodasheet.staging.types.date_format import date_words
from sodasheet.wording import capitalized

IGNORE = "-"

#: Effects of an empty cell, with their names on the page.
BLANKS = (
    (Blank.CLEAR, "Clear the value"),
    (Blank.KEEP, "Keep the value"),
    (Blank.REFUSE, "Reject the row"),
)

METHODS = (
    (
        Method.UPSERT,
        "Update and add rows (upsert)",
        "Rows with an existing identifier are updated; the others are added.",
    ),
    (
        Method.APPEND,
        "Add rows at the end (append)",
        "All rows are added; existing rows don’t change.",
    ),
    (
        Method.REPLACE,
        "Replace all rows",
        "Afterwards the dataset contains only these rows.",
    ),
    (
        Method.DELETE,
        "Delete the listed rows",
        "Rows whose identifier is in the source are deleted.",
    ),
)

_REASONS = {
    SAME_FIELD: "Same field name",
    SAME_NAME: "Same name",
    SAME_WORDS: "Same words",
    SYNONYM: "Means the same",
    COORDINATES: "Latitude and longitude",
    CONFIRMED: "You chose this",
}


@dataclass(frozen=True, slots=True)
class Cleanup:
    """The cleanup of a column, as field text."""

    missing: str = ""
    recode: str = ""
    pad: str = ""
    unwrap: bool = False

    @classmethod
    def of(cls, rule: ColumnRule) -> Cleanup:
        """Return the cleanup of a rule."""
        pad = str(rule.pad) if rule.pad else ""
        return cls(join_list(rule.missing), join_pairs(rule.recode), pad, rule.unwrap)

    @property
    def used(self) -> bool:
        """True if the rule may change cells before they are read."""
        return bool(self.missing or self.recode or self.pad or self.unwrap)


@dataclass(frozen=True, slots=True)
class MapRow:
    """A column of the source on the page.

    `choice` is the field that it fills, `-` if it is not sent, empty if that is still to be
    decided, `latitude:FIELD` or `longitude:FIELD` if it is half of a point, or `part:FIELD` if it
    is a part of an address. `guess` says that the user has to confirm it. `angles` is the format of
    a
    point in the row of its latitude, else None.
    """

    place: int
    header: str
    samples: tuple[str, ...]
    choice: str
    about: str
    how: str
    formats: str
    blank: str
    guess: bool
    status: tuple[str, str]
    cleanup: Cleanup
    reading: ColumnReading
    angles: str | None = None


@dataclass(frozen=True, slots=True)
class UnfilledColumn:
    """A dataset column that no source column fills, and the value given instead.

    `value` is the same in every row, or a template such as `{First} {Last}`.
    """

    field: str
    label: str
    value: str


def rows_of(job: Job, shape: Shape) -> list[MapRow]:
    """Return the rows of the table, in the order of the source's columns."""
    parts, points = _parts(job.mapping), halves(job.mapping.points)
    read = readings(job.mapping.columns, job.mapping, shape.dataset, shape.samples)
    found = []
    for place, rule in enumerate(job.mapping.columns):
        if rule.source is None:
            continue
        column = shape.dataset.column(rule.field) if rule.fills and rule.field else None
        half, point = points.get(rule.source, ("", None))
        part = parts.get(rule.source, half) if column is None else ""
        samples = tuple(shape.samples.get(rule.source, ())[:2])
        guess = column is not None and _guessed(rule)
        choice = column.field if column else part or _idle(rule)
        found.append(
            MapRow(
                place,
                rule.source,
                samples,
                choice,
                _about(shape.dataset, choice),
                _how(rule, choice),
                "; ".join(map(date_words, rule.formats)),
                rule.blank.value,
                guess,
                _status(choice, guess=guess),
                Cleanup.of(rule),
                read.get(rule.source, ColumnReading()),
                "".join(point.formats) if point and choice.startswith("latitude:") else None,
            )
        )
    return found


def unfilled(job: Job, dataset: Dataset) -> list[UnfilledColumn]:
    """Return the columns of the dataset that no column of the source fills."""
    given = {
        rule.field: rule.template or rule.constant or ""
        for rule in job.mapping.columns
        if not rule.source
    }
    taken = {rule.field for rule in job.mapping.columns if rule.source and rule.fills}
    taken |= {point.field for point in job.mapping.points}
    taken |= {place.field for place in job.mapping.places}
    return [
        UnfilledColumn(column.field, column.name, given.get(column.field, ""))
        for column in dataset.fillable
        if column.field not in taken
    ]


def shown_places(mapping: Mapping, dataset: Dataset) -> list[tuple[PlaceRule, str, str]]:
    """Return each column that is filled from an address, its name, and the parts in words."""
    found = []
    for place in mapping.places:
        column = dataset.column(place.field)
        parts = ", ".join(f"{part} in {header}" for part, header in place.parts.items())
        found.append((place, column.name if column else place.field, parts))
    return found


def choices(dataset: Dataset, method: Method) -> list[tuple[str, str]]:
    """Return the columns that can be filled, each with its field name and its label."""
    if method is Method.DELETE:
        only = dataset.row_identifier
        return [(one.field, one.label) for one in dataset.fillable if one.field == only]
    return [*((one.field, one.label) for one in dataset.fillable), *half_choices(dataset)]


def mapping_of(form: Map[str, str], job: Job, shape: Shape) -> Mapping:
    """Return the mapping that the fields of the page describe. Raises UsageProblem."""
    known = {column.field for column in shape.dataset.fillable}
    pairs, chosen = dict(half_choices(shape.dataset)), ChosenPoints(job.mapping.points)
    rules: list[ColumnRule] = []
    taken: set[str] = set()
    kept = set()
    for place, rule in enumerate(job.mapping.columns):
        if rule.source is None:
            continue
        choice = form.get(f"field-{place}", "")
        if choice.startswith("part:"):
            kept.add(choice.removeprefix("part:"))
            rules.append(rule)
        elif choice in pairs:
            rules.append(chosen.take(choice, rule, form, place))
            taken.add(choice.partition(":")[2])
        else:
            rules.append(_rule(form, place, rule, choice if choice in known | {IGNORE, ""} else ""))
            taken |= {rules[-1].field} if rules[-1].fills and rules[-1].field else set()
    for field in sorted(known - taken):
        if text := form.get(f"constant-{field}", "").strip():
            rules.append(_without_source(field, text, job.mapping, shape.headers))
    points = chosen.points()
    places = tuple(_places(form, job.mapping, kept, taken))
    missing = split_list(form["missing"]) if "missing" in form else job.mapping.missing
    return replace(job.mapping, columns=tuple(rules), points=points, places=places, missing=missing)


def _places(
    form: Map[str, str], mapping: Mapping, kept: set[str], taken: set[str]
) -> Iterator[PlaceRule]:
    """Yield the remaining addresses, without addresses whose columns now fill other fields.

    Their columns may fill separate columns in addition to the address.
    """
    own = {rule.source for rule in mapping.columns if rule.fills}
    for place in mapping.places:
        shown = any(header not in own for header in place.parts.values())
        if place.field in taken or (shown and place.field not in kept):
            continue
        named = f"place-{place.field}" in form
        geocode = bool(form.get(f"geocode-{place.field}")) if named else place.geocode
        yield replace(place, geocode=geocode)


def confirmed(mapping: Mapping) -> Mapping:
    """Return the mapping with every match confirmed."""
    rules = tuple(
        replace(rule, match=CONFIRMED) if rule.fills and _guessed(rule) else rule
        for rule in mapping.columns
    )
    points = tuple(replace(point, match=CONFIRMED) for point in mapping.points)
    return replace(mapping, columns=rules, points=points)


def _parts(mapping: Mapping) -> dict[str, str]:
    """Return the choice of the headers that are parts of an address."""
    found: dict[str, str] = {}
    for place in mapping.places:
        found |= dict.fromkeys(place.parts.values(), f"part:{place.field}")
    return found


def _without_source(
    field: str, text: str, mapping: Mapping, headers: tuple[str, ...]
) -> ColumnRule:
    """Return the rule of a column with a given value; braces around headers make a template."""
    there = next(
        (rule for rule in mapping.columns if not rule.source and rule.field == field), None
    )
    if there is not None and text == (there.template or there.constant):
        return there
    if "{" not in text and "}" not in text:
        return ColumnRule(None, field, constant=text, match=CONFIRMED, confidence=1.0)
    unknown = [header for header in template_headers(text) if header not in headers]
    if unknown:
        raise UsageProblem(
            f"There’s no column {unknown[0]} in the source, so {text} can’t be filled in.",
            "Write a column’s name between the braces, such as {First Name} {Last Name}.",
        )
    return ColumnRule(None, field, template=text, match=CONFIRMED, confidence=1.0)


def _cleanup(form: Map[str, str], place: int, rule: ColumnRule) -> ColumnRule:
    """Return the rule with the typed cleanup. Raises UsageProblem."""
    if f"missing-{place}" not in form:
        return rule
    header, typed = rule.source or "", form.get(f"pad-{place}", "").strip()
    digits = typed_number(typed) if typed else 0
    if digits is None or (typed and not 0 < digits <= 30):
        raise UsageProblem(
            f'"{typed}" can’t be the number of digits of {header}.', "Type a number from 1 to 30."
        )
    return replace(
        rule,
        missing=split_list(form[f"missing-{place}"]),
        recode=split_pairs(form.get(f"recode-{place}", ""), header),
        pad=digits,
        unwrap=bool(form.get(f"unwrap-{place}")),
    )


def _rule(form: Map[str, str], place: int, rule: ColumnRule, choice: str) -> ColumnRule:
    formats = tuple(
        part for text in form.get(f"format-{place}", "").split(";") if (part := text.strip())
    )
    if formats == tuple(map(date_words, rule.formats)):
        formats = rule.formats  # M/D/YY alone does not show where the century ends
    blank = form.get(f"blank-{place}", rule.blank.value)
    blank_rule = Blank(blank) if blank in {one.value for one in Blank} else rule.blank
    if choice == IGNORE:
        chosen = rule.ignore and rule.match != NO_MATCH
        match = rule.match if chosen else CONFIRMED
        return replace(rule, field=None, ignore=True, match=match, formats=(), blank=blank_rule)
    if not choice:
        return replace(rule, field=None, ignore=True, match=NO_MATCH)
    same = rule.fills and rule.field == choice
    match = rule.match if same and not form.get(f"confirm-{place}") else CONFIRMED
    rule = _cleanup(form, place, rule)
    return replace(rule, field=choice, ignore=False, match=match, formats=formats, blank=blank_rule)


def _guessed(rule: ColumnRule) -> bool:
    return guessed(rule.match)


def _idle(rule: ColumnRule) -> str:
    return "" if rule.match == NO_MATCH or not rule.ignore else IGNORE


def _about(dataset: Dataset, choice: str) -> str:
    field = choice.rpartition(":")[2]
    column = dataset.column(field) if field not in ("", IGNORE) else None
    if column is None:
        return ""
    kind = column.type.replace("_", " ")
    return f"{kind}, row identifier" if field == dataset.row_identifier else kind


def _how(rule: ColumnRule, choice: str) -> str:
    if ":" in choice:
        return "Part of a location"
    if choice in ("", IGNORE):
        return "You chose this" if rule.match == CONFIRMED else ""
    known = _REASONS.get(rule.match)
    # Jobs of earlier versions write a blank before the sign.
    return known or capitalized(rule.match).replace(" %", "%")


def _status(choice: str, *, guess: bool) -> tuple[str, str]:
    if not choice:
        return "bad", "Not matched"
    if choice == IGNORE:
        return "", "Not sent"
    return ("warn", "Please confirm") if guess else ("good", "Ready")
