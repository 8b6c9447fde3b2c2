"""CSV pages give the same preview as JSON pages, whatever the cells contain."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.staging.check.check import check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.diff.csv_and_json_compared import ComparedForms, compared_forms
from sodasheet.staging.diff.dataset_rows import DatasetRows, UnreadableRowsError
from sodasheet.staging.diff.row_comparison import compare
from sodasheet.staging.staged_table import Stage

COLUMNS = (
    Column(1, "Id", "id", "text", 1),
    Column(2, "Name", "name", "text", 2),
    Column(3, "Fee", "fee", "number", 3),
    Column(4, "Day", "day", "calendar_date", 4),
    Column(5, "Done", "done", "checkbox", 5),
    Column(6, "Link", "link", "url", 6),
    Column(7, "Spot", "spot", "point", 7),
)
FIELDS = [":id", *(column.field for column in COLUMNS)]

Row = dict[str, Any]


def csv_cell(kind: str, value: Any) -> str | None:
    """A value in the CSV of portals today (CsvColumnRep and CsvExporter of soda-fountain)."""
    if value is None:
        return None
    if kind == "url":
        name, address = value.get("description"), value["url"]
        return f"{name} ({address})" if name else str(address)
    if kind == "point":
        return "POINT ({} {})".format(*value["coordinates"])
    return json.dumps(value) if isinstance(value, bool) else str(value)


def csv_page(rows: list[Row]) -> str:
    kinds = {":id": "text"} | {column.field: column.type for column in COLUMNS}

    def line(cells: list[str | None]) -> str:
        quoted = ('"' + cell.replace('"', '""') + '"' if cell is not None else "" for cell in cells)
        return ",".join(quoted) + "\n"

    return line(list(FIELDS)) + "".join(
        line([csv_cell(kind, row.get(field)) for field, kind in kinds.items()]) for row in rows
    )


def write_pages(folder: Path, rows: list[Row], size: int = 3) -> dict[str, list[Path]]:
    """Write the same rows in both forms, some to a page."""
    pages: dict[str, list[Path]] = {"json": [], "csv": []}
    for first in range(0, len(rows), size):
        some = rows[first : first + size]
        plain = [{name: one for name, one in row.items() if one is not None} for row in some]
        for form, text in (("json", json.dumps(plain)), ("csv", csv_page(some))):
            path = folder / f"rows-{first:06}.{form}"
            path.write_text(text, encoding="utf-8", newline="")
            pages[form].append(path)
    return pages


@dataclass(frozen=True)
class Told:
    """Result of a comparison; `lines` counts the rows that were found by their whole lines."""

    counts: tuple[int, int, int, int]
    cells: int
    changes: list[str]
    emptied: tuple[str, ...]
    lines: int = field(default=0, compare=False)


def told(
    folder: Path, source: list[dict[str, str]], held: list[Row], **more: Any
) -> tuple[Told, Told]:
    """Compare a source with rows in both forms: JSON, CSV."""
    names = list(source[0])
    quoted = [names, *([row[name] for name in names] for row in source)]
    text = "\n".join(
        ",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in quoted
    )
    (folder / "s.csv").write_text(text + "\n", encoding="utf-8", newline="")
    rows = [{":id": f"row-aaaa-bbbb-{at:04}"} | row for at, row in enumerate(held)]
    pages = write_pages(folder, rows)
    as_json, as_csv = (_told(folder, names, pages[form], len(rows), more) for form in pages)
    return as_json, as_csv


def _told(folder: Path, names: list[str], pages: list[Path], rows: int, more: Row) -> Told:
    blank = more.get("blank", Blank.CLEAR)
    rules = tuple(
        ColumnRule(name, name, blank=blank if name != "id" else Blank.CLEAR) for name in names
    )
    identifier = more.get("identifier", "id")
    dataset = Dataset("https://data.example.gov", "abcd-1234", "S", COLUMNS, identifier)
    plan = CheckPlan(dataset, Mapping(rules), Method(more.get("method", "replace")))
    source = open_source(SourceSpec(path="s.csv"), folder)
    with Stage.open(source, folder, Silent()) as stage:
        held = DatasetRows(stage, pages, COLUMNS, dataset.identifier, rows)
        found = compare(check(stage, plan), held)
        run = stage.connection.execute
        tables = {name for (name,) in run("SELECT table_name FROM duckdb_tables()").fetchall()}
        query = "SELECT count(_row) FROM unequal"
        return Told(
            (found.new, found.changed, found.deleted, found.unchanged),
            found.cells,
            sorted(map(repr, found.changes())),
            found.emptied(),
            found.checked.sendable - run(query).fetchall()[0][0] if "unequal" in tables else 0,
        )


HELD: list[Row] = [
    {"id": "a", "name": 'Ä "quoted", and more', "fee": "1.50", "done": True},
    {"id": "b", "name": "two\nlines", "fee": "2", "day": "2024-01-02T00:00:00.000"},
    {"id": "c", "name": "", "spot": {"type": "Point", "coordinates": [-72, 41.7]}},
    {"id": "d", "name": 'x\n"row-aaaa-bbbb-0000","a","x', "fee": "4"},
    {"id": "e", "link": {"url": "https://a.org", "description": "A"}},
    {"id": 'f","f', "name": "\x01", "fee": "0.0"},
    {"id": "g", "name": "=1+1", "fee": "-0.50"},
]
SAME = [
    {"id": "a", "name": 'Ä "quoted", and more', "fee": "1.50", "day": "", "done": "true",
     "link": "", "spot": ""},
    {"id": "b", "name": "two\nlines", "fee": "2.0", "day": "2024-01-02", "done": "", "link": "",
     "spot": ""},
    {"id": "c", "name": "", "fee": "", "day": "", "done": "", "link": "", "spot": "(41.7, -72)"},
    {"id": "d", "name": 'x\n"row-aaaa-bbbb-0000","a","x', "fee": "4", "day": "", "done": "",
     "link": "", "spot": ""},
    {"id": "e", "name": "", "fee": "", "day": "", "done": "", "link": "A (https://a.org)",
     "spot": ""},
    {"id": 'f","f', "name": "\x01", "fee": "0", "day": "", "done": "", "link": "", "spot": ""},
    {"id": "g", "name": "=1+1", "fee": "-0.5", "day": "", "done": "", "link": "", "spot": ""},
]  # fmt: skip


@pytest.mark.parametrize("identifier", ["id", None])
def test_rows_that_are_the_same_are_found_the_same(tmp_path: Path, identifier: str | None) -> None:
    as_json, as_csv = told(tmp_path, SAME, HELD, identifier=identifier)

    assert as_csv == as_json
    assert as_csv.counts == (0, 0, 0, len(HELD))
    assert (as_csv.lines, as_json.lines) == (2, 0), "a and e; others are in another form"


def test_a_change_of_any_cell_is_seen(tmp_path: Path) -> None:
    source = [dict(row) for row in SAME]
    source[0]["name"] = 'Ä "quoted" and, more'
    source[3]["fee"] = "5"
    source[4]["link"] = "B (https://a.org)"
    source[6]["id"] = "h"
    as_json, as_csv = told(tmp_path, source, HELD)

    assert as_csv == as_json
    assert as_csv.counts == (1, 3, 1, 3)


def test_a_comma_does_not_move_text_into_the_next_cell(tmp_path: Path) -> None:
    held = [{"id": "a", "name": 'x","y', "fee": "1"}, {"id": "b", "name": "x"}]
    source = [{"id": "a", "name": "x", "fee": "1"}, {"id": "b", "name": "x", "fee": ""}]
    as_json, as_csv = told(tmp_path, source, held)

    assert as_csv == as_json
    assert as_csv.counts == (0, 1, 0, 1)


def test_equal_rows_without_an_identifier_are_counted(tmp_path: Path) -> None:
    held = [{"id": "a", "fee": "1"}] * 3 + [{"id": "a", "fee": "1.0"}]
    source = [{"id": "a", "fee": "1"}] * 5
    as_json, as_csv = told(tmp_path, source, held, identifier=None)

    assert as_csv == as_json
    assert as_csv.counts == (1, 0, 0, 4)


_TEXTS = st.text(st.sampled_from("ab\"\n\r,\x01\x7f é😀\\'=row-"), max_size=6)
_CELLS = {
    "name": _TEXTS,
    "fee": st.sampled_from(["", "1", "1.0", "1.50", "1.5", "-0", "0", "1e3", "1000", "007"]),
    "day": st.sampled_from(["", "2024-01-02", "2024-01-02T10:00:00"]),
    "done": st.sampled_from(["", "true", "FALSE"]),
}
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "name": st.none() | _TEXTS,
    "fee": st.sampled_from([None, "1", "1.0", "1.50", "1E+3", "1000", "0", "7"]),
    "day": st.sampled_from([None, "2024-01-02T00:00:00.000", "2024-01-02T10:00:00.000"]),
    "done": st.sampled_from([None, True, False]),
}
_KEYS = st.sampled_from(["a", "b", 'c"', "d,e", 'f","f', "g\nh", "é"])


@settings(max_examples=6, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_both_forms_foretell_the_same(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    source_rows = st.lists(
        st.fixed_dictionaries({"id": _KEYS, **_CELLS}), min_size=1, max_size=5,
        unique_by=lambda row: row["id"],
    )  # fmt: skip
    held_rows = st.lists(
        st.fixed_dictionaries({"id": _KEYS, **_VALUES}), max_size=5, unique_by=lambda row: row["id"]
    )
    as_json, as_csv = told(
        tmp_path_factory.mktemp("both"), data.draw(source_rows), data.draw(held_rows),
        method=data.draw(st.sampled_from(["replace", "upsert"])),
        blank=data.draw(st.sampled_from([Blank.KEEP, Blank.CLEAR])),
    )  # fmt: skip
    assert as_csv == as_json


def test_forms_that_say_the_same_have_no_differing_columns(tmp_path: Path) -> None:
    rows = [{":id": f"row-aaaa-bbbb-{at:04}"} | row for at, row in enumerate(HELD)]
    pages = write_pages(tmp_path, rows, size=99)
    with Stage.bare("S", 1, tmp_path, Silent()) as stage:
        found = compared_forms(stage, pages["json"][0], pages["csv"][0], COLUMNS)
        assert found == ComparedForms((), ())

        text = pages["csv"][0].read_bytes()
        pages["csv"][0].write_bytes(text.replace(b"2024-01-02T", b"01/02/2024T"))
        (day,) = compared_forms(stage, pages["json"][0], pages["csv"][0], COLUMNS).different
        assert day.field == "day"


def test_types_other_than_text_have_to_be_seen(tmp_path: Path) -> None:
    rows = [{":id": "row-aaaa-bbbb-0000", "id": "a"}]
    pages = write_pages(tmp_path, rows)
    with Stage.bare("S", 1, tmp_path, Silent()) as stage:
        found = compared_forms(stage, pages["json"][0], pages["csv"][0], COLUMNS)

    assert found.different == ()
    assert {one.field for one in found.unseen} == {
        one.field for one in COLUMNS if one.type != "text"
    }


def test_a_page_of_ragged_rows_is_unreadable(tmp_path: Path) -> None:
    page = tmp_path / "rows-000001.csv"
    page.write_bytes(b'":id","id"\n"row-aaaa-bbbb-0000","a","b","c"\n')
    with Stage.bare("S", 1, tmp_path, Silent()) as stage:
        rows = DatasetRows(stage, [page], COLUMNS[:1], COLUMNS[0])
        with pytest.raises(UnreadableRowsError, match="cannot be compared"):
            rows.load("")
