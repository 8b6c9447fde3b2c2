"""Find the header row of a file whose first rows are titles.

The rows of a live sheet are searched too, which needs none of the readers of files.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from sodasheet.model.finding import Finding
from sodasheet.model.job import SourceSpec
from sodasheet.model.suggestion import SuggestedChange, Suggestion
from sodasheet.sources.headers import joined_headers
from sodasheet.sources.source_file import is_geographic
from sodasheet.wording import shortened

#: Rows from the top that are examined.
EXAMINED_ROWS = 40

#: A cell that is data rather than a header: a number, an amount, a date.
_VALUE = re.compile(r"[-+($€£]*\d[\d.,/:% )-]*(?:[ap]m)?", re.IGNORECASE)

#: A year, which is a value below the headers and a header among them.
_YEAR = re.compile(r"(?:19|20)\d\d")

#: Maximum characters of a row's cells in a suggestion.
_SHOWN = 80

_Row = tuple[int, list[str]]


def suggest_header_row(path: Path, spec: SourceSpec) -> Suggestion | None:
    """Suggest another header row if the rows above look like titles.

    Raises SourceError if the file cannot be read.
    """
    from sodasheet.sources.first_rows import first_rows

    if spec.table or spec.range or spec.skip or spec.header_row != 1 or is_geographic(path):
        return None
    return header_suggestion(first_rows(path, spec, EXAMINED_ROWS))


def header_suggestion(rows: Sequence[tuple[int, list[str]]]) -> Suggestion | None:
    """Suggest the headers among the first rows with a value, each with its number.

    None if they are in the first of the rows, or if nothing tells.
    """
    found = _header(rows)
    if found is None:
        return _no_header(rows)
    if found.row == rows[0][0] and found.rows == 1:
        return None
    shown = shortened(", ".join(cell for cell in found.cells if cell), _SHOWN)
    last = found.row + found.rows - 1
    between = "and" if found.rows == 2 else "to"
    where = f"row {found.row}" if found.rows == 1 else f"rows {found.row} {between} {last}, joined"
    return Suggestion(
        f"header:{found.row}" if found.rows == 1 else f"header:{found.row}-{last}",
        f"The headers seem to be in {where}: {shown}.",
        SuggestedChange(header_row=found.row, header_rows=found.rows),
        examples=tuple(
            Finding(at, None, _first(cells)) for at, cells in rows[:3] if at < max(found.row, 2)
        ),
    )


@dataclass(frozen=True, slots=True)
class _Header:
    """Headers starting at `row`, over a number of `rows`."""

    row: int
    cells: list[str]
    rows: int = 1


def _header(rows: Sequence[_Row]) -> _Header | None:
    """Return the first row of text that is as wide as most rows, or two such rows joined."""
    usual = _usual_width(rows)
    if usual < 2:
        return None
    for at, (row, cells) in enumerate(rows[:-1]):
        if (pair := _spanning(rows[at:], usual)) is not None:
            return pair
        if _filled(cells) * 2 > usual and _filled(cells) > 1 and not _is_title(rows[at:], usual):
            return _Header(row, cells) if _are_headers(cells) else None
    return None


def _is_title(rows: Sequence[_Row], usual: int) -> bool:
    """True if the next row is wider and has headers: text above rows with values."""
    (_, cells), (_, following), *below = rows
    wider = _filled(cells) < usual == _filled(following)
    return wider and _are_headers(following) and _have_values(below)


def _have_values(rows: Sequence[_Row]) -> bool:
    """True if most rows have a number, an amount or a date."""
    found = sum(any(map(_VALUE.fullmatch, map(str.strip, cells))) for _, cells in rows)
    return 2 * found > len(rows)


def _usual_width(rows: Sequence[_Row]) -> int:
    """Return the most frequent number of cells; single-cell titles and notes do not count."""
    widths = Counter(width for _, cells in rows if (width := _filled(cells)) > 1)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _are_headers(cells: Sequence[str]) -> bool:
    """True if the cells are distinct text without values; years next to text are headers too."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    values = [text for text in texts if _VALUE.fullmatch(text)]
    years = len(values) < len(texts) and all(map(_YEAR.fullmatch, values))
    return len({*texts}) == len(texts) and (not values or years)


