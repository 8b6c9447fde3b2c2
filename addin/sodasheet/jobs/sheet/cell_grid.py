"""Snapshot of a sheet's cells, searched by words instead of positions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sodasheet.model.sheet_labels import spellings
from sodasheet.sources.grid.cell_text import cell_text


def of_cell(value: object) -> str:
    """Return a cell's value as text without surrounding blanks; empty for a blank cell."""
    return "" if value is None else cell_text(value).strip()


@dataclass(frozen=True, slots=True)
class Spot:
    """Row and column of a cell, from 1."""

    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Values of a rectangle of cells whose first cell is `top`, `left` (from 1)."""

    rows: Sequence[Sequence[object]]
    top: int = 1
    left: int = 1

    @property
    def bottom(self) -> int:
        """Last row of the rectangle."""
        return self.top + len(self.rows) - 1

    @property
    def right(self) -> int:
        """Last column of the rectangle."""
        return self.left + (len(self.rows[0]) if self.rows else 0) - 1

    def value(self, row: int, column: int) -> object:
        """Return a cell's value; None outside."""
        if not (self.top <= row <= self.bottom and self.left <= column <= self.right):
            return None
        return self.rows[row - self.top][column - self.left]

    def text(self, row: int, column: int) -> str:
        """Return a cell's text; empty outside."""
        return of_cell(self.value(row, column))

    def find(self, words: str) -> Spot | None:
        """Return the first cell, row by row, that contains exactly these words, ignoring case."""
        return next(self.all(words), None)

    def all(self, words: str) -> Iterator[Spot]:
        """Yield every cell with exactly these words, or the words of an earlier version."""
        for spelling in spellings(words):
            yield from self._all(spelling)

    def _all(self, words: str) -> Iterator[Spot]:
        wanted = words.casefold()
        for at, row in enumerate(self.rows):
            for place, value in enumerate(row):
                if isinstance(value, str) and value.strip().casefold() == wanted:
                    yield Spot(self.top + at, self.left + place)

    def label(self, words: str, labels: Iterable[str]) -> Spot | None:
        """Return the cell of a label: the first with its words that is not another label's value.

        A dataset may be called `License`.
        """
        known = {one.casefold() for label in labels for one in spellings(label)}
        return next((spot for spot in self.all(words) if not self._is_value(spot, known)), None)

    def _is_value(self, spot: Spot, labels: set[str]) -> bool:
        """True if a cell is to the right of a label."""
        left = Spot(spot.row, spot.column - 1)
        is_label = self.text(left.row, left.column).casefold() in labels
        return is_label and not self._is_value(left, labels)

    def beside(self, label: Spot, labels: Iterable[str], until: int) -> Spot:
        """Return the cell of a label's value: the first filled cell on its right, or the next cell.

        A column inserted between is skipped; another label ends the search, and
        so does the column `until`.
        """
        others = {one.casefold() for label in labels for one in spellings(label)}
        for column in range(label.column + 1, min(until, self.right) + 1):
            text = self.text(label.row, column)
            if text.casefold() in others:
                break
            if text:
                return Spot(label.row, column)
        return Spot(label.row, label.column + 1)

    def heads(self, required: Sequence[str], headers: Sequence[str]) -> dict[str, Spot]:
        """Return the cells of the first row with all `required` headers, by header.

        Of duplicate headers the first counts; empty if there is no such row.
        """
        for spot in self.all(required[0]):
            found = self._row_heads(spot.row, headers)
            if all(header in found for header in required):
                return found
        return {}

    def _row_heads(self, row: int, headers: Sequence[str]) -> dict[str, Spot]:
        names = {one.casefold(): header for header in headers for one in spellings(header)}
        found: dict[str, Spot] = {}
        for column in range(self.left, self.right + 1):
            header = names.get(self.text(row, column).casefold())
            if header is not None:
                found.setdefault(header, Spot(row, column))
        return found
