"""Rows in the form of the old back end (portal-api.md, Generations)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from socrata_practice.soql.query_planner import Output, Plan
from socrata_practice.storage.asset import Asset


def _no_milliseconds(stored: str) -> str:
    return stored.replace(".000", "", 1)


def _american(stored: str) -> str:
    """Return a timestamp such as `03/31/2024 02:05:00 PM`."""
    return datetime.fromisoformat(stored.removesuffix("Z")).strftime("%m/%d/%Y %I:%M:%S %p")


_JSON: dict[str, Callable[[Any], Any]] = {
    "row_id": int,
    "floating": _no_milliseconds,
    "fixed": _no_milliseconds,
}
_CSV: dict[str, Callable[[Any], str]] = {"row_id": str, "floating": _american, "fixed": _american}


def classic(plan: Plan, asset: Asset, as_csv: bool) -> Plan:
    """Return the plan with outputs in the older form; CSV has the columns' display names."""
    names = {column.field_name: column.name for column in asset.columns} if as_csv else {}
    outputs = tuple(_classic(output, names) for output in plan.outputs)
    return replace(plan, outputs=outputs)


def _classic(output: Output, names: dict[str, str]) -> Output:
    kind = output.type.kind
    changed = replace(
        output.type,
        to_json=_JSON.get(kind, output.type.to_json),
        to_csv=_CSV.get(kind, output.type.to_csv),
    )
    return Output(names.get(output.name, output.name), changed)
