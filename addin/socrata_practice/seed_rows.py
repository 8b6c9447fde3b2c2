"""The example rows: computed, always the same, and without names of people."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

Row = dict[str, Any]

_TYPES = ("Residential", "Commercial", "Demolition", "Electrical", "Plumbing", "Mechanical")
_STREETS = ("Main St", "Oak Ave", "Elm St", "Park Rd", "River Dr", "Hill Ln", "Mill Way", "Bay Ct")
_NOTES = (
    "New porch, no change of use",
    'Roof: replace "as is"',
    "Façade work, scaffolding on the pavement",
    "Owner asked for a call before the visit",
    "Two storeys, 50% glazed; see plan",
    "Línea eléctrica nueva",
)
_SPECIES = ("Red Maple", "Pin Oak", "Ginkgo", "Honey Locust", "London Plane", "Littleleaf Linden")
_DESKS = ("permits", "inspections", "zoning", "records")
_START = datetime(2024, 1, 2, 9, 0, tzinfo=UTC)


def _spot(number: int) -> tuple[float, float]:
    """Return longitude and latitude."""
    return round(-72.70 + (number * 37 % 300) / 4000, 5), round(
        41.74 + (number * 53 % 300) / 5000, 5
    )


def _square(number: int) -> Row:
    west, south = _spot(number)
    east, north = round(west + 0.0004, 5), round(south + 0.0003, 5)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def permits() -> Iterator[Row]:
    """Yield 300 building permits; the most recent ones have not been issued yet."""
    for number in range(1, 301):
        opened = _START + timedelta(days=number)
        issued = opened + timedelta(days=9 + number % 30, minutes=_chance(number, "minute", 480))
        row: Row = {
            "permit_no": f"BP-2024-{number:04}",
            "permit_type": _TYPES[_chance(number, "type", len(_TYPES))],
            "opened": opened.strftime("%Y-%m-%d"),
            "declared_value": f"{500 + number * 7919 % 250_000}.{number * 7 % 100:02}",
            "completion": str(_chance(number, "done", 21) * 5),
            "inspected": _chance(number, "inspected", 3) == 0,
            "contact_email": f"{_DESKS[_chance(number, 'desk', len(_DESKS))]}@example.gov",
            "contact_phone": f"(860) 555-{100 + _chance(number, 'phone', 100):04}",
            "location": {"type": "Point", "coordinates": list(_spot(number))},
            "parcel": _square(number),
            "zip_code": f"06{101 + _chance(number, 'zip', 20):03}",
            "units": str(1 + _chance(number, "units", 24)),
        }
        if number <= 260:
            row["issued"] = issued.strftime("%Y-%m-%dT%H:%M:%SZ")
        if _chance(number, "web", 5):
            url = f"https://example.gov/permits/BP-2024-{number:04}"
            row["website"] = {"url": url, "description": "Record"}
        if number % 4 == 0:
            row["notes"] = f"Sheet A-{number}: {_NOTES[number % len(_NOTES)]}"
        yield row


def _chance(number: int, what: str, below: int) -> int:
    """Return a pseudorandom number below `below`, the same on every machine."""
    return zlib.crc32(f"{what} of {number}".encode()) % below


def trees() -> Iterator[Row]:
    """Yield 200 street trees; a few were never measured."""
    for number in range(1, 201):
        longitude, latitude = _spot(number)
        address = {
            "address": f"{number * 3 % 400 + 1} {_STREETS[number % 8]}",
            "city": "Practice City",
            "state": "CT",
            "zip": "06101",
        }
        yield {
            "species": _SPECIES[number * 7 % 6],
            "planted": (_START - timedelta(days=number * 41)).strftime("%Y-%m-%d"),
            "height_m": None if number % 17 == 0 else f"{2 + number * 13 % 180 / 10:.1f}",
            "healthy": number % 9 != 0,
            "street": _STREETS[number % 8],
            "spot": {
                "latitude": str(latitude),
                "longitude": str(longitude),
                "human_address": address,
            },
        }


FORMATS: dict[str, Row] = {
    "money": {"format": {"precisionStyle": "currency", "currencyStyle": "USD"}},
    "percent": {"format": {"precisionStyle": "percentage", "percentScale": "100"}},
    "stars": {"format": {"displayStyle": "stars"}},
    "email": {"format": {"displayStyle": "email"}},
    "phone": {"format": {"displayStyle": "phone"}},
    "flag": {"format": {"displayStyle": "flag"}},
}


def every_type() -> Iterator[Row]:
    """Yield five rows with a value of every writable type, and one empty row."""
    for number in range(1, 6):
        longitude, latitude = _spot(number)
        spot = [longitude, latitude]
        east = [round(longitude + 0.01, 5), latitude]
        ring = _square(number)["coordinates"]
        yield {
            "record_id": number,
            "a_text": f"text {number}",
            "a_email": f"someone{number}@example.org",
            "a_phone": f"860-555-010{number}",
            "a_html": f"<b>bold {number}</b>",
            "a_flag": ("red", "blue", "green", "yellow", "orange")[number - 1],
            "a_drop_down_list": ("low", "middle", "high")[number % 3],
            "a_number": f"{number}.50",
            "a_money": f"{number * 100}.25",
            "a_percent": str(number * 10),
            "a_stars": str(number),
            "a_calendar_date": f"2024-0{number}-15T08:30:00",
            "a_date": f"2024-0{number}-15T08:30:00Z",
            "a_checkbox": number % 2 == 0,
            "a_point": {"type": "Point", "coordinates": spot},
            "a_line": {"type": "LineString", "coordinates": [spot, east]},
            "a_multipoint": {"type": "MultiPoint", "coordinates": [spot, east]},
            "a_polygon": {"type": "Polygon", "coordinates": ring},
            "a_multiline": {"type": "MultiLineString", "coordinates": [[spot, east]]},
            "a_multipolygon": {"type": "MultiPolygon", "coordinates": [ring]},
            "a_url": {"url": "https://www.example.org", "description": "Example"},
            "a_location": {"latitude": str(latitude), "longitude": str(longitude)},
            "a_document": {"file_id": f"file-{number}", "filename": "a.pdf"},
            "a_photo": f"photo-{number}",
            "a_json": {"json": {"n": number}},
        }  # fmt: skip
    yield {"record_id": 6}
