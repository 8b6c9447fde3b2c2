"""Reading: SoQL, formats, headers and errors (portal-api.md B.9)."""

from __future__ import annotations

import json

import pytest
import sqlglot

from socrata_practice.soql.grammar import parse

PERMITS = "prmt-7x2d"


@pytest.fixture(scope="module")
def words(client):
    dataset = client.make({"word": "text", "size": "number", "day": "calendar_date", "at": "date",
                           "ok": "checkbox", "spot": "point", "interval": "text"},
                          key="word")  # fmt: skip
    rows = [
        {"word": "ab", "size": "10", "day": "2024-01-05", "at": "2024-01-05T00:00:00Z", "ok": True},
        {"word": "abc", "size": "9", "day": "2024-01-20", "ok": False, "interval": "x"},
        {"word": "Äb", "size": "2.50", "day": "2024-02-01T08:30:00"},
        {"word": "a'b\\%", "spot": {"type": "Point", "coordinates": [1, 2]}},
        {"word": "zz", "size": "12345678901234567890"},
    ]
    assert client.upsert(dataset, rows).status_code == 200
    return dataset


WHERE = [
    ("size = 9", ["abc"]),
    ("size = 9.0", ["abc"]),
    ("size = '9'", ["abc"]),
    ("size > 9", ["ab", "zz"]),
    ("size <= 9", ["abc", "Äb"]),
    ("size <> 9", ["ab", "Äb", "zz"]),
    ("size in (10, 2.5)", ["ab", "Äb"]),
    ("size not in (10, 2.5)", ["abc", "zz"]),
    ("size between 2 and 9.5", ["abc", "Äb"]),
    ("size = 12345678901234567890", ["zz"]),
    ("size > 12345678901234567889", ["zz"]),
    ("size = -1", []),
    ("word = 'ab'", ["ab"]),
    ('WORD = "ab"', ["ab"]),
    ("`word` in ('ab', 'zz', 'nope')", ["ab", "zz"]),
    ("word = 'a''b\\%'", ["a'b\\%"]),
    ("starts_with(word, 'ab')", ["ab", "abc"]),
    ("contains(word, '%')", ["a'b\\%"]),
    ("word like 'ab%'", ["ab", "abc"]),
    ("word like 'AB%'", []),
    ("word not like 'a%'", ["Äb", "zz"]),
    ("word like '%\\%'", ["a'b\\%"]),
    ("lower(word) = 'äb'", ["Äb"]),
    ("upper(word) = 'ÄB'", ["Äb"]),
    ("word || '!' = 'ab!'", ["ab"]),
    ("day > '2024-01-10'", ["abc", "Äb"]),
    ("day between '2024-01-01' and '2024-01-31T23:59:59'", ["ab", "abc"]),
    ("date_trunc_ym(day) = '2024-01-01'", ["ab", "abc"]),
    ("at >= '2024-01-04T19:00:00-05:00'", ["ab"]),
    ("ok", ["ab"]),
    ("ok = false", ["abc"]),
    ("not ok", ["abc"]),
    ("ok is null", ["Äb", "a'b\\%", "zz"]),
    ("spot is not null", ["a'b\\%"]),
    ("interval = 'x' or (size = 10 and word = 'ab')", ["ab", "abc"]),
    (":created_at > '2001-01-01T00:00:00Z' and size = 9", ["abc"]),
    ("size = null", []),
]


@pytest.mark.parametrize(("where", "expected"), WHERE)
def test_rows_are_filtered(client, words, where, expected):
    assert [row["word"] for row in client.rows(words, where=where)] == expected


