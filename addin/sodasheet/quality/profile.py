"""A profile: statistics that summarize the values of a table."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

#: Characters of the longest value of a limited list; longer values are free text.
LONGEST_CATEGORY = 40

#: The version of the format in which profiles are saved.
FORMAT_VERSION = 6

#: Shapes of strings that are dates, times or decimal fractions; for the first two, the beginning is
#: enough.
_MEASURES = re.compile(r"9{1,4}[-/.]9{1,2}[-/.]9{1,4}|9{1,2}:99|[-+]?9+[.,]9+$")

#: Shapes of a number after letters that name its kind, such as `LPN.0012345`.
_LABELED = re.compile(r"[Aa]{0,8}(?:[-./_#]?9+)+[Aa]?")


@dataclass(frozen=True, slots=True)
class Spread:
    """The distribution of numbers, or of dates as seconds since 1970.

    `quantiles` are those of 1, 25, 50, 75 and 99 percent; `whole` is the share of whole numbers.
    """

    low: float
    high: float
    quantiles: tuple[float, ...]
    whole: float = 0.0

    @property
    def middle(self) -> float:
        """The median."""
        return self.quantiles[2]

    @property
    def quartiles(self) -> tuple[float, ...]:
        """The lower quartile, the median, and the upper quartile."""
        return self.quantiles[1:4]

    @property
    def percentile_1(self) -> float:
        """The first percentile."""
        return self.quantiles[0]

    @property
    def percentile_99(self) -> float:
        """The last percentile."""
        return self.quantiles[4]

    def stretched(self, least: float = 0.0, tolerance: float = 1.0) -> tuple[float, float]:
        """Return the bounds for values of the same kind.

        Each bound is as far beyond the known extreme as the extreme is from the median, and at
        least `least`; `tolerance` is a factor for both distances.
        """
        return (
            self.low - tolerance * max(self.middle - self.low, least),
            self.high + tolerance * max(self.high - self.middle, least),
        )


@dataclass(frozen=True, slots=True)
class Past:
    """Variation of a column in the order of its rows, oldest first.

    `blocks` are the quantiles (as in Spread) of consecutive twelfths of the rows. `fresh` is the
    largest share of one such block whose values no earlier block has, `newest_blank` the share of
    blanks in the newest fiftieth of the rows.
    """

    blocks: tuple[tuple[float, ...], ...] = ()
    fresh: float = 0.0
    newest_blank: float = 0.0

    def nearest(self, middle: float) -> tuple[float, ...] | None:
        """Return the quantiles of the block with the median nearest to `middle`, or None.

        If `middle` lies between the medians of known blocks, the nearest block is scaled to it.
        """
        if not self.blocks:
            return None
        medians = [quantiles[2] for quantiles in self.blocks]
        # On a tie, take the newest block, because trends continue.
        nearest = min(reversed(self.blocks), key=lambda quantiles: abs(quantiles[2] - middle))
        if not min(medians) <= middle <= max(medians) or nearest[2] == 0:
            return nearest
        return tuple(value * middle / nearest[2] for value in nearest)


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """Profile of the values of a column.

    `rows` counts the rows examined, `filled` the rows with a value, `distinct` the distinct values.
    `values` has the most frequent values with their counts; `complete` is true if there are no
    others. `shapes` has the most frequent shapes (`99999`, `Aa-99`) in the same way; `few_shapes`
    is true if there are no others. `longest` and `shortest` are numbers of characters, `upper` is
    the share of values in all capitals. `spread` describes numbers, dates and longitudes,
    `spread_y` latitudes. `run` is the longest run of rows with the same value, `blankest` the
    largest share of blanks in any twentieth of the rows. `marks` counts the values that look like
    private data of each kind, or like damaged text. `past` describes how the column has varied.
    """

    kind: str
    rows: int
    filled: int
    distinct: int
    values: Mapping[str, int] = field(default_factory=dict)
    complete: bool = False
    shapes: Mapping[str, int] = field(default_factory=dict)
    few_shapes: bool = False
    longest: int = 0
    shortest: int = 0
    upper: float = 0.0
    spread: Spread | None = None
    spread_y: Spread | None = None
    run: int = 0
    blankest: float = 0.0
    marks: Mapping[str, int] = field(default_factory=dict)
    past: Past = Past()

    @property
    def blanks(self) -> int:
        """The number of rows without a value."""
        return self.rows - self.filled

    @property
    def listed(self) -> bool:
        """True if values are compared with each other as text."""
        return self.kind in ("text", "word", "place")

    @property
    def category(self) -> bool:
        """True if the column repeats a limited list of values."""
        repeats = self.distinct > 0 and self.filled >= 8 * self.distinct
        return self.complete and repeats and self.longest <= LONGEST_CATEGORY

    @property
    def code(self) -> bool:
        """True if all values have one of a few shapes with digits and without words."""
        return self.few_shapes and all(
            "9" in shape and "aaa" not in shape.lower() and shape != "…" for shape in self.shapes
        )

    @property
    def fixed_length(self) -> bool:
        """True if there are many distinct values, all with the same number of characters."""
        return self.longest == self.shortest >= 5 and self.distinct >= 100

    @property
    def unique(self) -> bool:
        """True if no value occurs twice."""
        return self.filled > 0 and self.distinct >= self.filled

    @property
    def numbered(self) -> bool:
        """True for sequence numbers: whole numbers without duplicates.

        If there are fewer than 200, they must also be close together.
        """
        if not self.unique or self.spread is None or self.spread.whole != 1.0:
            return False
        return self.filled >= 200 or self.spread.high - self.spread.low <= 10 * self.filled

    @property
    def numbers_rows(self) -> bool:
        """True for sequence numbers and codes that identify rows and have no other meaning.

        A date, an amount or a name has a meaning, even if no value occurs twice.
        """
        if self.kind == "number":
            return self.numbered
        if self.kind != "text" or not self.unique:
            return False
        labeled = self.few_shapes and all(_LABELED.fullmatch(shape) for shape in self.shapes)
        coded = self.code or self.fixed_length or labeled
        return coded and not any(_MEASURES.match(shape) for shape in self.shapes)

    @property
    def top_share(self) -> float:
        """The share of the most frequent value among the values."""
        return max(self.values.values(), default=0) / self.filled if self.filled else 0.0


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation between two columns that was true in every row examined.

    The kind `order` means that the date in `first` is never after the date in `second`. `decides`
    means that the value of `first` determines the value of `second`, and `pairs` has the value of
    `second` by the value of `first`. `rows` counts the rows of evidence.
    """

    kind: str
    first: str
    second: str
    rows: int
    pairs: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Profile:
    """The profile of a dataset, or of a source.

    `rows` counts all rows, `sampled` the rows examined. `as_of` is when the last row was written,
    in seconds since 1970, or 0 if unknown. `hashes` has a hash of each sampled row's values in
    `fields`, by which the row can be recognized; `repeats` counts sampled rows that equal another.
    """

    rows: int
    sampled: int
    columns: Mapping[str, ColumnProfile]
    relations: tuple[Relation, ...] = ()
    fields: tuple[str, ...] = ()
    hashes: frozenset[int] = frozenset()
    repeats: int = 0
    as_of: float = 0.0

    @property
    def whole(self) -> bool:
        """True if every row was examined."""
        return self.sampled >= self.rows

    def to_json(self) -> dict[str, Any]:
        """Return the profile as JSON values."""
        columns = {name: _column_json(column) for name, column in self.columns.items()}
        relations = [_fields_of(relation) for relation in self.relations]
        return {
            "form": FORMAT_VERSION,
            **_fields_of(self),
            "columns": columns,
            "relations": relations,
            "hashes": sorted(self.hashes),
        }

    @staticmethod
    def from_json(data: Mapping[str, Any]) -> Profile:
        """Read the output of `to_json`. Raises ValueError, KeyError or TypeError if invalid."""
        if data["form"] != FORMAT_VERSION:
            raise ValueError(data["form"])
        return Profile(
            data["rows"],
            data["sampled"],
            {name: _column(column) for name, column in data["columns"].items()},
            tuple(Relation(**relation) for relation in data["relations"]),
            tuple(data["fields"]),
            frozenset(data["hashes"]),
            data["repeats"],
            data["as_of"],
        )


def _fields_of(record: Any) -> dict[str, Any]:
    """Return the fields of a dataclass; `asdict` would copy every value of every column."""
    return {field.name: getattr(record, field.name) for field in fields(record)}


def _column_json(column: ColumnProfile) -> dict[str, Any]:
    spreads = {
        name: None if spread is None else _fields_of(spread)
        for name, spread in (("spread", column.spread), ("spread_y", column.spread_y))
    }
    return {**_fields_of(column), **spreads, "past": _fields_of(column.past)}


def _column(data: Mapping[str, Any]) -> ColumnProfile:
    spreads = {name: _spread(data[name]) for name in ("spread", "spread_y")}
    past = Past(**{**data["past"], "blocks": tuple(map(tuple, data["past"]["blocks"]))})
    return ColumnProfile(**{**data, **spreads, "past": past})


def _spread(data: Mapping[str, Any] | None) -> Spread | None:
    return None if data is None else Spread(**{**data, "quantiles": tuple(data["quantiles"])})
