"""Every data type by its `dataTypeName`, with its readers and writers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from socrata_practice.types import object_values, scalars
from socrata_practice.types.geometry import DEPTHS, geometry, geometry_csv, wkt

Stored = str | int | None
Kind = str

KEY_KINDS = frozenset({"text", "number", "boolean", "floating", "fixed"})
"""Kinds of value that can identify a row."""


def _same(value: Any) -> str:
    return str(value)


def _word(value: Any) -> str:
    return "true" if value else "false"


@dataclass(frozen=True)
class DataType:
    """One data type.

    `kind` is what comparisons go by; `from_json` and `from_csv` return what is kept and raise
    MaltypedError; `to_json` is None if what is kept is what is shown; `key` gives equal strings
    for equal values.
    """

    name: str
    soda_name: str
    kind: Kind
    from_json: Callable[[Any], Stored]
    from_csv: Callable[[str], Stored]
    to_json: Callable[[Any], Any] | None = None
    to_csv: Callable[[Any], str] = _same
    key: Callable[[Any], str] = _same


def _texts() -> list[DataType]:
    names = ("text", "email", "phone", "html", "flag", "drop_down_list")
    return [DataType(name, name, "text", scalars.text, scalars.text) for name in names]


def _numbers() -> list[DataType]:
    return [
        DataType(name, name, "number", scalars.number, scalars.number, key=scalars.number_key)
        for name in ("number", "money", "percent", "stars")
    ]


def _moments() -> list[DataType]:
    return [
        DataType(
            "calendar_date",
            "floating_timestamp",
            "floating",
            scalars.floating,
            scalars.floating_csv,
        ),
        DataType("date", "fixed_timestamp", "fixed", scalars.fixed, scalars.fixed),
    ]


def _checkbox() -> DataType:
    return DataType(
        "checkbox", "boolean", "boolean", scalars.checkbox, scalars.checkbox, bool, _word, _word
    )


def _wkt(stored: Any) -> str:
    return wkt(json.loads(stored))


def _shapes() -> list[DataType]:
    names = {"LineString": "line", "MultiLineString": "multiline"}
    return [
        DataType(
            name=(name := names.get(kind, kind.lower())),
            soda_name=name,
            kind="shape",
            from_json=partial(geometry, kind=kind),
            from_csv=partial(geometry_csv, kind=kind),
            to_json=json.loads,
            to_csv=_wkt,
        )
        for kind in DEPTHS
    ]


def _objects() -> list[DataType]:
    loads, no = json.loads, object_values.unwritable
    nested = [
        DataType(name, name, "object", no, no, loads) for name in ("nested_table", "dataset_link")
    ]
    return [
        DataType(
            "url",
            "url",
            "object",
            object_values.url,
            object_values.url_csv,
            loads,
            object_values.url_out,
        ),
        DataType(
            "location",
            "location",
            "object",
            object_values.location,
            object_values.location_csv,
            loads,
            object_values.location_out,
        ),
        DataType("document", "document", "object", object_values.document, no, loads),
        DataType("photo", "photo", "text", object_values.photo, no),
        DataType("json", "json", "object", object_values.json_value, object_values.json_csv, loads),
        *nested,
    ]


TYPES: dict[str, DataType] = {
    found.name: found
    for found in [*_texts(), *_numbers(), *_moments(), _checkbox(), *_shapes(), *_objects()]
}
