"""The functions that a query may call: an allow-list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from socrata_practice.soql.translated_terms import Term

Kinds = tuple[str, ...]
_TEXT: Kinds = ("text",)
_NUMBER: Kinds = ("number",)
_MOMENT: Kinds = ("floating", "fixed")
_ORDERED: Kinds = ("text", "number", "floating", "fixed", "boolean", "row_id")


@dataclass(frozen=True)
class Call:
    """A function: the kinds of its arguments, and its translation to SQL."""

    kinds: tuple[Kinds, ...]
    build: Callable[..., Term]


def counted(what: str) -> Term:
    """Return the number of rows or values."""
    return Term(f"COUNT({what})", "number", is_aggregate=True)


def _function(template: str, kind: str) -> Callable[..., Term]:
    def build(*arguments: Term) -> Term:
        sql = template.format(*(argument.sql for argument in arguments))
        return Term(sql, kind, is_aggregate=any(term.is_aggregate for term in arguments))

    return build


def _aggregate(name: str) -> Callable[[Term], Term]:
    def build(term: Term) -> Term:
        sql = f"decimal_{name}({term.sql})"
        return Term(sql, "number", is_aggregate=True)

    return build


def _extreme(name: str) -> Callable[[Term], Term]:
    def build(term: Term) -> Term:
        function = f"decimal_{name}" if term.kind == "number" else name.upper()
        return Term(f"{function}({term.sql})", term.kind, term.data_type, is_aggregate=True)

    return build


def _truncated(length: int, rest: str) -> Callable[..., Term]:
    return _function(f"(substr({{0}}, 1, {length}) || '{rest}')", "floating")


CALLS: dict[str, Call] = {
    "count": Call(((),), counted),
    "sum": Call((_NUMBER,), _aggregate("sum")),
    "avg": Call((_NUMBER,), _aggregate("avg")),
    "min": Call((_ORDERED,), _extreme("min")),
    "max": Call((_ORDERED,), _extreme("max")),
    "upper": Call((_TEXT,), _function("unicode_upper({0})", "text")),
    "lower": Call((_TEXT,), _function("unicode_lower({0})", "text")),
    "starts_with": Call(
        (_TEXT, _TEXT), _function("(substr({0}, 1, length({1})) = {1})", "boolean")
    ),
    "contains": Call((_TEXT, _TEXT), _function("(instr({0}, {1}) > 0)", "boolean")),
    "date_trunc_y": Call((_MOMENT,), _truncated(4, "-01-01T00:00:00.000")),
    "date_trunc_ym": Call((_MOMENT,), _truncated(7, "-01T00:00:00.000")),
    "date_trunc_ymd": Call((_MOMENT,), _truncated(10, "T00:00:00.000")),
}
