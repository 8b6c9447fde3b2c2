"""Rare values with a decimal comma, in a column whose other commas separate thousands."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.model.dataset import AMOUNT_TYPES, Column
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.number import SPECIAL
from sodasheet.staging.types.number_format import NumberFormat
from sodasheet.wording import shortened

#: A comma that can only be decimal is rare if this many times as many may separate thousands.
_RARE = 2

_DIGITS = "regexp_replace(t, '[^0-9.,]', '', 'g')"
_THOUSANDS = f"regexp_full_match({_DIGITS}, '[1-9][0-9]{{0,2}}(,[0-9]{{3}})+')"
_DECIMAL = f"contains(t, ',') AND NOT {_THOUSANDS}"


@dataclass(frozen=True, slots=True)
class RareDecimalComma:
    """The first value that can only have a decimal comma, and its row.

    `deciding` such values would make `others` values, the first of them `example`, thousandths.
    """

    text: str
    row: int
    deciding: int
    others: int
    example: str

    @property
    def sentence(self) -> str:
        """The sentence that asks to look at the value."""
        return f"{self.clause}."

    @property
    def clause(self) -> str:
        """The same sentence without a period, for appending to other words."""
        shown, example = (
            f"{shortened(self.text, 40)} in row {self.row:,}",
            shortened(self.example, 40),
        )
        only = (
            f"Only {shown} shows"
            if self.deciding == 1
            else f"Only {self.deciding:,} values, the first {shown}, show"
        )
        return (
            f"{only} a decimal comma, and the comma of {self.others:,} others, such as {example}, "
            "may separate thousands: correct the odd values, or declare what the comma means"
        )


def rare_decimal_comma(
    stage: Stage, values: str, column: Column, formats: tuple[str, ...]
) -> RareDecimalComma | None:
    """Return the rare value that decides for a decimal comma; None if there is no doubt.

    `values` is SQL for the rows with a text `t`, its number of cells `n` and its row `_row`.
    """
    if column.type not in AMOUNT_TYPES:
        return None
    if not any(NumberFormat.read(one).decimal == "," for one in formats if one not in SPECIAL):
        return None
    (found,) = stage.connection.execute(
        f"SELECT sum(n) FILTER ({_DECIMAL}), sum(n) FILTER ({_THOUSANDS}),"
        f" arg_min(t, _row) FILTER ({_DECIMAL}), min(_row) FILTER ({_DECIMAL}),"
        f" arg_min(t, _row) FILTER ({_THOUSANDS}) FROM {values}"
    ).fetchall()
    deciding, others, text, row, example = found
    if not deciding or not others or deciding * _RARE > others:
        return None
    return RareDecimalComma(text, row, int(deciding), int(others), example)
