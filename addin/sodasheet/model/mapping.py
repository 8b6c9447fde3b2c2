"""Which source column fills which dataset column, and how."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Blank(StrEnum):
    """What an empty cell does to the dataset's cell."""

    CLEAR = "clear"
    KEEP = "keep"
    REFUSE = "refuse"


#: The word in `ColumnRule.match` for a match that a person has accepted.
CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """How one source column, or one constant, fills a dataset column.

    `source` is a header of the source (None for a constant), `field` a field name of the dataset
    (None when ignored or not yet chosen). `formats` are tried in order: strptime patterns and
    `ISO8601` for dates, an example such as `$1,234.50` for numbers, `yes/no` for checkboxes.
    `match` is the reason in words; `confidence` is 0 to 1.
    """

    source: str | None = None
    field: str | None = None
    constant: str | None = None
    ignore: bool = False
    formats: tuple[str, ...] = ()
    timezone: str | None = None
    blank: Blank = Blank.CLEAR
    match: str = ""
    confidence: float = 0.0

    @property
    def fills(self) -> bool:
        """Whether the rule writes to a dataset column."""
        return self.field is not None and not self.ignore


@dataclass(frozen=True, slots=True)
class PointRule:
    """A point or location column filled from two source columns; `match` as in ColumnRule."""

    field: str
    latitude: str
    longitude: str
    match: str = ""


@dataclass(frozen=True, slots=True)
class Mapping:
    """All rules of one push. `timezone` is for `date` values that name no zone."""

    columns: tuple[ColumnRule, ...] = ()
    points: tuple[PointRule, ...] = ()
    trim: bool = True
    empty_is_null: bool = True
    timezone: str = "UTC"

    @property
    def filled(self) -> tuple[str, ...]:
        """Field names that the mapping writes, in order, with repeats if there are any."""
        return tuple(
            [rule.field for rule in self.columns if rule.field is not None and rule.fills]
            + [point.field for point in self.points]
        )
