"""Metadata written by older and newer portals."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.errors import PortalError, Refused
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.dataset import dataset_from, read_dataset, require_rights, require_writable

PORTAL = "https://data.ct.gov"
COLUMNS = [
    {"id": 1, "name": "Permit No", "fieldName": "permit_no", "dataTypeName": "text", "position": 1},
    {"id": 2, "name": "Fee", "fieldName": "fee", "dataTypeName": "Number", "position": 2},
]

KEYS = (
    *("id", "name", "columns", "metadata", "rights", "query", "rowIdentifierColumnId"),
    *("rowsUpdatedAt", "assetType", "viewType", "displayType", "blobId", "publicationStage"),
)


def read(**keys: Any) -> Dataset:
    view = {"id": "abcd-1234", "name": "Permits", "columns": COLUMNS} | keys
    return dataset_from(view, PORTAL, "abcd-1234")


def test_a_recorded_dataset_is_read_whole(portal: Any, session: Any, shared_fixtures: Path) -> None:
    portal.answer((shared_fixtures / "koop-socrata/crimes-views.json").read_bytes())

    dataset = read_dataset(session, "3k2p-39jp")

    assert portal.last.path == "/api/views/3k2p-39jp.json"
    assert dataset.name == "Seattle Police Department 911 Incident Response"
    assert dataset.row_identifier == "cad_cdw_id"
    assert len(dataset.columns) == len(dataset.fillable) == 19
    assert dataset.columns[7].type == "calendar_date"
    assert dataset.columns[0].format == {"aggregate": "count", "align": "left"}
    assert dataset.rights == {"read"}
    assert dataset.updated == datetime(2015, 6, 3, 16, 56, 8, tzinfo=UTC)
    assert (dataset.refusal, dataset.rows) == (None, None)
    assert dataset.url == f"{portal.url}/d/3k2p-39jp"


def test_an_unpublished_working_copy_can_be_written(shared_fixtures: Path) -> None:
    view = json.loads((shared_fixtures / "sodapy/create_foobar.txt").read_text())

    dataset = dataset_from(view, PORTAL, "2frc-hyvj")

    assert (dataset.row_identifier, dataset.refusal) == ("bar", None)
    for method in Method:
        require_rights(dataset, method)


@pytest.mark.parametrize(
    ("file", "refusal"),
    [
        ("koop-socrata/filtered-view.json", '"Schools Map" is a map'),
        ("koop-socrata/zip-view.json", '"TMDL Effectiveness Monitoring projects" is a file'),
        ("sodapy/successblobres.txt", '"Nondatasetfile" is a file'),
        ("dagster-socrata/metadata.json", "is a filtered view of another dataset"),
    ],
)
def test_recorded_assets_without_rows_of_their_own_are_refused(
    shared_fixtures: Path, file: str, refusal: str
) -> None:
    view = json.loads((shared_fixtures / file).read_text())

    assert refusal in (dataset_from(view, PORTAL, "abcd-1234").refusal or "")


@pytest.mark.parametrize(
    ("keys", "refusal"),
    [
        ({}, None),
        ({"assetType": "dataset", "viewType": "tabular", "displayType": "map"}, None),
        ({"viewType": "tabular", "displayType": "fatrow"}, None),
        ({"publicationStage": "unpublished"}, None),
        ({"query": {"orderBys": [{}]}, "flags": ["default"]}, None),
        ({"assetType": "filter"}, '"Permits" is a filtered view of another dataset and has'),
        ({"assetType": "dataset", "queryString": "SELECT *"}, "is a view made from another"),
        ({"modifyingViewUid": "wxyz-9876"}, "is a view made from another"),
        ({"viewFilters": {"type": "operator"}}, "is a view made from another"),
        ({"query": {"filterCondition": {"type": "operator"}}}, "is a view made from another"),
        ({"assetType": "map"}, "is a map"),
        ({"assetType": "chart"}, "is a chart"),
        ({"assetType": "href"}, "is a link to data elsewhere"),
        ({"assetType": "story"}, "is a story"),
        ({"assetType": "hologram"}, 'is a "hologram" asset'),
        ({"viewType": "href", "columns": []}, "is a link to data elsewhere"),
        ({"viewType": "blobby", "columns": []}, "is a file"),
        ({"displayType": "chart"}, "is a chart"),
        ({"blobId": "x", "columns": []}, "is a file"),
        ({"publicationStage": "snapshotted"}, "is an old published copy"),
    ],
)
def test_what_can_never_be_written_is_refused_with_the_reason(
    keys: dict[str, Any], refusal: str | None
) -> None:
    found = read(**keys).refusal

    assert found is None if refusal is None else refusal in (found or "")


@pytest.mark.parametrize(
    ("keys", "identifier"),
    [
        ({}, None),
        ({"rowIdentifierColumnId": 1}, "permit_no"),
        ({"rowIdentifierColumnId": "2"}, "fee"),
        ({"rowIdentifierColumnId": 0}, None),
        ({"rowIdentifierColumnId": None, "metadata": {"rowIdentifier": 1}}, "permit_no"),
        ({"metadata": {"rowIdentifier": "2"}}, "fee"),
        ({"metadata": {"rowIdentifier": "0"}}, None),
        ({"metadata": {"rowIdentifier": 0}}, None),
        ({"metadata": {"rowIdentifier": "fee"}}, "fee"),
        ({"metadata": {"rowIdentifier": "gone"}}, None),
        ({"metadata": {"rowIdentifier": 99}}, None),
        ({"metadata": None}, None),
        ({"metadata": []}, None),
        ({"rowIdentifierColumnId": 2, "metadata": {"rowIdentifier": "permit_no"}}, "fee"),
    ],
)
def test_the_row_identifier_is_found_in_all_its_forms(
    keys: dict[str, Any], identifier: str | None
) -> None:
    dataset = read(**keys)

    assert dataset.row_identifier == identifier
    assert dataset.refusal is None


def test_a_row_identifier_that_is_hidden_from_us_stops_every_push() -> None:
    assert "a column that your account cannot see" in (read(rowIdentifierColumnId=7).refusal or "")


def test_columns_come_by_position_with_gaps_and_know_who_fills_them() -> None:
    dataset = read(
        columns=[
            {"fieldName": "last", "position": 13},
            {"fieldName": ":@computed_region_k83t_ady5", "position": 9, "dataTypeName": "number"},
            {
                "fieldName": "region",
                "position": 8,
                "computationStrategy": {"type": "georegion_match_on_point"},
            },
            {"fieldName": "secret", "position": 5, "flags": ["hidden"]},
            {"fieldName": "photo", "position": 4, "dataTypeName": "photo"},
            {"fieldName": ":id", "position": 0, "dataTypeName": "meta_data"},
            {
                "fieldName": "fee",
                "name": "Fee",
                "position": 2,
                "format": {"noCommas": "true", "precision": 2, "align": None, "x": True, "y": [1]},
            },
            {"name": "no field name", "position": 3},
            "rubbish",
        ]
    )

    assert [column.field for column in dataset.columns] == [
        ":id",
        "fee",
        "photo",
        "secret",
        "region",
        ":@computed_region_k83t_ady5",
        "last",
    ]
    assert [column.field for column in dataset.fillable] == ["fee", "secret", "last"]
    assert dataset.columns[1].format == {
        "noCommas": "true",
        "precision": "2",
        "x": "true",
        "y": "[1]",
    }
    assert dataset.columns[3].hidden
    assert dataset.columns[6].type == "text"


@given(
    st.dictionaries(
        st.sampled_from(KEYS),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(
                        ["id", "name", "fieldName", "position", "flags", "format", "rowIdentifier"]
                    ),
                    inner,
                    max_size=5,
                )
            ),
            max_leaves=12,
        ),
    )
)
def test_metadata_of_any_shape_is_read_without_a_crash(view: dict[str, Any]) -> None:
    assert dataset_from(view, PORTAL, "abcd-1234").portal == PORTAL


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"hello": "world"}, "does not answer like a Socrata portal"),
        ([1, 2], "does not answer like a Socrata portal"),
        (
            "<html><title>Welcome</title></html>",
            '127.0.0.1 returned a web page instead of data: "Welcome"',
        ),
        (b"", "something other than data"),
    ],
)
def test_a_host_that_is_no_portal_is_told_as_such(
    portal: Any, session: Any, body: Any, sentence: str
) -> None:
    portal.answer(body)

    with pytest.raises(PortalError, match=sentence):
        read_dataset(session, "abcd-1234")


@pytest.mark.parametrize(
    ("rights", "method", "sentence"),
    [
        (
            {"read"},
            Method.APPEND,
            'You do not have permission to change rows in or add rows to "Permits" (abcd-1234)',
        ),
        ({"read", "write", "add"}, Method.REPLACE, 'your account lacks the right "delete".'),
        ({"read", "write"}, Method.UPSERT, 'your account lacks the right "add".'),
        ({"read"}, Method.DELETE, 'lacks the rights "write" and "delete".'),
    ],
)
def test_a_missing_right_is_named_before_anything_is_sent(
    rights: set[str], method: Method, sentence: str
) -> None:
    with pytest.raises(Refused) as caught:
        require_rights(read(rights=sorted(rights)), method)

    assert sentence in caught.value.what
    assert "for the Editor or Publisher role" in caught.value.remedy


def test_without_a_sign_in_the_way_to_one_is_told() -> None:
    with pytest.raises(Refused, match="you are not signed in") as caught:
        require_rights(read(rights=["read"]), Method.UPSERT, signed=False)

    assert caught.value.steps == (NextStep(Action.SIGN_IN, portal=PORTAL),)


def test_rights_that_the_portal_does_not_tell_are_left_to_it() -> None:
    require_rights(read(), Method.REPLACE)


def test_an_asset_that_cannot_be_written_is_refused_whatever_the_rights() -> None:
    with pytest.raises(Refused, match=r"is a map"):
        require_rights(read(assetType="map", rights=["write", "add"]), Method.APPEND)


@pytest.mark.parametrize("told", ["../../evil", "wxyz-9876", "a'b", "", None, 7])
def test_the_dataset_is_the_one_that_was_asked_for_whatever_the_portal_calls_it(told: Any) -> None:
    # It is used in addresses, locks and file names.
    assert dataset_from({"id": told, "columns": []}, PORTAL, "abcd-1234").id == "abcd-1234"


def test_a_file_is_not_said_to_be_made_from_a_dataset(shared_fixtures: Path) -> None:
    view = json.loads((shared_fixtures / "koop-socrata/zip-view.json").read_text())
    dataset = dataset_from(view, PORTAL, "abcd-1234")

    with pytest.raises(Refused) as raised:
        require_writable(dataset)

    assert raised.value.remedy.startswith("Choose a dataset with rows")
