"""Searching the catalog (portal-api.md A.5)."""

from __future__ import annotations

import pytest


def search(client, **query):
    reply = client.get("/api/catalog/v1", params=query)
    assert reply.status_code == 200, reply.text
    return reply.json()


def names(client, **query):
    return [found["resource"]["name"] for found in search(client, **query)["results"]]


def test_results_have_the_documented_shape(nobody, portal):
    found = search(nobody, ids="prmt-7x2d")

    assert set(found) == {"results", "resultSetSize", "timings", "warnings"}
    assert found["resultSetSize"] == 1
    result = found["results"][0]
    assert {
        "resource",
        "classification",
        "metadata",
        "permalink",
        "link",
        "owner",
        "creator",
    } == set(result)
    assert result["permalink"] == f"{portal.url}/d/prmt-7x2d"
    assert result["metadata"]["domain"] == portal.url.removeprefix("http://")
    resource = result["resource"]
    parallel = [
        resource[f"columns_{part}"] for part in ("name", "field_name", "datatype", "format")
    ]
    assert len({len(part) for part in parallel}) == 1
    assert resource["columns_datatype"][:3] == ["Text", "Text", "Calendar date"]
    assert resource["type"] == "dataset"


def test_words_are_searched_in_names_and_descriptions(nobody):
    assert names(nobody, q="PERMITS build") == [
        "Building Permits",
        "Map of Permits",
        "Residential Permits",
    ]
    assert names(nobody, q="permits unicorn") == []


def test_kinds_are_told_apart(nobody):
    assert names(nobody, only="map") == ["Map of Permits"]
    assert "Building Permits" in names(nobody, only="datasets")
    assert names(nobody, only=["map", "href"]) == ["City Budget Site", "Map of Permits"]


def test_another_domain_has_nothing_here(nobody):
    assert names(nobody, domains="data.example.org") == []


def test_pages_follow_each_other(nobody):
    everything = names(nobody, limit=100)

    assert names(nobody, limit=3) + names(nobody, limit=100, offset=3) == everything
    assert search(nobody, limit=1)["resultSetSize"] == len(everything)
    assert names(nobody, limit=0) == []


def test_private_assets_are_found_by_those_who_may_see_them(nobody, client):
    assert names(nobody, q="inspection drafts") == []
    assert names(client, q="inspection drafts") == ["Inspection Drafts"]


@pytest.mark.parametrize("query", [{"limit": "-1"}, {"limit": "x"}, {"offset": "99999"}])
def test_bad_paging_is_refused(nobody, query):
    reply = nobody.get("/api/catalog/v1", params=query)

    assert (reply.status_code, reply.json()["code"]) == (400, "invalid_request")
