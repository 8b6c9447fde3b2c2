"""SQL that is true for text that fits a data type with declared formats."""

from __future__ import annotations

from sodasheet.model.dataset import Column
from sodasheet.staging.types.compiled_type import Cell, TypedColumn
from sodasheet.staging.types.registry import compile_cell


def compiled(column: Column, formats: tuple[str, ...]) -> TypedColumn:
    """Compile a type for the text `t`, with its intermediate value inlined."""
    parsed = compile_cell(Cell(column, "t", "NULL", formats)).parsed
    return compile_cell(Cell(column, "t", f"({parsed})" if parsed else "NULL", formats))


def condition_of(column: Column, formats: tuple[str, ...]) -> str:
    """Return SQL that is true for text `t` that the formats read; by default, the plain form."""
    return good_condition(column, compiled(column, formats))


def good_condition(column: Column, typed: TypedColumn) -> str:
    """Return SQL that is true of a value that fits a compiled type."""
    # A link may be good without being a bare address.
    known = typed.good != "false" and column.type != "url"
    return f"coalesce({typed.good if known else f'({typed.value}) IS NOT NULL'}, false)"
