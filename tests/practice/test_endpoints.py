"""Endpoints other than rows and metadata: columns, files, archive, working copies, geography."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import shapefile

from socrata_contract import ENDPOINTS, GUESSES
from socrata_practice.settings import SettingError, Settings

CSV = b"no,note,units\nA,first,1\nB,second,2\n"
GEOJSON = {
    "type": "FeatureCollection",
    "features": [
        {"type": "Feature", "properties": {"name": "x", "n": 1},
         "geometry": {"type": "Point", "coordinates": [1, 2]}},
        {"type": "Feature", "properties": {"name": "y"}, "geometry": None},
    ],
}  # fmt: skip
KML = """<kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark><name>x</name>
<ExtendedData><Data name="n"><value>1</value></Data></ExtendedData>
<Polygon><outerBoundaryIs><LinearRing><coordinates>0,0 1,0 1,1 0,0</coordinates></LinearRing>
</outerBoundaryIs></Polygon></Placemark></Document></kml>"""


def shape_archive():
    parts = {name: io.BytesIO() for name in ("shp", "shx", "dbf")}
    with shapefile.Writer(**parts, shapeType=shapefile.POINT) as writer:
        writer.field("name", "C")
        writer.point(1, 2)
        writer.record("x")
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in parts.items():
            archive.writestr(f"places.{name}", content.getvalue())
    return file.getvalue()


# --- columns and metadata ------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["id", "fieldName"])
def test_a_column_is_changed_by_number_and_by_field_name(client, permits, by):
    column = client.get(f"/api/views/{permits}/columns.json").json()[1]
    path = f"/api/views/{permits}/columns/{column[by]}"

    changed = client("PUT", path, json={"name": "Remark", "description": "Free text"})

    assert (changed.json()["name"], changed.json()["description"]) == ("Remark", "Free text")
    assert client.get(path).json()["fieldName"] == column["fieldName"]
    assert client("PUT", path, json={"dataTypeName": "number"}).status_code == 400
    assert client("PUT", path, json={"fieldName": "Not valid"}).status_code == 400
    assert client.get(f"/api/views/{permits}/columns/none").status_code == 404


def test_a_field_is_renamed_and_keeps_its_values(client, permits):
    client("PUT", f"/api/views/{permits}/columns/note", json={"fieldName": "remark"})

    assert "remark" in client.rows(permits)[0]


def test_metadata_is_validated_without_being_saved(client, permits):
    path = f"/api/views/metadata/v1/{permits}"
    shown = client("PATCH", f"{path}?validateOnly=true", json={"name": "Other"}).json()
    strict = client("PATCH", f"{path}?strict=true", json={"nmae": "Other"})
    wrong = client("PATCH", path, json={"name": "", "tags": "one"})

    assert shown["name"] == "Other"
    assert client.get(path).json()["name"] == "Made"
    assert (strict.status_code, strict.json()["data"]["errors"]) == (400, ["Unknown field: nmae"])
    assert wrong.status_code == 400
    assert client("PATCH", path, json={"nmae": "Other"}).status_code == 200
    given = {"name": "Fees", "customFields": {"Group": {"Key": "v"}}}
    assert client("PATCH", path, json=given).json()["customFields"] == {"Group": {"Key": "v"}}
    assert client.get(f"/api/views/{permits}.json").json()["name"] == "Fees"


def test_metadata_of_all_assets_comes_in_pages(nobody):
    every = nobody.get("/api/views/metadata/v1").json()
    pages = [nobody.get(f"/api/views/metadata/v1?limit=2&page={n}").json() for n in (1, 2)]

    assert [one["id"] for page in pages for one in page] == [one["id"] for one in every][:4]
    assert "priv-6n2y" not in {one["id"] for one in every}


def test_a_view_is_validated_without_being_saved(client, permits):
    path = f"/api/views/{permits}.json?validateOnly=true"

    assert client("PUT", path, json={"name": "Other"}).status_code == 200
    assert client("PUT", path, json={"name": ""}).status_code == 400
    assert client.get(f"/api/views/{permits}.json").json()["name"] == "Made"


def test_guidance_tells_if_an_approval_is_needed(client, portal, permits):
    path = f"/api/views/{permits}/approvals?method=guidance_v2"
    portal.settings.approval_datasets = [permits]
    try:
        waits = client.get(path).json()
    finally:
        portal.settings.approval_datasets = []

    def expected(guidance):
        options = guidance["public"]["toPublishAndChangeAudience"]["queueOptions"]
        return [one["expectedState"] for one in options]

    assert expected(waits) == ["pending"]
    assert expected(client.get(path).json()) == ["approved"]


def test_custom_fields_are_defined_and_their_choices_checked(client, nobody, permits):
    path = "/api/configurations.json"
    (found,) = nobody.get(f"{path}?type=metadata").json()
    groups = {one["name"]: one["fields"] for one in found["properties"][0]["value"]}
    given = {"customFields": {"Catalog": {"Accrual periodicity": "sometimes"}}}
    api = f"/api/views/metadata/v1/{permits}"
    checked = client("PATCH", f"{api}?validateOnly=true", json={**given, "nmae": "x"}).json()

    assert groups["Catalog"][0]["options"][0] == {"value": "R/P1D"}
    assert nobody.get(f"{path}?type=site_theme").json() == []
    assert nobody.get(path).status_code == 400
    assert checked["errors"][0].startswith("Accrual periodicity: sometimes is not one of R/P1D")
    assert checked["warnings"] == ["Unknown field: nmae"]
    assert client("PATCH", api, json=given).status_code == 400


@pytest.mark.parametrize("semantics", ["leaves others", "moves others"])
def test_a_column_changes_its_position(client, portal, permits, semantics):
    path = f"/api/views/{permits}"
    columns = client.get(f"{path}.json").json()["columns"]
    first, last = columns[0], columns[-1]
    portal.settings.guesses["column_position"] = semantics
    try:
        reply = client("PUT", f"{path}/columns/{last['id']}", json={"position": first["position"]})
    finally:
        portal.settings.guesses["column_position"] = "leaves others"
    after = {one["id"]: one["position"] for one in client.get(f"{path}.json").json()["columns"]}

    assert reply.json()["position"] == after[last["id"]] == first["position"]
    assert (after[first["id"]] == first["position"]) == (semantics == "leaves others")
    wrong = client("PUT", f"{path}/columns/{last['id']}", json={"position": -1})
    assert wrong.status_code == 400


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [True, False])
def test_an_attachment_is_stored_and_read(client, permits, form):
    path = f"/api/views/{permits}/files.txt"
    if form:
        reply = client("POST", path, files={"file": ("rules.pdf", b"%PDF", "application/pdf")})
    else:
        reply = client("POST", path, data=b"%PDF", headers={"X-File-Name": "rules.pdf"})
    made = json.loads(reply.text)
    known = client.get(f"/api/views/{permits}.json").json()["metadata"]["attachments"]

    assert reply.headers["Content-Type"].startswith("text/plain")
    assert known[-1]["filename"] == "rules.pdf"
    assert client.get(f"/api/views/{permits}/files/{made['file']}").content == b"%PDF"
    assert client.get(f"/api/views/{permits}/files/{'0' * 32}").status_code == 404
    assert client.get(f"/api/views/{permits}/files/..%2Fx").status_code == 404


def test_an_upload_may_be_a_form(client, publishing, permits):
    revision = publishing.open(permits)
    source = publishing.source(revision)
    publishing.call("POST", f"/source/{source}", 201, files={"file": ("x.csv", CSV, "text/csv")})
    publishing.output(source)

    assert client.get(f"/api/publishing/v1/source/{source}/download").content == CSV


def test_a_blob_is_published_and_downloaded(client, publishing):
    revision = publishing.call("POST", "/revision", 201, json={})["resource"]
    source = publishing.source(revision, parse_source=False)
    publishing.send(source, b"%PDF", "application/pdf")
    assert publishing.apply(revision)["status"] == "successful"

    assert client.get(f"/download/{revision['fourfour']}/application%2Fpdf").content == b"%PDF"


# --- archive, working copies ---------------------------------------------------------------------


def test_rows_are_restored_from_the_archive(client, publishing, portal, permits):
    before = client.rows(permits)
    portal.settings.archives = True
    try:
        revision, output = publishing.load(permits, CSV)
        assert publishing.apply(revision, output)["status"] == "successful"
    finally:
        portal.settings.archives = False
    versions = client.get(f"/api/archival?id={permits}").json()
    assert client.rows(permits) != before

    publishing.call("POST", f"{publishing.path(revision)}/restore", 201)
    assert client.rows(permits) == before

    client("PUT", f"/resource/{permits}.json", json=[])
    body = {"id": permits, "version": versions[-1]["version"]}
    assert client("POST", "/api/archival", json=body).status_code == 200
    assert client.rows(permits) == before
    assert client("POST", "/api/archival", json={"id": permits, "version": 99}).status_code == 404


def test_a_working_copy_replaces_its_original_when_published(client, permits):
    client("POST", f"/api/views/{permits}/publication.json")
    made = client("POST", f"/api/views/{permits}/publication.json?method=copy").json()
    assert (made["publicationStage"], made["id"] != permits) == ("unpublished", True)
    client.upsert(made["id"], [{"no": "Z", "note": "new"}])
    assert client.rows(permits, where="no='Z'") == []

    published = client("POST", f"/api/views/{made['id']}/publication.json").json()

    assert published["id"] == permits
    assert client.rows(permits, where="no='Z'") == [{"no": "Z", "note": "new"}]
    assert client.get(f"/api/views/{made['id']}.json").status_code == 404
    assert client.upsert(permits, [{"no": "Z", "note": "again"}]).json()["Rows Updated"] == 1
    assert client.get(f"/api/geocoding/{permits}?method=pending").json() == {"view": 0}


def test_all_rows_are_deleted_by_one_request(client, permits, guess):
    assert client("DELETE", f"/resource/{permits}").status_code == 200
    assert client.rows(permits) == []

    guess("truncate", "refused")
    assert client("DELETE", f"/resource/{permits}").status_code == 405


def test_rows_are_written_as_vendor_libraries_do(client, permits):
    path = f"/api/id/{permits}.json"

    assert client("POST", path, json=[{"no": "Q"}]).json()["Rows Created"] == 1
    assert client("PUT", path, json=[{"no": "R"}]).status_code == 200
    assert client.get(path).json() == [{"no": "R"}]


def test_revisions_tell_what_they_changed(client, publishing, permits):
    revision, output = publishing.load(permits, CSV, "update")
    publishing.apply(revision, output)

    changes = publishing.call("GET", f"/revision/{permits}/changes")
    assert [one["revision_seq"] for one in changes] == [revision["revision_seq"]]
    assert changes[0]["output_schema_id"] == output["id"]


# --- geographic files ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "content_type", "expressions", "first"),
    [
        (json.dumps(GEOJSON).encode(), "application/vnd.geo+json",
         {"name": "`name`", "n": "to_number(`n`)", "point": "to_point(`point`)"},
         {"type": "Point", "coordinates": [1, 2]}),
        (KML.encode(), "application/vnd.google-earth.kml+xml",
         {"name": "`name`", "n": "to_number(`n`)", "polygon": "to_polygon(`polygon`)"},
         {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 0]]]}),
        (shape_archive(), "application/zip",
         {"name": "`name`", "the_geom": "to_point(`the_geom`)"},
         {"type": "Point", "coordinates": [1, 2]}),
    ],
)  # fmt: skip
def test_a_geographic_file_becomes_a_dataset(
    client, publishing, data, content_type, expressions, first
):
    revision = publishing.call("POST", "/revision", 201, json={})["resource"]
    source = publishing.source(revision)
    publishing.send(source, data, content_type)
    output = publishing.output(source)
    found = {c["field_name"]: c["transform"]["transform_expr"] for c in output["output_columns"]}
    assert publishing.apply(revision, output)["status"] == "successful"

    assert found == expressions
    assert client.rows(revision["fourfour"])[0][list(expressions)[-1]] == first


@pytest.mark.parametrize(
    ("data", "content_type"),
    [
        (b"{}", "application/vnd.geo+json"),
        (b"<!DOCTYPE kml [<!ENTITY a 'b'>]><kml/>", "application/vnd.google-earth.kml+xml"),
        (b"PK", "application/zip"),
    ],
)
def test_a_file_that_is_not_geographic_fails(publishing, data, content_type):
    revision = publishing.call("POST", "/revision", 201, json={})["resource"]
    source = publishing.source(revision)
    publishing.send(source, data, content_type)

    assert publishing.parsed(source)["failed_at"]


# --- SODA3 ---------------------------------------------------------------------------------------


def test_rows_are_read_over_soda3_in_pages(client, permits, as_role):
    client.replace(permits, [{"no": f"{n:03}"} for n in range(25)])
    path = f"/api/v3/views/{permits}/query.json"
    body = {"query": "SELECT no ORDER BY no", "page": {"pageNumber": 3, "pageSize": 10}}
    reply = client("POST", path, json=body)

    assert [one["no"] for one in reply.json()] == ["020", "021", "022", "023", "024"]
    assert json.loads(reply.headers["x-soda2-data-out-of-date"]) == []
    assert "deprecated" in reply.headers["X-SODA2-Warning"]
    after = {"query": "SELECT no WHERE no > '022' ORDER BY no"}
    assert [one["no"] for one in client("POST", path, json=after).json()] == ["023", "024"]
    assert client("POST", path, json={"page": {"pageSize": 0}}).status_code == 400
    assert as_role(None)("POST", path, json={}).status_code == 403
    exported = client.get(f"/api/v3/views/{permits}/export.csv")
    assert len(exported.text.splitlines()) == 26


def test_soda3_reads_a_public_dataset_by_an_app_token(nobody):
    path = "/api/v3/views/prmt-7x2d/query.json"

    assert nobody("POST", path, json={}).status_code == 403
    assert nobody("POST", path, json={}, headers={"X-App-Token": "token"}).status_code == 200


def test_locations_have_numbers_over_soda3(client):
    body = {"query": "SELECT a_location WHERE record_id = 1"}
    found = client("POST", "/api/v3/views/type-4c9k/query.json", json=body).json()
    older = client.rows("type-4c9k", where="record_id=1")

    assert isinstance(found[0]["a_location"]["latitude"], float)
    assert isinstance(older[0]["a_location"]["latitude"], str)


def test_a_portal_may_lack_soda3(client, guess):
    guess("soda3", "absent")

    reply = client("POST", "/api/v3/views/prmt-7x2d/query.json", json={})
    assert (reply.status_code, reply.json()["code"]) == (404, "not_found")


# --- pages of other sites ------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["portal.example.org", "127.0.0.1.example.org", "x"])
def test_no_other_name_leads_to_the_portal(client, host):
    assert client.get("/api/version.json", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://www.example.org"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_a_page_of_another_site_changes_nothing(portal, client, permits, headers):
    owner = portal.account("owner")
    auth = (owner.key_id, owner.key_secret)
    body = {"fault": {"kind": "slow"}}

    for method, path in (("POST", "/practice/faults"), ("GET", "/practice/requests")):
        reply = client(method, path, json=body, auth=auth, headers=headers)
        assert reply.status_code == 403
        assert "Access-Control-Allow-Origin" not in reply.headers
    assert client.upsert(permits, [{"no": "W"}], headers=headers).status_code == 403
    assert portal.faults == []
    assert client.get(f"/resource/{permits}.json", headers=headers).status_code == 200


# --- the contract --------------------------------------------------------------------------------


def test_every_endpoint_of_the_contract_is_served(portal):
    from socrata_practice.web.app import create_app

    app = create_app(portal._site)
    served = {}
    for rule in app.url_map.iter_rules():
        served.setdefault(_shape(str(rule.rule)), set()).update(rule.methods)
    missing = [
        f"{method} {one.path}"
        for one in ENDPOINTS
        for method in one.methods
        if method not in served.get(_shape(one.path), set())
    ]

    assert missing == []


def _shape(path):
    import re

    path = path.replace(".{format}", "").removesuffix(".json")
    path = re.sub(r"\.<form>", "", path)
    return re.sub(r"<[^>]+>|\{[^}]+\}", "*", path)


@pytest.mark.parametrize("name", sorted(GUESSES))
def test_every_guess_has_a_switch(name):
    settings = Settings()
    for value in GUESSES[name].values:
        settings.change({f"guess.{name}": value})
        assert settings.guess(name) == value
    with pytest.raises(SettingError, match=name):
        settings.change({f"guess.{name}": "no such value"})
