"""Building permits of a fictional town, the same every time."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

HEADERS = (
    "Permit No",
    "Permit Type",
    "Opened",
    "Issued",
    "Declared Value",
    "Completion",
    "Inspected",
    "Contact E-mail",
    "Contact Phone",
    "Website",
    "Lat",
    "Lon",
    "Parcel",
    "Notes",
    "Zip",
    "Units",
)

_TYPES = ("Building", "Electrical", "Plumbing", "Mechanical", "Demolition", "Solar", "Café terrace")
_DESKS = ("permits", "inspections", "zoning", "records")
_NOTES = (
    "Corner of Peña Avenue and Façade Street",
    'Sign reads "Open late", see plan sheet A-2',
    "First line of the note\nSecond line, after a line break",
    "Roof panels 🔆, inverter in the cellar",
    "Work starts after 7:00; noise limits apply",
    "Über 20 m² — needs a second look",
)
_ZIPS = ("06103", "06105", "06106", "06112", "06114", "06120")
_FIRST_DAY = date(2024, 1, 2)


@dataclass(frozen=True, slots=True)
class Permit:
    """One permit. `completion` is a share from 0 to 1, `declared` in dollars, `issued` in UTC."""

    number: str
    kind: str
    opened: date
    issued: datetime | None
    declared: float
    completion: float
    inspected: bool
    email: str
    phone: str
    website: str | None
    latitude: float
    longitude: float
    parcel: str
    notes: str | None
    zip: str
    units: int


def permit_number(count: int) -> str:
    """Return the permit number for this count, starting at 1."""
    return f"BP-2024-{count:04d}"


def permits(first: int, last: int) -> list[Permit]:
    """Return the permits in a range of numbers, both ends included."""
    return [_permit(count) for count in range(first, last + 1)]


def _permit(count: int) -> Permit:
    number = permit_number(count)
    opened = _FIRST_DAY + timedelta(days=count * 4 // 5)
    latitude = round(41.74 + _chance(count, "lat", 6000) / 100_000, 5)
    longitude = round(-72.72 + _chance(count, "lon", 7000) / 100_000, 5)
    return Permit(
        number=number,
        kind=_TYPES[_chance(count, "type", len(_TYPES))],
        opened=opened,
        issued=_issued(count, opened),
        declared=round(500 + _chance(count, "value", 25_000_000) / 100, 2),
        completion=_chance(count, "done", 21) / 20,
        inspected=_chance(count, "inspected", 3) > 0,
        email=f"{_DESKS[_chance(count, 'desk', len(_DESKS))]}@example.gov",
        phone=f"(860) 555-{100 + _chance(count, 'phone', 100):04d}",
        website=f"https://example.gov/permits/{number}" if _chance(count, "web", 5) else None,
        latitude=latitude,
        longitude=longitude,
        parcel=_parcel(latitude, longitude),
        notes=_NOTES[_chance(count, "text", len(_NOTES))] if count % 4 == 0 else None,
        zip=_ZIPS[_chance(count, "zip", len(_ZIPS))],
        units=1 + _chance(count, "units", 24),
    )


def _chance(count: int, what: str, below: int) -> int:
    """Return a pseudorandom number below `below`, the same on every machine."""
    return zlib.crc32(f"{what} {count}".encode()) % below


def _issued(count: int, opened: date) -> datetime | None:
    if count % 11 == 0:
        return None
    minutes = 5 * _chance(count, "minute", 96)
    start = datetime(opened.year, opened.month, opened.day, 9)
    return start + timedelta(days=3 + _chance(count, "wait", 40), minutes=minutes)


def _parcel(latitude: float, longitude: float) -> str:
    """Return a lot of about 30 by 20 meters around the permit, as WKT."""
    corners = ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    ring = ", ".join(
        f"{longitude + x * 0.00018:.5f} {latitude + y * 0.00009:.5f}" for x, y in corners
    )
    return f"POLYGON (({ring}))"
