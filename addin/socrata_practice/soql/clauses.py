"""The clauses of a query, from its parameters or from one SoQL statement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from socrata_practice import refusals
from socrata_practice.soql.grammar import malformed, parse

DEFAULT_LIMIT = 1000
_SQL_INTEGER = (1 << 63) - 1


@dataclass
class Clauses:
    """The clauses of a query, not yet translated."""

    select: list[exp.Expression] = field(default_factory=list)
    distinct: bool = False
    where: Any = None
    group: list[Any] = field(default_factory=list)
    having: Any = None
    order: list[exp.Ordered] = field(default_factory=list)
    limit: int = DEFAULT_LIMIT
    offset: int = 0


def query_text(options: dict[str, str]) -> str:
    """Return the query as one string, for error messages."""
    words = {"select": "SELECT", "where": "WHERE", "group": "GROUP BY", "having": "HAVING",
             "order": "ORDER BY"}  # fmt: skip
    options = {"select": "*"} | options
    return " ".join(f"{word} {options[key]}" for key, word in words.items() if key in options)


def read_clauses(
    options: dict[str, str], names: set[str], default_limit: int = DEFAULT_LIMIT
) -> Clauses:
    """Return the clauses that `$`-parameters (named without the $) ask for; raises Refusal."""
    if "query" in options:
        return _from_statement(parse(options["query"], names), options["query"], default_limit)
    found = Clauses(
        limit=_count(options, "limit", default_limit), offset=_count(options, "offset", 0)
    )
    for key, template in (
        ("select", "SELECT {}"),
        ("where", "SELECT * WHERE {}"),
        ("group", "SELECT * GROUP BY {}"),
        ("having", "SELECT * HAVING {}"),
        ("order", "SELECT * ORDER BY {}"),
    ):
        if options.get(key):
            _take(found, key, parse(template.format(options[key]), names), options[key])
    return found


def _count(options: dict[str, str], key: str, default: int) -> int:
    text = options.get(key, "")
    if not text:
        return default
    if not (text.isascii() and text.isdigit()):
        raise refusals.invalid(f"Invalid value for parameter ${key}: {text}")
    return min(int(text[:19]), _SQL_INTEGER)


def _present(tree: exp.Select) -> dict[str, Any]:
    return {key: value for key, value in tree.args.items() if value}


def _take(found: Clauses, key: str, tree: exp.Select, text: str) -> None:
    """Copy the one clause that the parameter stands for; other clauses are refused."""
    allowed = {"expressions", key, "distinct"} if key == "select" else {"expressions", key}
    if not set(_present(tree)) <= allowed:
        raise malformed(text)
    whole = _from_statement(tree, text)
    for name in ("select", "distinct") if key == "select" else (key,):
        setattr(found, name, getattr(whole, name))


def _from_statement(tree: exp.Select, text: str, default_limit: int = DEFAULT_LIMIT) -> Clauses:
    present = _present(tree)
    known = {"expressions", "distinct", "where", "group", "having", "order", "limit", "offset"}
    if not set(present) <= known:
        raise malformed(text)
    group, order = present.get("group"), present.get("order")
    if group is not None and set(_truthy(group)) - {"expressions"}:
        raise malformed(text)
    return Clauses(
        select=list(tree.expressions),
        distinct="distinct" in present,
        where=tree.args["where"].this if "where" in present else None,
        group=list(group.expressions) if group is not None else [],
        having=tree.args["having"].this if "having" in present else None,
        order=list(order.expressions) if order is not None else [],
        limit=_literal_count(present.get("limit"), default_limit, text),
        offset=_literal_count(present.get("offset"), 0, text),
    )


def _truthy(node: exp.Expression) -> dict[str, Any]:
    return {key: value for key, value in node.args.items() if value}


def _literal_count(node: Any, default: int, text: str) -> int:
    if node is None:
        return default
    value = node.expression
    if not isinstance(value, exp.Literal) or value.is_string or not str(value.this).isdigit():
        raise malformed(text)
    return min(int(str(value.this)[:19]), _SQL_INTEGER)
