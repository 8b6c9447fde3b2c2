# ruff: noqa: ARG001 - every maker of rows takes the same three things
"""Datasets of ten kinds with a believable past, and the rows that an ordinary month brings.

Everything is drawn from a seeded generator: another seed is another city.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

Row = dict[str, str]

_FIRST = [
    "Ada",
    "Ben",
    "Cora",
    "Dev",
    "Elif",
    "Finn",
    "Gita",
    "Hugo",
    "Ines",
    "Jan",
    "Kofi",
    "Lena",
    "Mia",
    "Noor",
    "Omar",
    "Pia",
]
_LAST = [
    "Abbott",
    "Baker",
    "Chen",
    "Diaz",
    "Evans",
    "Fischer",
    "Garcia",
    "Hughes",
    "Ito",
    "Jones",
    "Keller",
    "Lopez",
    "Moreau",
    "Nguyen",
    "O'Neil",
    "Patel",
    "Quinn",
    "Rossi",
    "Silva",
    "Turner",
    "Ueda",
    "Vargas",
    "Weber",
    "Young",
]
_STREETS = [
    "Main",
    "Oak",
    "Maple",
    "Cedar",
    "Park",
    "Elm",
    "Lake",
    "Hill",
    "Church",
    "Pine",
    "Walnut",
    "Mill",
    "River",
    "Spring",
]
_SUFFIX = ["St", "Ave", "Rd", "Blvd", "Ln", "Dr"]


@dataclass(frozen=True)
class City:
    """One dataset: `columns` are (field, type); `past` and `month` make rows."""

    name: str
    columns: tuple[tuple[str, str], ...]
    identifier: str | None
    method: str
    make: Callable[[random.Random, int, date], Row]
    rows: int = 4000
    monthly: int = 400

    def past(self, seed: int) -> list[Row]:
        """The rows of three years, in the order in which they came."""
        draw = random.Random(f"{self.name}{seed}")
        start = date(2023, 11, 1)
        return [
            self.make(draw, n, start + timedelta(days=1090 * n // self.rows))
            for n in range(self.rows)
        ]

    def month(self, seed: int, rows: int | None = None) -> list[Row]:
        """The rows of the month after."""
        draw = random.Random(f"{self.name}{seed}month")
        count = rows or self.monthly
        start = date(2026, 10, 26)
        return [
            self.make(draw, self.rows + n, start + timedelta(days=28 * n // count))
            for n in range(count)
        ]


def _pick(draw: random.Random, values: str, weights: tuple[int, ...] = ()) -> str:
    listed = values.split("|")
    return draw.choices(listed, weights or None)[0]


def _address(draw: random.Random) -> str:
    return f"{draw.randint(1, 1999)} {draw.choice(_STREETS)} {draw.choice(_SUFFIX)}"


def _zip(draw: random.Random) -> tuple[str, str]:
    n = draw.randrange(12)
    towns = ["Hartford", "Avon", "Canton", "Windsor", "Bristol", "Enfield"]
    return f"060{n + 10:02d}", towns[n // 2]


def draw_place(draw: random.Random) -> tuple[str, str]:
    return f"{41.70 + draw.random() * 0.15:.5f}", f"{-72.80 + draw.random() * 0.2:.5f}"


def midnight(value: date) -> str:
    return f"{value}T00:00:00.000"


def pushed(day: date) -> date:
    """The day of the push that brings a row."""
    return date(2026, 10, 26) if day < date(2026, 10, 26) else date(2026, 11, 23)


def _permit(draw: random.Random, n: int, day: date) -> Row:
    zipped, town = _zip(draw)
    lat, lon = draw_place(draw)
    closed = day + timedelta(days=draw.randint(0, 90))
    return {
        "permit_no": f"P-{day.year}-{n:05d}",
        "type": _pick(draw, "Electrical|Plumbing|Mechanical|Building|Demolition|Sign"),
        "status": _pick(draw, "Open|Closed|Void", (5, 8, 1)),
        "opened": midnight(day),
        "closed": midnight(closed) if closed < pushed(day) and draw.random() < 0.7 else "",
        "value": f"{draw.lognormvariate(8.5, 1.1):.2f}",
        "zip": zipped,
        "town": town,
        "latitude": lat,
        "longitude": lon,
        "notes": draw.choice(("", "", "Call before visit", "Corner lot", "Second unit in rear")),
    }


def _inspection(draw: random.Random, n: int, day: date) -> Row:
    lat, lon = draw_place(draw)
    score = min(100, max(40, round(draw.gauss(88, 8))))
    return {
        "license": f"{1000000 + draw.randrange(900) * 37}",
        "business": f"{draw.choice(_LAST)} {_pick(draw, 'Cafe|Grill|Market|Bakery|Deli|Bar')}",
        "address": _address(draw),
        "inspected": midnight(day),
        "score": str(score),
        "grade": "A" if score >= 90 else "B" if score >= 80 else "C",
        "violations": str(max(0, round((100 - score) / 4 + draw.gauss(0, 1)))),
        "inspector": _pick(draw, "Inspector 1|Inspector 2|Inspector 3|Inspector 4|Inspector 5"),
        "location": f"POINT ({lon} {lat})",
    }


def _crime(draw: random.Random, n: int, day: date) -> Row:
    lat, lon = draw_place(draw)
    when = datetime(day.year, day.month, day.day, draw.randrange(24), draw.randrange(60))
    offense = draw.randrange(24)
    names = ["Theft", "Burglary", "Robbery", "Assault", "Fraud", "Arson", "Trespass", "Vandalism"]
    return {
        "case_number": f"HX{100000 + n}",
        "reported": f"{when.isoformat()}.000",
        "offense": f"{names[offense % 8]} {'I' * (offense // 8 + 1)}",
        "category": "Property" if offense % 8 in (0, 1, 4, 5, 7) else "Person",
        "beat": f"{draw.randint(1, 25):04d}",
        "ward": str(draw.randint(1, 50)),
        "arrest": _pick(draw, "true|false", (1, 4)),
        "latitude": lat,
        "longitude": lon,
    }


def _budget(draw: random.Random, n: int, day: date) -> Row:
    fund = draw.randrange(6)
    return {
        "account": f"{draw.randint(10, 60)}-{draw.randint(1000, 9999)}",
        "department": _pick(draw, "Parks|Police|Fire|Public Works|Library|Health|Finance"),
        "fund_code": f"0{fund + 1}",
        "fund": ["General", "Capital", "Grants", "Water", "Sewer", "Debt"][fund],
        "posted": midnight(day),
        "amount": f"{draw.gauss(0, 1) * draw.lognormvariate(7, 0.8):.2f}",
        "budgeted": f"{draw.lognormvariate(10, 0.8):.2f}",
        "spent_share": f"{min(0.99, max(0.01, draw.betavariate(4, 3))):.3f}",
        "vendor": f"{draw.choice(_LAST)} {_pick(draw, 'Inc|LLC|Supply|Group|Partners')}",
    }


def _enrollment(draw: random.Random, n: int, day: date) -> Row:
    return {
        "school_code": f"{draw.randrange(60) * 11 + 1:05d}",
        "grade": _pick(draw, "Kindergarten|Elementary|Middle|High"),
        "counted": midnight(day),
        "students": str(max(20, round(draw.gauss(420, 120)))),
        "attendance": f"{min(100, max(70, draw.gauss(93, 3))):.1f}",
        "lunch_share": f"{draw.betavariate(3, 4):.2f}",
        "district": _pick(draw, "North|South|East|West|Central"),
        "principal": f"{draw.choice(_FIRST)} {draw.choice(_LAST)}",
    }


def _air(draw: random.Random, n: int, day: date) -> Row:
    pollutant = draw.randrange(4)
    station = draw.randrange(9)
    unit = ("ppb", "ug/m3", "ppm", "ug/m3")[pollutant]
    return {
        "station": f"CT-{station + 101}",
        "station_name": f"{_STREETS[station]} Station",
        "measured": f"{midnight(day)[:11]}{draw.randrange(24):02d}:00:00.000",
        "pollutant": ("Ozone", "PM2.5", "CO", "PM10")[pollutant],
        "unit": unit,
        "value": f"{draw.lognormvariate((3.4, 2.1, -0.7, 2.9)[pollutant], 0.4):.2f}",
        "temperature": f"{draw.gauss(11, 9):.1f}",
        "valid": _pick(draw, "true|false", (30, 1)),
    }


def _payroll(draw: random.Random, n: int, day: date) -> Row:
    title = draw.randrange(18)
    words = ["Clerk", "Engineer", "Analyst", "Officer", "Librarian", "Planner"]
    hired = day - timedelta(days=draw.randint(200, 9000))
    return {
        "employee": f"E{20000 + n}",
        "name": f"{draw.choice(_LAST)}, {draw.choice(_FIRST)}",
        "title": f"{words[title % 6]} {('I', 'II', 'III')[title // 6]}",
        "department": _pick(draw, "Parks|Police|Fire|Works|Library|Health"),
        "hired": midnight(hired),
        "paid": midnight(day),
        "salary": f"{draw.gauss(62000, 9000) + title * 1500:.2f}",
        "overtime": f"{max(0.0, draw.gauss(900, 1400)):.2f}",
        "status": _pick(draw, "Full-time|Part-time|Seasonal", (8, 2, 1)),
    }


def _tree(draw: random.Random, n: int, day: date) -> Row:
    lat, lon = draw_place(draw)
    diameter = draw.lognormvariate(3.3, 0.5)
    species = draw.randrange(30)
    names = [
        "Maple",
        "Oak",
        "Elm",
        "Ash",
        "Linden",
        "Birch",
        "Ginkgo",
        "Cherry",
        "Plane",
        "Zelkova",
    ]
    kinds = ["Red", "White", "Silver"]
    return {
        "tree_id": f"T{100000 + n}",
        "species": f"{kinds[species % 3]} {names[species // 3]}",
        "diameter_cm": f"{diameter:.1f}",
        "height_m": f"{max(1.5, diameter / 4 + draw.gauss(2, 1)):.1f}",
        "condition": _pick(draw, "Good|Fair|Poor|Dead", (6, 3, 1, 1)),
        "planted": str(draw.randint(1950, 2022)),
        "surveyed": midnight(day),
        "location": f"POINT ({lon} {lat})",
    }


def _ridership(draw: random.Random, n: int, day: date) -> Row:
    route = draw.randrange(40)
    return {
        "route": f"R{route + 1:02d}",
        "route_name": f"{_STREETS[route % 14]} Line {route // 14 + 1}",
        "day": midnight(day),
        "direction": _pick(draw, "Inbound|Outbound"),
        "riders": str(max(30, round(draw.lognormvariate(6, 0.6)))),
        "trips": str(draw.randint(8, 60)),
        "on_time": f"{min(100, max(50, draw.gauss(86, 6))):.1f}",
        "garage": _pick(draw, "North|South|Hillside"),
    }


def _request(draw: random.Random, n: int, day: date) -> Row:
    zipped, town = _zip(draw)
    lat, lon = draw_place(draw)
    closed = day + timedelta(days=draw.randint(0, 40))
    kind = draw.randrange(9)
    kinds = [
        "Pothole",
        "Graffiti",
        "Noise",
        "Tree",
        "Streetlight",
        "Trash",
        "Snow",
        "Parking",
        "Water Leak",
    ]
    agency = ("DPW", "DPW", "POL", "PRK", "DPW", "DPW", "DPW", "POL", "WTR")[kind]
    return {
        "request_id": f"{26000000 + n}",
        "created": midnight(day),
        "closed": midnight(closed) if closed < pushed(day) else "",
        "kind": kinds[kind],
        "agency": agency,
        "channel": _pick(draw, "Phone|App|Web|Walk-in", (5, 4, 3, 1)),
        "zip": zipped,
        "town": town,
        "address": _address(draw),
        "latitude": lat,
        "longitude": lon,
    }


def columns_of(text: str) -> tuple[tuple[str, str], ...]:
    kinds = {"": "text", "n": "number", "d": "calendar_date", "b": "checkbox", "p": "point"}
    pairs = (word.partition(":") for word in text.split())
    return tuple((name, kinds[kind]) for name, _, kind in pairs)


CITIES = (
    City(
        "permits",
        columns_of(
            "permit_no type status opened:d closed:d value:n zip town latitude:n longitude:n notes"
        ),
        "permit_no",
        "upsert",
        _permit,
    ),
    City(
        "inspections",
        columns_of(
            "license business address inspected:d score:n grade violations:n inspector location:p"
        ),
        None,
        "append",
        _inspection,
    ),
    City(
        "crimes",
        columns_of(
            "case_number reported:d offense category beat ward:n arrest:b latitude:n longitude:n"
        ),
        "case_number",
        "upsert",
        _crime,
        6000,
        500,
    ),
    City(
        "budget",
        columns_of(
            "account department fund_code fund posted:d amount:n budgeted:n spent_share:n vendor"
        ),
        None,
        "append",
        _budget,
        3000,
        300,
    ),
    City(
        "enrollment",
        columns_of(
            "school_code grade counted:d students:n attendance:n lunch_share:n district principal"
        ),
        None,
        "append",
        _enrollment,
        2500,
        240,
    ),
    City(
        "air",
        columns_of("station station_name measured:d pollutant unit value:n temperature:n valid:b"),
        None,
        "append",
        _air,
        8000,
        700,
    ),
    City(
        "payroll",
        columns_of("employee name title department hired:d paid:d salary:n overtime:n status"),
        "employee",
        "replace",
        _payroll,
    ),
    City(
        "trees",
        columns_of(
            "tree_id species diameter_cm:n height_m:n condition planted:n surveyed:d location:p"
        ),
        "tree_id",
        "replace",
        _tree,
        5000,
        100,
    ),
    City(
        "ridership",
        columns_of("route route_name day:d direction riders:n trips:n on_time:n garage"),
        None,
        "append",
        _ridership,
        6000,
        600,
    ),
    City(
        "requests",
        columns_of(
            "request_id created:d closed:d kind agency channel zip town address latitude:n "
            "longitude:n"
        ),
        "request_id",
        "upsert",
        _request,
        6000,
        600,
    ),
)
