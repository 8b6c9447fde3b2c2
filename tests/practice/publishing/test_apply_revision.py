"""Contents of a dataset after a revision was applied, and after a failure."""

from __future__ import annotations

import pytest


@pytest.fixture
def counts():
    def found(task_set):
        entry = next(one for one in task_set["log"] if one["stage"] == "upsert_complete")
        return entry["details"]

    return found


def rows(client, dataset):
    """Return the rows by key, without the key."""
    return {row.pop("no"): row for row in client.rows(dataset)}


def column(name, expression, **more):
    return {"field_name": name, "transform": {"transform_expr": expression}} | more


def test_a_replace_leaves_only_what_the_file_holds(publishing, client, permits, counts):
    revision, output = publishing.load(permits, "no,units\nB,2\nÄ,\n".encode())
    done = publishing.apply(revision, output)

    assert rows(client, permits) == {"B": {"units": "2"}, "Ä": {}}
    assert counts(done) == {"Errors": 0, "Rows Created": 2, "Rows Updated": 0, "Rows Deleted": 0,
                            "By RowIdentifier": 0, "By SID": 0}  # fmt: skip


def test_a_replace_by_an_empty_file_empties_the_dataset(publishing, client, permits):
    revision, output = publishing.load(permits, b"no,units\n")

    assert publishing.apply(revision, output)["status"] == "successful"
    assert rows(client, permits) == {}


def test_an_update_keeps_what_the_file_does_not_name(publishing, client, permits, counts):
    revision, output = publishing.load(permits, b"no,units\nA,9\nB,2\n", "update")
    done = publishing.apply(revision, output)

    assert rows(client, permits) == {"A": {"note": "first", "units": "9"}, "B": {"units": "2"}}
    assert (counts(done)["Rows Created"], counts(done)["Rows Updated"]) == (1, 1)
    assert counts(done)["By RowIdentifier"] == 1


def test_an_empty_cell_of_an_update_empties_the_cell(publishing, client, permits):
    revision, output = publishing.load(permits, b"no,note\nA,\n", "update")
    publishing.apply(revision, output)

    assert rows(client, permits) == {"A": {"units": "1"}}


def test_an_update_without_a_row_identifier_appends(publishing, client, plain):
    client.upsert(plain, [{"word": "x"}])
    revision, output = publishing.load(plain, b"word,size\nx,\n", "update")
    publishing.apply(revision, output)

    assert client.rows(plain) == [{"word": "x"}, {"word": "x"}]


def test_a_delete_removes_the_rows_named(publishing, client, permits, counts):
    client.upsert(permits, [{"no": "B"}, {"no": "C"}])
    revision, output = publishing.load(permits, b"no\nB\nZ\nA\n", "delete")
    done = publishing.apply(revision, output)

    assert rows(client, permits) == {"C": {}}
    assert (counts(done)["Rows Deleted"], counts(done)["Errors"]) == (2, 1)


def test_of_rows_with_the_same_identifier_the_last_wins(publishing, client, permits, counts):
    revision, output = publishing.load(permits, b"no,note\nB,1\nB,2\nB,3\n", "update")
    done = publishing.apply(revision, output)

    assert rows(client, permits)["B"] == {"note": "3"}
    assert (counts(done)["Rows Created"], counts(done)["Rows Updated"]) == (1, 2)


def test_numbers_that_are_equal_identify_the_same_row(publishing, client):
    dataset = client.make({"id": "number", "v": "text"}, key="id")
    client.upsert(dataset, [{"id": "1.0", "v": "old"}])
    revision, output = publishing.load(dataset, b"id,v\n1,new\n1e0,newer\n", "update")
    publishing.apply(revision, output)

    assert [row["v"] for row in client.rows(dataset)] == ["newer"]


def test_rows_that_hold_an_error_are_left_out(publishing, client, permits):
    revision, output = publishing.load(permits, b"no,units\nB,1\nC,x\nD,2\n")
    assert output["error_count"] == 1
    done = publishing.apply(revision, output)

    assert done["status"] == "successful"
    assert set(rows(client, permits)) == {"B", "D"}


def test_rows_of_the_wrong_size_are_left_out(publishing, client, permits):
    revision, output = publishing.load(permits, b"no,units\nB,1\nC\nD,2,3\n")
    publishing.apply(revision, output)

    assert set(rows(client, permits)) == {"B"}


