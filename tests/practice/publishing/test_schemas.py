"""Schemas: the first schema of a source, schemas requested by a client, rows and errors."""

from __future__ import annotations

import pytest

NO = {"field_name": "no", "transform": {"transform_expr": "`no`"}}
FORGIVING = "forgive(to_number(`units`))"
ROWS = b"no,units,extra\nA,1,x\nB,many,y\nC,,z\nD,2 pcs,\n"


def expressions(output):
    return {
        column["field_name"]: column["transform"]["transform_expr"]
        for column in output["output_columns"]
    }


def outputs_path(output, source, tail=""):
    return f"/source/{source}/schema/{output['input_schema_id']}/output/{output['id']}{tail}"


@pytest.fixture
def loaded(publishing, permits):
    """(source, output schema) of rows, two with an error."""
    revision, output = publishing.load(permits, ROWS)
    sources = publishing.call("GET", f"{publishing.path(revision)}/source")
    return sources[0]["resource"]["id"], output


# --- the first schemas ---------------------------------------------------------------------------


def test_all_columns_of_a_file_are_text(publishing, loaded):
    columns = publishing.parsed(loaded[0])["schemas"][0]["input_columns"]

    assert [(one["field_name"], one["position"], one["soql_type"]) for one in columns] == [
        ("no", 0, "text"), ("units", 1, "text"), ("extra", 2, "text")
    ]  # fmt: skip


def test_a_replace_begins_with_every_column_of_the_dataset(loaded):
    assert expressions(loaded[1]) == {
        "no": "to_text(`no`)",
        "note": "to_text(null)",
        "units": "to_number(`units`)",
    }
    assert [one["is_primary_key"] for one in loaded[1]["output_columns"]] == [True, False, False]


@pytest.mark.parametrize("action", ["update", "delete"])
def test_other_revisions_begin_with_what_the_file_has(publishing, permits, action):
    _, output = publishing.load(permits, ROWS, action)
    assert expressions(output) == {"no": "to_text(`no`)", "units": "to_number(`units`)"}


def test_every_type_that_a_file_can_hold_has_a_conversion(publishing):
    header = b"record_id,a_point,a_money,a_checkbox,a_calendar_date,a_date,a_url,a_location,a_json"
    values = b'1,POINT (1 2),5,true,2024-01-01,2024-01-01T00:00:00Z,http://x.y,"x\n(1, 2)",{}'
    revision, output = publishing.load("type-4c9k", header + b"\n" + values + b"\n", "update")
    found = expressions(output)

    assert output["error_count"] == 0
    assert found["a_money"] == "to_number(`a_money`)"
    assert found["a_calendar_date"] == "to_floating_timestamp(`a_calendar_date`)"
    assert found["a_location"] == "to_location(`a_location`)"
    assert publishing.apply(revision, output)["status"] == "successful"


def test_a_new_dataset_begins_with_guessed_types(publishing):
    revision = publishing.call("POST", "/revision", 201, json={})["resource"]
    source = publishing.source(revision)
    publishing.send(source, b"n,b,d,t,e\n1,true,2024-01-31,1,\n2.5,FALSE,2024-02-01,x,\n")
    output = publishing.output(source)
    inputs = publishing.parsed(source)["schemas"][0]["input_columns"]

    assert expressions(output) == {
        "n": "to_number(`n`)",
        "b": "to_boolean(`b`)",
        "d": "to_floating_timestamp(`d`)",
        "t": "`t`",
        "e": "`e`",
    }
    assert [one["guessed_soql_type"] for one in inputs] == [
        "number", "checkbox", "calendar_date", "text", "text"
    ]  # fmt: skip
    assert output["error_count"] == 1  # to_boolean does not read FALSE


def test_a_new_dataset_may_begin_as_text(publishing, guess):
    guess("first_output_types", "text")
    revision = publishing.call("POST", "/revision", 201, json={})["resource"]
    source = publishing.source(revision)
    publishing.send(source, b"A b,c\n1,2\n")

    assert expressions(publishing.output(source)) == {"a_b": "to_text(`a_b`)", "c": "to_text(`c`)"}


def test_an_output_schema_says_when_it_is_finished_in_both_ways(loaded):
    output = loaded[1]

    assert output["finished_at"] == output["completed_at"] is not None
    assert output["total_rows"] == 4
    transforms = [column["transform"] for column in output["output_columns"]]
    assert {one["finished_at"] for one in transforms} == {one["completed_at"] for one in transforms}
    assert [one["error_count"] for one in transforms] == [0, 0, 2]
    assert [len(one["transform_input_columns"]) for one in transforms] == [1, 0, 1]


