"""Convert a description to the rows of a description sheet, and read the rows back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.describe.column_order import BETWEEN as ORDER_BETWEEN
from sodasheet.describe.custom_fields import custom_key, custom_label
from sodasheet.describe.description import (
    ColumnDescription,
    Description,
    plain_lines,
    same_text,
)
from sodasheet.describe.description_changes import ChangedPart, DescriptionChange
from sodasheet.describe.description_grid import (
    frequency_words,
    meant,
    require_no_error,
    settled,
)
from sodasheet.describe.licenses import license_id, license_words
from sodasheet.describe.update_frequency import frequency_texts
from sodasheet.errors import UsageProblem
from sodasheet.excel.sheets.cell_text import cell_content
from sodasheet.excel.sheets.designed_sheet import TableLine
from sodasheet.model.dataset import type_words
from sodasheet.model.sheet_labels import (
    COLUMN_FIELD,
    COLUMN_HEADERS,
    CUSTOM_HEADERS,
    DESCRIPTION_FIELDS,
    DESCRIPTION_HEADERS,
    FREQUENCY_HEADERS,
)
from sodasheet.sources.grid.cell_text import cell_text
from sodasheet.wording import counted, part_of

if TYPE_CHECKING:
    from sodasheet.describe.description_push_plan import DescriptionPlan

AS_IS = "As on the portal"

#: Key of the field whose words on the sheet differ from the portal's.
_LICENSE = "license"

#: A row of a table by its headers, with its number on the sheet.
SheetRow = tuple[int, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class SheetCells:
    """All cells of a description sheet as strings."""

    fields: Mapping[str, str]
    custom: Sequence[SheetRow]
    columns: Sequence[SheetRow]
    frequencies: Sequence[SheetRow]


def wanted_of(cells: SheetCells, base: Description, name: str) -> Description:
    """Return the description in the cells; `base` is the description read from the portal.

    A cell that has not changed since it was read requests no change. Raises UsageProblem naming
    the row.
    """
    fields = {
        key: meant(text)
        for label, key in DESCRIPTION_FIELDS.items()
        if _edited(
            text := _typed(key, cells.fields.get(label, "")), base.fields.get(key, ""), name, label
        )
    }
    custom = {}
    _require_each_once(cells.custom, CUSTOM_HEADERS[0], name)
    _require_each_once(cells.columns, COLUMN_FIELD, name)
    for number, row in cells.custom:
        label, text = row[CUSTOM_HEADERS[0]], row[CUSTOM_HEADERS[1]]
        key = custom_key(label, base.custom)
        if text and not key[1]:
            raise UsageProblem(
                f"{name}, row {number}: the custom field has no name.",
                "Write it as GROUP / NAME, or clear the row.",
            )
        if _edited(text, base.custom.get(key, ""), f"{name}, row {number}", label):
            custom[key] = meant(text)
    words = [(number, [row[one] for one in FREQUENCY_HEADERS]) for number, row in cells.frequencies]
    return Description(
        fields,
        custom,
        tuple(_column(number, row, base, name) for number, row in cells.columns),
        frequencies=frequency_words(words, name),
    )


def _typed(key: str, text: str) -> str:
    """Return a field's value for the portal; a license may be given by name or by id."""
    return license_id(text) if key == _LICENSE else text


def _shown(key: str, text: str) -> str:
    return license_words(text) if key == _LICENSE else text


def _require_each_once(rows: Sequence[SheetRow], header: str, name: str) -> None:
    """Raise UsageProblem for a copied row: two rows would have the same subject."""
    seen: dict[str, int] = {}
    for number, row in rows:
        first = seen.setdefault(row[header], number)
        if row[header] and first != number:
            raise UsageProblem(
                f'{name}, row {number}: "{row[header]}" is in row {first} already.',
                "Remove one of the rows.",
            )


def _edited(text: str, base: str, where: str, label: str) -> bool:
    """True if a cell was edited since the sheet was written; a blank cell is ignored.

    Raises UsageProblem if the cell could not take all of what was on the portal.
    """
    there = _cell(base)
    if not text or same_text(text, text_of(there)):
        return False
    if len(there) < len(plain_lines(base)):
        raise UsageProblem(
            f"{where}, {label}: the text on the portal has {counted(len(base), 'character')}, but"
            f" this cell has only the first {len(there):,}, so editing it here would cut off the"
            " rest.",
            "Change it on the portal or in the desk, and restore the cell here.",
        )
    require_no_error(text, f"{where}, {label}")
    return True


