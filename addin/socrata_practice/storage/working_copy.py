"""Working copies of a dataset: an unpublished asset with separate columns and rows."""

from __future__ import annotations

import sqlite3

from socrata_practice.storage import asset_store
from socrata_practice.storage.asset import Asset, Draft
from socrata_practice.storage.database import now_seconds

COPY_OF = "workingCopyOf"
_SYSTEM = "sid, rowkey, created_at, updated_at, version"


def copy(connection: sqlite3.Connection, asset: Asset, user_id: str, with_rows: bool) -> str:
    """Make a working copy and return its id."""
    details = asset.details | {COPY_OF: asset.id}
    made = asset_store.create(connection, Draft(asset.name, user_id, details=details))
    bare = asset_store.read(connection, made)
    key = None
    for column in asset.columns:
        number = asset_store.add_column(connection, bare, column)
        key = number if column.id == asset.row_identifier else key
    asset_store.update(connection, made, row_identifier=key)
    if with_rows:
        _copy_rows(connection, asset, asset_store.read(connection, made))
    return made


def _copy_rows(connection: sqlite3.Connection, source: Asset, target: Asset) -> None:
    by_name = {column.field_name: column.slot for column in source.columns}
    pairs = [(one.slot, by_name[one.field_name]) for one in target.columns
             if one.field_name in by_name]  # fmt: skip
    into = "".join(f", c{slot}" for slot, _ in pairs)
    read = "".join(f", c{slot}" for _, slot in pairs)
    connection.execute(
        f"INSERT INTO rows_{target.table_id} ({_SYSTEM}{into})"
        f" SELECT {_SYSTEM}{read} FROM rows_{source.table_id}"
    )


def original_of(connection: sqlite3.Connection, asset: Asset) -> Asset | None:
    """Return the dataset that a working copy was made of; None for any other asset."""
    name = asset.details.get(COPY_OF)
    return asset_store.find(connection, name) if isinstance(name, str) else None


def publish(connection: sqlite3.Connection, made: Asset, original: Asset) -> None:
    """Replace columns and rows of the original by the working copy's, and drop the copy."""
    connection.execute("DELETE FROM columns WHERE asset_id = ?", (original.id,))
    connection.execute("UPDATE columns SET asset_id = ? WHERE asset_id = ?", (original.id, made.id))
    details = {key: value for key, value in made.details.items() if key != COPY_OF}
    # The two swap tables, so that deleting the copy drops the older rows.
    asset_store.update(connection, made.id, table_id=original.table_id)
    asset_store.update(connection, original.id, table_id=made.table_id, details=details,
                       name=made.name, row_identifier=made.row_identifier,
                       published_at=now_seconds())  # fmt: skip
    connection.execute(
        "UPDATE assets SET table_id = ? WHERE base_id = ?", (made.table_id, original.id)
    )
    asset_store.delete(connection, asset_store.read(connection, made.id))
    asset_store.touch_rows(connection, asset_store.read(connection, original.id), made.owner_id)
