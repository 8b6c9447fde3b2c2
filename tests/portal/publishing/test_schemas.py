"""Schemas: the conversion requested for a file, and unusual replies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sodasheet.errors import PortalError
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.http.session import PortalSession
from sodasheet.portal.publishing.resource import Resource
from sodasheet.portal.publishing.revision import Action as Kind
from sodasheet.portal.publishing.schema_errors import CellError
from sodasheet.portal.publishing.schemas import InputSchema, OutputSchema, parsed
from sodasheet.portal.publishing.target_columns import Target
from sodasheet.portal.publishing.upload_file import UploadSource

SOURCE = "/api/publishing/v1/source/8"
SCHEMA = f"{SOURCE}/schema/21"


def dataset_of(**kinds: str) -> Dataset:
    columns = tuple(Column(n, f, f, kind, n) for n, (f, kind) in enumerate(kinds.items(), 1))
    return Dataset("https://data.example.gov", "abcd-1234", "Permits", columns, "id")


DATASET = dataset_of(id="text", fee="number", seen="checkbox", opened="calendar_date")


#: A dataset whose columns are all filled by the file.
FILLED = dataset_of(id="text", fee="number")


def target(
    action: Kind = "update",
    fields: tuple[str, ...] = ("id", "fee"),
    dataset: Dataset = DATASET,
) -> Target:
    return Target(dataset, action, "sodasheet_row", fields)


def inputs(*names: str) -> list[dict[str, Any]]:
    """Input columns, last one first: only their positions count."""
    listed = [{"id": n, "field_name": name, "position": n} for n, name in enumerate(names, 1)]
    return listed[::-1]


def outputs(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [
        {
            "id": 100 + n,
            "field_name": name,
            "position": n,
            "format": {"align": "right"},
            "transform": {"id": 500 + n, "transform_expr": "null"} | more,
        }
        for n, name in enumerate(names, 1)
    ]


def suggestion(*names: str, **more: Any) -> dict[str, Any]:
    schemas = [{"id": 30, "output_columns": []}, {"id": 31, "output_columns": outputs(*names)}]
    schemas[1] |= more
    return {"resource": {"id": 21, "output_schemas": schemas[::-1]}}


def made(*names: str, **fields: Any) -> dict[str, Any]:
    return {"resource": {"id": 40, "output_columns": outputs(*names)} | fields}


@pytest.fixture
def source(session: PortalSession) -> UploadSource:
    return UploadSource(session, 8, Resource())


@pytest.fixture
def schema(source: UploadSource) -> InputSchema:
    """A file with a row number and two columns, which the portal renames."""
    read = Resource({"id": 21, "input_columns": inputs("sodasheet_row", "id_1", "fee_2")})
    return InputSchema(source, 21, 5, 0, read)


def output_of(schema: InputSchema, *names: str) -> OutputSchema:
    columns = outputs(*names)
    columns[0]["is_primary_key"] = True
    resource = Resource({"output_columns": columns})
    return OutputSchema(schema, target(dataset=FILLED), 40, None, None, resource)


# --- reading the file -----------------------------------------------------------------------------


def test_the_file_is_waited_for_and_progress_is_what_the_portal_tells(
    portal: Any, source: UploadSource
) -> None:
    reading = {"id": 8, "finished_at": None}
    portal.answer({"resource": reading | {"schemas": []}})
    portal.answer({"resource": reading | {"schemas": [{"id": 21, "total_rows": 400}]}})
    done = {"id": 21, "total_rows": 900, "num_row_errors": 2, "input_columns": []}
    portal.answer({"resource": {"id": 8, "finished_at": "2026-01-01", "schemas": [done]}})
    seen: list[int | None] = []

    schema = parsed(source, seen.append)

    assert seen == [None, 400, 900]
    assert (schema.id, schema.rows, schema.error_count) == (21, 900, 2)
    assert {asked.path for asked in portal.asked} == {SOURCE}


def test_a_portal_that_never_says_it_has_finished_is_believed_its_schema(
    portal: Any, source: UploadSource
) -> None:
    portal.answer({"id": 8, "schemas": [{"id": 20}, {"id": "21"}]})

    schema = parsed(source)

    assert (schema.id, schema.rows, schema.error_count) == (21, None, None)


@pytest.mark.parametrize(
    ("details", "sentence"),
    [
        ({"type": "bad_csv", "message": "unclosed quote."}, "read the upload: unclosed quote."),
        ({"type": "bad_csv"}, "could not read the upload: bad_csv."),
        ("no luck", "could not read the upload: no luck."),
        (None, "could not read the upload."),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_the_reason(
    portal: Any, source: UploadSource, details: Any, sentence: str
) -> None:
    failed = {"id": 8, "failed_at": "2026-01-01", "failure_details": details, "schemas": []}
    portal.answer({"resource": failed | {"finished_at": None}})

    with pytest.raises(PortalError) as caught:
        parsed(source)
    assert caught.value.what.endswith(sentence)
    assert "Nothing was changed" in caught.value.remedy


# --- what becomes of each column ------------------------------------------------------------------


def posted(portal: Any) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(next(one.body for one in portal.asked[::-1] if one.body))
    return found


def test_a_delete_has_the_columns_of_the_file_and_no_others(
    portal: Any, schema: InputSchema
) -> None:
    sorts = [{"field_name": "seen", "ascending": True}, {"field_name": "fee", "ascending": False}]
    portal.answer(suggestion("fee", "seen", "id", "opened", "stray", sort_bys=sorts))
    portal.answer(made("fee", "id"), 201)

    assert schema.output(target("delete")).id == 40

    assert [asked.path for asked in portal.asked] == [SCHEMA, SCHEMA]
    fee, key = posted(portal)["output_columns"]
    assert (fee["field_name"], fee["position"], fee["is_primary_key"]) == ("fee", 1, False)
    assert fee["transform"] == {"transform_expr": "to_number(`fee_2`)"}
    assert (fee["id"], fee["initial_output_column_id"], fee["format"]) == (
        101,
        101,
        {"align": "right"},
    )
    assert (key["field_name"], key["position"], key["is_primary_key"]) == ("id", 2, True)
    assert key["transform"] == {"transform_expr": "to_text(`id_1`)"}
    assert posted(portal)["sort_bys"] == sorts[1:]


@pytest.mark.parametrize("action", ["replace", "update"])
def test_a_revision_keeps_the_other_columns_of_the_dataset_as_the_portal_means_them(
    portal: Any, schema: InputSchema, action: Kind
) -> None:
    portal.answer(suggestion("id", "fee", "seen", "opened", "sodasheet_row", "stray"))
    portal.answer(made("id", "fee", "seen", "opened"), 201)

    schema.output(target(action))

    columns = posted(portal)["output_columns"]
    assert [column["field_name"] for column in columns] == ["id", "fee", "seen", "opened"]
    assert columns[2]["transform"] == {"id": 503, "transform_expr": "null"}


@pytest.mark.parametrize(
    ("kind", "function"),
    [
        ("checkbox", "to_boolean"),
        ("calendar_date", "to_floating_timestamp"),
        ("date", "to_fixed_timestamp"),
        ("point", "to_point"),
        ("multipolygon", "to_multipolygon"),
        ("url", "to_url"),
        ("json", "to_json"),
    ],
)
def test_every_type_has_its_conversion(
    portal: Any, schema: InputSchema, kind: str, function: str
) -> None:
    wanted = Target(dataset_of(id="text", fee=kind), "update", "sodasheet_row", ("id", "fee"))
    portal.answer(suggestion("id", "fee")).answer(made("id", "fee"), 201)

    schema.output(wanted)

    transform = posted(portal)["output_columns"][1]["transform"]
    assert transform == {"transform_expr": f"{function}(`fee_2`)"}


def test_columns_that_got_lost_on_the_way_stop_it(portal: Any, source: UploadSource) -> None:
    read = Resource({"id": 21, "input_columns": inputs("sodasheet_row", "id")})
    portal.answer(suggestion("id", "fee"))

    with pytest.raises(PortalError, match="found 2 columns in the upload, not 3"):
        InputSchema(source, 21, 5, 0, read).output(target())


def test_a_portal_that_drops_a_column_from_the_answer_is_not_trusted(
    portal: Any, schema: InputSchema
) -> None:
    portal.answer(suggestion("id", "fee")).answer(made("id"), 201)

    with pytest.raises(PortalError, match='abcd-1234: "fee" is missing'):
        schema.output(target(dataset=FILLED))


def test_a_replace_whose_schema_lacks_a_column_of_the_dataset_is_not_applied(
    portal: Any, schema: InputSchema
) -> None:
    portal.answer(suggestion("id", "fee"))

    with pytest.raises(PortalError, match='"opened", "seen" are missing') as caught:
        schema.output(target("replace"))

    assert NextStep(Action.CHOOSE_UPLOAD_METHOD, value="soda2") in caught.value.steps


# --- waiting for the conversion -------------------------------------------------------------------


@pytest.mark.parametrize(
    "ended",
    [
        {"completed_at": "2026-01-01", "finished_at": "2026-01-01"},
        {"completed_at": "2026-01-01"},
        {"finished_at": "2026-01-01"},
    ],
)
def test_a_schema_is_done_when_the_portal_says_so_in_any_of_its_words(
    portal: Any, schema: InputSchema, ended: dict[str, str]
) -> None:
    begun = dict.fromkeys(ended) | {"total_rows": 100}
    portal.answer(made("id", "fee", **begun)).answer(
        made("id", "fee", **(begun | {"total_rows": 200}))
    )
    portal.answer(made("id", "fee", total_rows=500, error_count=3, **ended))
    seen: list[int | None] = []

    done = output_of(schema, "id", "fee").finished(seen.append)

    assert (done.rows, done.error_count) == (500, 3)
    assert seen == [100, 200, 500]
    assert portal.last.path == f"{SCHEMA}/output/40"


def test_rows_that_are_converted_but_not_yet_judged_are_waited_for(
    portal: Any, schema: InputSchema
) -> None:
    portal.answer(made("id", finished_at="2026-01-01", completed_at=None))
    portal.answer(made("id", finished_at="2026-01-01", completed_at="2026-01-01", error_count=1))

    assert output_of(schema, "id").finished().error_count == 1


def test_a_conversion_that_breaks_is_told_with_its_column(portal: Any, schema: InputSchema) -> None:
    columns = outputs("id") + outputs(
        "fee", failed_at="2026-01-01", failure_details={"message": "ran out of memory"}
    )
    portal.answer({"resource": {"id": 40, "output_columns": columns, "completed_at": None}})

    with pytest.raises(PortalError, match='could not convert the column "fee": ran out of memory'):
        output_of(schema, "id").finished()


# --- the row identifier ---------------------------------------------------------------------------


def test_the_portal_is_asked_about_the_row_identifier_by_its_transform(
    portal: Any, schema: InputSchema
) -> None:
    portal.answer({"valid": True})

    output_of(schema, "id", "fee").require_identifier()

    assert portal.last.path == f"{SCHEMA}/output/40/validate_row_id/501"


@pytest.mark.parametrize("body", [{"valid": False}, {"valid": None}, {"odd": 1}])
def test_only_a_yes_is_a_yes(portal: Any, schema: InputSchema, body: Any) -> None:
    portal.answer(body)

    with pytest.raises(PortalError, match='blank or repeated values in the row identifier "id"'):
        output_of(schema, "id", "fee").require_identifier()


# --- errors ---------------------------------------------------------------------------------------


def failed(value: str, **error: Any) -> dict[str, Any]:
    return {"error": {"type": "type_conversion_failed", "data": {"value": value}} | error}


def ask_for_errors(portal: Any, schema: InputSchema, *pages: Any) -> list[CellError]:
    portal.answer(suggestion("fee", "id")).answer(made("fee", "id", "sodasheet_row"), 201)
    portal.answer(made("fee", "id", "sodasheet_row", completed_at="2026-01-01"))
    for page in pages:
        portal.answer(page)
    return list(output_of(schema, "id", "fee").errors())


def test_errors_are_asked_for_with_row_numbers_in_a_schema_of_their_own(
    portal: Any, schema: InputSchema
) -> None:
    header = {"output_columns": []}
    bad = {"row": [failed("x", english="No number: x"), {"ok": "a"}, {"ok": "17"}], "offset": 4}

    found = ask_for_errors(portal, schema, [header, bad], [header])

    assert found == [CellError(17, "fee", "x", "No number: x")]
    row = posted(portal)["output_columns"][-1]
    assert (row["field_name"], row["position"]) == ("sodasheet_row", 3)
    assert row["transform"] == {"transform_expr": "to_text(`sodasheet_row`)"}
    assert portal.last.path == f"{SCHEMA}/output/40/schema_errors?limit=500&offset=1"


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ([failed("x"), {"ok": "a"}, {"ok": "9"}], (9, "fee", "x", "type_conversion_failed")),
        ([{"error": "broken"}, {"ok": "a"}, {"ok": "9"}], (9, "fee", None, "broken")),
        ([{"error": {"message": "m\n!"}}, {"ok": None}, {"ok": 9}], (9, "fee", None, "m !")),
        ([failed("x"), {"ok": "a"}, {"ok": "n/a"}], (None, "fee", "x", "type_conversion_failed")),
        ([failed("x"), {"ok": "a"}], (None, "fee", "x", "type_conversion_failed")),
        ([{"ok": 1}, failed("☂"), {"ok": "9"}], (9, "id", "☂", "type_conversion_failed")),
    ],
)
def test_errors_of_any_shape_are_read(
    portal: Any, schema: InputSchema, row: list[Any], expected: tuple[Any, ...]
) -> None:
    assert ask_for_errors(portal, schema, [{"row": row}], []) == [CellError(*expected)]


def test_a_portal_that_knows_no_pages_does_not_make_us_run_in_circles(
    portal: Any, schema: InputSchema
) -> None:
    page = [{"row": [failed(str(n)), {"ok": "a"}, {"ok": str(n)}]} for n in range(700)]

    found = ask_for_errors(portal, schema, {"resource": page})

    assert [error.row for error in found] == list(range(700))


def test_broken_records_keep_their_row_as_far_as_it_can_be_read(
    portal: Any, schema: InputSchema
) -> None:
    def broken(*contents: str) -> dict[str, Any]:
        return {"offset": 1, "error": {"wanted": 3, "got": len(contents), "contents": contents}}

    portal.answer([broken("17", "b"), broken("x"), broken(), {"odd": 1}, "odder"]).answer([])

    found = list(schema.errors())

    assert [error.row for error in found] == [17, None, None]
    assert found[0].reason == "the portal read 2 cells instead of 3"
    assert portal.asked[0].path == f"{SCHEMA}/row_errors?limit=500&offset=0"


def test_an_answer_about_errors_that_is_no_list_is_not_taken_for_none(
    portal: Any, schema: InputSchema
) -> None:
    portal.answer({"message": "come back later"})

    with pytest.raises(PortalError, match="did not say what it did"):
        list(schema.errors())
