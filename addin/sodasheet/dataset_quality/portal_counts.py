"""Aggregates of a dataset's columns, several columns per request."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sodasheet.errors import PortalError
from sodasheet.model.dataset import Column
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.soql_queries import field_name

#: SoQL for the aggregates of a column, by the letter that names each in the reply.
Aggregates = Callable[[str], Mapping[str, str]]


def ask_columns(
    rows: RowsClient, columns: Sequence[Column], asked: Aggregates, at_once: int
) -> Iterator[tuple[Column, Mapping[str, str] | None]]:
    """Yield the results for each column; None if the portal cannot answer for that column.

    `at_once` columns are asked about by one request; more would make the address too long.
    Raises PortalError.
    """
    for start in range(0, len(columns), at_once):
        yield from _asked(rows, columns[start : start + at_once], asked)


def _asked(
    rows: RowsClient, columns: Sequence[Column], asked: Aggregates
) -> Iterator[tuple[Column, Mapping[str, str] | None]]:
    """Ask about several columns, or about each separately if the portal cannot answer for all."""
    parts = [
        (letter, n, query)
        for n, one in enumerate(columns)
        for letter, query in asked(field_name(one.field)).items()
    ]
    try:
        (row,) = rows.grouped(
            ",".join(f"{query} as {letter}{n}" for letter, n, query in parts)
        ) or [{}]
    except PortalError as error:
        if error.status != 400:
            raise
        if len(columns) == 1:
            yield columns[0], None
            return
        for one in columns:
            yield from _asked(rows, [one], asked)
        return
    for n, one in enumerate(columns):
        yield one, _answers(row, [letter for letter, place, _ in parts if place == n], n)


def _answers(row: Mapping[str, Any], letters: Sequence[str], number: int) -> Mapping[str, str]:
    """Return the aggregates of a column in a reply; the aggregate of no values is missing."""
    return {
        letter: str(row[f"{letter}{number}"]) for letter in letters if f"{letter}{number}" in row
    }
