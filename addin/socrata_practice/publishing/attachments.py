"""Attached files of a dataset, as a view and as a revision list them."""

from __future__ import annotations

import sqlite3
from typing import Any

from socrata_practice.storage import asset_store
from socrata_practice.storage.asset import Asset

Json = dict[str, Any]


def of_asset(asset: Asset) -> list[Json]:
    """Return the files of an asset in the form of a revision."""
    listed = asset.details.get("metadata", {}).get("attachments", [])
    return [
        {"filename": one["filename"], "asset_id": one["assetId"], "name": one["name"]}
        for one in listed
    ]


def apply_attachments(connection: sqlite3.Connection, asset: Asset, listed: list[Json]) -> None:
    """Let a dataset have the files that a revision lists, and no others."""
    if of_asset(asset) == listed:
        return
    metadata = asset.details.get("metadata", {})
    entries = [
        {"assetId": one["asset_id"], "filename": one["filename"], "name": one["name"]}
        for one in listed
    ]
    details = asset.details | {"metadata": metadata | {"attachments": entries}}
    asset_store.update(connection, asset.id, details=details)