REFUSED = [
    ("$select", "nope", "query.soql.no-such-column"),
    ("$where", "nope = 1", "query.soql.no-such-column"),
    ("$order", "nope", "query.soql.no-such-column"),
    ("$where", "word = 1", "query.soql.type-mismatch"),
    ("$where", "size = 'x'", "query.soql.type-mismatch"),
    ("$where", "day = 'x'", "query.soql.type-mismatch"),
    ("$where", "day = 5", "query.soql.type-mismatch"),
    ("$where", "spot = 'x'", "query.soql.type-mismatch"),
    ("$where", "word", "query.soql.type-mismatch"),
    ("$where", "upper(size) = 'x'", "query.soql.type-mismatch"),
    ("$order", "spot", "query.soql.type-mismatch"),
    ("$where", "sleep(5)", "query.soql.no-such-function"),
    ("$where", "load_extension('x') = 'x'", "query.soql.no-such-function"),
    ("$where", "word =", "query.compiler.malformed"),
    ("$where", "word = 'a' limit 5", "query.compiler.malformed"),
    ("$where", "word in (select word)", "query.compiler.malformed"),
    ("$where", "exists (select 1)", "query.compiler.malformed"),
    ("$where", "count(*) > 1", "query.compiler.malformed"),
    ("$where", "word = 'a'; drop table assets", "query.compiler.malformed"),
    ("$where", "assets.id = 'x'", "query.compiler.malformed"),
    ("$where", "word = 'a' union select 1", "query.compiler.malformed"),
    ("$where", "(" * 5000 + "ok" + ")" * 5000, "query.compiler.malformed"),
    ("$select", "*, (select 1)", "query.compiler.malformed"),
    ("$select", "word from assets", "query.compiler.malformed"),
    ("$select", "cast(word as number)", "query.soql.no-such-function"),
    ("$select", "upper()", "query.compiler.malformed"),
    ("$select", "word, count(*)", "query.soql.column-not-in-group-bys"),
    ("$query", "drop table assets", "query.compiler.malformed"),
    ("$query", "select word from assets", "query.compiler.malformed"),
    ("$query", "select 1 limit -1", "query.compiler.malformed"),
]


@pytest.mark.parametrize(("name", "value", "code"), REFUSED)
def test_a_query_that_cannot_be_answered_is_refused(client, words, name, value, code):
    reply = client.get(f"/resource/{words}", params={name: value})

    assert reply.status_code == 400, reply.text
    assert reply.json()["errorCode"] == code
    assert reply.json()["message"].startswith(f"Query coordinator error: {code}; ")


def test_a_missing_column_is_located(client, words):
    data = client.get(f"/resource/{words}?$select=word,nope").json()["data"]

    assert data == {
        "column": "nope",
        "dataset": words,
        "position": {"row": 1, "column": 13, "line": "SELECT word,nope"},
    }


@pytest.mark.parametrize("name", ["limit", "$order:id", "$nope"])
def test_a_parameter_nobody_knows_is_refused_in_the_recorded_words(nobody, shared_fixtures, name):
    reply = nobody.get(f"/resource/{PERMITS}", params={name: "1"})

    recorded = json.loads((shared_fixtures / "koop-socrata" / "filtered-first.json").read_text())
    assert reply.status_code == 400
    assert reply.json() == recorded | {"message": f"Unrecognized arguments [{name}]"}


@pytest.mark.parametrize("limit", ["-1", "x", "1.5", "１"])
def test_a_limit_that_is_no_count_is_refused(nobody, limit):
    assert nobody.get(f"/resource/{PERMITS}", params={"$limit": limit}).status_code == 400


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("size", ["Äb", "abc", "ab", "zz", "a'b\\%"]),
        ("size desc", ["a'b\\%", "zz", "ab", "abc", "Äb"]),
        ("size desc null last", ["zz", "ab", "abc", "Äb", "a'b\\%"]),
        ("size asc nulls first", ["a'b\\%", "Äb", "abc", "ab", "zz"]),
        ("ok, word desc", ["abc", "ab", "Äb", "zz", "a'b\\%"]),
        (":id", ["ab", "abc", "Äb", "a'b\\%", "zz"]),
        (":id desc", ["zz", "a'b\\%", "Äb", "abc", "ab"]),
    ],
)
def test_rows_are_ordered(client, words, order, expected):
    assert [row["word"] for row in client.rows(words, order=order)] == expected


