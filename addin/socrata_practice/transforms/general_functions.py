"""Functions of transforms that are not conversions (C.5), and operators."""

from __future__ import annotations

import decimal
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from socrata_practice.transforms.argument_readers import Build
from socrata_practice.transforms.cell_lists import (
    Block,
    Cell,
    Cells,
    ConversionError,
    Failure,
    Node,
    TransformError,
    mapped,
)
from socrata_practice.transforms.conversions import CONVERSIONS
from socrata_practice.types.scalars import plain

_CONTEXT = decimal.Context(prec=30, Emax=1_000, Emin=-1_000)
_BACK = re.compile(r"\$(?:(\d+)|\{(\w+)\}|(\w+)|(\$))")


def merged_type(nodes: list[Node], what: str) -> str:
    """Return the common type of the nodes, ignoring nulls; raises TransformError if they differ."""
    types = {node.type for node in nodes} - {"null"}
    if len(types) > 1:
        raise TransformError(f"{what} needs values of one type, got {', '.join(sorted(types))}")
    return types.pop() if types else "null"


def _inputs(nodes: list[Node]) -> frozenset[str]:
    return frozenset().union(*(node.inputs for node in nodes))


def _typed(name: str, kinds: tuple[str, ...], result: str, function: Callable[..., Cell]) -> Build:
    """Return a function of arguments of these types."""

    def build(arguments: list[Node]) -> Node:
        given = [argument.type for argument in arguments]
        fits = len(given) == len(kinds) and all(
            one in (kind, "null") for one, kind in zip(given, kinds, strict=True)
        )
        if not fits:
            wanted, got = ", ".join(kinds), ", ".join(given)
            raise TransformError(f"{name} takes ({wanted}), got ({got})")
        return mapped(function, arguments, result)

    return build


def _coalesce(arguments: list[Node]) -> Node:
    def run(block: Block, rows: int) -> Cells:
        columns = [argument.run(block, rows) for argument in arguments]
        return [
            next((cell for cell in cells if cell is not None), None)
            for cells in zip(*columns, strict=True)
        ]

    return Node(merged_type(arguments, "coalesce"), run, _inputs(arguments))


def _forgive(arguments: list[Node]) -> Node:
    (argument,) = _exactly(arguments, 1, "forgive")

    def run(block: Block, rows: int) -> Cells:
        cells = argument.run(block, rows)
        return [None if type(cell) is Failure else cell for cell in cells]

    return Node(argument.type, run, argument.inputs, fails=False)


def _error(arguments: list[Node]) -> Node:
    (argument,) = _exactly(arguments, 1, "error")
    if not argument.is_literal or argument.type != "text":
        raise TransformError("error takes a text literal")
    failure = Failure({"type": "user_error", "english": argument.literal, "data": {}})
    return Node("null", lambda _, rows: [failure] * rows)


def _exactly(arguments: list[Node], count: int, name: str) -> list[Node]:
    if len(arguments) != count:
        raise TransformError(f"{name} takes {count} argument{'s' * (count > 1)}")
    return arguments


def _case(arguments: list[Node]) -> Node:
    conditions, values = arguments[0::2], arguments[1::2]
    if not values or len(conditions) != len(values):
        raise TransformError("case takes pairs of a condition and a value")
    if {node.type for node in conditions} - {"checkbox", "null"}:
        raise TransformError("A condition of case must be true or false")

    def run(block: Block, rows: int) -> Cells:
        tests = list(zip(*(node.run(block, rows) for node in conditions), strict=True))
        results = list(zip(*(node.run(block, rows) for node in values), strict=True))
        return [_chosen(test, result) for test, result in zip(tests, results, strict=True)]

    return Node(merged_type(values, "case"), run, _inputs(arguments))


def _chosen(tests: tuple[Cell, ...], results: tuple[Cell, ...]) -> Cell:
    for test, result in zip(tests, results, strict=True):
        if type(test) is Failure:
            return test
        if test:
            return result
    return None