@pytest.mark.parametrize("data", [b"no,units\nB,1\n,2\n", b"note,units\nx,1\n"])
@pytest.mark.parametrize("action", ["replace", "update"])
def test_a_row_without_an_identifier_fails_it_all(publishing, client, permits, data, action):
    revision, output = publishing.load(permits, data, action)
    done = publishing.apply(revision, output)

    assert done["status"] == "failure"
    assert "no_primary_key" in done["log"][0]["details"]["message"]
    assert rows(client, permits) == {"A": {"note": "first", "units": "1"}}
    assert publishing.show(revision)["closed_at"] is None


def test_what_failed_leaves_metadata_and_columns_as_they_were(publishing, client, permits):
    revision = publishing.open(permits, metadata={"name": "Never"})
    source = publishing.source(revision)
    publishing.send(source, b"no,more\n,x\n")
    output = publishing.transform(source, [column("no", "`no`"), column("more", "`more`")])
    before = client.get(f"/api/views/{permits}.json").json()
    assert publishing.apply(revision, output)["status"] == "failure"
    after = client.get(f"/api/views/{permits}.json").json()

    assert (after["name"], after["columns"]) == (before["name"], before["columns"])


def test_an_output_schema_that_is_not_finished_is_not_applied(publishing, portal, permits):
    revision, _ = publishing.load(permits, b"no,units\nB,1\n")
    source = publishing.call("GET", f"{publishing.path(revision)}/source")[0]["resource"]["id"]
    portal.inject("schema_fails", path="*/schema/*", method="POST")
    failed = publishing.transform(source, [column("no", "upper(`no`)")])
    portal.clear_faults()
    path, body = f"{publishing.path(revision)}/apply", {"output_schema_id": failed["id"]}

    assert failed["finished_at"] is None
    assert publishing.call("PUT", path, 400, json=body)["key"] == "output_schema_not_finished"


# --- columns -------------------------------------------------------------------------------------


def fields(client, dataset):
    view = client.get(f"/api/views/{dataset}.json").json()
    return {one["fieldName"]: (one["name"], one["dataTypeName"]) for one in view["columns"]}


@pytest.fixture
def changed(publishing, permits):
    """A function that loads a file with a custom output schema and applies the schema."""

    def load(data, action, columns):
        revision = publishing.open(permits, action)
        source = publishing.source(revision)
        publishing.send(source, data)
        return publishing.apply(revision, publishing.transform(source, columns))

    return load


def test_columns_the_dataset_does_not_have_are_created(changed, client, permits):
    done = changed(b"no,when\nB,1/2/2024\n", "update", [
        column("no", "`no`"),
        column("opened", "to_floating_timestamp(`when`, '%m/%d/%Y')", display_name="Opened",
               description="when", format={"view": "date"}),
    ])  # fmt: skip

    assert next(one for one in done["log"] if one["stage"] == "columns_created")["details"] == {
        "created": 1
    }
    assert fields(client, permits)["opened"] == ("Opened", "calendar_date")
    assert rows(client, permits)["B"] == {"opened": "2024-01-02T00:00:00.000"}


def test_a_column_is_renamed_by_where_it_comes_from(publishing, client, permits):
    revision, output = publishing.load(permits, b"no,note\nB,x\n", "update")
    source = publishing.call("GET", f"{publishing.path(revision)}/source")[0]["resource"]["id"]
    columns = [
        one | ({"field_name": "remark", "display_name": "Remark",
                "initial_output_column_id": one["id"]} if one["field_name"] == "note" else {})
        for one in output["output_columns"]
    ]  # fmt: skip
    publishing.apply(revision, publishing.transform(source, columns))

    assert fields(client, permits)["remark"] == ("Remark", "text")
    assert "note" not in fields(client, permits)
    assert rows(client, permits)["A"] == {"remark": "first", "units": "1"}


def test_a_replace_may_change_a_type_and_the_row_identifier(changed, client, permits):
    done = changed(b"no,units\n7,x\n8,y\n", "replace", [
        column("no", "to_number(`no`)", is_primary_key=False),
        column("units", "`units`", is_primary_key=True),
    ])  # fmt: skip
    view = client.get(f"/api/views/{permits}.json").json()

    assert done["status"] == "successful"
    assert fields(client, permits)["no"][1] == "number"
    key = next(one for one in view["columns"] if one["id"] == view["rowIdentifierColumnId"])
    assert key["fieldName"] == "units"
    client.upsert(permits, [{"units": "x", "note": "met"}])
    assert client.rows(permits, where="units='x'")[0]["note"] == "met"


