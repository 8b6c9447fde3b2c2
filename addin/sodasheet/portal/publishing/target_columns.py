"""Target columns of an upload, in the portal's form (portal-api.md C.3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sodasheet.errors import PortalError
from sodasheet.model.dataset import Dataset
from sodasheet.model.next_step import Action as Next
from sodasheet.model.next_step import NextStep
from sodasheet.portal.publishing.resource import whole
from sodasheet.portal.publishing.revision import Action
from sodasheet.portal.soda2.soql_queries import field_name
from sodasheet.wording import counted

#: The reason of an error about columns that the portal does not offer.
COLUMNS_MISSING = "columns-missing"

#: dataTypeName -> function that reads its text in a CSV (portal-api.md C.5).
#: The text itself: staging/output/csv_cells.py.
CONVERSIONS = {
    "text": "to_text",
    "json": "to_json",
    "number": "to_number",
    "calendar_date": "to_floating_timestamp",
    "date": "to_fixed_timestamp",
    "checkbox": "to_boolean",
    "url": "to_url",
    "point": "to_point",
    "line": "to_line",
    "polygon": "to_polygon",
    "multipoint": "to_multipoint",
    "multiline": "to_multiline",
    "multipolygon": "to_multipolygon",
}


@dataclass(frozen=True, slots=True)
class Target:
    """Target of an upload: the columns to fill, and the kind of revision.

    The file's columns are, in this order, `row` (the source's row number, which the dataset has
    no column for; empty if the file has none) and one for each of the dataset's `fields`. The
    portal puts each of `suffixes` behind the strings of a field before they are converted.
    """

    dataset: Dataset
    action: Action
    row: str
    fields: tuple[str, ...]
    suffixes: Mapping[str, str] = field(default_factory=dict)


def input_names(columns: Sequence[dict[str, Any]], target: Target, host: str) -> dict[str, str]:
    """Return the portal's names of the file's columns.

    Their order is dependable; the names it makes from the headers by rules of its own. Raises
    PortalError if it found others.
    """
    header = (target.row, *target.fields) if target.row else target.fields
    if len(columns) != len(header):
        raise PortalError(
            f"{host} found {counted(len(columns), 'column')} in the upload, not {len(header)}.",
            "Nothing was changed; please report this message as a SodaSheet bug.",
            None,
            "no-data",
        )
    names = (str(column.get("field_name")) for column in by_position(columns))
    return dict(zip(header, names, strict=True))


def wanted_columns(
    suggested: Sequence[dict[str, Any]], target: Target, names: Mapping[str, str]
) -> list[dict[str, Any]]:
    """The output columns, made from the portal's suggestions for the dataset.

    Those that the file does not fill are kept, as the portal means them to be: leaving them out
    might take them from the dataset. Only a delete has just the row identifier. Raises
    PortalError if a column that can be filled is missing.
    """
    offered = {str(one.get("field_name")) for one in suggested}
    fillable = (column.field for column in target.dataset.fillable)
    needed = target.fields if target.action == "delete" else (*target.fields, *fillable)
    require_columns(target, needed, offered)
    known = {column.field for column in target.dataset.columns}
    kept = {*target.fields} if target.action == "delete" else known
    return [_filled(one, target, names) for one in suggested if one.get("field_name") in kept]


def number_column(target: Target, names: Mapping[str, str]) -> dict[str, Any]:
    """An extra output column with the source's row numbers."""
    return {
        "field_name": target.row,
        "display_name": target.row,
        "description": None,
        "is_primary_key": False,
        "transform": {"transform_expr": transform("text", names[target.row])},
    }


def require_columns(target: Target, wanted: Iterable[str], offered: Iterable[str]) -> None:
    """Raise PortalError if the portal lacks one of the `wanted` columns."""
    missing = {*wanted} - {*offered}
    if missing:
        listed = ", ".join(f'"{name}"' for name in sorted(missing))
        raise PortalError(
            f"The Publishing API does not offer every column of dataset {target.dataset.id}:"
            f" {listed} {'is' if len(missing) == 1 else 'are'} missing.",
            "Nothing was changed. The dataset's columns may have changed since they were mapped:"
            " map the columns again, or choose the other upload method.",
            None,
            COLUMNS_MISSING,
            (
                NextStep(Next.MAP_AGAIN),
                NextStep(Next.CHOOSE_UPLOAD_METHOD, value="soda2"),
            ),
        )


def numbered(columns: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Columns with their positions, from 1."""
    return [column | {"position": place} for place, column in enumerate(columns, 1)]


def by_position(columns: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Columns in the portal's order."""
    return sorted(columns, key=lambda column: whole(column.get("position")) or 0)


def transform_of(column: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the portal's description of a column's conversion."""
    found = column.get("transform")
    return found if isinstance(found, dict) else {}


def _filled(column: Mapping[str, Any], target: Target, names: Mapping[str, str]) -> dict[str, Any]:
    """A suggested column in our form: filled by us or by the portal's own transform."""
    field = str(column.get("field_name"))
    wanted = dict(column) | {"is_primary_key": field == target.dataset.row_identifier}
    # Changes to a column without its previous id are ignored.
    if "id" in column:
        wanted["initial_output_column_id"] = column["id"]
    if field in target.fields:
        kind = next(one.type for one in target.dataset.columns if one.field == field)
        suffix = target.suffixes.get(field, "")
        wanted["transform"] = {"transform_expr": transform(kind, names[field], suffix)}
    return wanted


def transform(kind: str, name: str, suffix: str = "") -> str:
    """Return the expression that reads the input column `name` as the data type `kind`.

    `suffix` is put behind each of its strings.
    """
    text = f"{field_name(name)} || '{suffix}'" if suffix else field_name(name)
    return f"{CONVERSIONS[kind]}({text})"
