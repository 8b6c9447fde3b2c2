"""Rows as CSV: nothing lost, nothing guessed, and a reason where a CSV cannot express a value."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sodasheet.errors import Refused
from sodasheet.model.dataset import type_words
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PointRule
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.portal.publishing.target_columns import CONVERSIONS
from sodasheet.sources import open_source
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.output import csv_output
from sodasheet.staging.output.csv_cells import CSV_TYPES
from sodasheet.staging.output.csv_output import CsvHeader, csv_header, csv_pieces, publishable
from sodasheet.staging.staged_table import Stage

Fixture = Callable[..., Any]
Check = Callable[..., CheckResult]
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@pytest.fixture
def checked(open_stage: Fixture, dataset: Fixture, column: Fixture) -> Check:
    """Check rows of `id, a` against a dataset with the same columns."""

    def run(rows: list[tuple[str, ...]], kind: str = "text", **more: Any) -> CheckResult:
        rules = more.pop("rules", None) or [ColumnRule("Id", "id"), ColumnRule("A", "a")]
        method = more.pop("method", Method.UPSERT)
        columns = [column("id"), column("a", kind), *more.pop("columns", ())]
        target = dataset(*columns, identifier=more.pop("identifier", "id"))
        plan = CheckPlan(target, Mapping(tuple(rules), **more), method)
        return check(open_stage(("Id", "A"), rows), plan)

    return run


def body_of(result: CheckResult, limit: int | None = None) -> str:
    pieces = list(csv_pieces(result, limit))
    assert all(piece.body.endswith(b"\r\n") for piece in pieces)
    return b"".join(piece.body for piece in pieces).decode()


def records(result: CheckResult, limit: int | None = None) -> list[list[str]]:
    """Return the rows of a reader of RFC 4180, without the header."""
    return list(csv.reader(io.StringIO(body_of(result, limit), newline="")))[1:]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(CELLS, min_size=1, max_size=10))
def test_any_text_comes_out_exactly(checked: Check, texts: list[str]) -> None:
    table = [(str(number), text) for number, text in enumerate(texts)]

    found = records(checked(table, trim=False))

    assert found == [[str(row), *cells] for row, cells in enumerate(table, 2)]


def test_the_first_column_is_the_source_row_and_blanks_are_empty(checked: Check) -> None:
    result = checked([("1", "x"), ("2", "")])

    assert body_of(result) == '"sodasheet_row","id","a"\r\n2,1,x\r\n3,2,\r\n'
    assert csv_header(result) == CsvHeader("sodasheet_row", ("id", "a"))


def test_the_row_number_takes_no_name_that_the_dataset_has(checked: Check, column: Fixture) -> None:
    more = [column("sodasheet_row"), column("sodasheet_row_2")]

    assert csv_header(checked([("1", "x")], columns=more)).row == "sodasheet_row_3"


def test_rejected_rows_are_left_out_wherever_they_stand(checked: Check) -> None:
    bad = {1, 2, 2048, 2049, 4100, 5000}
    table = [(str(n), "n/a" if n in bad else str(n)) for n in range(1, 5001)]

    found = records(checked(table, "number"))

    assert [row[0] for row in found] == [str(n + 1) for n in range(1, 5001) if n not in bad]
    assert all(row[0] == str(int(row[1]) + 1) and row[1] == row[2] for row in found)


@pytest.mark.parametrize("limit", [1, 2047, 2048, 2049, 2999, 3000, 9999])
def test_a_trial_ends_at_its_limit(checked: Check, limit: int) -> None:
    result = checked([(str(n), "x") for n in range(3000)])

    pieces = list(csv_pieces(result, limit))

    assert sum(piece.rows for piece in pieces) == min(limit, 3000)
    assert len(records(result, limit)) == min(limit, 3000)


@pytest.mark.parametrize(
    ("kind", "value", "formats", "expected"),
    [
        ("number", "1e3", (), "1000"),
        ("number", "-0.10", (), "-0.10"),
        ("number", "1,234.50", ("1,234.50",), "1234.50"),
        ("number", "12345678901234567890.123456789", (), "12345678901234567890.123456789"),
        ("calendar_date", "2001-02-03", (), "2001-02-03T00:00:00.000"),
        ("calendar_date", "02/03/2001", ("%m/%d/%Y",), "2001-02-03T00:00:00.000"),
        ("date", "2001-02-03T04:05:06+02:00", (), "2001-02-03T02:05:06.000Z"),
        ("checkbox", "TRUE", (), "1"),
        ("checkbox", "no", ("yes/no",), "0"),
        ("url", "https://example.org/?a=1&b=2,3", (), "https://example.org/?a=1&b=2,3"),
        ("json", '{"a": ["b", null]}', (), '{"a": ["b", null]}'),
        ("point", "(41.5, -72.70)", (), "POINT (-72.70 41.5)"),
        ("point", "POINT (-72.7 41.5)", (), "POINT (-72.7 41.5)"),
        ("point", '{"type":"Point","coordinates":[-7.27e1,41.5]}', (), "POINT (-72.7 41.5)"),
        ("point", "-72.7, 41.5", ("longitude first",), "POINT (-72.7 41.5)"),
        ("point", "(41.5, 180.00000000000006)", (), "POINT (180 41.5)"),
        ("point", "POINT (-180.00000000000006 41.5)", (), "POINT (-180 41.5)"),
        ("point", "41°45'36\"N 72°42'W", ("degrees minutes seconds",), "POINT (-72.7 41.76)"),
        ("point", "N 41 45 36 W 72 42", ("degrees minutes seconds",), "POINT (-72.7 41.76)"),
        ("line", "LINESTRING (1 2, 3 4)", (), "LINESTRING (1 2, 3 4)"),
        ("line", "LINESTRING (180.00000000000006 2, 3 4)", (), "LINESTRING (180 2, 3 4)"),
        ("multipoint", "POINT (1 2)", (), "MULTIPOINT (1 2)"),
        ("multipoint", '{"type":"Point","coordinates":[1,2]}', (), "MULTIPOINT (1 2)"),
        ("multiline", "LINESTRING (1 2, 3 4)", (), "MULTILINESTRING ((1 2, 3 4))"),
        ("line", '{"type":"LineString","coordinates":[[1,2],[3,4]]}', (), "LINESTRING (1 2,3 4)"),
        (
            "polygon",
            '{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,-6.5],[1,2]]]}',
            (),
            "POLYGON ((1 2,3 4,5 -6.5,1 2))",
        ),
        (
            "multipoint",
            '{"type": "MultiPoint", "coordinates": [[1, 2], [3, 4]]}',
            (),
            "MULTIPOINT (1 2,3 4)",
        ),
        (
            "multipolygon",
            '{"type":"MultiPolygon","coordinates":[[[[1,2],[3,4],[5,6],[1,2]]]]}',
            (),
            "MULTIPOLYGON (((1 2,3 4,5 6,1 2)))",
        ),
    ],
)
def test_a_value_is_written_so_that_the_portal_can_convert_it(
    checked: Check, kind: str, value: str, formats: tuple[str, ...], expected: str
) -> None:
    rules = [ColumnRule("Id", "id"), ColumnRule("A", "a", formats=formats)]
    result = checked([("1", value)], kind, rules=rules)

    assert publishable(result) is None
    assert [row[2] for row in records(result)] == [expected]


def test_a_point_of_two_columns_is_written_as_one(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    target = dataset(column("spot", "point"))
    plan = CheckPlan(target, Mapping(points=(PointRule("spot", "Lat", "Lon"),)), Method.APPEND)
    result = check(
        open_stage(("Lat", "Lon", "Id", "N"), [("41.5", "-72.7", "1", "a"), ("", "", "2", "b")]),
        plan,
    )

    assert records(result) == [["2", "POINT (-72.7 41.5)"], ["3", ""]]


def test_a_constant_is_in_every_row(checked: Check) -> None:
    rules = [ColumnRule("Id", "id"), ColumnRule(field="a", constant='Say "hi"')]

    found = records(checked([("1", ""), ("2", "")], rules=rules))

    assert found == [["2", "1", 'Say "hi"'], ["3", "2", 'Say "hi"']]


def test_a_delete_has_the_identifier_alone(checked: Check) -> None:
    result = checked([("1", "x"), ("2", "y")], method=Method.DELETE)

    assert body_of(result) == '"sodasheet_row","id"\r\n2,1\r\n3,2\r\n'


def test_what_the_check_stopped_is_not_written(checked: Check) -> None:
    result = checked([], identifier="id")

    with pytest.raises(Refused, match="stops the push"):
        list(csv_pieces(result))


@pytest.mark.parametrize("kind", ["location", "money", "percent", "email", "stars", "hologram"])
def test_types_that_no_csv_fills_are_named(checked: Check, kind: str) -> None:
    reason = publishable(checked([("1", "1")], kind))

    assert reason == f"The column A · a has the type {type_words(kind)}, which a CSV cannot fill."


def keeping(**more: Any) -> dict[str, Any]:
    return {"rules": [ColumnRule("Id", "id"), ColumnRule("A", "a", blank=Blank.KEEP)]} | more


@pytest.mark.parametrize(
    ("rows", "kind", "more", "what"),
    [
        ([("1", "x"), ("2", "")], "text", keeping(), "Row 3 has a blank that keeps the old value"),
        ([("1", "")], "text", {"empty_is_null": False}, "Row 2 has an empty text"),
        (
            [("1", "http://a.b"), ("2", "Home (http://a.b)")],
            "url",
            {},
            "Row 3 has a name as well as the address",
        ),
        (
            [("1", ""), ("2", '{"type":"Point","coordinates":[1,2,3]}')],
            "point",
            {},
            "Row 3 has a height as well as longitude and latitude",
        ),
        (
            [("1", '{"type": "LineString", "coordinates": [[1,2], [3,4,0]]}')],
            "line",
            {},
            "Row 2 has a height as well as longitude and latitude",
        ),
    ],
)
def test_what_a_csv_cannot_say_is_named_with_its_row(
    checked: Check, rows: list[tuple[str, str]], kind: str, more: dict[str, Any], what: str
) -> None:
    reason = publishable(checked(rows, kind, **more))

    assert reason == f"{what} for the column A · a, which a CSV cannot express."


@pytest.mark.parametrize(
    ("rows", "kind", "more"),
    [
        ([("1", "x")], "text", keeping()),
        ([("1", "x"), ("2", "")], "text", keeping(method=Method.REPLACE)),
        ([("1", "x"), ("2", "")], "text", keeping(method=Method.APPEND)),
        ([("1", "x"), ("", "")], "text", keeping()),
        ([("1", "")], "text", {}),
        ([("1", "http://a.b"), ("2", "")], "url", {}),
        ([("1", "POINT (1 2)"), ("2", "(1, 2)"), ("3", "")], "point", {}),
    ],
)
def test_what_a_csv_can_say_is_publishable(
    checked: Check, rows: list[tuple[str, str]], kind: str, more: dict[str, Any]
) -> None:
    assert publishable(checked(rows, kind, **more)) is None


def test_the_portal_edge_converts_exactly_the_types_that_are_written() -> None:
    assert CSV_TYPES.keys() == CONVERSIONS.keys()


def test_places_mean_the_same_as_in_json(checked: Check, taken: Fixture) -> None:
    texts = ["(41.5, -72.7)", "POINT (-72.7 41.5)", json.dumps({"type": "Point",
             "coordinates": [-72.7, 41.5]})]  # fmt: skip
    result = checked([(str(n), text) for n, text in enumerate(texts)], "point")

    assert {row[2] for row in records(result)} == {"POINT (-72.7 41.5)"}
    assert [value["a"] for _, value in taken(result)][1] == "POINT (-72.7 41.5)"


def test_a_default_format_of_points_counts_in_a_csv_too(checked: Check) -> None:
    result = checked([("1", "(-72.7, 41.5)")], "point", formats={"point": ("longitude first",)})

    assert [row[2] for row in records(result)] == ["POINT (-72.7 41.5)"]


@pytest.mark.parametrize(
    ("text", "how", "rule", "bare", "expected"),
    [
        ("Id,A\n1,x y\n2, z \n", {}, {}, True, ["x y", "z"]),
        ("Id;A\n1;x,y\n2;z\n", {}, {}, False, ["x,y", "z"]),
        ('Id,A\n1,"x,y"\n2,"a\nb"\n', {}, {}, False, ["x,y", "a\nb"]),
        ('Id,A\n1,6" pipe\n2,"x"\n', {"quote": ""}, {}, False, ['6" pipe', '"x"']),
        ("Id,A\n1,x\n2,y\n", {}, {"template": "{A}, {Id}"}, True, ["x, 1", "y, 2"]),
    ],
    ids=["no quotes", "semicolons", "quotes", "quotes as text", "a template with a comma"],
)
def test_a_file_without_quotes_is_written_without_looking_for_them(
    tmp_path: Path,
    dataset: Fixture,
    column: Fixture,
    text: str,
    how: dict[str, str],
    rule: dict[str, str],
    bare: bool,
    expected: list[str],
) -> None:
    (tmp_path / "a.csv").write_text(text, encoding="utf-8", newline="")
    source = open_source(SourceSpec(path="a.csv", **how), tmp_path)
    filled = ColumnRule(field="a", **rule) if rule else ColumnRule("A", "a")
    target = dataset(column("id"), column("a"), identifier="id")
    mapping = Mapping((ColumnRule("Id", "id"), filled))
    with Stage.open(source, tmp_path, Silent()) as stage:
        found = records(check(stage, CheckPlan(target, mapping, Method.UPSERT)))
        said = stage.spool.bare

    assert said is bare
    assert [row[2] for row in found] == expected


@pytest.mark.parametrize("odd", [None, "a, b", '"a"', "a\nb", "a\rb"])
def test_repeating_texts_are_written_the_same_as_others(
    checked: Check, monkeypatch: pytest.MonkeyPatch, odd: str | None
) -> None:
    table = [(str(number), "ab"[number % 2]) for number in range(40)]
    table += [("40", odd)] if odd else []

    every = body_of(checked(table))
    monkeypatch.setattr("sodasheet.staging.check.check.MOST_ROWS_CELL_BY_CELL", 0)
    result = checked(table)

    assert result.projected[1].distinct is not None
    assert body_of(result) == every
    is_quoted = "contains(t1" in csv_output._query(result, result.stage.table)
    assert is_quoted == (odd is not None)
