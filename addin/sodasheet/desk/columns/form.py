"""The form Columns: the dataset's columns as fields, and the changes that come back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sodasheet.columns.requested_changes import (
    AddedColumn,
    ColumnChange,
    RenamedField,
    RetypedColumn,
)
from sodasheet.create.proposal import field_name
from sodasheet.desk.create.form import OFFERED
from sodasheet.model.dataset import Dataset, type_words
from sodasheet.staging.output.csv_cells import CSV_TYPES
from sodasheet.wording import capitalized

#: Parts of a field's name on the form, before the column's field name or the row's number.
_FIELD, _TYPE = "field-", "type-"
_NEW_NAME, _NEW_FIELD, _NEW_TYPE, _USE = "new-name-", "new-field-", "new-type-", "new-use-"

#: Number of empty rows for typed columns, and the maximum rows read from a form.
_EMPTY, _MOST = 2, 500


@dataclass(frozen=True, slots=True)
class DatasetRow:
    """A column of the dataset on the form; `types` is empty if its type cannot be changed."""

    name: str
    was: str
    field: str
    type: str
    kind: str
    types: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class AddedRow:
    """A row for a new column: proposed from a file if `why` is set, else typed."""

    place: int
    name: str = ""
    field: str = ""
    type: str = "text"
    why: str = ""
    used: bool = True


def form_columns(dataset: Dataset, typed: Mapping[str, str]) -> list[DatasetRow]:
    """Return the rows of the dataset's columns, with what was typed."""
    return [
        DatasetRow(
            one.name,
            one.field,
            typed.get(_FIELD + one.field, one.field),
            typed.get(_TYPE + one.field, one.type),
            type_words(one.type),
            _choices(one.type) if one.fillable else (),
        )
        for one in dataset.columns
        if not (one.system or one.computed)
    ]


def new_columns(proposed: Iterable[AddedColumn] | None, typed: Mapping[str, str]) -> list[AddedRow]:
    """Return the rows for new columns: typed rows, or the proposals and empty rows."""
    if proposed is None:
        rows = [one for place in range(_MOST) if (one := _typed(typed, place))]
    else:
        rows = [
            AddedRow(place, one.name, one.field, one.type, capitalized(one.why))
            for place, one in enumerate(proposed)
        ]
    start = max((one.place for one in rows), default=-1) + 1
    return [*rows, *(AddedRow(start + at) for at in range(_EMPTY))]


def changes_of(dataset: Dataset, typed: Mapping[str, str]) -> list[ColumnChange]:
    """Return the changes that the form requests, in the order in which they are made."""
    renamed: list[ColumnChange] = []
    retyped: list[ColumnChange] = []
    for one in dataset.columns:
        field = typed.get(_FIELD + one.field, one.field).strip()
        kind = typed.get(_TYPE + one.field, one.type)
        if field != one.field:
            renamed.append(RenamedField(one.field, field))
        if kind != one.type:
            retyped.append(RetypedColumn(one.field, one.type, kind))
    taken = {column.field for column in dataset.columns}
    added: list[ColumnChange] = []
    for place in range(_MOST):
        row = _typed(typed, place)
        if row is None or not (row.used and row.name):
            continue
        field = row.field or field_name(row.name, taken)
        taken.add(field)
        added.append(AddedColumn(row.name, field, row.type, row.why))
    return [*renamed, *added, *retyped]


def new_types() -> tuple[tuple[str, str], ...]:
    """Return the types that a new column can have, with their names."""
    return tuple((kind, type_words(kind)) for kind in OFFERED)


def _choices(kind: str) -> tuple[tuple[str, str], ...]:
    """Return the types that a column of this type can be changed to, its own first."""
    others = [one for one in OFFERED if one in CSV_TYPES and one != kind]
    return tuple((one, type_words(one)) for one in (kind, *others))


def _typed(typed: Mapping[str, str], place: int) -> AddedRow | None:
    name = typed.get(f"{_NEW_NAME}{place}", "").strip()
    if not name:
        return None
    return AddedRow(
        place,
        name,
        typed.get(f"{_NEW_FIELD}{place}", "").strip(),
        typed.get(f"{_NEW_TYPE}{place}", "text"),
        typed.get(f"new-why-{place}", ""),
        used=bool(typed.get(f"{_USE}{place}")) or f"new-why-{place}" not in typed,
    )
