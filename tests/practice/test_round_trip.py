"""Every upserted row is read back."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from socrata_practice.storage.generated_ids import number_of, row_name
from socrata_practice.types.geometry import geometry, wkt
from socrata_practice.types.scalars import number, number_key

# a shared portal is meant: every example replaces all rows
quick = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=40)
decimals = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**25), max_value=10**25)
rows = st.lists(
    st.fixed_dictionaries(
        {"key": texts.filter(bool)},
        optional={
            "word": st.none() | texts,
            "size": st.none() | decimals.map(str),
            "day": st.none() | st.datetimes().map(
                lambda day: day.replace(microsecond=day.microsecond // 1000 * 1000)
                .isoformat(timespec="milliseconds")
            ),
            "ok": st.none() | st.booleans(),
        },
    ),
    max_size=12,
    unique_by=lambda row: row["key"],
)  # fmt: skip


@pytest.fixture(scope="module")
def dataset(client):
    return client.make(
        {"key": "text", "word": "text", "size": "number", "day": "calendar_date", "ok": "checkbox"},
        key="key",
    )


def comparable(row):
    shown = {name: value for name, value in row.items() if value is not None}
    if "size" in shown:
        shown["size"] = Decimal(shown["size"])
    return shown


@quick
@given(rows)
def test_json_rows_are_read_back(client, dataset, table):
    client.replace(dataset, [])
    assert client.upsert(dataset, table).json()["Rows Created"] == len(table)

    assert list(map(comparable, client.rows(dataset))) == list(map(comparable, table))
    assert client.upsert(dataset, table).json()["Rows Updated"] == len(table)
    assert list(map(comparable, client.rows(dataset))) == list(map(comparable, table))


@quick
@given(rows)
def test_csv_rows_are_read_back_and_their_csv_can_be_sent_again(client, dataset, table):
    buffer = io.StringIO()
    names = ["key", "word", "size", "day", "ok"]
    writer = csv.writer(buffer)
    writer.writerow(names)
    for row in table:
        cells = {True: "true", False: "false", None: ""}
        writer.writerow([cells.get(row.get(name), row.get(name, "")) if name == "ok"
                         else row.get(name) for name in names])  # fmt: skip
    assert client.csv("PUT", dataset, buffer.getvalue()).status_code == 200
    expected = [comparable({k: v for k, v in row.items() if v != ""}) for row in table]

    assert list(map(comparable, client.rows(dataset))) == expected
    shown = client.get(f"/resource/{dataset}.csv").content
    assert client.csv("PUT", dataset, shown).status_code == 200
    assert list(map(comparable, client.rows(dataset))) == expected


@quick
@given(st.lists(texts.filter(bool), unique=True, max_size=8))
def test_each_row_is_found_by_its_identifier(client, dataset, keys):
    client.replace(dataset, [{"key": key} for key in keys])
    for key in keys:
        literal = "'" + key.replace("'", "''") + "'"
        assert client.rows(dataset, where=f"key = {literal}") == [{"key": key}]


@given(decimals, st.integers(0, 5))
def test_equal_numbers_have_equal_keys(value, zeros):
    written = number(str(value))
    padded = f"{value:f}" + ("." if "." not in f"{value:f}" else "") + "0" * zeros

    assert Decimal(written) == value
    assert number_key(number(padded)) == number_key(written)
    assert Decimal(number_key(written)) == value


@given(st.integers(1, 2**63 - 1))
def test_a_row_name_stands_for_one_row(sid):
    assert number_of(row_name(sid)) == sid


@given(st.lists(st.tuples(st.integers(-180, 180), st.integers(-90, 90)), min_size=2, max_size=5))
def test_wkt_reads_as_what_was_written(points):
    line = {"type": "LineString", "coordinates": [list(point) for point in points]}

    assert geometry(wkt(line), "LineString") == geometry(line, "LineString")
