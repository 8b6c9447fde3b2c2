"""Convert between a source and the words in the cell next to "Source" on a mapping sheet.

`Sheet: Permits`, `Table: tblPermits`, `Range: 'Permits'!A3:F200` or a path. A live source may end
with the choice of rows: `, visible rows only` or `, all rows`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from sodasheet.errors import UsageProblem
from sodasheet.model.job import SourceSpec
from sodasheet.sources.grid.cell_range import parse_range

_SHEET, _TABLE, _RANGE, _FILE = "Sheet: ", "Table: ", "Range: ", "File: "
_ROWS = {"visible": ", visible rows only", "all": ", all rows"}


@dataclass(frozen=True, slots=True)
class Names:
    """Sheets and tables of the workbook."""

    sheets: Collection[str] = ()
    tables: Collection[str] = ()


def words_of(spec: SourceSpec) -> str:
    """Return the words for a source."""
    if spec.kind != "active":
        return _FILE + spec.path
    rows = _ROWS.get(spec.rows, "")
    if spec.table:
        return _TABLE + spec.table + rows
    if spec.range:
        quoted = spec.sheet.replace("'", "''")
        where = spec.range if "!" in spec.range or not spec.sheet else f"'{quoted}'!{spec.range}"
        return _RANGE + where + rows
    return _SHEET + spec.sheet + rows


def spec_of(words: str, names: Names, earlier: SourceSpec) -> SourceSpec:
    """Return the source that the words name; other settings come from `earlier`.

    Without one of the words in front, a table, a sheet, a range or a path is meant, in this order.
    Raises UsageProblem for other words.
    """
    words, rows = _split(words.strip())
    if words == _split(words_of(earlier))[0]:
        return replace(earlier, rows=rows) if earlier.kind == "active" else earlier
    for lead, kind in ((_TABLE, "table"), (_SHEET, "sheet"), (_RANGE, "range"), (_FILE, "file")):
        if words.casefold().startswith(lead.strip().casefold()):
            return _spec(kind, words[len(lead.strip()) :].strip(), rows, earlier)
    return _spec(_guess(words, names), words, rows, earlier)


def _split(words: str) -> tuple[str, str]:
    for rows, tail in _ROWS.items():
        if words.casefold().endswith(tail):
            return words[: -len(tail)], rows
    return words, ""


def _guess(words: str, names: Names) -> str:
    wanted = words.casefold()
    if not words:
        raise UsageProblem(
            "The mapping sheet does not name a source.",
            "Press Choose source and pick a sheet or a file.",
        )
    if any(wanted == name.casefold() for name in names.tables):
        return "table"
    if any(wanted == name.casefold() for name in names.sheets):
        return "sheet"
    try:
        parse_range(words)
    except UsageProblem:
        return "file"
    return "range"


def _spec(kind: str, name: str, rows: str, earlier: SourceSpec) -> SourceSpec:
    kept = SourceSpec(
        header_row=earlier.header_row,
        header_rows=earlier.header_rows,
        leave_out=earlier.leave_out,
    )
    live = replace(kept, kind="active", rows=rows)
    if kind == "table":
        return replace(live, table=name)
    if kind == "sheet":
        return replace(live, sheet=name)
    if kind == "range":
        sheet, _ = parse_range(name)
        return replace(live, sheet=sheet, range=name.rpartition("!")[2])
    from sodasheet.sources import source_spec

    return source_spec(name, kept)
