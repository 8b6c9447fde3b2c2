"""Rows named like totals or averages, and the evidence in their cells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from sodasheet.staging.sql_quoting import BLANKS

#: Rows above a total that are added up, and rows named like totals above which they are data.
MOST_ADDED = 20_000
MOST_NAMED = 200

#: Fewest rows that a total adds up, and the smallest total that a single column proves.
_FEWEST_ADDED = 2
_TELLING = 100.0

_LAST = re.compile(r".*\btotals?:?", re.IGNORECASE)
_AVERAGE = re.compile(r".*\b(?:averages?|means?):?", re.IGNORECASE)

_MINUS = "\u2212\u2010\u2011\u2012\u2013-"
_AMOUNT = re.compile(
    rf"[(+{_MINUS}]?[ ]?[$€£]?[ ]?[(+{_MINUS}]?(?P<digits>\d[\d,]*(?:\.\d*)?|\.\d+)[ ]?[){_MINUS}]?"
)
_SHARE = re.compile(rf"[(+{_MINUS}]?[\d.,]+[ ]?%[)]?|[\u2014{_MINUS}]+|n/?[am]", re.IGNORECASE)


@dataclass(frozen=True)
class TableRow:
    """A row of the table: its number, and its cells without surrounding blanks."""

    number: int
    cells: tuple[str, ...]

    @cached_property
    def amounts(self) -> tuple[float | None, ...]:
        """The amount in each cell; None without an amount."""
        return tuple(map(_amount, self.cells))

    @property
    def label_at(self) -> int:
        """Position of the first filled cell."""
        return next((at for at, cell in enumerate(self.cells) if cell), 0)

    @property
    def label(self) -> str:
        """The text of the first filled cell."""
        return self.cells[self.label_at]

    @property
    def filled(self) -> int:
        """Number of cells with a value."""
        return sum(1 for cell in self.cells if cell)


def table_row(number: int, cells: Sequence[str]) -> TableRow:
    """Return the row with these cells."""
    return TableRow(number, tuple(cell.strip(BLANKS) for cell in cells))


def totals_among(named: Sequence[TableRow], others: Sequence[TableRow]) -> Iterator[TableRow]:
    """Yield the rows in `named` that sum up others, or whose cells are as blank as a total's.

    `named` are the rows named like totals, `others` the other rows of the table, both in order.
    """
    if not named or len(named) > MOST_NAMED:
        return
    words = _columns_of_words(others)
    last_number = max((row.number for row in (*named, *others) if row.filled > 1), default=0)
    data, left = list[TableRow](), list(others)
    for row in named:
        above = sum(other.number < row.number for other in left)
        data += left[:above]
        left = left[above:]
        is_last = row.number == last_number and _LAST.fullmatch(row.label)
        is_total = is_last or _is_blank_like_a_total(row, words) or _sums_up(row, data)
        if is_total and _only_amounts(row):
            yield row
        else:
            # A total further below adds it up like any other row.
            data.append(row)


def _only_amounts(row: TableRow) -> bool:
    """True if all cells except the label are amounts, shares or blank, and any is an amount."""
    cells = list(zip(row.cells, row.amounts, strict=True))
    cells.pop(row.label_at)
    if not any(amount is not None for _, amount in cells):
        return False
    return all(amount is not None or not cell or _SHARE.fullmatch(cell) for cell, amount in cells)


def _columns_of_words(rows: Sequence[TableRow]) -> list[int]:
    """Return the positions of the columns in which most rows have words."""
    if not rows:
        return []
    counts = [0] * len(rows[0].cells)
    for row in rows:
        for at, (cell, amount) in enumerate(zip(row.cells, row.amounts, strict=True)):
            counts[at] += bool(cell) and amount is None and not _SHARE.fullmatch(cell)
    return [at for at, count in enumerate(counts) if 2 * count > len(rows)]


def _is_blank_like_a_total(row: TableRow, words: Sequence[int]) -> bool:
    """True if the row is blank in every column of words except the label's, if any."""
    others = [at for at in words if at != row.label_at]
    return bool(others) and not any(row.cells[at] for at in others)


def _sums_up(row: TableRow, above: Sequence[TableRow]) -> bool:
    """True if most amounts of the row are the sum, or the mean, of the same rows directly above."""
    wanted = {at: amount for at, amount in enumerate(row.amounts) if amount and at != row.label_at}
    is_average = _AVERAGE.fullmatch(row.label) is not None
    sums, counts = dict.fromkeys(wanted, 0.0), dict.fromkeys(wanted, 0)
    for added, other in enumerate(reversed(above), 1):
        for at in wanted:
            amount = other.amounts[at]
            if amount is not None:
                sums[at] += amount
                counts[at] += 1
        if added < _FEWEST_ADDED:
            continue
        equal = [
            at
            for at, amount in wanted.items()
            if _is_equal(sums[at] / max(counts[at], 1) if is_average else sums[at], row.cells[at])
        ]
        telling = len(equal) > 1 or any(abs(wanted[at]) >= _TELLING for at in equal)
        if 2 * len(equal) > len(wanted) and (telling or is_average):
            return True
    return False


def _is_equal(computed: float, written: str) -> bool:
    """True if the number is the amount as written, rounded to as many digits."""
    amount = _amount(written)
    decimals = len(written.partition(".")[2].rstrip(")% "))
    return amount is not None and abs(computed - amount) <= 0.5001 * 10**-decimals


def _amount(text: str) -> float | None:
    found = _AMOUNT.fullmatch(text)
    if found is None:
        return None
    amount = float(found["digits"].replace(",", ""))
    return -amount if text.startswith("(") or any(sign in text for sign in _MINUS) else amount
