"""Description sheets in a workbook: titles and descriptions of a dataset and its columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from sodasheet.describe.description_before_edit import base_from, base_text
from sodasheet.errors import UsageProblem
from sodasheet.excel.cell_values import rows_in
from sodasheet.excel.sheets.cell_blocks import Cell, write_block
from sodasheet.excel.sheets.description_sheet_cells import (
    SheetCells,
    SheetRow,
    column_lines,
    custom_lines,
    described_words,
    field_values,
    next_step_words,
    text_of,
)
from sodasheet.excel.sheets.designed_sheet import DesignedSheet, Link, TableLine
from sodasheet.excel.sheets.template_sheets import add_sheet
from sodasheet.excel.xlwings_access import quiet
from sodasheet.jobs.sheet.cell_grid import Spot
from sodasheet.jobs.sheet.labeled_settings_block import CHUNK, SheetTarget
from sodasheet.jobs.sheet.sheet_name import sheet_name
from sodasheet.jobs.sheet.times_in_words import now_words
from sodasheet.model.sheet_labels import (
    ATTACH_DICTIONARY,
    COLUMN_FIELD,
    CUSTOM_HEADERS,
    DATA_DICTIONARY,
    DATASET_ID,
    DATASET_NAME,
    DESCRIBED,
    DESCRIPTION_FIELDS,
    DESCRIPTION_HEADERS,
    DESCRIPTION_LABELS,
    DESCRIPTION_MEMORY,
    DESCRIPTION_TITLE,
    FREQUENCY_HEADERS,
    LAST_READ,
    LAST_SENT,
    NEXT_STEP,
    PORTAL,
)
from sodasheet.portal.dataset_address import Address

if TYPE_CHECKING:
    import xlwings

    from sodasheet.describe.description import Description

#: Rows and columns that are searched for labels and tables; the stored values are to the right.
_LOOK = (1500, 12)

#: Column of the memory, which runs to the right along the first row.
_MEMORY = 13
_MOST_MEMORY = 58

#: Rows from the last row of a table to the next table's headers: a blank row, its title.
_BETWEEN = 3


class DescriptionSheet(DesignedSheet):
    """The description of a dataset in a workbook."""

    def __init__(self, sheet: xlwings.Sheet) -> None:
        super().__init__(sheet, DESCRIPTION_LABELS, _LOOK)

    @staticmethod
    def is_one(sheet: xlwings.Sheet) -> bool:
        """True if a sheet is a description sheet, whatever its name."""
        return DesignedSheet.has_title(sheet, DESCRIPTION_TITLE)

    @property
    def target(self) -> SheetTarget:
        """The dataset that the sheet describes. Raises UsageProblem if that cannot be read."""
        values = self.values()
        address = Address.parse(values.get(DATASET_ID, ""), values.get(PORTAL, ""))
        return SheetTarget(address.portal, address.dataset, values.get(DATASET_NAME, ""))

    @property
    def remembered(self) -> tuple[Description, str]:
        """The description that was read, and the last run. Raises UsageProblem if damaged."""
        row = rows_in(self.sheet.range((1, _MEMORY), (1, _MEMORY + _MOST_MEMORY)))[0]
        return base_from("".join(str(one) for one in row[1:] if one is not None))

    @property
    def dictionary(self) -> str:
        """The kind of a data dictionary to attach, empty for none. Raises UsageProblem."""
        text = self.values().get(DATA_DICTIONARY, "")
        kinds = {words.casefold(): kind for words, kind in ATTACH_DICTIONARY.items()}
        if text and text.casefold() not in kinds:
            raise UsageProblem(
                f'{self.sheet.name}: {DATA_DICTIONARY} is "{text}".',
                f"Choose {' or '.join(ATTACH_DICTIONARY)}, or clear the cell.",
            )
        return kinds.get(text.casefold(), "")

    def cells(self) -> SheetCells:
        """Return the current content of the sheet."""
        self.look()
        values = self.values()
        return SheetCells(
            {label: values.get(label, "") for label in DESCRIPTION_FIELDS},
            self._rows(CUSTOM_HEADERS, (DESCRIPTION_HEADERS,)),
            self._rows(DESCRIPTION_HEADERS, (FREQUENCY_HEADERS,)),
            self._rows(FREQUENCY_HEADERS, ()),
        )

    def write(self, where: SheetTarget, description: Description, run: str, sent: bool) -> None:
        """Write a description over the earlier description."""
        when = now_words()
        with quiet(self.sheet.book.app):
            earlier = self.values().get(LAST_SENT, "")
            self.put(
                {
                    **field_values(description),
                    PORTAL: where.portal,
                    DATASET_ID: Link(where.dataset, where.link),
                    LAST_READ: when,
                    LAST_SENT: when if sent else earlier or "not from here",
                    DESCRIBED: described_words(description),
                    DATA_DICTIONARY: "",
                    NEXT_STEP: next_step_words(description, 0),
                }
            )
            self._put_tables(description, {})
            self._remember(base_text(description, run))

    def write_over(self, shown: Description, states: Mapping[str, str]) -> None:
        """Show the user's values instead of the portal's values."""
        with quiet(self.sheet.book.app):
            self.put(field_values(shown))
            self._put_tables(shown, states)

    def show_states(self, description: Description, states: Mapping[str, str], count: int) -> None:
        """Write the state of every row, and the next step above all rows."""
        with quiet(self.sheet.book.app):
            self.look()
            self.put({NEXT_STEP: next_step_words(description, count)})
            for headers, lines in (
                (CUSTOM_HEADERS, custom_lines(description, states)),
                (DESCRIPTION_HEADERS, column_lines(description, states)),
            ):
                self._put_states(headers, lines)

    def _put_states(self, headers: Sequence[str], lines: Sequence[TableLine]) -> None:
        """Write the states of a table's rows, found by name, in one step."""
        key = COLUMN_FIELD if COLUMN_FIELD in headers else headers[0]
        at, state = headers.index(key), headers.index("State")
        known = {str(line.cells[at]): str(line.cells[state]) for line in lines}
        heads = self.heads(headers)
        rows = self._rows(headers, (DESCRIPTION_HEADERS, FREQUENCY_HEADERS))
        if not heads or not rows:
            return
        by_number = dict(rows)
        first, last = min(by_number), max(by_number)
        column = heads["State"].column
        texts: list[list[Cell]] = [
            [known.get(by_number[number][key], "Gone from the portal") if number in by_number
             else None]
            for number in range(first, last + 1)
        ]  # fmt: skip
        write_block(self.sheet.range((first, column), (last, column)), texts)

    def _put_tables(self, description: Description, states: Mapping[str, str]) -> None:
        custom, columns = custom_lines(description, states), column_lines(description, states)
        self.look()
        self._make_room(CUSTOM_HEADERS, DESCRIPTION_HEADERS, len(custom))
        self._make_room(DESCRIPTION_HEADERS, FREQUENCY_HEADERS, len(columns))
        for headers, below, lines in (
            (CUSTOM_HEADERS, DESCRIPTION_HEADERS, custom),
            (DESCRIPTION_HEADERS, FREQUENCY_HEADERS, columns),
        ):
            self.put_table(headers, lines, self._top(below) - _BETWEEN)

    def _make_room(self, headers: Sequence[str], below: Sequence[str], rows: int) -> None:
        """Insert or delete whole rows, so that a table has exactly `rows` rows, at least two."""
        top, wanted = self._top(headers), max(2, rows)
        there = self._top(below) - _BETWEEN - top
        if wanted > there:
            # Below the first row: inserted rows get the format and lists of their neighbors.
            self.sheet.range(f"{top + 2}:{top + 1 + wanted - there}").insert("down")
        elif wanted < there:
            self.sheet.range(f"{top + 1 + wanted}:{top + there}").delete("up")
        self.look()

    def _top(self, headers: Sequence[str]) -> int:
        return self.heads(headers)[headers[0]].row

    def _rows(self, headers: Sequence[str], ends: Sequence[Sequence[str]]) -> list[SheetRow]:
        """Return the rows of a table that are not blank, until another table begins."""
        heads = self.heads(headers)
        if not heads:
            return []
        first = heads[headers[0]].row
        below = [found[end[0]].row for end in ends if (found := self.heads(end))]
        last = min((row - _BETWEEN + 1 for row in below if row > first), default=self.seen.bottom)
        rows: list[SheetRow] = []
        for number in range(first + 1, last + 1):
            cells = {header: self._text(number, spot) for header, spot in heads.items()}
            if any(text for header, text in cells.items() if header != "State"):
                rows.append((number, cells))
        return rows

    def _text(self, row: int, spot: Spot) -> str:
        return text_of(self.seen.value(row, spot.column))

    def _remember(self, text: str) -> None:
        chunks = [text[at : at + CHUNK] for at in range(0, len(text), CHUNK)]
        area = self.sheet.range((1, _MEMORY), (1, _MEMORY + _MOST_MEMORY))
        area.clear_contents()
        cells: list[Cell] = [DESCRIPTION_MEMORY, *(f"'{chunk}" for chunk in chunks)]
        write_block(self.sheet.range((1, _MEMORY), (1, _MEMORY + len(chunks))), [cells])


def description_sheet(book: xlwings.Book, where: SheetTarget) -> DescriptionSheet | None:
    """Return the workbook's description sheet of a dataset, None if there is none."""
    for sheet in book.sheets:
        if DescriptionSheet.is_one(sheet):
            found = DescriptionSheet(sheet)
            values = found.values()
            if (values.get(PORTAL), values.get(DATASET_ID)) == (where.portal, where.dataset):
                return found
    return None


def new_description_sheet(book: xlwings.Book, name: str) -> DescriptionSheet:
    """Return a new description sheet, still empty."""
    taken = [sheet.name for sheet in book.sheets]
    return DescriptionSheet(add_sheet(book, "Description", sheet_name("Describe", name, taken)))
