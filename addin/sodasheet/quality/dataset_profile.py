"""The profile of a dataset: read from the portal, and saved until the dataset changes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sodasheet
from sodasheet.errors import PortalError
from sodasheet.model.dataset import Column, Dataset
from sodasheet.portal.soda2.rows_client import RowsClient, RowState
from sodasheet.portal.soda2.soql_queries import field_name
from sodasheet.quality.measure_profile import MOST_VALUES, MeasuredTable, kind_of, measure
from sodasheet.quality.profile import ColumnProfile, Profile
from sodasheet.staging.diff.dataset_rows import load_dataset_rows
from sodasheet.staging.staged_table import Stage
from sodasheet.system.folders import home, make_private, write_whole

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Maximum rows examined: all rows of a smaller dataset, the newest of a larger.
SAMPLED = 20_000

#: Minimum rows of a dataset for a worthwhile comparison.
LEAST = 30

#: Maximum number of requests for one profile.
MOST_REQUESTS = 20

#: The share of a dataset's rows that may have changed since its profile was measured.
_CARRIED = 0.05

#: Columns of which one request reads the extremes; more would make the address too long.
_EXTREMES = 12


@dataclass(frozen=True, slots=True)
class DatasetProfiles:
    """Profiles of datasets, and the folder in which they are saved."""

    folder: Path

    @staticmethod
    def here() -> DatasetProfiles:
        """The profiles saved for this user on this computer."""
        return DatasetProfiles(home() / "profiles")

    def of(
        self,
        session: PortalSession,
        dataset: Dataset,
        stage: Stage,
        state: RowState | None = None,
    ) -> Profile | None:
        """Return the dataset's profile, asking the portal only if the dataset has changed.

        None if the dataset has few rows, or if readers do not see its newest rows yet.
        The database of `stage` is used for temporary tables; `state` is the state of the dataset's
        rows, if known. Raises PortalError.
        """
        if dataset.rows is not None and dataset.rows < LEAST:
            return None
        rows = RowsClient(session, dataset)
        state = state or rows.state()
        if state is None or state.rows < LEAST:
            return None
        place = self._place(dataset)
        key = _key(dataset, state)
        known = _read(_saved(place), key)
        if known is None:
            known = _Inquiry(rows, dataset, stage, state).profile()
            # Anything that cannot be saved, as on a full disk, is measured again next time.
            with suppress(OSError):
                if place.exists():
                    place.replace(_earlier(place))
                self._save(place, key, known)
        return known

    def earlier(self, dataset: Dataset, state: RowState) -> Profile | None:
        """Return the profile measured before the last change that led to this state of the rows.

        None if this computer has not measured the dataset then.
        """
        place = self._place(dataset)
        saved = _saved(place)
        if saved is None or (saved.get("key") == _key(dataset, state) and not saved.get("changed")):
            saved = _saved(_earlier(place))
        return _profile(saved)

    def carry_over(self, dataset: Dataset, before: RowState, after: RowState, changed: int) -> None:
        """Reuse the profile of the state `before` for the state `after`, unless too much changed.

        At most a few of the rows may have `changed` since the profile was measured, by one push or
        several. There must be no other writes, and the rows must be like the dataset's. Raises
        OSError.
        """
        if before == after or changed > _CARRIED * after.rows:
            return
        place = self._place(dataset)
        saved = _saved(place)
        profile = _read(saved, _key(dataset, before))
        if saved is None or profile is None or (profile.whole and before.rows != after.rows):
            return
        total = saved.get("changed", 0) + changed
        if total > _CARRIED * after.rows:
            return
        written = _number(after.changed or "", "date") or profile.as_of
        self._save(
            place,
            _key(dataset, after),
            replace(profile, rows=max(after.rows, profile.sampled), as_of=written),
            total,
        )

    def _place(self, dataset: Dataset) -> Path:
        name = hashlib.sha256(f"{dataset.portal}/{dataset.id}".encode()).hexdigest()[:32]
        return self.folder / f"{name}.json"

    def _save(self, place: Path, key: str, profile: Profile, changed: int = 0) -> None:
        make_private(self.folder)
        body = {"key": key, "changed": changed, "profile": profile.to_json()}
        write_whole(place, json.dumps(body))


def _key(dataset: Dataset, state: RowState) -> str:
    """Return everything whose change invalidates a saved profile, as a string."""
    columns = [(column.id, column.field, column.type) for column in dataset.fillable]
    return json.dumps([sodasheet.__version__, state.rows, state.changed, columns])


def _saved(place: Path) -> dict[str, Any] | None:
    """Return the saved file; None if missing or unreadable."""
    try:
        saved = json.loads(place.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return saved if isinstance(saved, dict) else None


def _earlier(place: Path) -> Path:
    """The file of the previous profile before the profile at `place`."""
    return place.with_name(f"{place.stem}.earlier.json")


def _read(saved: dict[str, Any] | None, key: str) -> Profile | None:
    """Return the saved profile, None if unreadable or of another state."""
    return _profile(saved) if saved is not None and saved.get("key") == key else None


def _profile(saved: dict[str, Any] | None) -> Profile | None:
    """Return the saved profile of any state, None if unreadable."""
    try:
        return Profile.from_json(saved["profile"]) if saved is not None else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


@dataclass(slots=True)
class _Inquiry:
    """Reads one profile from the portal."""

    rows: RowsClient
    dataset: Dataset
    stage: Stage
    state: RowState
    asked: int = 1  # the state

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that a push can fill."""
        return tuple(one for one in self.dataset.fillable if kind_of(one) != "other")

    def profile(self) -> Profile:
        table = self._sample()
        profile = measure(table, self.state.rows, _number(self.state.changed or "", "date") or 0.0)
        table.run(f"DROP TABLE {table.name}")
        if profile.whole:
            return profile
        columns = dict(profile.columns)
        for column, extremes in self._extremes(profile):
            columns[column] = _stretched(columns[column], *extremes)
        for column, values in self._categories(profile):
            columns[column] = _with_values(columns[column], values, self.state.rows)
        return replace(profile, columns=columns)

    def _sample(self) -> MeasuredTable:
        """The newest rows as canonical strings."""
        columns = self.columns
        select = ",".join(field_name(column.field) for column in columns)
        self.asked += 1
        page = self.stage.shelf.with_name("known.json")
        self.rows.save_page(page, select, ":id desc", SAMPLED)
        try:
            load_dataset_rows(self.stage, [page], columns, None)
        finally:
            page.unlink()
        # The rows came in the order asked for, the newest first.
        return MeasuredTable(self.stage.connection, "held", columns, row="-rowid")

    def _extremes(self, profile: Profile) -> Iterator[tuple[str, tuple[str, str]]]:
        """Smallest and largest value of each column of numbers or dates."""
        fields = [n for n, one in profile.columns.items() if one.kind in ("number", "date")]
        for start in range(0, len(fields), _EXTREMES):
            some = fields[start : start + _EXTREMES]
            asked = (
                f"min({field_name(one)}) as a{n},max({field_name(one)}) as b{n}"
                for n, one in enumerate(some)
            )
            row = self._ask(",".join(asked))[0:1] or [{}]
            for n, field in enumerate(some):
                yield field, (str(row[0].get(f"a{n}", "")), str(row[0].get(f"b{n}", "")))

    def _categories(self, profile: Profile) -> Iterator[tuple[str, dict[str, int]]]:
        """All values of each column that seems to repeat a limited list."""
        for field, column in profile.columns.items():
            if not (column.category and column.listed):
                continue
            if self.asked >= MOST_REQUESTS:
                return
            name = field_name(field)
            found = self._ask(f"{name} as v,count(*) as n", group=name)
            if found is not None:
                yield (
                    field,
                    {_text(row["v"]): int(row["n"]) for row in found if row.get("v") is not None},
                )

    def _ask(self, select: str, group: str = "") -> list[dict[str, Any]]:
        """Rows of a grouped query, none if the portal cannot answer."""
        self.asked += 1
        try:
            return self.rows.grouped(select, group, MOST_VALUES + 1)
        except PortalError as error:
            if error.status != 400:
                raise
            return []


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _stretched(column: ColumnProfile, low: str, high: str) -> ColumnProfile:
    """The profile with the extremes of all rows."""
    ends = [_number(text, column.kind) for text in (low, high)]
    if column.spread is None or None in ends:
        return column
    low_end, high_end = (end for end in ends if end is not None)
    spread = replace(
        column.spread,
        low=min(column.spread.low, low_end),
        high=max(column.spread.high, high_end),
    )
    return replace(column, spread=spread)


def _number(text: str, kind: str) -> float | None:
    from datetime import UTC, datetime

    try:
        if kind == "number":
            return float(text)
        return datetime.fromisoformat(str(text).rstrip("Z")).replace(tzinfo=UTC).timestamp()
    except ValueError:
        return None


def _with_values(column: ColumnProfile, values: dict[str, int], rows: int) -> ColumnProfile:
    """The profile with the values of all rows; unchanged if the portal returned only some."""
    if not 0 < len(values) <= MOST_VALUES:
        return replace(column, complete=bool(not values and column.complete))
    filled = sum(values.values())
    return replace(
        column, values=values, distinct=len(values), filled=filled, rows=max(rows, filled)
    )