def _null_test(wanted: bool) -> Build:
    def build(arguments: list[Node]) -> Node:
        (argument,) = _exactly(arguments, 1, "is_null")

        def run(block: Block, rows: int) -> Cells:
            cells = argument.run(block, rows)
            return [
                cell if type(cell) is Failure else int((cell is None) is wanted) for cell in cells
            ]

        return Node("checkbox", run, argument.inputs, argument.fails)

    return build


def _title(text: str) -> str:
    return re.sub(r"\w+", lambda match: match[0][:1].upper() + match[0][1:].lower(), text)


def _pattern(text: str) -> re.Pattern[str]:
    try:
        return re.compile(re.sub(r"\(\?<(?=\w)", "(?P<", text))
    except re.error as error:
        raise ConversionError(
            {"type": "invalid_regex", "english": f"Bad pattern: {error}", "data": {"regex": text}}
        ) from error


def _regex_replace(text: str, pattern: str, replacement: str) -> str:
    found = _pattern(pattern)

    def filled(match: re.Match[str]) -> str:
        def one(back: re.Match[str]) -> str:
            name = back[1] or back[2] or back[3]
            try:
                return "$" if back[4] else match[int(name) if name.isdigit() else name] or ""
            except (IndexError, ValueError):
                return ""

        return _BACK.sub(one, replacement)

    return found.sub(filled, text)


def _captured(text: str, pattern: str, name: str) -> str | None:
    match = _pattern(pattern).search(text)
    return None if match is None else match.groupdict().get(name)


def _split_select(text: str, separator: str, index: str) -> str | None:
    parts = text.split(separator) if separator else [text]
    place = int(Decimal(index))
    return parts[place] if 0 <= place < len(parts) else None


def arithmetic(symbol: str) -> Callable[[str, str], str]:
    """Return an operator on two numbers; dividing by zero is an error of the cell."""
    work: Callable[[Decimal, Decimal], Decimal] = {
        "+": _CONTEXT.add,
        "-": _CONTEXT.subtract,
        "*": _CONTEXT.multiply,
        "/": _CONTEXT.divide,
        "%": _CONTEXT.remainder,
        "^": _CONTEXT.power,
    }[symbol]

    def computed(left: str, right: str) -> str:
        try:
            return plain(work(Decimal(left), Decimal(right)))
        except decimal.DecimalException as error:
            english = f"Cannot compute {left} {symbol} {right}"
            raise ConversionError(
                {"type": "arithmetic_error", "english": english, "data": {}}
            ) from error

    return computed


def comparison(symbol: str, kind: str) -> Callable[[Any, Any], int]:
    """Return a comparison of two values of one type; numbers by size."""
    tests: dict[str, Callable[[Any, Any], bool]] = {
        "=": lambda left, right: left == right,
        "<>": lambda left, right: left != right,
        "<": lambda left, right: left < right,
        "<=": lambda left, right: left <= right,
        ">": lambda left, right: left > right,
        ">=": lambda left, right: left >= right,
    }
    test = tests[symbol]
    if kind == "number":
        return lambda left, right: int(test(Decimal(left), Decimal(right)))
    return lambda left, right: int(test(left, right))


def _length(text: str) -> str:
    return str(len(text))


FUNCTIONS: dict[str, Build] = {
    **CONVERSIONS,
    "coalesce": _coalesce,
    "forgive": _forgive,
    "error": _error,
    "case": _case,
    "is_null": _null_test(True),
    "is_not_null": _null_test(False),
    "upper": _typed("upper", ("text",), "text", str.upper),
    "lower": _typed("lower", ("text",), "text", str.lower),
    "trim": _typed("trim", ("text",), "text", str.strip),
    "title_case": _typed("title_case", ("text",), "text", _title),
    "length": _typed("length", ("text",), "number", _length),
    "replace": _typed("replace", ("text",) * 3, "text", str.replace),
    "regex_replace": _typed("regex_replace", ("text",) * 3, "text", _regex_replace),
    "regex_named_capture": _typed("regex_named_capture", ("text",) * 3, "text", _captured),
    "split_select": _typed("split_select", ("text", "text", "number"), "text", _split_select),
}
