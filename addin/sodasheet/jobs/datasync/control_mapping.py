"""Convert a control file to a mapping."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync.control_file import Control
from sodasheet.jobs.datasync.java_names import readable, time_zone
from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping, PlaceRule, PointRule, place_of
from sodasheet.sources.headers import numbered_header

_PAIR = {"latitude", "longitude"}
_LOOKED_UP = ("address", "city", "state", "zip", "country")
_PLACE = ("address", "city", "state", "zip", "latitude", "longitude")


def mapping_of(control: Control) -> tuple[Mapping, tuple[str, ...]]:
    """Return the mapping of a control file, and notes about settings not carried over.

    With `columns` the mapping is by position, otherwise by the field names in the header. Raises
    UsageProblem for an unknown time zone, and for parts of an address that are not columns.
    """
    notes: list[str] = []
    points, places = _synthetic(control, notes)
    mapping = Mapping(
        columns=tuple(_rules(control, notes)),
        points=tuple(points),
        places=tuple(places),
        trim=control.trim,
        empty_is_null=control.empty_is_null,
        timezone=_zone(control.timezone),
        by_field_name=control.columns is None,
        formats=_formats(control, notes),
    )
    notes.extend(_strays(control))
    idle = [key for override in control.overrides.values() for key in override.idle]
    if idle:
        notes.append(f"Not carried over from the control file: {', '.join(idle)}.")
    return mapping, tuple(notes)


def _rules(control: Control, notes: list[str]) -> Iterator[ColumnRule]:
    """Yield a rule for every listed column; by field name only rules with settings."""
    if control.columns is None:
        for field in dict.fromkeys((*control.ignored, *control.overrides)):
            yield _rule(control, field, field, notes)
        return
    for place, field in enumerate(control.columns, start=1):
        yield _rule(control, numbered_header(place), field, notes)


def _rule(control: Control, source: str, field: str, notes: list[str]) -> ColumnRule:
    if field in control.ignored:
        return ColumnRule(source, ignore=True, match=CONFIRMED)
    override = control.overrides.get(field)
    rule = ColumnRule(source, field, match=CONFIRMED, confidence=1.0)
    if override is None:
        return rule
    return ColumnRule(
        source,
        field,
        formats=_readable(override.formats, f"of {field}", notes),
        timezone=_zone(override.timezone) if override.timezone else None,
        match=CONFIRMED,
        confidence=1.0,
        trim=override.trim,
        empty_is_null=override.empty_is_null,
    )


def _formats(control: Control, notes: list[str]) -> dict[str, tuple[str, ...]]:
    """Return the formats by data type: floating timestamps as calendar dates, fixed as dates."""
    found = {
        "calendar_date": _readable(control.floating, "in floatingTimestampFormat", notes),
        "date": _readable(control.fixed, "in fixedTimestampFormat", notes),
    }
    return {kind: formats for kind, formats in found.items() if formats}


def _readable(formats: tuple[str, ...], where: str, notes: list[str]) -> tuple[str, ...]:
    for pattern in formats:
        if not readable(pattern):
            notes.append(
                f'The date format "{pattern}" {where} cannot be read here; it is left out.'
            )
    return tuple(pattern for pattern in formats if readable(pattern))


def _zone(name: str) -> str:
    zone = time_zone(name)
    if zone is None:
        raise UsageProblem(
            f'its control file names an unknown time zone: "{name[:40]}".',
            "Write a name such as America/New_York, or UTC.",
        )
    return zone


def _synthetic(control: Control, notes: list[str]) -> tuple[list[PointRule], list[PlaceRule]]:
    """Return locations and points that are built from several columns."""
    points: list[PointRule] = []
    places: list[PlaceRule] = []
    for field, parts in control.locations.items():
        headers = _headers(control, {name: parts[name] for name in _PLACE if name in parts}, field)
        if headers:
            places.append(place_of(field, headers))
        if parts.get("type"):
            notes.append(f"The type of the address in {field} is not carried over.")
    for field, parts in control.points.items():
        pair = {name: parts[name] for name in _PAIR if name in parts}
        if is_pair(parts):
            headers = _headers(control, pair, field)
            points.append(PointRule(field, headers["latitude"], headers["longitude"], CONFIRMED))
            continue
        address = {name: parts[name] for name in _LOOKED_UP if parts.get(name)}
        if not address:
            raise UsageProblem(
                f"its control file makes the point {field} from an address without any parts.",
                "Specify its columns for the address, the city, the state or the ZIP code.",
            )
        places.append(place_of(field, _headers(control, address, field), geocode=True))
        notes.append(
            f"The addresses of {field} are looked up by the portal before anything is sent; each "
            "address that it does not find becomes a finding."
        )
    return points, places


def is_pair(parts: Map[str, str]) -> bool:
    """True if a synthetic point is made of a latitude and a longitude."""
    return set(parts) >= _PAIR and parts.get("type") != "geocoded"


def _headers(control: Control, parts: Map[str, str], field: str) -> dict[str, str]:
    """Return the source's headers for parts that name columns of the control file."""
    if control.columns is None:
        return dict(parts)
    missing = [name for name in parts.values() if name not in control.columns]
    if missing:
        raise UsageProblem(
            f'its control file makes {field} from "{missing[0][:60]}", which is not one of its '
            "columns.",
            'Write the column names exactly as in "columns".',
        )
    return {part: numbered_header(control.columns.index(name) + 1) for part, name in parts.items()}


def _strays(control: Control) -> Iterator[str]:
    """Report names of missing columns that have settings."""
    if control.columns is None:
        return
    for key, names in (("ignoreColumns", control.ignored), ("overrides", control.overrides)):
        strays = [name for name in names if name not in control.columns]
        if strays:
            yield f"{key} names columns that are not there: {', '.join(strays)}."
