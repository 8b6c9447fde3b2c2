"""Contents of a new practice portal: fixed ids, the same rows every time.

=============  ===================  ========================================================
id             name                 what it is for
=============  ===================  ========================================================
``prmt-7x2d``  Building Permits     text row identifier ``permit_no``, 300 rows, a computed column
``type-4c9k``  All Column Types     every type, older ones too; number identifier ``record_id``
``tree-6h3n``  Street Trees         no row identifier, 200 rows
``rqst-5m8p``  Service Requests     empty; number row identifier ``request_id``
``view-2j7f``  Residential Permits  filtered view of Building Permits: cannot be written
``mapp-9d4s``  Map of Permits       map: cannot be written
``link-3w6t``  City Budget Site     link (href): cannot be written
``file-8v5r``  Zoning Atlas         file (blob): cannot be written
``priv-6n2y``  Inspection Drafts    private
=============  ===================  ========================================================
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from socrata_practice import seed_rows
from socrata_practice.storage import asset_store, row_identifier_change
from socrata_practice.storage.asset import Asset, Column, Draft
from socrata_practice.storage.incoming_rows import WriteRules
from socrata_practice.storage.row_writer import Writer
from socrata_practice.types.registry import TYPES

BUILDING_PERMITS = "prmt-7x2d"
ALL_COLUMN_TYPES = "type-4c9k"
STREET_TREES = "tree-6h3n"
SERVICE_REQUESTS = "rqst-5m8p"
RESIDENTIAL_PERMITS = "view-2j7f"
PERMIT_MAP = "mapp-9d4s"
BUDGET_SITE = "link-3w6t"
ZONING_ATLAS = "file-8v5r"
INSPECTION_DRAFTS = "priv-6n2y"

_CURRENCY = {"precisionStyle": "currency", "currencyStyle": "USD", "precision": "2"}
_PERCENT = {"precisionStyle": "percentage", "percentScale": "100", "noCommas": "true"}
_REGION = ":@computed_region_k83t_ady5"


@dataclass(frozen=True)
class _Seed:
    """A dataset and its rows; columns are (position, field name, name, type, details)."""

    draft: Draft
    columns: tuple[tuple[int, str, str, str, dict[str, Any]], ...]
    rows: Iterable[Any] = ()
    key: str | None = None
    key_written: str = "id"
    details: dict[str, Any] = field(default_factory=dict)


def plant(connection: sqlite3.Connection, owner_id: str) -> None:
    """Create the seeds, owned by `owner_id`, in an empty portal; needs an open transaction."""
    for seed in (_permits(owner_id), _types(owner_id), _trees(owner_id), _requests(owner_id),
                 _drafts(owner_id)):  # fmt: skip
        _plant(connection, seed)
    for draft in _other_assets(owner_id):
        asset_store.create(connection, draft)


def _plant(connection: sqlite3.Connection, seed: _Seed) -> None:
    asset_id = asset_store.create(connection, seed.draft)
    bare = asset_store.read(connection, asset_id)
    for position, field_name, name, data_type, details in seed.columns:
        column = Column(0, field_name, name, data_type, position, 0, details)
        asset_store.add_column(connection, bare, column)
    asset = asset_store.read(connection, asset_id)
    key = next((one for one in asset.columns if one.field_name == seed.key), None)
    row_identifier_change.assign(connection, asset, key)
    if key is not None:
        _write_key(connection, asset, key, seed.key_written)
    asset = asset_store.read(connection, asset_id)
    Writer(connection, asset, WriteRules(csv=False, may_delete=False)).apply(seed.rows)
    _compute(connection, asset)
    asset_store.touch_rows(connection, asset, asset.owner_id)


def _write_key(connection: sqlite3.Connection, asset: Asset, key: Column, form: str) -> None:
    """Repeat the row identifier in the metadata, in one of the forms seen (portal-api.md A.1)."""
    written: object = {"id": key.id, "digits": str(key.id), "name": key.field_name}[form]
    metadata = asset.details.get("metadata", {}) | {"rowIdentifier": written}
    asset_store.update(connection, asset.id, details=asset.details | {"metadata": metadata})


def _compute(connection: sqlite3.Connection, asset: Asset) -> None:
    for column in asset.columns:
        if column.is_computed:
            connection.execute(
                f"UPDATE rows_{asset.table_id}"
                f" SET c{column.slot} = CAST(1 + (sid * 7) % 12 AS TEXT)"
            )


def _draft(owner_id: str, asset_id: str, name: str, about: str, **more: Any) -> Draft:
    details = {
        "description": about,
        "category": more.pop("category", "Practice"),
        "tags": more.pop("tags", ["practice"]),
        "attribution": "Practice City",
        "attributionLink": "https://www.example.org",
        "licenseId": "PUBLIC_DOMAIN",
        "license": {"name": "Public Domain"},
        **more.pop("details", {}),
    }
    values = {"scope": "public", "stage": "published"} | more
    return Draft(name=name, owner_id=owner_id, id=asset_id, details=details, **values)


def _permits(owner_id: str) -> _Seed:
    about = "Permits to build, alter or wreck a building, from application to completion."
    region = {"region": "_k83t-ady5", "primary_key": "_feature_id"}
    strategy = {
        "type": "georegion_match_on_point",
        "source_columns": ["location"],
        "parameters": region,
    }
    return _Seed(
        _draft(
            owner_id,
            BUILDING_PERMITS,
            "Building Permits",
            about,
            resource_name="building-permits",
            tags=["permits", "construction"],
        ),
        (
            (
                1,
                "permit_no",
                "Permit Number",
                "text",
                {"description": "Never changes", "width": 140},
            ),
            (2, "permit_type", "Permit Type", "text", {}),
            (3, "opened", "Date Opened", "calendar_date", {"format": {"view": "date"}}),
            (4, "issued", "Issued At", "date", {"format": {"view": "date_time"}}),
            (5, "declared_value", "Declared Value ($)", "number", {"format": _CURRENCY}),
            (6, "completion", "% Complete", "number", {"format": _PERCENT}),
            (8, "inspected", "Inspected?", "checkbox", {}),
            (9, "contact_email", "Contact E-mail", "text", {"format": {"displayStyle": "email"}}),
            (10, "contact_phone", "Contact Phone", "text", {"format": {"displayStyle": "phone"}}),
            (11, "website", "Web Site", "url", {}),
            (14, "location", "Location", "point", {}),
            (15, "parcel", "Parcel Outline", "polygon", {}),
            (16, "notes", "Notes", "text", {"width": 300}),
            (17, "zip_code", "ZIP Code", "text", {}),
            (20, "units", "Dwelling Units", "number", {"format": {"noCommas": "true"}}),
            (21, _REGION, "Council Districts", "number", {"computationStrategy": strategy}),
        ),
        seed_rows.permits(),
        key="permit_no",
        key_written="digits",
    )


def _types(owner_id: str) -> _Seed:
    columns = [(1, "record_id", "Record Id", "number", {"format": {"noCommas": "true"}})]
    columns += [
        (place, f"a_{name}", f"A {name.replace('_', ' ')}", name, seed_rows.FORMATS.get(name, {}))
        for place, name in enumerate(sorted(TYPES), 2)
    ]
    about = "One column of every data type, the older ones too."
    draft = _draft(owner_id, ALL_COLUMN_TYPES, "All Column Types", about)
    return _Seed(draft, tuple(columns), seed_rows.every_type(), "record_id", "name")


def _trees(owner_id: str) -> _Seed:
    about = "Trees along the streets. It has no row identifier."
    details = {"metadata": {"rowIdentifier": "0"}}
    return _Seed(
        _draft(owner_id, STREET_TREES, "Street Trees", about, details=details, tags=["trees"]),
        (
            (1, "species", "Species", "text", {}),
            (2, "planted", "Planted On", "calendar_date", {}),
            (3, "height_m", "Height (m)", "number", {}),
            (5, "healthy", "Healthy", "checkbox", {}),
            (6, "street", "Street", "text", {}),
            (9, "spot", "Spot", "location", {}),
        ),
        seed_rows.trees(),
    )


def _requests(owner_id: str) -> _Seed:
    about = "Requests to the city. It is empty; fill it."
    return _Seed(
        _draft(owner_id, SERVICE_REQUESTS, "Service Requests", about),
        (
            (1, "request_id", "Request ID", "number", {"format": {"noCommas": "true"}}),
            (2, "opened", "Opened", "calendar_date", {}),
            (3, "category", "Category", "text", {}),
            (4, "status", "Status", "text", {}),
            (5, "closed", "Closed", "checkbox", {}),
            (6, "description", "Description", "text", {}),
        ),
        key="request_id",
    )


def _drafts(owner_id: str) -> _Seed:
    about = "Not public."
    rows = [{"inspection": f"I-{number:03}", "passed": number % 3 > 0} for number in range(1, 11)]
    return _Seed(
        _draft(owner_id, INSPECTION_DRAFTS, "Inspection Drafts", about, scope="private"),
        (
            (1, "inspection", "Inspection", "text", {}),
            (2, "passed", "Passed", "checkbox", {}),
        ),
        rows,
        key="inspection",
    )


def _other_assets(owner_id: str) -> list[Draft]:
    blob = {"blobId": "7b1c52b0-practice", "blobFilename": "zoning.pdf", "blobFileSize": 1171335,
            "blobMimeType": "application/pdf"}  # fmt: skip
    href = {"metadata": {"accessPoints": {"text/html": "https://www.example.org/budget"}}}
    return [
        _draft(
            owner_id,
            RESIDENTIAL_PERMITS,
            "Residential Permits",
            "Building Permits, only the residential ones.",
            asset_type="filter",
            base_id=BUILDING_PERMITS,
            filter="`permit_type` = 'Residential'",
        ),
        _draft(owner_id, PERMIT_MAP, "Map of Permits", "Where they build.", asset_type="map",
               base_id=BUILDING_PERMITS),
        _draft(owner_id, BUDGET_SITE, "City Budget Site", "A link.", asset_type="href",
               details=href),
        _draft(owner_id, ZONING_ATLAS, "Zoning Atlas", "A file.", asset_type="file", details=blob),
    ]  # fmt: skip
