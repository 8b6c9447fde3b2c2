"""Changes to a dataset's columns: the requested changes, checked against the current dataset."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import Dataset, type_words
from sodasheet.staging.output.csv_cells import CSV_TYPES
from sodasheet.staging.types.registry import TYPES
from sodasheet.wording import listed

_FIELD = re.compile("[a-z_][a-z0-9_]{0,254}")

#: Field names that portals use themselves (portal-api.md G.1).
_RESERVED = frozenset({"_id", "_uuid", "_position", "_address"})


@dataclass(frozen=True, slots=True)
class AddedColumn:
    """A column to add: display name, field name, data type, and the reason for the type."""

    name: str
    field: str
    type: str
    why: str = ""

    @property
    def words(self) -> str:
        """The change in words."""
        why = f" ({self.why})" if self.why else ""
        return f"add {self.name} as {self.field}, {self.type}{why}"


@dataclass(frozen=True, slots=True)
class RenamedField:
    """A column whose field name is changed from `field` to `new`; its display name stays."""

    field: str
    new: str

    @property
    def words(self) -> str:
        """The change in words."""
        return f"rename the field {self.field} to {self.new}"


@dataclass(frozen=True, slots=True)
class RetypedColumn:
    """A column whose data type is changed from `old` to `new`, together with its values."""

    field: str
    old: str
    new: str

    @property
    def words(self) -> str:
        """The change in words."""
        return f"change the type of {self.field} from {self.old} to {self.new}"


ColumnChange = AddedColumn | RenamedField | RetypedColumn


def change_json(change: ColumnChange) -> dict[str, Any]:
    """Return a change as one JSON object."""
    if isinstance(change, RenamedField):
        return {"change": "rename", "field": change.field, "new": change.new}
    if isinstance(change, RetypedColumn):
        return {"change": "type", "field": change.field, "old": change.old, "new": change.new}
    return {
        "change": "add",
        "name": change.name,
        "field": change.field,
        "type": change.type,
        "why": change.why,
    }


def require_possible(dataset: Dataset, changes: Sequence[ColumnChange]) -> None:
    """Raise UsageProblem if the dataset cannot have these changes."""
    retyped = [one for one in changes if isinstance(one, RetypedColumn)]
    if retyped:
        _require_alone(changes, retyped)
        for one in retyped:
            _require_type(dataset, one)
        return
    others = [one for one in changes if not isinstance(one, RetypedColumn)]
    there = {column.field: column for column in dataset.columns}
    names = {column.name.casefold() for column in dataset.columns}
    gone: set[str] = set()
    for change in others:
        if isinstance(change, RenamedField):
            if change.field not in there:
                raise UsageProblem(
                    f'{dataset.name} has no field "{change.field}".',
                    f"It has {listed(sorted(there))}.",
                )
            gone.add(change.field)
        elif change.type not in TYPES:
            raise UsageProblem(
                f'There is no data type "{change.type}".', f"Choose {listed(sorted(TYPES), 'or')}."
            )
        elif change.name.casefold() in names:
            raise UsageProblem(
                f'{dataset.name} has, or would have, another column named "{change.name}".',
                "Choose another name.",
            )
        else:
            names.add(change.name.casefold())
    wanted = [after_field(one) for one in changes]
    for field in wanted:
        if not _FIELD.fullmatch(field) or field in _RESERVED:
            raise UsageProblem(
                f'"{field}" cannot be a field name.',
                "Use lower-case letters, digits and _, and begin with a letter.",
            )
        if wanted.count(field) > 1 or field in there.keys() - gone:
            raise UsageProblem(
                f'Two fields would be named "{field}".', "Choose another field name."
            )


def after_field(change: ColumnChange) -> str:
    """Return the field name that the column has after the change."""
    return change.new if isinstance(change, RenamedField) else change.field


def _require_alone(changes: Sequence[ColumnChange], retyped: Sequence[RetypedColumn]) -> None:
    if len(retyped) < len(changes):
        raise UsageProblem(
            "Change data types separately, because a type change rewrites all rows.",
            "Add and rename columns before or afterwards.",
        )
    fields = [one.field for one in retyped]
    twice = next((field for field in fields if fields.count(field) > 1), None)
    if twice:
        raise UsageProblem(f"Two data types are specified for {twice}.", "Specify one.")


def _require_type(dataset: Dataset, change: RetypedColumn) -> None:
    column = dataset.column(change.field)
    if column is None or not column.fillable:
        fields = listed(one.field for one in dataset.fillable)
        raise UsageProblem(
            f'{dataset.name} has no field "{change.field}" whose type can be changed.',
            f"It has {fields}.",
        )
    if change.new not in CSV_TYPES:
        raise UsageProblem(
            f'A column cannot be changed to the type "{change.new}".',
            f"Choose {listed(sorted(CSV_TYPES), 'or')}.",
        )
    if change.new == column.type:
        raise UsageProblem(f"{column.label} already has the type {type_words(change.new)}.", "")


def warnings(dataset: Dataset, changes: Iterable[ColumnChange]) -> tuple[str, ...]:
    """Return sentences about effects elsewhere, or effects that cannot be undone."""
    found = []
    for change in changes:
        if isinstance(change, RenamedField):
            what = " It is the row identifier." if change.field == dataset.row_identifier else ""
            found.append(
                f"Links, apps and saved mappings that use {change.field} stop working until they"
                f" use {change.new}.{what}"
            )
        elif isinstance(change, RetypedColumn):
            if not any("written again" in one for one in found):
                found.append(
                    "All rows are rewritten with their current values. An undo works only if "
                    "nobody changes the dataset in the meantime."
                )
        else:
            found.append(
                f"Once {change.field} has values, an undo deletes the column and its values, which "
                "cannot be restored."
            )
    return tuple(found)
