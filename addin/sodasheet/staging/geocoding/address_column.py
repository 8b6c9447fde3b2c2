"""Addresses of a stage, and the column with the places found for them.

The places are in a separate column next to the source's, so that everything after treats them
like places that the source has: a point is `POINT (longitude latitude)`, a location its JSON. An
address that was not found stands there as itself, in a form that is neither.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sodasheet.model.method import Method
from sodasheet.staging.check.check_plan import CheckPlan, Filled, filled_columns
from sodasheet.staging.check.mapping_sql import part_texts
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.staged_table import Stage

#: Parts of an address, in the order in which they are looked up.
PARTS = ("address", "city", "state", "zip", "country")

#: Parts inside a location (portal-api.md D).
_LOCATION_PARTS = PARTS[:4]

#: Latitude and longitude, as strings without loss.
Place = tuple[str, str]

#: Suffix of an address that was not found; no place ends like this.
NOT_FOUND = " (not found)"


@dataclass(frozen=True, slots=True)
class AddressColumn:
    """A dataset column whose addresses are to be looked up; `keys` are the distinct addresses.

    A key is a JSON list of the parts in the order of `PARTS`, with empty strings for missing ones.
    """

    filled: Filled
    keys: tuple[str, ...]


def looks_up(plan: CheckPlan) -> bool:
    """True if the mapping has addresses for the portal to look up."""
    return plan.method is not Method.DELETE and any(one.geocode for one in plan.mapping.places)


def address_columns(stage: Stage, plan: CheckPlan) -> list[AddressColumn]:
    """Return the columns with addresses to look up, each with its distinct addresses."""
    wanted = {one.field for one in plan.mapping.places if one.geocode}
    columns = [
        one
        for one in filled_columns(plan, stage.headers)
        if one.column.field in wanted and {*one.parts} & {*_LOCATION_PARTS}
        and not {*one.parts} & {"latitude", "longitude"}
    ]  # fmt: skip
    return [AddressColumn(one, tuple(_keys(stage, plan, one))) for one in columns]


def add_places(
    stage: Stage,
    plan: CheckPlan,
    columns: Sequence[AddressColumn],
    found: Mapping[str, Place | None],
) -> CheckPlan:
    """Add a column for each of `columns` to the stage; return the plan with these columns.

    `found` has the place of every key, None if the address was not found.
    """
    added: dict[str, int] = {}
    listed = [f"c{number}" for number in range(len(stage.headers) + len(columns))]
    for number, one in enumerate(columns, len(stage.headers)):
        stage.raise_if_cancelled()
        texts = [place_text(one.filled, key, found.get(key)) for key in one.keys]
        _add(stage, f"c{number}", _key(plan, one.filled), (one.keys, texts))
        added[one.filled.column.field] = number
    if stage.table.name != "source":  # a view over the rows, which does not include the new columns
        stage.connection.execute(
            f"CREATE OR REPLACE VIEW source AS SELECT {stage.table.row} AS _row,"
            f" {', '.join(listed)} FROM {stage.table.name}"
        )
    return replace(plan, looked_up=added)


def place_text(filled: Filled, key: str, place: Place | None) -> str:
    """Return the text of a place for a dataset column; the address itself if not found."""
    parts = dict(zip(PARTS, json.loads(key), strict=True))
    if place is None:
        return ", ".join(text for text in parts.values() if text) + NOT_FOUND
    latitude, longitude = place
    if filled.column.type == "point":
        return f"POINT ({longitude} {latitude})"
    human = {name: parts[name] for name in _LOCATION_PARTS}
    return json.dumps(
        {
            "latitude": latitude,
            "longitude": longitude,
            "human_address": json.dumps(human, ensure_ascii=False),
        },
        ensure_ascii=False,
    )


def _keys(stage: Stage, plan: CheckPlan, filled: Filled) -> list[str]:
    query = f"SELECT DISTINCT {_key(plan, filled)} AS key FROM {stage.table.name}"
    return [key for (key,) in stage.each(f"SELECT key FROM ({query}) WHERE key <> '' ORDER BY 1")]


def _key(plan: CheckPlan, filled: Filled) -> str:
    """Return SQL for the key of a row's address; empty if everything but the country is blank."""
    texts = part_texts(plan, filled)
    blank = " AND ".join(f"{texts[name]} = ''" for name in _LOCATION_PARTS if name in texts)
    listed = ", ".join(texts.get(name, literal("")) for name in PARTS)
    return f"CASE WHEN {blank} THEN '' ELSE CAST(json_array({listed}) AS VARCHAR) END"


def _add(stage: Stage, name: str, key: str, pairs: tuple[Sequence[str], Sequence[str]]) -> None:
    run = stage.connection.execute
    table = stage.table.name
    run("CREATE OR REPLACE TABLE looked_up AS SELECT unnest(?::VARCHAR[]) AS key,"
        " unnest(?::VARCHAR[]) AS place", [list(pairs[0]), list(pairs[1])])  # fmt: skip
    run(f"ALTER TABLE {table} ADD COLUMN {name} VARCHAR DEFAULT ''")
    run(f"UPDATE {table} SET {name} = looked_up.place FROM looked_up WHERE looked_up.key = {key}")
    run("DROP TABLE looked_up")