# --- schemas asked for ---------------------------------------------------------------------------


def test_a_new_output_schema_is_the_latest_and_leaves_the_old_one(publishing, loaded):
    source, first = loaded
    columns = [
        {"field_name": "units", "position": 2, "transform": {"transform_expr": FORGIVING}},
        NO | {"position": 1, "display_name": "Nr"},
    ]
    second = publishing.transform(
        source, columns, sort_bys=[{"field_name": "no", "ascending": True}]
    )
    latest = publishing.call(
        "GET", f"/source/{source}/schema/{first['input_schema_id']}/output/latest"
    )

    assert latest["resource"] == second
    assert [(one["field_name"], one["display_name"]) for one in second["output_columns"]] == [
        ("no", "Nr"), ("units", "units")
    ]  # fmt: skip
    assert (first["error_count"], second["error_count"]) == (2, 0)
    assert second["sort_bys"] == [{"field_name": "no", "ascending": True}]
    old = publishing.call("GET", outputs_path(first, source))["resource"]
    assert old == first
    shown = publishing.call("GET", f"/source/{source}")["resource"]["schemas"][0]
    assert [one["id"] for one in shown["output_schemas"]] == [first["id"], second["id"]]


def test_a_transform_used_before_is_used_again(publishing, loaded):
    source, first = loaded
    second = publishing.transform(source, first["output_columns"])

    assert [one["transform"]["id"] for one in second["output_columns"]] == [
        one["transform"]["id"] for one in first["output_columns"]
    ]
    assert second["error_count"] == 2


@pytest.mark.parametrize(
    ("columns", "key"),
    [
        ([], "invalid_output_schema"),
        (None, "invalid_output_schema"),
        (["x"], "invalid_output_schema"),
        ([{"field_name": "A b", "transform": {"transform_expr": "`no`"}}], "invalid_field_name"),
        ([{"field_name": "no", "transform": {}}], "missing_transform"),
        ([NO | {"transform": {"transform_expr": "nope(`no`)"}}], "invalid_transform"),
        ([NO] * 2, "duplicate_field_name"),
        ([{"field_name": name, "is_primary_key": True, "transform": {"transform_expr": "`no`"}}
          for name in "ab"], "multiple_primary_keys"),
    ],
)  # fmt: skip
def test_an_output_schema_that_cannot_be_is_refused(publishing, loaded, columns, key):
    source, output = loaded
    path = f"/source/{source}/schema/{output['input_schema_id']}"

    assert publishing.call("POST", path, 400, json={"output_columns": columns})["key"] == key


# --- rows and errors -----------------------------------------------------------------------------


def test_rows_come_in_pages_with_their_errors(publishing, loaded):
    source, output = loaded
    head, *rows = publishing.call("GET", outputs_path(output, source, "/rows?limit=2&offset=1"))

    assert [column["field_name"] for column in head["output_columns"]] == ["no", "note", "units"]
    assert [row["offset"] for row in rows] == [1, 2]
    assert rows[0]["row"][:2] == [{"ok": "B"}, {"ok": None}]
    assert rows[0]["row"][2]["error"] == {
        "type": "type_conversion_failed",
        "english": 'Unable to convert "many" from text to number',
        "data": {"value": "many", "source_type": "text", "target_type": "number"},
    }
    assert rows[1]["row"] == [{"ok": "C"}, {"ok": None}, {"ok": None}]


def test_rows_beyond_the_end_are_none(publishing, loaded):
    source, output = loaded
    assert len(publishing.call("GET", outputs_path(output, source, "/rows?offset=4"))) == 1
    refused = publishing.call("GET", outputs_path(output, source, "/rows?limit=x"), 400)
    assert refused["key"] == "invalid_parameter"


def test_errors_come_in_pages(publishing, loaded):
    source, output = loaded
    pages = [
        publishing.call("GET", outputs_path(output, source, f"/schema_errors?limit=1&offset={n}"))[
            1:
        ]
        for n in range(3)
    ]

    assert [[row["offset"] for row in page] for page in pages] == [[1], [3], []]


def test_errors_come_as_csv(publishing, client, loaded):
    source, output = loaded
    path = "/api/publishing/v1" + outputs_path(output, source, "/schema_errors")
    reply = client.get(path, headers={"Accept": "text/csv"})

    assert reply.headers["Content-Type"].startswith("text/csv")
    assert reply.text.splitlines() == [
        "no,note,units,errors",
        'B,,many,"units: Unable to convert ""many"" from text to number"',
        'D,,2 pcs,"units: Unable to convert ""2 pcs"" from text to number"',
    ]


