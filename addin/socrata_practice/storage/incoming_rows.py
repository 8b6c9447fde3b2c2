"""Rows of a request, parsed and typed before they are applied."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from socrata_practice import refusals
from socrata_practice.storage.asset import Asset
from socrata_practice.storage.generated_ids import row_number
from socrata_practice.storage.row_identifier_change import missing_key
from socrata_practice.types.registry import Stored
from socrata_practice.types.scalars import MaltypedError

_SHOWN = 200  # characters of an invalid value that are quoted in the error


@dataclass
class Incoming:
    """A parsed row: the given values by position in the column list."""

    index: int
    key: str | None
    sid: int | None
    delete: bool
    shown_key: Any = None
    version: str | None = None
    places: tuple[int, ...] = ()
    values: list[Stored] = field(default_factory=list)


@dataclass(frozen=True)
class WriteRules:
    """Rules for reading the rows of a request; `may_delete` is the sender's right to delete.

    Rows at the places `left_out` are not applied and count as errors. A `classic` dataset ignores
    fields it does not know, takes an empty string for null, and a missing checkbox for false.
    `empty_is_null` clears a text column for an empty string; `ignores_missing` drops the error of a
    deleted row that is not there.
    """

    csv: bool
    may_delete: bool
    left_out: frozenset[int] = frozenset()
    classic: bool = False
    empty_is_null: bool = False
    ignores_missing: bool = False


class Reader:
    """Reads the rows of a request for one dataset."""

    def __init__(self, asset: Asset, rules: WriteRules) -> None:
        self._rules = rules
        self.columns = [column for column in asset.columns if not column.is_computed]
        self._key = asset.key_column
        self._key_place = self.columns.index(self._key) if self._key else -1
        self._clears = rules.csv or rules.classic or rules.empty_is_null
        self._parsers: dict[str, tuple[int, Callable[[Any], Stored]]] = {
            column.field_name: (
                place,
                column.type.from_csv if rules.csv else column.type.from_json,
            )
            for place, column in enumerate(self.columns)
        }

    def read(self, index: int, raw: Any) -> Incoming:
        """Return the row at this position of the request; raises Refusal if not a row."""
        if isinstance(raw, list) and len(raw) == 1:
            return self._named(Incoming(index, None, None, delete=True), raw[0])
        if not isinstance(raw, dict):
            raise refusals.service(
                400,
                "soda.row.upsert-row-not-an-object",
                "Upsert row is not an object",
                value=str(raw)[:_SHOWN],
            )
        delete = raw.get(":deleted") == "true" if self._rules.csv else raw.get(":deleted") is True
        return self._marked(index, raw) if delete else self._valued(index, raw)

    def _marked(self, index: int, raw: dict[str, Any]) -> Incoming:
        """Return a row marked for deletion; everything but its identifier is ignored."""
        key_name = self._key.field_name if self._key else None
        row = Incoming(index, None, None, delete=True)
        if key_name is not None and raw.get(key_name) not in (None, ""):
            value = self._parse(key_name, raw[key_name])[1]
            row.key, row.shown_key = self._keyed(value), raw[key_name]
            return row
        if raw.get(":id") is None:
            raise refusals.service(
                400, "soda.row.delete-without-primary-key", "Delete row without primary key"
            )
        return self._named(row, raw[":id"])

    def _named(self, row: Incoming, name: Any) -> Incoming:
        row.sid, row.shown_key = row_number(name, plain=True) or -1, name
        return row

    def _valued(self, index: int, raw: dict[str, Any]) -> Incoming:
        row = Incoming(index, None, None, delete=False)
        places: list[int] = []
        parsers = self._parsers
        for name, value in raw.items():
            if name in parsers:
                place, kept = self._parse(name, value)
                places.append(place)
                row.values.append(kept)
            elif not name.startswith(":") and not self._rules.classic:
                raise refusals.invalid(f"Illegal field name sent: {name}")
        row.places = tuple(places)
        self._identify(row, raw)
        return row

    def _identify(self, row: Incoming, raw: dict[str, Any]) -> None:
        if raw.get(":version") is not None:
            row.version = str(raw[":version"])
        if self._key is not None and self._key_place in row.places:
            row.key = self._keyed(row.values[row.places.index(self._key_place)])
            row.shown_key = raw[self._key.field_name]
        if row.key is None and raw.get(":id") is not None:
            self._named(row, raw[":id"])
        elif row.key is None and self._key is not None:
            raise missing_key(self._key)
        if row.key is None and row.sid is not None and self._key_place in row.places:
            raise missing_key(self._key)  # type: ignore[arg-type]

    def _keyed(self, value: Stored) -> str | None:
        return None if value in (None, "") else self._key.type.key(value)  # type: ignore[union-attr]

    def _parse(self, name: str, value: Any) -> tuple[int, Stored]:
        place, parser = self._parsers[name]
        if value is None or (value == "" and self._clears):
            return place, None
        try:
            return place, parser(value)
        except (MaltypedError, RecursionError) as error:
            expected = self.columns[place].type.soda_name
            raise refusals.maltyped(name, expected, str(value)[:_SHOWN]) from error
