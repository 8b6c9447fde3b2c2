"""Compiling the text of a transform to a function over blocks of cells."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from socrata_practice import refusals
from socrata_practice.soql.grammar import parse
from socrata_practice.transforms import general_functions
from socrata_practice.transforms.cell_lists import (
    Cell,
    Cells,
    Failure,
    Node,
    TransformError,
    mapped,
)
from socrata_practice.types.scalars import MaltypedError, number

_COMPARISONS = {exp.EQ: "=", exp.NEQ: "<>", exp.LT: "<", exp.LTE: "<=", exp.GT: ">",
                exp.GTE: ">="}  # fmt: skip
_ARITHMETIC = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%",
               exp.BitwiseXor: "^"}  # fmt: skip


def compile_transform(text: str, names: Mapping[str, str]) -> Node:
    """Compile an expression over text columns; `names` are their field names, lower-cased.

    Raises TransformError if it cannot be read or its types do not go together.
    """
    try:
        select = parse(f"SELECT {text}", set(names))
    except refusals.Refusal as error:
        raise TransformError(f"Cannot parse the expression: {text}") from error
    if len(select.expressions) != 1 or set(_present(select)) != {"expressions"}:
        raise TransformError(f"Not one expression: {text}")
    return _Compiler(names).node(select.expressions[0])


def _present(tree: exp.Select) -> dict[str, Any]:
    return {key: value for key, value in tree.args.items() if value}


def literal(value: Cell, kind: str) -> Node:
    """Return a node with the same value in every row."""
    return Node(kind, lambda _, rows: [value] * rows, fails=False, is_literal=True, literal=value)


class _Compiler:
    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names
        self._handlers: dict[type, Callable[[Any], Node]] = {
            exp.Column: self._column,
            exp.Literal: self._literal,
            exp.Boolean: lambda tree: literal(int(tree.this), "checkbox"),
            exp.Null: lambda _: literal(None, "null"),
            exp.Paren: lambda tree: self.node(tree.this),
            exp.Neg: self._negative,
            exp.Not: self._not,
            exp.And: lambda tree: self._logic(tree, 0),
            exp.Or: lambda tree: self._logic(tree, 1),
            exp.Is: self._is_null,
            exp.In: self._in,
            exp.Between: self._between,
            exp.DPipe: self._joined,
            exp.Anonymous: self._call,
        }
        self._handlers |= dict.fromkeys(_COMPARISONS, self._comparison)
        self._handlers |= dict.fromkeys(_ARITHMETIC, self._arithmetic)

    def node(self, tree: Any) -> Node:
        """Compile one part of an expression."""
        handler = self._handlers.get(type(tree))
        if handler is None:
            raise TransformError(f"{type(tree).__name__} is not known in transforms")
        try:
            return handler(tree)
        except RecursionError as error:
            raise TransformError("The expression is nested too deep") from error

    def _column(self, tree: exp.Column) -> Node:
        name = self._names.get(tree.name.lower())
        if name is None or tree.table:
            raise TransformError(f"No such column: {tree.name}")

        def run(block: Mapping[str, Cells], _: int) -> Cells:
            return block[name]

        return Node("text", run, frozenset([name]), fails=False, plain_input=name)

    def _literal(self, tree: exp.Literal) -> Node:
        if tree.is_string:
            return literal(str(tree.this), "text")
        try:
            return literal(number(str(tree.this)), "number")
        except MaltypedError as error:
            raise TransformError(f"Bad number: {tree.this}") from error

    def _call(self, tree: exp.Anonymous) -> Node:
        name = str(tree.name).lower()
        build = general_functions.FUNCTIONS.get(name)
        if build is None:
            raise TransformError(f"No such function: {name}")
        arguments = [self.node(argument) for argument in tree.expressions]
        if not arguments:
            raise TransformError(f"{name} takes an argument")
        return build(arguments)

    def _negative(self, tree: exp.Neg) -> Node:
        return self._numbers("-", [literal("0", "number"), self.node(tree.this)])

    def _arithmetic(self, tree: exp.Binary) -> Node:
        return self._numbers(_ARITHMETIC[type(tree)], [self.node(tree.left), self.node(tree.right)])

    def _numbers(self, symbol: str, sides: list[Node]) -> Node:
        if {side.type for side in sides} - {"number", "null"}:
            raise TransformError(f"{symbol} needs numbers, got {_types(sides)}")
        return mapped(general_functions.arithmetic(symbol), sides, "number")

    def _comparison(self, tree: exp.Binary) -> Node:
        return self._compared(_COMPARISONS[type(tree)], self.node(tree.left), self.node(tree.right))

    def _compared(self, symbol: str, left: Node, right: Node) -> Node:
        kind = general_functions.merged_type([left, right], symbol)
        return mapped(general_functions.comparison(symbol, kind), [left, right], "checkbox")

    def _between(self, tree: exp.Between) -> Node:
        middle = self.node(tree.this)
        low = self._compared(">=", middle, self.node(tree.args["low"]))
        high = self._compared("<=", middle, self.node(tree.args["high"]))
        return _logical([low, high], 0)

    def _in(self, tree: exp.In) -> Node:
        left = self.node(tree.this)
        if not tree.expressions:
            raise TransformError("IN needs values")
        tests = [self._compared("=", left, self.node(value)) for value in tree.expressions]
        return _logical(tests, 1)

    def _joined(self, tree: exp.DPipe) -> Node:
        sides = [self.node(tree.left), self.node(tree.right)]
        if {side.type for side in sides} - {"text", "null"}:
            raise TransformError(f"|| needs texts, got {_types(sides)}")
        return mapped(str.__add__, sides, "text")

    def _is_null(self, tree: exp.Is) -> Node:
        if not isinstance(tree.expression, exp.Null):
            raise TransformError("IS can only be followed by NULL")
        return general_functions.FUNCTIONS["is_null"]([self.node(tree.this)])

    def _not(self, tree: exp.Not) -> Node:
        return mapped(lambda value: int(not value), [_checkbox(self.node(tree.this))], "checkbox")

    def _logic(self, tree: exp.Connector, deciding: int) -> Node:
        return _logical([self.node(tree.left), self.node(tree.right)], deciding)


def _types(nodes: list[Node]) -> str:
    return ", ".join(node.type for node in nodes)


def _checkbox(node: Node) -> Node:
    if node.type not in ("checkbox", "null"):
        raise TransformError(f"Expected true or false, got {node.type}")
    return node


def _logical(nodes: list[Node], deciding: int) -> Node:
    """Return a node for AND (decided by 0) or OR (decided by 1), with null for unknown."""
    for node in nodes:
        _checkbox(node)

    def decided(cells: tuple[Cell, ...]) -> Cell:
        if deciding in cells:
            return deciding
        return next((cell for cell in cells if cell is None or type(cell) is Failure), 1 - deciding)

    def run(block: Mapping[str, Cells], rows: int) -> Cells:
        columns = [node.run(block, rows) for node in nodes]
        return [decided(cells) for cells in zip(*columns, strict=True)]

    inputs = frozenset().union(*(node.inputs for node in nodes))
    return Node("checkbox", run, inputs)
