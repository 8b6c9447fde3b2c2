"""Mapping: rules by which source columns fill dataset columns, and the reason for each match."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from enum import StrEnum


class Blank(StrEnum):
    """Effect of an empty cell on the dataset's cell."""

    CLEAR = "clear"
    KEEP = "keep"
    REFUSE = "refuse"


#: The word in `ColumnRule.match` for a match that the user has accepted.
CONFIRMED = "confirmed"


#: The declared format of cells that hold the portal's own JSON (staging/types/verbatim_json.py).
VERBATIM = "portal-json"


@dataclass(frozen=True, slots=True)
class ColumnRule:
    """Rule by which one source column, or one constant, fills a dataset column.

    `source` is a header of the source (None for a constant), `field` a field name of the dataset
    (None when ignored or not yet chosen). `formats` are tried in order: strptime patterns and
    `ISO8601` for dates, an example such as `$1,234.50` for numbers, `yes/no` for checkboxes.
    `match` is the reason in words; `confidence` is 0 to 1. If `trim` and `empty_is_null`
    are None, the mapping's settings are used.

    The cleanup before a cell is checked: `unwrap` reads `="06103"` and `'06103` as 06103, `pad`
    fills up whole numbers with zeros to that many digits, `missing` are markers that mean an empty
    cell, `recode` replaces values. `template` computes the value from other columns, without a
    `source` (staging/check/computed_column_template.py).
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
    trim: bool | None = None
    empty_is_null: bool | None = None
    missing: tuple[str, ...] = ()
    recode: tuple[tuple[str, str], ...] = ()
    pad: int = 0
    unwrap: bool = False
    template: str | None = None

    @property
    def fills(self) -> bool:
        """True if the rule writes to a dataset column."""
        return self.field is not None and not self.ignore

    @property
    def verbatim(self) -> bool:
        """True if the cells hold the portal's own JSON, which is sent back unchanged."""
        return self.formats == (VERBATIM,)


@dataclass(frozen=True, slots=True)
class PointRule:
    """A point or location column filled from two source columns; `match` as in ColumnRule.

    `formats` tell how both columns are written, such as `degrees minutes seconds`.
    """

    field: str
    latitude: str
    longitude: str
    match: str = ""
    formats: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceRule:
    """A location column filled from source columns that contain the parts of an address.

    Every part is the header of a source column, or empty if there is none. With `geocode`
    the portal looks up each address, and the column may be a point column too.
    """

    field: str
    address: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    latitude: str = ""
    longitude: str = ""
    country: str = ""
    geocode: bool = False

    @property
    def parts(self) -> dict[str, str]:
        """Return the parts that are filled, with their headers."""
        names = ("address", "city", "state", "zip", "latitude", "longitude", "country")
        return {name: header for name in names if (header := getattr(self, name))}


def place_of(field: str, parts: Map[str, str], *, geocode: bool = False) -> PlaceRule:
    """Return the rule of a column with the header of each existing part."""
    return PlaceRule(
        field,
        **{name: parts.get(name, "") for name in ("address", "city", "state", "zip")},
        latitude=parts.get("latitude", ""),
        longitude=parts.get("longitude", ""),
        country=parts.get("country", ""),
        geocode=geocode,
    )


@dataclass(frozen=True, slots=True)
class Mapping:
    """All rules of a push. `timezone` is for `date` values without a zone.

    With `by_field_name` a header without a rule fills the dataset column of that field name
    (matching/by_field_name.py); `blank` is then the effect of empty cells. `formats` are those of a
    data type, for rules that have none. `missing` are markers that mean an empty cell in every
    column; `declined` are the keys of suggestions that the user has declined (model/suggestion.py).
    """

    columns: tuple[ColumnRule, ...] = ()
    points: tuple[PointRule, ...] = ()
    trim: bool = True
    empty_is_null: bool = True
    timezone: str = "UTC"
    places: tuple[PlaceRule, ...] = ()
    by_field_name: bool = False
    blank: Blank = Blank.CLEAR
    formats: Map[str, tuple[str, ...]] = field(default_factory=dict)
    missing: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()

    @property
    def filled(self) -> tuple[str, ...]:
        """Return the field names that the mapping writes, in order, including duplicates."""
        return tuple(
            [rule.field for rule in self.columns if rule.field is not None and rule.fills]
            + [point.field for point in self.points]
            + [place.field for place in self.places]
        )


#: Reasons in `ColumnRule.match`.
SAME_FIELD = "same field name"
SAME_NAME = "same name"
SAME_WORDS = "same words"
SYNONYM = "synonym"
NO_MATCH = "no match"
NOT_USED = "not used by delete"
COORDINATES = "latitude and longitude"

_SIMILAR = "similar "
_PART = "part of "
_EXACT = frozenset({SAME_FIELD, SAME_NAME})
_NOTHING = frozenset({NO_MATCH, NOT_USED})
_GUESSED = frozenset({SAME_WORDS, SYNONYM, COORDINATES})


def similar(percent: int) -> str:
    """Return the reason for two names that differ only in spelling: `similar 91%`."""
    return f"{_SIMILAR}{percent}%"


def part_of(field: str) -> str:
    """Return the reason for a header that fills half of the point in `field`."""
    return f"{_PART}{field}"


def guessed(match: str) -> bool:
    """True if a match rests on similarity and should be reviewed by the user first."""
    return match in _GUESSED or match.startswith((_SIMILAR, _PART))


def doubtful(mapping: Mapping) -> tuple[ColumnRule | PointRule, ...]:
    """Return unconfirmed rules that rest on similarity instead of an exact name.

    A column that is half of a point fills nothing by itself: the point is confirmed instead.
    """
    rules: list[ColumnRule | PointRule] = [rule for rule in mapping.columns if rule.fills]
    rules += mapping.points
    return tuple(rule for rule in rules if guessed(rule.match))


def personal(match: str) -> bool:
    """True if the user made the choice: confirmed the match, or wrote a different reason.

    An empty reason is such a reason: the mapping was written by hand.
    """
    reason_of_matching = guessed(match) or match in _EXACT or match in _NOTHING
    return match == CONFIRMED or not reason_of_matching
