"""Find a dataset by search words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sodasheet.errors import PortalError
from sodasheet.portal.catalog_search import search

RESOURCE = {
    "id": "abcd-1234",
    "name": "Building Permits",
    "type": "dataset",
    "updatedAt": "2025-01-02T03:04:05.000Z",
    "columns_name": ["Permit No", "Council Districts"],
    "columns_field_name": ["permit_no", ":@computed_region_k83t_ady5"],
}


def asked(portal: Any) -> dict[str, list[str]]:
    return parse_qs(urlsplit(portal.last.path).query)


def test_datasets_are_found_with_columns_and_last_change(portal: Any, session: Any) -> None:
    portal.answer({"results": [{"resource": RESOURCE}], "resultSetSize": 1})

    (entry,) = search(session, " permits & fees ")

    assert (entry.id, entry.name, entry.type) == ("abcd-1234", "Building Permits", "dataset")
    assert entry.updated == datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert entry.columns == ("Permit No",)
    assert entry.url == f"{portal.url}/d/abcd-1234"
    assert asked(portal) == {"q": ["permits & fees"], "only": ["dataset"], "limit": ["20"]}


def test_a_real_portal_is_asked_for_its_own_datasets_only(
    safe_portal: Any, open_session: Any
) -> None:
    server = safe_portal("data.example.gov").answer({"results": []})

    assert search(open_session("https://data.example.gov"), "") == []
    assert asked(server)["domains"] == asked(server)["search_context"] == ["data.example.gov"]
    assert "q" not in asked(server)


@pytest.mark.parametrize(
    "resource",
    [
        {"id": "abcd-1234"},
        {"id": "abcd-1234", "updatedAt": "yesterday", "columns_name": ["A"]},
        {"id": "abcd-1234", "updatedAt": 7, "columns_name": None, "name": None},
    ],
)
def test_an_entry_with_little_in_it_is_still_one(
    portal: Any, session: Any, resource: dict[str, Any]
) -> None:
    portal.answer({"results": [{"resource": resource}, {"resource": {}}, "rubbish"]})

    (entry,) = search(session, "x")

    assert (entry.name, entry.updated, entry.columns) == ("abcd-1234", None, ())


@pytest.mark.parametrize(
    "made_up", ["../../x", "ABCD-1234", "abcd-12345", "", 7, None, ["abcd-1234"]]
)
def test_an_entry_with_an_invalid_id_is_skipped(portal: Any, session: Any, made_up: Any) -> None:
    portal.answer({"results": [{"resource": {**RESOURCE, "id": made_up}}, {"resource": RESOURCE}]})

    assert [entry.id for entry in search(session, "x")] == ["abcd-1234"]


def test_never_more_than_asked_for(portal: Any, session: Any) -> None:
    portal.answer({"results": [{"resource": RESOURCE}] * 9})

    assert len(search(session, "x", limit=3)) == 3


def test_a_host_without_a_catalogue_is_told_as_such(portal: Any, session: Any) -> None:
    portal.answer({"hello": "world"})

    with pytest.raises(PortalError, match=r"has no catalog to search"):
        search(session, "x")
