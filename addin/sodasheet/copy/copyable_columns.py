"""Fit of two datasets: the columns that a copy fills, or the reason why a copy is impossible."""

from __future__ import annotations

from sodasheet.errors import Refused
from sodasheet.model.dataset import Column, Dataset, type_words
from sodasheet.model.method import Method


def columns_to_copy(source: Dataset, target: Dataset, method: Method) -> tuple[Column, ...]:
    """Return the source's columns that fill the target's, by field name and data type.

    Raises Refused if a column of the source has no place in the target, if one of the target
    would lose its values, or if an upsert has no row identifier to go by.
    """
    if (source.portal, source.id) == (target.portal, target.id):
        raise Refused("The source and the target are the same dataset.", "Specify another target.")
    found = {one.field: one for one in target.fillable}
    misfits = [_misfit(one, found.get(one.field)) for one in source.fillable]
    problems = [one for one in misfits if one]
    names = {one.field for one in source.fillable}
    if method is Method.REPLACE:
        problems += [
            f"{one.label} is not in the source and would be emptied"
            for one in target.fillable
            if one.field not in names
        ]
    if problems:
        more = f" ({len(problems) - 1} more)" if len(problems) > 1 else ""
        raise Refused(
            f"The columns of {source.name} do not fit {target.name}: {problems[0]}{more}.",
            "Use the same field names and data types in the target.",
        )
    if method is Method.UPSERT and target.row_identifier not in names:
        raise Refused(
            f"{target.name} has no row identifier that {source.name} fills, so no row can be"
            " updated.",
            "Choose a row identifier on the portal, or replace all rows.",
        )
    return source.fillable


def _misfit(column: Column, other: Column | None) -> str:
    if other is None:
        return f"{column.label} is missing from the target"
    if other.type != column.type:
        source, target = type_words(column.type), type_words(other.type)
        return f"{column.label} is {source} in the source and {target} in the target"
    return ""
