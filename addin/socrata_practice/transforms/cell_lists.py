"""Data of expressions: lists of cells, which may contain failures.

A cell is None or a value in the form the portal keeps (types/registry.py): numbers are strings,
checkboxes 0 or 1, timestamps ISO strings, geometry and objects JSON strings.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

Cell = Any
Cells = list[Any]
Block = Mapping[str, Cells]

_REMEMBERED = 50_000
"""Results of one conversion that are remembered from block to block."""


class ConversionError(Exception):
    """A cell cannot be computed; contains the error object of a row page."""

    def __init__(self, error: dict[str, Any]) -> None:
        super().__init__(error)
        self.error = error


class TransformError(Exception):
    """An expression is not valid; the text says why."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A cell that could not be computed."""

    error: dict[str, Any]


@dataclass(frozen=True)
class Node:
    """A compiled expression: its type, and a function that computes a block of rows.

    `literal` is its value where it is one; `inputs` the columns it reads; `plain_input` the column
    it passes on unchanged; `fails` whether its cells may hold failures.
    """

    type: str
    run: Callable[[Block, int], Cells]
    inputs: frozenset[str] = frozenset()
    fails: bool = True
    is_literal: bool = False
    literal: Cell = None
    plain_input: str | None = None


def failed(value: Any, source: str, target: str) -> ConversionError:
    """Return the error for a value of the wrong type (the recorded form, portal-api.md C.4)."""
    shown = json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)
    return ConversionError(
        {
            "type": "type_conversion_failed",
            "english": f"Unable to convert {shown} from {source} to {target}",
            "data": {"value": value, "source_type": source, "target_type": target},
        }
    )


def mapped(
    function: Callable[..., Cell],
    arguments: list[Node],
    result: str,
    unchanged: Callable[[Cells], bool] | None = None,
) -> Node:
    """Return a node that applies a function to each row; nulls and failures are passed on.

    `unchanged` may recognize a block that the function, of one argument, would not change.
    """
    inputs = frozenset().union(*(argument.inputs for argument in arguments))
    if len(arguments) == 1:
        return Node(result, _one(function, arguments[0], unchanged), inputs)
    return Node(result, _many(function, arguments), inputs)


def _one(
    function: Callable[[Cell], Cell],
    argument: Node,
    unchanged: Callable[[Cells], bool] | None,
) -> Callable[[Block, int], Cells]:
    known: dict[Cell, Cell] = {}

    def run(block: Block, rows: int) -> Cells:
        cells = argument.run(block, rows)
        if not argument.fails:
            if unchanged is not None and unchanged(cells):
                return cells
            try:  # much faster for the many blocks without errors
                return _all(function, cells, known)
            except ConversionError:
                pass
        return [_guarded(function, cell) for cell in cells]

    return run


def _all(function: Callable[[Cell], Cell], cells: Cells, known: dict[Cell, Cell]) -> Cells:
    """Return the results for cells without failures; equal cells are computed once.

    `known` are results of blocks before: most columns have the same dates in every block.
    """
    if len(known) > _REMEMBERED:  # a column of many values
        return [None if cell is None else function(cell) for cell in cells]
    try:
        return list(map(known.__getitem__, cells))
    except KeyError:
        for cell in set(cells).difference(known):
            known[cell] = None if cell is None else function(cell)
    return list(map(known.__getitem__, cells))


def _guarded(function: Callable[[Cell], Cell], cell: Cell) -> Cell:
    if cell is None or type(cell) is Failure:
        return cell
    try:
        return function(cell)
    except ConversionError as error:
        return Failure(error.error)


def _many(function: Callable[..., Cell], arguments: list[Node]) -> Callable[[Block, int], Cells]:
    def run(block: Block, rows: int) -> Cells:
        columns = [argument.run(block, rows) for argument in arguments]
        return [_applied(function, cells) for cells in zip(*columns, strict=True)]

    return run


def _applied(function: Callable[..., Cell], cells: tuple[Cell, ...]) -> Cell:
    for cell in cells:
        if type(cell) is Failure:
            return cell
    if None in cells:
        return None
    try:
        return function(*cells)
    except ConversionError as error:
        return Failure(error.error)
