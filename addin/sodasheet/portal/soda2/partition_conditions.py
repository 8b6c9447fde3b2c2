"""Conditions for the rows of a dataset with given values in a column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

from sodasheet.model.dataset import Column
from sodasheet.portal.http.request import query_string
from sodasheet.portal.soda2.soql_queries import LONGEST_QUERY, field_name, literal

#: Types of columns whose values can name a part of a dataset.
WHOLE_VALUES = frozenset({"text", "number"})
DATES = frozenset({"calendar_date"})

#: Characters of a date that name a year, a month or a day.
LENGTHS = {"year": 4, "month": 7, "day": 10}


def conditions(column: Column, values: Sequence[str]) -> Iterator[str]:
    """Yield SoQL conditions, each short enough for an address, that together select every row.

    Each is in parentheses, so that another condition can follow with `and`.

    Dates are named by the beginning of their ISO form: a year, a month or a day.
    """
    part: list[str] = []
    size = 0
    for value in values:
        one = _condition(column, value)
        cost = len(query_string({"": f" or {one}"}))
        if part and size + cost > LONGEST_QUERY // 2:
            yield f"({' or '.join(part)})"
            part, size = [], 0
        part.append(one)
        size += cost
    if part:
        yield f"({' or '.join(part)})"


def _condition(column: Column, value: str) -> str:
    name = field_name(column.field)
    if column.type in DATES:
        first, last = period(value)
        return f"({name} >= '{first}T00:00:00' and {name} < '{last}T00:00:00')"
    return f"{name} = {literal(value, column.type) or 'null'}"


def period(value: str) -> tuple[str, str]:
    """Return the first day of a year, month or day, and the first day after the period.

    Raises ValueError if the text names none of these.
    """
    year, *rest = value.split("-")
    if len(value) not in LENGTHS.values() or not value.replace("-", "").isdecimal():
        raise ValueError(f"{value} is no year, month or day")
    if not rest:
        return f"{int(year):04}-01-01", f"{int(year) + 1:04}-01-01"
    if len(rest) == 1:
        first = date(int(year), int(rest[0]), 1)
        return first.isoformat(), (first + timedelta(days=31)).replace(day=1).isoformat()
    day = date(int(year), int(rest[0]), int(rest[1]))
    return day.isoformat(), (day + timedelta(days=1)).isoformat()