def test_numbers_beyond_floating_point_are_ordered_exactly(client):
    dataset = client.make({"n": "number"})
    numbers = ["9007199254740993", "9007199254740992", "9007199254740994"]
    client.upsert(dataset, [{"n": number} for number in numbers])

    assert [row["n"] for row in client.rows(dataset, order="n")] == sorted(numbers)


def test_pages_cover_all_rows_once(nobody):
    pages = [nobody.rows(PERMITS, order=":id", limit=70, offset=start, select="permit_no")
             for start in range(0, 350, 70)]  # fmt: skip

    found = [row["permit_no"] for page in pages for row in page]
    assert len(found) == len(set(found)) == 300


def test_a_read_gives_1000_rows_unless_told_otherwise(client, plain):
    client.upsert(plain, [{"size": number} for number in range(1500)])

    assert len(client.rows(plain)) == 1000
    assert len(client.rows(plain, limit=50_000)) == 1500


def test_a_count_is_a_text_and_can_be_renamed(nobody, shared_fixtures):
    recorded = json.loads((shared_fixtures / "koop-socrata" / "crimes-count.json").read_text())
    counted = nobody.rows(PERMITS, select="count(*)")

    assert [set(row) for row in counted] == [set(row) for row in recorded]
    assert counted == [{"count": "300"}]
    assert nobody.rows(PERMITS, select="count(*) as n") == [{"n": "300"}]


def test_groups_are_summed_up(client, words):
    month = "date_trunc_ym(day) as month"
    rows = client.rows(words, select=f"{month}, count(*), avg(size), max(word)", group="month",
                       having="count(*) > 1", order="month", where="day is not null")  # fmt: skip

    assert rows == [
        {"month": "2024-01-01T00:00:00.000", "count": "2", "avg_size": "9.5", "max_word": "abc"}
    ]


def test_extremes_of_numbers_are_numbers(client, words):
    row = client.rows(words, select="min(size) as low, max(size) as high, count(distinct ok) as n")

    assert row == [{"low": "2.50", "high": "12345678901234567890", "n": "2"}]


def test_one_statement_asks_all(client, words):
    query = "SELECT word, upper(word) AS loud WHERE size > 2 ORDER BY word DESC LIMIT 2 OFFSET 1"
    reply = client.get(f"/resource/{words}", params={"$query": query})

    assert reply.json() == [{"word": "zz", "loud": "ZZ"}, {"word": "abc", "loud": "ABC"}]


def test_fields_are_filtered_by_equality(client, words):
    def found(**fields):
        return [row["word"] for row in client.get(f"/resource/{words}", params=fields).json()]

    assert found(word="ab") == ["ab"]
    assert found(size="9.00") == ["abc"]
    assert found(ok="true") == ["ab"]
    assert found(word="ab", size="9") == []
    assert client.get(f"/resource/{words}?size=x").status_code == 400


def test_words_are_searched_in_all_texts(client, words):
    assert [row["word"] for row in client.rows(words, q="ÄB")] == ["Äb"]
    assert [row["word"] for row in client.rows(words, q="x ab")] == ["abc"]


def test_system_fields_come_only_when_selected(client, words):
    system = {":id", ":created_at", ":updated_at", ":version"}

    assert not system & set(client.rows(words)[0])
    assert system <= set(client.rows(words, select=":*,*")[0])
    row = client.rows(words, select=":id,:version")[0]
    assert row[":id"].startswith("row-")
    assert client.rows(words, select="word", where=f":id = '{row[':id']}'") == [{"word": "ab"}]


# --- form ----------------------------------------------------------------------------------------


def test_rows_are_framed_one_a_line(client, plain):
    client.upsert(plain, [{"word": "x"}, {"size": 1}])

    assert client.get(f"/resource/{plain}.json").text == '[{"word":"x"}\n,{"size":"1"}]\n'
    client.replace(plain, [])
    assert client.get(f"/resource/{plain}.json").json() == []


