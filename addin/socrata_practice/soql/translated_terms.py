"""Translated pieces of SoQL, and their comparison."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from socrata_practice.storage.generated_ids import row_number
from socrata_practice.types.registry import DataType


@dataclass(frozen=True)
class Term:
    """SQL text of known names and parameters, with the kind of its value.

    `literal` is the value of a literal, `data_type` the type of a column.
    """

    sql: str
    kind: str
    data_type: DataType | None = None
    literal: Any = None
    is_key: bool = False
    is_aggregate: bool = False


SYSTEM_TERMS: dict[str, Term] = {
    ":id": Term("sid", "row_id"),
    ":created_at": Term("created_at", "fixed"),
    ":updated_at": Term("updated_at", "fixed"),
    ":version": Term("version", "version"),
}


def row_number_of(name: Any) -> int:
    """Return the row number of an `:id`, or a number that no row has."""
    return row_number(name, plain=True) or -1


def ordered_compare(left: Term, operator: str, right: Term) -> str:
    """Return SQL that compares two terms of one kind; numbers exactly, in any notation."""
    if "number" in (left.kind, right.kind):
        return f"(decimal_compare({left.sql}, {right.sql}) {operator} 0)"
    return f"({left.sql} {operator} {right.sql})"


def ordering(term: Term, descending: bool, nulls_first: bool) -> str:
    """Return SQL that orders by a term; numbers by size, exactly."""
    tail = f"{'DESC' if descending else 'ASC'} NULLS {'FIRST' if nulls_first else 'LAST'}"
    if term.kind == "number":
        return f"CAST({term.sql} AS REAL) {tail}, {term.sql} COLLATE decimal {tail}"
    return f"{term.sql} {tail}"