def _spanning(rows: Sequence[_Row], usual: int) -> _Header | None:
    """Return two or more rows as headers if headers of the first span several of the last."""
    return next(filter(None, (_joined(rows, count, usual) for count in range(2, _MOST + 1))), None)


#: Maximum rows that form headers together.
_MOST = 4


def _joined(rows: Sequence[_Row], count: int, usual: int) -> _Header | None:
    """Return a number of rows as headers, if possible."""
    heads, below = [cells for _, cells in rows[:count]], rows[count:]
    if not below or rows[count - 1][0] != rows[0][0] + count - 1:
        return None
    top, *between, bottom = heads
    pairs = list(zip_longest(top, bottom, fillvalue=""))
    spanned = sum(1 for above, cell in pairs if cell.strip() and not above.strip())
    alone = sum(1 for above, cell in pairs if above.strip() and not cell.strip())
    texts = [cell.strip() for cell in bottom if cell.strip()]
    joined = joined_headers(heads)
    if not (
        1 < _filled(top) < sum(map(bool, joined))
        and spanned
        and (alone or len({*texts}) < len(texts))
        and len(texts) > 1
        and not any(map(_VALUE.fullmatch, texts))
        and all(map(_may_span, between))
        and sum(map(bool, joined)) >= usual
        and len({*filter(None, joined)}) == sum(map(bool, joined))
    ):
        return None
    return _Header(rows[0][0], joined, count) if _have_values(below) else None


def _may_span(cells: Sequence[str]) -> bool:
    """True if a row may be middle-level headers: no values except years."""
    values = [cell.strip() for cell in cells if _VALUE.fullmatch(cell.strip())]
    return all(map(_YEAR.fullmatch, values))


def _no_header(rows: Sequence[_Row]) -> Suggestion | None:
    """Suggest that there is no header row if the first row has values like the others."""
    usual = _usual_width(rows)
    if len(rows) < 3 or usual < 2 or _filled(rows[0][1]) < usual:
        return None
    kinds = [[bool(_VALUE.fullmatch(cell.strip())) for cell in cells] for _, cells in rows]
    first, *others = kinds
    alike = [at for at, value in enumerate(first) if value]
    same = all(2 * sum(len(row) > at and row[at] for row in others) > len(others) for at in alike)
    years = all(_YEAR.fullmatch(rows[0][1][at].strip()) for at in alike)
    if not alike or not same or years:
        return None
    shown = shortened(", ".join(cell.strip() for cell in rows[0][1] if cell.strip()), _SHOWN)
    return Suggestion(
        "header:0",
        f"There seems to be no header row: the first row has values, {shown}.",
        SuggestedChange(header_row=0),
        examples=tuple(Finding(at, None, _first(cells)) for at, cells in rows[:3]),
    )


def _filled(cells: Sequence[str]) -> int:
    return sum(1 for cell in cells if cell.strip())


def _first(cells: Sequence[str]) -> str:
    return next((shortened(cell.strip(), _SHOWN) for cell in cells if cell.strip()), "")


def row_of_headers(path: Path, spec: SourceSpec, names: Collection[str]) -> int | None:
    """Return the first row with most of these headers; None if there is none near the top.

    Raises SourceError if the file cannot be read.
    """
    from sodasheet.sources.first_rows import first_rows

    return row_with_headers(first_rows(path, spec, EXAMINED_ROWS), names)


def row_with_headers(
    rows: Iterable[tuple[int, Sequence[str]]], names: Collection[str]
) -> int | None:
    """Return the number of the first row with most of these headers; None if there is none."""
    wanted = {name.casefold() for name in names}
    for number, cells in rows:
        found = wanted & {cell.strip().casefold() for cell in cells}
        if len(found) > 1 and 2 * len(found) > len(wanted):
            return number
    return None