def _cell(text: str) -> str:
    """Return the form that a portal's text has in a cell of the sheet."""
    return cell_content(plain_lines(text))


def _column(number: int, row: Mapping[str, str], base: Description, name: str) -> ColumnDescription:
    where = f"{name}, row {number}"
    field = row[COLUMN_FIELD]
    if not field:
        raise UsageProblem(
            f"{where}: the field name is missing.",
            "Press Describe dataset on an unchanged sheet to read the columns again.",
        )
    there = base.column(field)
    before = there.values if there is not None else {}
    edited = {
        key: text
        for header, key in COLUMN_HEADERS.items()
        if _edited(text := row[header], before.get(key, ""), where, header)
    }
    return ColumnDescription(field, settled(edited, where))


def field_values(description: Description) -> dict[str, str]:
    """Return the values next to the labels of the fields."""
    return {
        label: _cell(_shown(key, description.fields.get(key, "")))
        for label, key in DESCRIPTION_FIELDS.items()
    }


def custom_lines(shown: Description, states: Mapping[str, str]) -> list[TableLine]:
    """Return the rows of the custom fields, with their choices."""
    choices = {one.key: ", ".join(one.options) for one in shown.defined}
    return [
        TableLine(
            (label := custom_label(key), _cell(text), states.get(label, AS_IS), choices.get(key))
        )
        for key, text in shown.custom.items()
    ]


def column_lines(shown: Description, states: Mapping[str, str]) -> list[TableLine]:
    """Return one row for each column."""
    return [
        TableLine(
            tuple(
                _cell(column.values.get(COLUMN_HEADERS[header], ""))
                if header in COLUMN_HEADERS
                else {
                    COLUMN_FIELD: column.field,
                    "Type": type_words(column.type),
                }.get(header, states.get(column.field) or _standing(column))
                for header in DESCRIPTION_HEADERS
            )
        )
        for column in shown.columns
    ]


def _standing(column: ColumnDescription) -> str:
    return AS_IS if column.description else "Missing: description"


def states_of(plan: DescriptionPlan, wanted: Description) -> dict[str, str]:
    """Return the state of every column and custom field in a plan, by name.

    A custom field that `wanted` fills by its update frequency says so: its own cell is unchanged.
    """
    follows = frequency_texts(plan.now, wanted)
    found: dict[str, list[str]] = {}
    for change in plan.changes:
        for owner in _owners(change):
            by_frequency = (change.owner, change.key) in follows
            found.setdefault(owner, []).append("frequency" if by_frequency else _word(change))
    states = {owner: f"Changed: {', '.join(words)}" for owner, words in found.items()}
    states |= conflict_states(plan.conflicts)
    for group in plan.findings:
        if group.column:
            states[group.column] = f"Not sent: {group.message}"
    return states


def conflict_states(conflicts: Iterable[DescriptionChange]) -> dict[str, str]:
    """Return the state of values that others have also changed, by row name."""
    return {
        owner: "Not sent: changed on the portal too" for one in conflicts for owner in _owners(one)
    }


def _owners(change: DescriptionChange) -> list[str]:
    """Return the columns or the custom field of a change."""
    if change.place is ChangedPart.CUSTOM:
        return [change.label]
    if change.place is ChangedPart.ORDER:
        pairs = zip(change.old.split(ORDER_BETWEEN), change.new.split(ORDER_BETWEEN), strict=False)
        return [new for old, new in pairs if old != new]
    return [change.owner] if change.owner else []


def _word(change: DescriptionChange) -> str:
    if change.place is ChangedPart.ORDER:
        return "position"
    return "value" if change.place is ChangedPart.CUSTOM else change.label.rpartition(": ")[2]


def described_words(description: Description) -> str:
    """Return how many columns have a description."""
    some = sum(1 for column in description.columns if column.description)
    return part_of(some, len(description.columns), "column")


def next_step_words(description: Description, changed: int) -> str:
    """Return the sentence with the next step."""
    if changed:
        return f"{counted(changed, 'change')} to send: press Describe dataset."
    lacking = sum(1 for column in description.columns if not column.description)
    if not lacking:
        return "Everything matches the portal."
    return (
        f"Describe {counted(lacking, 'column')} marked Missing, then press Describe dataset again"
        " to send the changes."
    )


def text_of(value: object) -> str:
    """Return a cell as text; whole numbers without a decimal point."""
    return "" if value is None else cell_text(value).strip()
