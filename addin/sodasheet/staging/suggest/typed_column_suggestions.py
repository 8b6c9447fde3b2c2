"""Suggestions for columns of numbers, dates, checkboxes, links and points."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sodasheet.model.dataset import Column
from sodasheet.model.mapping import ColumnRule
from sodasheet.model.suggestion import SuggestedChange, Suggestion
from sodasheet.staging.sql_quoting import literal, matches
from sodasheet.staging.suggest.column_formats import (
    FormatReading,
    best_reading,
    candidates,
)
from sodasheet.staging.suggest.distinct_values import Values
from sodasheet.staging.suggest.missing_value_markers import markers_in, missing_message
from sodasheet.staging.types.compiled_condition import condition_of
from sodasheet.staging.types.date_format import FIRST_DAY, SERIAL, date_words
from sodasheet.staging.types.point import LONGITUDE_FIRST
from sodasheet.wording import counted, part_of

#: Marks of a checked box.
_TICKS = {"x", "*"}


def typed_suggestions(values: Values, column: Column, rule: ColumnRule) -> Iterator[Suggestion]:
    """Yield markers, formats and questions for the values that the rule does not read."""
    plain = condition_of(column, rule.formats)
    if column.type in ("number", "money"):
        yield from _zeros(values, column)
    markers = markers_in(values, typed=True)
    if column.type == "checkbox":
        markers = _without_ticks(markers)
    if markers:
        listed = ", ".join(literal(marker.lower()) for marker in markers)
        missing = f"lower(t) IN ({listed}) AND NOT {plain}"
        count = values.number(f"SELECT sum(n) FROM {{values}} WHERE {missing}")
        if count:
            yield _markers(values, column, markers, missing, count)
            values.without(missing)
    left = values.number("SELECT sum(n) FROM {values}")
    if not left:
        return
    if left == values.number(f"SELECT sum(n) FROM {{values}} WHERE {plain}"):
        if column.type == "point" and not rule.formats:
            yield from _swapped(values, column, left)
        return
    if rule.formats or not candidates(column):
        return
    reading = best_reading(values, column)
    if reading is None:
        if column.type == "checkbox":
            yield _words(values, column)
        return
    yield _reading(values, column, reading, left)


def _zeros(values: Values, column: Column) -> Iterator[Suggestion]:
    """Suggest 0 for a dash after a currency sign, as spreadsheets show zero amounts."""
    condition = matches("t", r"[$€£¥]\s*[-–—]+")
    texts = [text for (text,) in values.rows(f"SELECT t FROM {{values}} WHERE {condition}")]
    if not texts:
        return
    count = values.number(f"SELECT sum(n) FROM {{values}} WHERE {condition}")
    values_are = counted(count, "value is", "values are")
    yield Suggestion(
        f"zeros:{column.field}",
        f"{values_are} {texts[0]}, which a spreadsheet displays for zero.",
        SuggestedChange(recode=tuple((text, "0") for text in texts)),
        values.header,
        column.field,
        count,
        values.count,
        values.examples(condition),
    )
    values.without(condition)


def _without_ticks(markers: tuple[str, ...]) -> tuple[str, ...]:
    """Leave out check marks from forms, and the dash of an unchecked box."""
    ticked = {marker.lower() for marker in markers} & _TICKS
    kept = _TICKS | {"-"} if ticked else _TICKS
    return tuple(marker for marker in markers if marker.lower() not in kept)


def _swapped(values: Values, column: Column, left: int) -> Iterator[Suggestion]:
    """Suggest `longitude first` if every latitude would be far south of inhabited land."""
    first, second = (f"try_cast(pair_part(bracketed_pair(t), {part}) AS DOUBLE)" for part in (1, 2))
    condition = f"coalesce({first} < -60 AND {second} BETWEEN -60 AND 75, false)"
    if left == values.number(f"SELECT sum(n) FROM {{values}} WHERE {condition}"):
        yield Suggestion(
            f"formats:{column.field}",
            "Every point would be in Antarctica: the longitude seems to come first.",
            SuggestedChange(formats=(LONGITUDE_FIRST,)),
            values.header,
            column.field,
            left,
            left,
            values.examples("true"),
        )


def _markers(
    values: Values, column: Column, markers: tuple[str, ...], condition: str, count: int
) -> Suggestion:
    return Suggestion(
        f"missing:{column.field}",
        missing_message(count, values.count, markers),
        SuggestedChange(missing=markers),
        values.header,
        column.field,
        count,
        values.count,
        values.examples(condition),
    )


def _reading(values: Values, column: Column, reading: FormatReading, left: int) -> Suggestion:
    fits = values.number(f"SELECT sum(n) FROM {{values}} WHERE {reading.condition}")
    found = Suggestion(
        f"formats:{column.field}",
        reading.question,
        column=values.header,
        field=column.field,
        fits=fits,
        count=left,
        examples=values.examples(reading.condition),
        outliers=values.examples(f"NOT {reading.condition}"),
    )
    if reading.question:
        return found
    first = reading.formats[0]
    if reading.swapped:
        message = (
            f"Every value fits {date_words(first)} and {date_words(reading.swapped)}: is the month "
            "or the day first?"
        )
        return replace(found, message=message, choices=(first, reading.swapped))
    written = " or ".join(map(date_words, reading.formats))
    are = "is" if fits == 1 else "are"
    message = f"{part_of(fits, left, 'value')} {are} written as {written}"
    message += _meaning(reading.formats)
    message += f"; {counted(left - fits, 'is', 'are')} not." if left > fits else "."
    return replace(found, message=message, change=SuggestedChange(formats=reading.formats))


def _meaning(formats: tuple[str, ...]) -> str:
    """Return remarks about a format for the user."""
    if any(form.endswith(FIRST_DAY) for form in formats):
        return " (the first day of the year or month is meant)"
    if SERIAL in formats:
        return " (days that a spreadsheet counts from 1900)"
    return " (years 69 to 99 are 1969 to 1999)" if any("%y" in form for form in formats) else ""


def _words(values: Values, column: Column) -> Suggestion:
    words = [text for (text,) in values.rows("SELECT t FROM {values} ORDER BY n DESC, t LIMIT 6")]
    return Suggestion(
        f"formats:{column.field}",
        f"Which of the words mean true, and which mean false? {', '.join(words)}.",
        column=values.header,
        field=column.field,
        count=values.count,
        outliers=values.examples("true"),
        choices=tuple(words),
    )
