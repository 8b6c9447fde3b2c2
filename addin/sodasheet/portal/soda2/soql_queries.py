"""SoQL: values as literals, canonical forms for comparison, and queries for identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import DATE_TYPES, NUMBER_TYPES, TIMESTAMP_TYPES
from sodasheet.portal.http.request import Params, query_string

_CHECKBOXES = frozenset({"checkbox", "boolean"})
_DATES = DATE_TYPES | TIMESTAMP_TYPES


#: The portal's own fields, which differ from all SoQL keywords.
_SYSTEM = re.compile(r":[a-z_]+")


def literal(value: str, kind: str) -> str | None:
    """The value as a SoQL literal for a column of type `kind`; None if impossible.

    Anything that is not a plain number or truth value is quoted, so no value can leave its place.
    """
    if kind in NUMBER_TYPES:
        number = _number(value)
        return None if number is None else format(number, "f")
    if kind in _CHECKBOXES:
        return value.lower() if value.lower() in ("true", "false") else None
    return "'" + value.replace("'", "''") + "'"


def canonical(value: object, kind: str) -> str:
    """A form that is equal for equal values (portal-api.md B.2, point 8, G.4)."""
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if kind in NUMBER_TYPES:
        number = _number(text)
        return text if number is None else _plain(number)
    if kind in _CHECKBOXES:
        return text.lower()
    return _date(text) if kind in _DATES else text


def after(last: object) -> str:
    """Return the condition for rows after the `:id` of `last`; empty without `last`."""
    if isinstance(last, bool) or not isinstance(last, int | str) or last == "":
        return ""
    # Ids are numbers on older portals (portal-api.md, generations).
    value = str(last) if isinstance(last, int) or last.isdecimal() else literal(last, "text")
    return f":id > {value}"


def field_name(name: str) -> str:
    """A field name in SoQL, in backquotes so that a name is never a keyword."""
    if _SYSTEM.fullmatch(name):
        return name
    return "`" + name.replace("`", "") + "`"


def _plain(number: Decimal) -> str:
    """Return all digits of a number, without insignificant zeros."""
    # Decimal.normalize() would round to the 28 digits of its context.
    text = format(number, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if number.is_zero() else text


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text.strip())
    except InvalidOperation:
        return None
    # A huge exponent would become a huge literal.
    return number if number.is_finite() and -400 < number.adjusted() < 400 else None


def _date(text: str) -> str:
    try:
        return datetime.fromisoformat(text).isoformat(timespec="milliseconds")
    except ValueError:
        return text


#: Addresses longer than 8 kB are refused by portals (portal-api.md G.27); some room is left for
#: what a proxy adds.
LONGEST_QUERY = 7_000

#: Rows of the largest reply that every portal supports (portal-api.md B.9).
LARGEST_PAGE = 50_000

#: Default rows of one reply; every portal allows this many.
PAGE = 1_000


def lookups(field: str, identifiers: Sequence[str], kind: str, select: str) -> Iterator[Params]:
    """Queries for `select` of the rows whose `field` is among the identifiers.

    `field` is the row identifier's field name and `kind` its type. Raises UsageProblem for an
    identifier that no address has room for.
    """
    name = field_name(field)
    room = LONGEST_QUERY - len(query_string({"": select}))
    batch: list[str] = []
    size = 0
    for value in filter(None, (literal(identifier, kind) for identifier in identifiers)):
        cost = len(query_string({"": value}))
        if cost > room:
            raise UsageProblem(
                f'The row identifier "{value[1:41]}…" is too long to look up on the portal.',
                "Shorten it in the source, or choose another row identifier.",
            )
        if batch and (size + cost > room or len(batch) == PAGE):
            yield _lookup(select, name, batch)
            batch, size = [], 0
        batch.append(value)
        size += cost
    if batch:
        yield _lookup(select, name, batch)


def _lookup(select: str, name: str, values: Sequence[str]) -> Params:
    listed = ",".join(values)
    return {"$select": select, "$where": f"{name} in({listed})", "$limit": len(values)}
