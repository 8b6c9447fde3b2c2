"""The mistakes in the sample workbook, so that tests can require a check to find them all."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.office.samples.building_permits import HEADERS, permit_number

#: Cell values of the workbook; the class `Error` distinguishes errors from text.
Cell = object

FIRST_ROW = 2
ROWS = 320


@dataclass(frozen=True, slots=True)
class Error:
    """A cell that shows an error; `formula` causes the error."""

    shown: str
    formula: str


@dataclass(frozen=True, slots=True)
class Planted:
    """One mistake: its row number on the sheet, its header, the cell's content, and the problem.

    `value` is the cell's content: text, a number, None for blank, or an Error. A mistake of a
    whole column has `row` None.
    """

    row: int | None
    header: str
    value: str | float | Error | None
    wrong: str


PLANTED = (
    Planted(19, "Permit No", permit_number(12), "a permit number that is already in row 13"),
    Planted(37, "Permit No", None, "a blank permit number"),
    Planted(58, "Declared Value", Error("#N/A", "=NA()"), "an error cell"),
    Planted(83, "Opened", "13/45/2024", "text that is not a date"),
    Planted(104, "Units", "n/a", "text among numbers"),
    Planted(131, "Lat", 141.7, "a latitude beyond 90 degrees"),
    Planted(152, "Inspected", "maybe", "neither true nor false"),
    Planted(177, "Contact E-mail", "permits.example.gov", "an email address without @"),
    Planted(
        203, "Permit No", f"{permit_number(202)}\u00a0", "a nonbreaking space after the number"
    ),
    Planted(229, "Permit No", f"{permit_number(228)} ", "a space after the number"),
    Planted(264, "Permit No", 20240000000026312, "a number of 17 digits, which Excel has rounded"),
    Planted(None, "Zip", None, "numbers that have lost their leading zero"),
)


def plant(rows: list[list[Cell]]) -> None:
    """Put the mistakes of single cells into the workbook's rows."""
    for mistake in PLANTED:
        if mistake.row is not None:
            rows[mistake.row - FIRST_ROW][HEADERS.index(mistake.header)] = mistake.value
