"""Planning a whole query: from the parameters of a GET to one SQLite statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from socrata_practice import refusals
from socrata_practice.soql.clauses import DEFAULT_LIMIT, Clauses, query_text, read_clauses
from socrata_practice.soql.expressions import Translator
from socrata_practice.soql.grammar import malformed, parse
from socrata_practice.soql.translated_terms import SYSTEM_TERMS, Term, ordering
from socrata_practice.storage.asset import Asset
from socrata_practice.storage.generated_ids import row_name, version_name
from socrata_practice.types.registry import TYPES, DataType

_OPTIONS = ("select", "where", "group", "having", "order", "limit", "offset", "q", "query")

_ROW_ID = DataType("row_identifier", "row_identifier", "row_id", str, str, row_name, row_name)
_VERSION = DataType("row_version", "row_version", "version", str, str, version_name, version_name)
_OF_KIND = {
    "text": TYPES["text"],
    "null": TYPES["text"],
    "number": TYPES["number"],
    "boolean": TYPES["checkbox"],
    "floating": TYPES["calendar_date"],
    "fixed": TYPES["date"],
    "row_id": _ROW_ID,
    "version": _VERSION,
}


@dataclass(frozen=True)
class Output:
    """A column of an answer."""

    name: str
    type: DataType


@dataclass(frozen=True)
class Plan:
    """A SELECT, its parameters, and its columns."""

    sql: str
    parameters: tuple[Any, ...]
    outputs: tuple[Output, ...]


@dataclass
class _Selected:
    """The SELECT list being built: SQL, name and kind of each column."""

    sql: list[str] = field(default_factory=list)
    outputs: list[Output] = field(default_factory=list)
    plain: list[str] = field(default_factory=list)
    aggregates: int = 0


def plan(
    asset: Asset, parameters: Iterable[tuple[str, str]], default_limit: int = DEFAULT_LIMIT
) -> Plan:
    """Return the statement for these parameters; raises Refusal if the query is not valid."""
    given = list(parameters)
    _check_names(asset, [name for name, _ in given])
    options = {name[1:]: value for name, value in given if _is_clause(name)}
    names = {column.field_name.lower() for column in asset.columns}
    clauses = read_clauses(options, names, default_limit)
    translator = Translator(asset, options.get("query") or query_text(options))
    filters = [(name, value) for name, value in given if not name.startswith("$")]
    return _assembled(translator, clauses, _conditions(translator, clauses, options, filters))


def _is_clause(name: str) -> bool:
    return name.startswith("$") and not name.startswith("$$")


def _check_names(asset: Asset, names: Sequence[str]) -> None:
    known = {column.field_name.lower() for column in asset.columns} | set(SYSTEM_TERMS)
    for name in names:
        if name.startswith("$$") or (_is_clause(name) and name[1:] in _OPTIONS):
            continue
        if name.startswith("$") or name.lower() not in known:
            raise refusals.front(400, None, f"Unrecognized arguments [{name}]")


# --- from clauses to SQL -------------------------------------------------------------------------


def _conditions(
    translator: Translator,
    clauses: Clauses,
    options: dict[str, str],
    filters: list[tuple[str, str]],
) -> list[str]:
    asset = translator.asset
    found: list[str] = []
    if asset.filter:
        names = {column.field_name.lower() for column in asset.columns}
        tree = parse(f"SELECT * WHERE {asset.filter}", names)
        found.append(translator.condition(tree.args["where"].this).sql)
    if clauses.where is not None:
        wanted = translator.condition(clauses.where)
        if wanted.is_aggregate:
            raise malformed(translator.text, "Aggregate function in WHERE of")
        found.append(wanted.sql)
    for name, value in filters:
        left = translator.term(exp.column(name, quoted=True))
        right = translator.term(exp.Literal.string(value))
        found.append(translator.compare(left, "=", right).sql)
    if options.get("q"):
        found += _search(translator, options["q"])
    return found


def _search(translator: Translator, words: str) -> list[str]:
    """Return the condition that every word occurs in some text column."""
    texts = [column for column in translator.asset.columns if column.type.kind == "text"]
    if not texts:
        return ["0"]
    joined = " || char(10) || ".join(f"coalesce(c{column.slot}, '')" for column in texts)
    found = []
    for word in words.lower().split():
        translator.parameters.append(word)
        found.append(f"instr(unicode_lower({joined}), ?{len(translator.parameters)}) > 0")
    return found


def _assembled(translator: Translator, clauses: Clauses, conditions: list[str]) -> Plan:
    selected = _selected(translator, clauses.select or [exp.Star()])
    groups = [translator.term(node).sql for node in clauses.group]
    having = translator.condition(clauses.having).sql if clauses.having is not None else None
    grouped = bool(groups or selected.aggregates or having)
    if grouped and not set(selected.plain) <= set(groups):
        raise refusals.service(
            400,
            "query.soql.column-not-in-group-bys",
            "Query coordinator error: query.soql.column-not-in-group-bys; Column not in group bys",
            dataset=translator.asset.id,
        )
    orders = [_order(translator, node) for node in clauses.order]
    if not grouped and not clauses.distinct:
        orders.append("sid")
    sql = [
        f"SELECT {'DISTINCT ' if clauses.distinct else ''}{', '.join(selected.sql)}",
        f"FROM {translator.asset.readable_table}",
        f"WHERE {' AND '.join(conditions)}" if conditions else "",
        f"GROUP BY {', '.join(groups)}" if groups else "",
        f"HAVING {having}" if having else "",
        f"ORDER BY {', '.join(orders)}" if orders else "",
        f"LIMIT {clauses.limit} OFFSET {clauses.offset}",
    ]
    parameters = tuple(translator.parameters)
    return Plan(" ".join(filter(None, sql)), parameters, tuple(selected.outputs))


def _order(translator: Translator, node: exp.Ordered) -> str:
    descending = bool(node.args.get("desc"))
    found = translator.term(node.this)
    if found.kind in ("shape", "object"):
        raise translator.mismatch("comparable", found.kind)
    return ordering(found, descending, bool(node.args.get("nulls_first")))


def _selected(translator: Translator, nodes: list[Any]) -> _Selected:
    found = _Selected()
    for node in nodes:
        if isinstance(node, exp.Star):
            _check_star(node, translator)
            for column in translator.asset.columns:
                _add(found, column.field_name, Term(f"c{column.slot}", "", column.type))
        elif isinstance(node, exp.Column) and node.name == ":*":
            for name, term in SYSTEM_TERMS.items():
                _add(found, name, term)
        else:
            _select_one(translator, found, node)
    return found


def _check_star(node: exp.Star, translator: Translator) -> None:
    if any(node.args.values()):
        raise malformed(translator.text)


def _select_one(translator: Translator, found: _Selected, node: Any) -> None:
    inner = node.this if isinstance(node, exp.Alias) else node
    term = translator.term(inner)
    name = node.alias if isinstance(node, exp.Alias) else _default_name(inner, translator)
    if isinstance(node, exp.Alias):
        translator.aliases[name.lower()] = term
    _add(found, name, term)


def _add(found: _Selected, name: str, term: Term) -> None:
    found.sql.append(term.sql)
    found.outputs.append(Output(name, term.data_type or _OF_KIND[term.kind]))
    if term.is_aggregate:
        found.aggregates += 1
    elif term.literal is None:
        found.plain.append(term.sql)


def _default_name(node: Any, translator: Translator) -> str:
    """Return `count` for count(*), `sum_units` for sum(units), a column's own name for a column."""
    if isinstance(node, exp.Column):
        column = translator.column(node.name)
        return column.field_name if column else node.name.lower()
    if isinstance(node, exp.Anonymous):
        parts = [_default_name(part, translator) for part in node.expressions]
        return "_".join([str(node.name).lower(), *filter(None, parts)])
    if isinstance(node, exp.Literal):
        return str(node.this)
    return "" if isinstance(node, exp.Star) else "expression"