def test_headers_name_fields_and_types(nobody):
    reply = nobody.get("/resource/tree-6h3n.json?$select=species,planted,healthy,spot,:id")

    assert reply.headers["Content-Type"] == "application/json;charset=utf-8"
    assert json.loads(reply.headers["X-SODA2-Fields"]) == [
        "species",
        "planted",
        "healthy",
        "spot",
        ":id",
    ]
    types = json.loads(reply.headers["X-SODA2-Types"])
    assert types[:4] == ["text", "floating_timestamp", "boolean", "location"]
    assert reply.headers["X-SODA2-Data-Out-Of-Date"] == "false"
    assert reply.headers["Last-Modified"].endswith("GMT")
    assert reply.headers["X-SODA2-Truth-Last-Modified"] == reply.headers["Last-Modified"]


def test_an_unchanged_answer_is_not_sent_again(client, plain):
    first = client.get(f"/resource/{plain}")
    again = {"If-None-Match": first.headers["ETag"]}
    assert client.get(f"/resource/{plain}", headers=again).status_code == 304

    client.upsert(plain, [{"word": "x"}])
    assert client.get(f"/resource/{plain}", headers=again).status_code == 200


def test_csv_has_field_names_and_quotes_every_cell_but_a_null(nobody):
    reply = nobody.get(
        f"/resource/{PERMITS}.csv?$limit=2&$select=permit_no,notes,declared_value,issued"
    )

    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.text.splitlines()[0] == '"permit_no","notes","declared_value","issued"'
    assert reply.text.splitlines()[1] == ('"BP-2024-0001",,"8419.07","2024-01-13T16:29:00.000Z"')


def test_the_format_can_be_asked_for_by_accept(nobody):
    def kind(accept):
        reply = nobody.get(f"/resource/{PERMITS}?$limit=1", headers={"Accept": accept})
        return reply.headers["Content-Type"].partition(";")[0], reply.status_code

    assert kind("text/csv") == ("text/csv", 200)
    assert kind("*/*") == ("application/json", 200)
    assert kind("application/rdf+xml")[1] == 406


@pytest.mark.parametrize("path", [f"{PERMITS}.xyz", "rqst-5m8p.geojson"])
def test_a_format_that_cannot_be_written_is_not_acceptable(nobody, path):
    reply = nobody.get(f"/resource/{path}")

    assert reply.status_code == 406
    assert reply.json()["errorCode"] == "schema-invalid-for-mime-type"


def test_geojson_is_a_collection_of_features(nobody):
    found = nobody.get(f"/resource/{PERMITS}.geojson?$select=location,permit_no&$limit=2").json()

    assert found["type"] == "FeatureCollection"
    assert found["features"][0]["geometry"]["type"] == "Point"
    assert found["features"][0]["properties"] == {"permit_no": "BP-2024-0001"}


def test_a_filtered_view_shows_its_rows_only(nobody):
    types = {row["permit_type"] for row in nobody.rows("view-2j7f", limit=500)}

    assert types == {"Residential"}
    assert nobody.rows("view-2j7f", where="permit_type = 'Plumbing'") == []


def test_an_asset_without_rows_answers_an_empty_list(nobody, shared_fixtures):
    recorded = json.loads((shared_fixtures / "koop-socrata" / "zip-count.json").read_text())

    assert nobody.get("/resource/file-8v5r.json").json() == recorded == []


def test_an_alias_and_the_older_path_read_the_same(nobody):
    expected = nobody.rows(PERMITS, limit=3)

    assert nobody.rows("building-permits", limit=3) == expected
    assert nobody.get(f"/id/{PERMITS}.json?$limit=3").json() == expected


@pytest.mark.parametrize(("text", "parsed"), [("size = 90210", 1), (f"word = '{'x' * 500}'", 2)])
def test_a_short_query_that_comes_again_is_not_parsed_again(monkeypatch, text, parsed):
    """A long one is not kept: a list of many identifiers never comes again, and is large."""
    asked = []
    sqlglot_parse = sqlglot.parse

    def counted(sql, **options):
        asked.append(sql)
        return sqlglot_parse(sql, **options)

    monkeypatch.setattr(sqlglot, "parse", counted)

    trees = [parse(f"SELECT * WHERE {text}", {"size", "word"}) for _ in range(2)]

    assert trees[0] == trees[1]
    assert len(asked) == parsed
