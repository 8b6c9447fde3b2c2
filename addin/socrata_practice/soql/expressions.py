"""Translation of one SoQL expression to SQLite.

Nothing of a request reaches SQL as text: names are looked up among the dataset's columns and
replaced by ours, values become parameters, and only the syntax and functions listed here exist.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlglot import exp

from socrata_practice import refusals
from socrata_practice.soql import allowed_functions
from socrata_practice.soql.grammar import malformed
from socrata_practice.soql.translated_terms import (
    SYSTEM_TERMS,
    Term,
    ordered_compare,
    row_number_of,
)
from socrata_practice.storage.asset import Asset, Column
from socrata_practice.types.registry import TYPES
from socrata_practice.types.scalars import MaltypedError

_OPERATORS = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_UNORDERED = frozenset({"shape", "object"})


@dataclass
class Translator:
    """Translates the expressions of one query over one asset, collecting its parameters."""

    asset: Asset
    text: str
    parameters: list[Any] = field(default_factory=list)
    aliases: dict[str, Term] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._columns = {column.field_name.lower(): column for column in self.asset.columns}
        self._handlers: dict[type, Callable[[Any], Term]] = {
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Boolean: lambda node: self._value(int(node.this), "boolean"),
            exp.Null: lambda _: Term("NULL", "null"),
            exp.Neg: self._negative,
            exp.Paren: lambda node: self.term(node.this),
            exp.And: lambda node: self._both(node, "AND"),
            exp.Or: lambda node: self._both(node, "OR"),
            exp.Not: lambda node: self._boolean(f"NOT ({self.condition(node.this).sql})", node),
            exp.Is: self._is_null,
            exp.In: self._in,
            exp.Between: self._between,
            exp.Like: self._like,
            exp.DPipe: self._joined,
            exp.Anonymous: self._call,
        }
        for node in _OPERATORS:
            self._handlers[node] = self._comparison

    def term(self, node: Any) -> Term:
        """Return the translation of a node; raises Refusal for syntax that is not allowed."""
        handler = self._handlers.get(type(node))
        if handler is None:
            raise malformed(self.text, f"Unsupported expression {type(node).__name__} in")
        return handler(node)

    def condition(self, node: Any) -> Term:
        """Return the translation of a node that must be true or false."""
        found = self.term(node)
        if found.kind not in ("boolean", "null"):
            raise self.mismatch("boolean", found.kind)
        return found

    # --- leaves ----------------------------------------------------------------------------------

    def column(self, name: str) -> Column | None:
        """Return the column of a name, ignoring case, or None."""
        return self._columns.get(name.lower())

    def _column(self, node: exp.Column) -> Term:
        name = node.name
        if node.table or not isinstance(node.this, exp.Identifier):
            raise malformed(self.text)
        if name.lower() in SYSTEM_TERMS:
            return SYSTEM_TERMS[name.lower()]
        column = self.column(name)
        if column is not None:
            is_key = column.id == self.asset.row_identifier
            return Term(f"c{column.slot}", column.type.kind, column.type, is_key=is_key)
        if name.lower() in self.aliases:
            return self.aliases[name.lower()]
        raise self.no_such_column(name)

    def _value(self, value: Any, kind: str) -> Term:
        self.parameters.append(value)
        mark = f"?{len(self.parameters)}"
        return Term(mark, kind, literal=value)

    def _literal(self, node: exp.Literal) -> Term:
        if node.is_string:
            return self._value(node.this, "text")
        return self._value(self._parsed("number", node.this), "number")

    def _negative(self, node: exp.Neg) -> Term:
        if not isinstance(node.this, exp.Literal) or node.this.is_string:
            raise malformed(self.text)
        return self._value(self._parsed("number", f"-{node.this.this}"), "number")

    def _parsed(self, kind: str, value: Any) -> Any:
        """Return a literal as a value of another kind; raises Refusal if impossible."""
        readers = {"floating": "calendar_date", "fixed": "date", "boolean": "checkbox"}
        if kind == "row_id":
            return row_number_of(value)
        try:
            return TYPES[readers.get(kind, "number")].from_json(value)
        except MaltypedError as error:
            raise self.mismatch(kind, "text") from error

    # --- joining ---------------------------------------------------------------------------------

    def _boolean(self, sql: str, *parts: Any) -> Term:
        aggregate = any(isinstance(part, Term) and part.is_aggregate for part in parts)
        return Term(sql, "boolean", is_aggregate=aggregate)

    def _both(self, node: exp.And | exp.Or, word: str) -> Term:
        left, right = self.condition(node.left), self.condition(node.right)
        return self._boolean(f"({left.sql} {word} {right.sql})", left, right)

    def _comparison(self, node: exp.Binary) -> Term:
        return self.compare(self.term(node.left), _OPERATORS[type(node)], self.term(node.right))

    def compare(self, left: Term, operator: str, right: Term) -> Term:
        """Compare two terms; a literal is read as the other side's kind."""
        if operator == "=" and right.literal is not None and left.is_key:
            return self._by_key(left, [right])
        left, right = self._alike(left, right)
        if left.kind in _UNORDERED or right.kind in _UNORDERED:
            raise self.mismatch("comparable", left.kind)
        return self._boolean(ordered_compare(left, operator, right), left, right)

    def _alike(self, left: Term, right: Term) -> tuple[Term, Term]:
        kinds = {left.kind, right.kind} - {"null"}
        if len(kinds) <= 1:
            return left, right
        if left.literal is not None and (left.kind == "text" or right.kind == "row_id"):
            return self._reread(left, right.kind), right
        if right.literal is not None and (right.kind == "text" or left.kind == "row_id"):
            return left, self._reread(right, left.kind)
        raise self.mismatch(left.kind, right.kind)

    def _reread(self, term: Term, kind: str) -> Term:
        if kind in _UNORDERED or kind == "version":
            raise self.mismatch(kind, "text")
        return self._value(self._parsed(kind, term.literal), kind)

    def _by_key(self, key: Term, values: list[Term]) -> Term:
        """Compare the row identifier with values: the one comparison with an index."""
        data_type = key.data_type
        assert data_type is not None  # noqa: S101
        alike = [self._alike(key, value)[1] for value in values]
        keys = [self._value(data_type.key(found.literal), "text").sql for found in alike]
        return self._boolean(f"rowkey IN ({','.join(keys)})")

    # --- predicates ------------------------------------------------------------------------------

    def _is_null(self, node: exp.Is) -> Term:
        if not isinstance(node.expression, exp.Null):
            raise malformed(self.text)
        found = self.term(node.this)
        return self._boolean(f"({found.sql} IS NULL)", found)

    def _in(self, node: exp.In) -> Term:
        if not node.expressions or node.args.get("query") or node.args.get("unnest"):
            raise malformed(self.text)
        left = self.term(node.this)
        values = [self.term(value) for value in node.expressions]
        if left.is_key and all(value.literal is not None for value in values):
            return self._by_key(left, values)
        alike = [self._alike(left, value)[1] for value in values]
        if left.kind in _UNORDERED:
            raise self.mismatch("comparable", left.kind)
        wrap = "decimal_key({})" if left.kind == "number" else "{}"
        listed = ",".join(wrap.format(value.sql) for value in alike)
        return self._boolean(f"({wrap.format(left.sql)} IN ({listed}))", left)

    def _between(self, node: exp.Between) -> Term:
        middle = self.term(node.this)
        low = self.compare(middle, ">=", self.term(node.args["low"]))
        high = self.compare(middle, "<=", self.term(node.args["high"]))
        return self._boolean(f"({low.sql} AND {high.sql})", middle)

    def _like(self, node: exp.Like) -> Term:
        left, right = self._text(node.this), self._text(node.expression)
        word = "NOT LIKE" if node.args.get("negate") else "LIKE"
        return self._boolean(f"({left.sql} {word} {right.sql} ESCAPE '\\')", left, right)

    def _text(self, node: Any) -> Term:
        found = self.term(node)
        if found.kind not in ("text", "null"):
            raise self.mismatch("text", found.kind)
        return found

    def _joined(self, node: exp.DPipe) -> Term:
        left, right = self._text(node.left), self._text(node.right)
        return Term(f"({left.sql} || {right.sql})", "text")

    def _call(self, node: exp.Anonymous) -> Term:
        name = str(node.name).lower()
        call = allowed_functions.CALLS.get(name)
        if call is None:
            raise refusals.service(
                400,
                "query.soql.no-such-function",
                f"Query coordinator error: query.soql.no-such-function; No such function: {name}",
                function=name,
            )
        if name == "count":
            return self._count(node)
        given = [self.term(argument) for argument in node.expressions]
        if len(given) != len(call.kinds):
            raise malformed(self.text, f"Wrong number of arguments to {name} in")
        for kinds, argument in zip(call.kinds, given, strict=True):
            if kinds and argument.kind not in (*kinds, "null"):
                raise self.mismatch(kinds[0], argument.kind)
        return call.build(*given)

    def _count(self, node: exp.Anonymous) -> Term:
        if len(node.expressions) != 1:
            raise malformed(self.text)
        counted = node.expressions[0]
        if isinstance(counted, exp.Star):
            return allowed_functions.counted("*")
        if isinstance(counted, exp.Distinct) and len(counted.expressions) == 1:
            found = self.term(counted.expressions[0])
            wrap = "decimal_key({})" if found.kind == "number" else "{}"
            return allowed_functions.counted(f"DISTINCT {wrap.format(found.sql)}")
        return allowed_functions.counted(self.term(counted).sql)

    # --- refusals --------------------------------------------------------------------------------

    def mismatch(self, expected: str, got: str) -> refusals.Refusal:
        """Return the refusal for kinds that cannot be compared."""
        return refusals.service(
            400,
            "query.soql.type-mismatch",
            "Query coordinator error: query.soql.type-mismatch; Type mismatch: expected"
            f" {expected}, got {got}",
            dataset=self.asset.id,
            query=self.text,
        )

    def no_such_column(self, name: str) -> refusals.Refusal:
        """Return the refusal for a name that is not a column."""
        at = max(self.text.lower().find(name.lower()), 0) + 1
        code = "query.soql.no-such-column"
        return refusals.service(
            400,
            code,
            f"Query coordinator error: {code}; No such column: {name}; position: Map(row -> 1,"
            f' column -> {at}, line -> "{self.text}")',
            column=name,
            dataset=self.asset.id,
            position={"row": 1, "column": at, "line": self.text},
        )