def test_an_update_may_not_change_a_type(changed, client, permits):
    done = changed(b"no,units\nB,x\n", "update", [column("no", "`no`"), column("units", "`units`")])

    assert done["status"] == "failure"
    assert "is number and its transform gives text" in done["log"][0]["details"]["message"]
    assert set(rows(client, permits)) == {"A"}


def test_a_row_identifier_that_does_not_identify_fails_it_all(publishing, client, plain):
    revision = publishing.open(plain)
    source = publishing.source(revision)
    publishing.send(source, b"word,size\n,1\n")
    output = publishing.transform(source, [column("word", "`word`", is_primary_key=True)])

    assert publishing.apply(revision, output)["status"] == "failure"
    assert "rowIdentifierColumnId" not in client.get(f"/api/views/{plain}.json").json()


def test_a_computed_column_is_neither_offered_nor_taken(publishing, client):
    view = client.get("/api/views/prmt-7x2d.json").json()
    computed = next(c["fieldName"] for c in view["columns"] if c["fieldName"].startswith(":@"))
    revision, output = publishing.load("prmt-7x2d", b"permit_no,units\nX,1\n")
    source = publishing.call("GET", f"{publishing.path(revision)}/source")[0]["resource"]["id"]
    body = {"output_columns": [column(computed, "to_number(`units`)")]}
    path = f"/source/{source}/schema/{output['input_schema_id']}"

    assert not [c for c in output["output_columns"] if c["field_name"].startswith(":")]
    assert publishing.call("POST", path, 400, json=body)["key"] == "invalid_field_name"


def test_a_new_dataset_is_made_filled_and_published(publishing, client):
    body = {"action": {"type": "update", "permission": "public"}, "metadata": {"name": "Trees"}}
    revision = publishing.call("POST", "/revision", 201, json=body)["resource"]
    source = publishing.source(revision)
    publishing.send(source, "Name,Height m,Where\nÄsche,3.5,POINT (1 2)\n".encode())
    output = publishing.transform(source, [
        column("name", "`name`", display_name="Name", is_primary_key=True),
        column("height", "to_number(`height_m`)", display_name="Height"),
        column("spot", "to_point(`where`)", display_name="Where"),
    ])  # fmt: skip
    done = publishing.apply(revision, output)
    view = client.get(f"/api/views/{revision['fourfour']}.json").json()

    assert done["status"] == "successful"
    assert (view["publicationStage"], bool(view["grants"])) == ("published", True)
    assert view["rowIdentifierColumnId"] == view["columns"][0]["id"]
    assert client.rows(revision["fourfour"]) == [
        {"name": "Äsche", "height": "3.5", "spot": {"type": "Point", "coordinates": [1, 2]}}
    ]


def test_many_rows_go_through_in_blocks(publishing, client, plain, counts):
    data = b"word,size\n" + b"".join(b"w%d,%d\n" % (n, n) for n in range(23_456))
    revision, output = publishing.load(plain, data)
    done = publishing.apply(revision, output)

    assert counts(done)["Rows Created"] == 23_456
    assert client.rows(plain, select="count(*), sum(size)") == [
        {"count": "23456", "sum_size": str(sum(range(23_456)))}
    ]


def test_rows_with_the_same_identifier_act_in_their_order_however_far_apart(
    publishing, client, permits, counts
):
    lines = b"".join(b"K%d,line %d\n" % (n % 120, n) for n in range(1_030))
    revision, output = publishing.load(permits, b"no,note\n" + lines, "update")
    done = publishing.apply(revision, output)

    found = rows(client, permits)
    assert found.pop("A") == {"note": "first", "units": "1"}
    assert found == {f"K{n % 120}": {"note": f"line {n}"} for n in range(910, 1_030)}
    assert (counts(done)["Rows Created"], counts(done)["Rows Updated"]) == (120, 910)


def test_many_rows_are_the_same_with_quotes_gaps_and_a_short_row(publishing, client, plain, counts):
    lines = [f"w, {n}" if n % 3 else f"w{n}" for n in range(12_000)]
    data = "".join(f'"{word}",{at}.5\r\n' if "," in word else f"{word} ,\r\n"
                   for at, word in enumerate(lines))  # fmt: skip
    first, rest = data[: data.index("w6000")], data[data.index("w6000") :]
    revision, output = publishing.load(plain, f"word,size\n{first}short\n\n{rest}".encode())
    done = publishing.apply(revision, output)

    assert counts(done)["Rows Created"] == 12_000
    assert client.rows(plain, limit="20000") == [
        {"word": word, "size": f"{at}.5"} if "," in word else {"word": word}
        for at, word in enumerate(lines)
    ]