def test_errors_beyond_one_block_are_found(publishing, plain):
    rows = b"".join(b"w,%s\n" % (b"bad" if n % 4000 == 7 else b"%d" % n) for n in range(12_000))
    revision, output = publishing.load(plain, b"word,size\n" + rows)
    source = publishing.call("GET", f"{publishing.path(revision)}/source")[0]["resource"]["id"]
    errors = publishing.call("GET", outputs_path(output, source, "/schema_errors"))[1:]
    page = publishing.call("GET", outputs_path(output, source, "/rows?offset=9998&limit=4"))[1:]

    assert output["error_count"] == 3
    assert [row["offset"] for row in errors] == [7, 4007, 8007]
    assert [row["row"][1]["ok"] for row in page] == ["9998", "9999", "10000", "10001"]


@pytest.mark.parametrize(
    ("data", "valid"),
    [
        (b"no,units\nA,1\nB,1.0\n", {"no": True, "units": False}),
        (b"no,units\nA,1\nA,2\n", {"no": False, "units": True}),
        (b"no,units\n,1\nB,\n", {"no": False, "units": False}),
        (b"no,units\nA,x\n", {"no": True, "units": False}),
    ],
)
def test_a_row_identifier_is_unique_and_never_missing(publishing, permits, data, valid):
    revision, output = publishing.load(permits, data, "update")
    source = publishing.call("GET", f"{publishing.path(revision)}/source")[0]["resource"]["id"]
    found = {
        column["field_name"]: publishing.call(
            "GET",
            outputs_path(output, source, f"/validate_row_id/{column['transform']['id']}"),
        )["valid"]
        for column in output["output_columns"]
    }
    assert found == valid


# --- configs -------------------------------------------------------------------------------------


def test_a_config_says_how_a_file_is_loaded(publishing, client, permits):
    columns = [
        {"field_name": "no", "display_name": "No", "transform_expr": "upper(`number`)",
         "is_primary_key": True},
        {"field_name": "units", "display_name": "Units", "transform_expr": "to_number(`size`)"},
    ]  # fmt: skip
    config = {"name": "Weekly load/1", "data_action": "update", "columns": columns,
              "parse_options": {"column_separator": ";"}}  # fmt: skip
    made = publishing.call("POST", "/config", 201, json=config)
    revision = publishing.call("POST", f"/revision/{permits}", 201,
                               json={"config": "Weekly load/1"})["resource"]  # fmt: skip
    source = publishing.source(revision)
    publishing.send(source, b"number;size\nb;2\n")
    output = publishing.output(source)

    assert [
        column | given for column, given in zip(made["resource"]["columns"], columns, strict=True)
    ] == (made["resource"]["columns"])
    assert made["resource"]["columns"][1]["is_primary_key"] is None
    assert revision["action"]["type"] == "update"
    assert expressions(output) == {"no": "upper(`number`)", "units": "to_number(`size`)"}
    assert publishing.apply(revision, output)["status"] == "successful"
    assert client.rows(permits, where="no='B'") == [{"no": "B", "units": "2"}]
    assert publishing.call("POST", "/config", 400, json=config)["key"] == "name_taken"


def test_a_config_is_built_from_an_output_schema_changed_and_deleted(publishing, loaded):
    _, output = loaded
    made = publishing.call("POST", f"/config/build_from/{output['id']}", 201,
                           json={"name": "built", "data_action": "replace"})  # fmt: skip
    assert [one["transform_expr"] for one in made["resource"]["columns"]] == list(
        expressions(output).values()
    )
    changed = publishing.call("PATCH", "/config/built", 202, json={"data_action": "update"})
    assert changed["resource"]["data_action"] == "update"
    listed = publishing.call("GET", "/config")
    assert "built" in [one["resource"]["name"] for one in listed]
    publishing.call("DELETE", "/config/built")
    publishing.call("GET", "/config/built", 404)


@pytest.mark.parametrize(
    ("body", "key"),
    [
        ({"data_action": "update"}, "missing_name"),
        ({"name": "x", "data_action": "explode"}, "invalid_data_action"),
        ({"name": "x", "data_action": "update", "columns": "y"}, "invalid_columns"),
        ({"name": "x", "data_action": "update", "parse_options": {"encoding": 5}},
         "invalid_parse_options"),
    ],
)  # fmt: skip
def test_a_config_that_cannot_be_is_refused(publishing, body, key):
    assert publishing.call("POST", "/config", 400, json=body)["key"] == key
