"""Ensure that every column of a source has a unique, nonblank header."""

from __future__ import annotations

from collections.abc import Sequence

from sodasheet.model.finding import Finding, FindingGroup, Severity

_EXAMPLES = 5


def name_headers(
    cells: Sequence[str], row: int | None
) -> tuple[tuple[str, ...], tuple[FindingGroup, ...]]:
    """Return unique names for the header cells, and notes about generated names.

    Surrounding blanks are removed and line breaks inside a header become spaces. An empty header
    becomes `Column 3` by its position, a repeated header `Name (2)`. `row` is the header row.
    """
    wanted = [" ".join(cell.split()) for cell in cells]
    taken = {name for name in wanted if name}
    seen: set[str] = set()
    names: list[str] = []
    empty: list[Finding] = []
    repeated: list[Finding] = []
    for place, name in enumerate(wanted, start=1):
        chosen = name
        if not name:
            chosen = _free(f"Column {place}", taken)
            empty.append(Finding(row, chosen, ""))
        elif name in seen:
            chosen = _free(name, taken)
            repeated.append(Finding(row, chosen, name))
        seen.add(chosen)
        taken.add(chosen)
        names.append(chosen)
    return tuple(names), tuple(_notes(empty, repeated))


def joined_headers(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return the headers that several rows form together: `2023` above `Fee` is `2023 Fee`.

    A header that spans columns is in the first of them; blank cells next to it belong to it. Those
    below in the last row do not: there every column has its own header. A single row is not
    changed.
    """
    if len(rows) == 1:
        return list(rows[0])
    width = max(map(len, rows))
    parts = [[cell.strip() for cell in row] + [""] * (width - len(row)) for row in rows]
    for row in parts[:-1]:
        for place in range(1, width):
            row[place] = row[place] or (row[place - 1] if parts[-1][place] else "")
    columns = zip(*parts, strict=True)
    return [" ".join(dict.fromkeys(filter(None, column))) for column in columns]


def numbered_headers(count: int) -> tuple[str, ...]:
    """Return the column names of a source without a header row."""
    return tuple(map(numbered_header, range(1, count + 1)))


def numbered_header(place: int) -> str:
    """Return the name of the column at this position (1-based) in a source without headers."""
    return f"Column {place}"


def _free(name: str, taken: set[str]) -> str:
    chosen, number = name, 2
    while chosen in taken:
        chosen, number = f"{name} ({number})", number + 1
    return chosen


def _notes(empty: list[Finding], repeated: list[Finding]) -> list[FindingGroup]:
    notes = []
    if empty:
        notes.append(
            _note("empty-header", empty, "A header is empty; the column was named by position.")
        )
    if repeated:
        notes.append(
            _note("duplicate-header", repeated, "A header is repeated; the repeats were numbered.")
        )
    return notes


def _note(reason: str, places: list[Finding], message: str) -> FindingGroup:
    return FindingGroup(
        reason=reason,
        severity=Severity.NOTE,
        message=message,
        remedy="Use a unique header for every column of the source.",
        count=len(places),
        examples=tuple(places[:_EXAMPLES]),
    )
