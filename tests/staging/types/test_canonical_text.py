"""Two spellings of one value are one string; two values never are."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import SodaSheetError
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import VERBATIM, ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.staging.check.check import check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.check.mapping_sql import values_from
from sodasheet.staging.diff.dataset_rows import load_dataset_rows
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.canonical_text import shown
from sodasheet.staging.types.compiled_type import Cell
from sodasheet.staging.types.registry import compile_cell

RING = "((0 0, 2 0, 2 2, 0 0))"
ADDRESS = {"address": "1 Main St", "city": "Hartford", "state": "CT", "zip": "06103"}

#: Type, a cell of the source, a value as the portal gives it back, and whether they are equal.
PAIRS: list[tuple[str, str, Any, bool]] = [
    ("text", "01", "01", True),
    ("text", "01", "1", False),
    ("text", "Ö ☂", "Ö ☂", True),
    ("text", "a", "A", False),
    ("text", "", None, True),
    ("text", "", "", True),
    ("text", "x", None, False),
    ("email", "a@b.org", "a@b.org", True),
    ("flag", "red", "Red", True),
    ("stars", "3", "3", True),
    ("number", "1", "1.0", True),
    ("number", "1.50", "1.5", True),
    ("number", "-0", "0", True),
    ("number", "007", "7", True),
    ("number", "6.02e+23", "602000000000000000000000", True),
    ("number", "0.000000000000000000000012", "1.2E-23", True),
    ("number", "12345678901234567890123456789012345678", "12345678901234567890123456789012345678",
     True),
    ("number", "12345678901234567890", "12345678901234567891", False),
    ("number", "1", 1, True),
    ("number", "0", None, False),
    ("number", "", None, True),
    ("point", "", None, True),
    ("polygon", "", None, True),
    ("location", "", None, True),
    ("url", "", None, True),
    ("json", "", None, True),
    ("percent", "45", "45.0", True),
    ("checkbox", "TRUE", True, True),
    ("checkbox", "false", False, True),
    ("checkbox", "false", None, False),
    ("calendar_date", "2024-01-02", "2024-01-02T00:00:00.000", True),
    ("calendar_date", "2024-01-02 03:04", "2024-01-02T03:04:00", True),
    ("calendar_date", "2024-01-02T00:00:00.001", "2024-01-02T00:00:00.000", False),
    ("date", "2024-01-02T01:00:00+01:00", "2024-01-02T00:00:00.000Z", True),
    ("date", "2024-01-02T00:00:00Z", "2024-01-02T00:00:00Z", True),
    ("date", "2024-01-02T00:00:00Z", "2024-01-02T01:00:00.000Z", False),
    ("url", "https://a.org", {"url": "https://a.org"}, True),
    ("url", "https://a.org", {"url": "https://a.org", "description": ""}, True),
    ("url", "A (https://a.org)", {"url": "https://a.org", "description": "A"}, True),
    ("url", "https://a.org", {"url": "https://a.org", "description": "A"}, False),
    ("point", "(41.70, -72.6)", {"type": "Point", "coordinates": [-72.6, 41.7]}, True),
    ("point", "POINT (-72.6 41.7)", {"type": "Point", "coordinates": [-72.60, 41.70]}, True),
    ("point", "POINT(-72.6  41.7)", {"type": "Point", "coordinates": [41.7, -72.6]}, False),
    ("point", "(1, 2)", {"type": "Point", "coordinates": [2, 1]}, True),
    ("line", "LINESTRING (1 2,3 4)", {"type": "LineString", "coordinates": [[1, 2], [3, 4.0]]},
     True),
    ("polygon", f"POLYGON {RING}",
     {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 0]]]}, True),
    ("polygon", '{"type":"Polygon","coordinates":[[[0,0],[2.0,0],[2,2],[0,0]]]}',
     {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 2], [0, 0]]]}, True),
    ("polygon", f"POLYGON {RING}",
     {"type": "Polygon", "coordinates": [[[0, 0], [2, 0], [2, 3], [0, 0]]]}, False),
    ("multipolygon", f"MULTIPOLYGON ({RING}, {RING})",
     {"type": "MultiPolygon", "coordinates": [[[[0, 0], [2, 0], [2, 2], [0, 0]]]] * 2}, True),
    ("multipoint", "MULTIPOINT ((1 2), (3 4))",
     {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}, True),
    ("multipoint", "MULTIPOINT (1 2, 3 4)",
     {"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}, True),
    ("line", '{"type":"LineString","coordinates":[[1,2,5],[3,4,6]]}',
     {"type": "LineString", "coordinates": [[1, 2, 5.0], [3, 4, 6.0]]}, True),
    ("location", "(41.70, -72.6)", {"latitude": "41.7", "longitude": "-72.6"}, True),
    ("location", "(41.70, -72.6)",
     {"latitude": "41.7", "longitude": "-72.6",
      "human_address": '{"address":"","city":"","state":"","zip":""}'}, True),
    ("location", "1 Main St\nHartford, CT 06103\n(41.7, -72.6)",
     {"latitude": 41.7, "longitude": -72.6, "human_address": json.dumps(ADDRESS)}, True),
    ("location", "1 Main St\nHartford, CT 06103\n(41.7, -72.6)",
     {"latitude": "41.7", "longitude": "-72.6",
      "human_address": json.dumps(ADDRESS | {"zip": "06104"})}, False),
    ("json", '{"a": [1, 2]}', {"a": [1, 2]}, True),
    ("json", '"text"', "text", True),
    ("json", "1", 2, False),
    ("unheard_of", "x", "x", True),
]  # fmt: skip


def plan(columns: tuple[Column, ...]) -> CheckPlan:
    dataset = Dataset("https://data.example.gov", "abcd-1234", "Things", columns)
    return CheckPlan(dataset, Mapping(tuple(ColumnRule(one.field, one.field) for one in columns)),
                     Method.APPEND)  # fmt: skip


def page(path: Path, rows: list[dict[str, Any]]) -> Path:
    path.write_bytes(gzip.compress(json.dumps(rows).encode()))
    return path


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str | None, str | None]]:
    """Each pair's two texts: one column a pair, one row of the source, one row of the dataset."""
    folder = tmp_path_factory.mktemp("pairs")
    columns = tuple(
        Column(place, f"c{place}", f"c{place}", kind, place)
        for place, (kind, *_) in enumerate(PAIRS)
    )
    source = {f"c{place}": cell for place, (_, cell, _, _) in enumerate(PAIRS)}
    lines = ["\t".join(source), "\t".join(f'"{cell.replace(chr(34), chr(34) * 2)}"'
                                          for cell in source.values())]  # fmt: skip
    (folder / "things.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    row = {f"c{place}": value for place, (_, _, value, _) in enumerate(PAIRS) if value is not None}
    with Stage.open(open_source(SourceSpec(path="things.tsv"), folder), folder, Silent()) as stage:
        checked = check(stage, plan(columns))
        assert checked.sendable == 1, checked.findings
        load_dataset_rows(
            stage, [page(folder / "p.json.gz", [{":id": "row-1"} | row])], columns, None
        )
        mine = ", ".join(one.canonical for one in checked.projected)
        table = values_from(checked.projected, stage.table)
        run = stage.connection.execute
        left = run(f"SELECT {mine} FROM {table}").fetchone()
        right = run("SELECT * EXCLUDE (id, k) FROM held").fetchone()
        return list(zip(left or (), right or (), strict=True))


@pytest.mark.parametrize("place", range(len(PAIRS)), ids=lambda n: f"{PAIRS[n][0]}-{PAIRS[n][1]}")
def test_texts_are_equal_exactly_where_values_are(
    texts: list[tuple[str | None, str | None]], place: int
) -> None:
    left, right = texts[place]

    assert (left == right) is PAIRS[place][3], (left, right)


def test_texts_can_be_read(texts: list[tuple[str | None, str | None]]) -> None:
    read = {
        (kind, cell): shown(kind, texts[place][0]) for place, (kind, cell, _, _) in enumerate(PAIRS)
    }

    assert read["point", "(41.70, -72.6)"] == "POINT (-72.6 41.7)"
    assert read["polygon", f"POLYGON {RING}"] == "POLYGON ((0.0 0.0,2.0 0.0,2.0 2.0,0.0 0.0))"
    assert read["url", "A (https://a.org)"] == "A (https://a.org)"
    assert read["location", "1 Main St\nHartford, CT 06103\n(41.7, -72.6)"] == (
        "1 Main St, Hartford, CT, 06103, (41.7, -72.6)"
    )
    assert read["number", "1.50"] == "1.5"


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    (tmp_path / "one.csv").write_text("a\n1\n", encoding="utf-8")
    with Stage.open(open_source(SourceSpec(path="one.csv"), tmp_path), tmp_path, Silent()) as stage:
        yield stage


def test_pages_are_loaded_one_behind_the_other_with_what_they_lack_as_nothing(
    stage: Stage, tmp_path: Path
) -> None:
    columns = (Column(1, "A", "a'\"b", "text", 1), Column(2, "B", "b", "number", 2))
    pages = [
        page(
            tmp_path / "1.json.gz", [{":id": "row-1", "a'\"b": "x"}, {":id": "row-2", "b": "2.0"}]
        ),
        page(tmp_path / "2.json.gz", []),
        page(tmp_path / "3.json.gz", [{":id": "row-3"}]),
    ]
    load_dataset_rows(stage, pages, columns, columns[1])

    assert stage.connection.execute("SELECT * FROM held ORDER BY id").fetchall() == [
        ("row-1", None, "x", None),
        ("row-2", "2", None, "2"),
        ("row-3", None, None, None),
    ]
    assert list(stage.shelf.iterdir()) == []


@pytest.mark.parametrize("number", ["1e999999999", "1E-999999999", "-1e+2147483648", "1e12345"])
def test_a_power_of_ten_that_would_fill_the_memory_is_not_spelled_out(
    stage: Stage, tmp_path: Path, number: str
) -> None:
    page = tmp_path / "rows-1.json.gz"
    page.write_bytes(gzip.compress(json.dumps([{":id": "a", "n": number}]).encode()))

    load_dataset_rows(stage, [page], [Column(1, "N", "n", "number", 1)], None)

    assert stage.connection.execute("SELECT strlen(v0) < 20 FROM held").fetchall() == [(True,)]


def test_a_page_that_is_no_json_is_said(stage: Stage, tmp_path: Path) -> None:
    (tmp_path / "1.json.gz").write_bytes(gzip.compress(b'[{":id": "row-1", }'))
    with pytest.raises(SodaSheetError) as said:
        load_dataset_rows(stage, [tmp_path / "1.json.gz"], (), None)

    assert said.value.what.startswith(
        "The rows that the portal returned for one.csv cannot be compared"
    )
    assert said.value.remedy.startswith("Try again")


def test_no_file_but_those_on_the_shelf_can_be_read(stage: Stage, tmp_path: Path) -> None:
    import duckdb

    path = page(tmp_path / "1.json.gz", [{":id": "row-1"}])
    with pytest.raises(duckdb.PermissionException):
        stage.connection.execute(f"SELECT * FROM read_json('{path}')")


@pytest.mark.parametrize("kind", ["number", "text", "calendar_date", "date", "checkbox"])
def test_the_word_of_a_value_put_back_is_worked_out_once(kind: str) -> None:
    cell = Cell(Column(1, "A", "a", kind, 1), "t", "p", (VERBATIM,))

    typed = compile_cell(cell)

    assert (typed.parsed, "json" in typed.key) == ("json_word(t)", False)
