# ruff: noqa: ARG001 - every maker of rows takes the same three things
"""Datasets of fourteen more kinds, made by other means than in datasets/towns.py.

Seasons, trends, tails of a power law, free text, dates as text, dates ahead, columns that are
nearly always blank, constants, blocks that bring values of their own, and a table of 30 rows.
"""

from __future__ import annotations

import math
import random
from datetime import date, datetime, timedelta

from datasets.towns import City, Row, columns_of, draw_place, midnight, pushed

_WORDS = [
    "handwash",
    "sink",
    "blocked",
    "by",
    "stored",
    "boxes",
    "food",
    "held",
    "above",
    "safe",
    "temperature",
    "in",
    "walk-in",
    "cooler",
    "floor",
    "tiles",
    "cracked",
    "near",
    "dish",
    "area",
    "employee",
    "without",
    "hair",
    "restraint",
    "labels",
    "missing",
    "on",
    "containers",
    "corrected",
    "on",
    "site",
    "manager",
    "present",
    "reinspection",
    "required",
    "within",
    "days",
    "no",
    "violations",
    "observed",
    "thermometer",
    "not",
    "provided",
    "waste",
    "bin",
    "uncovered",
    "surfaces",
    "soiled",
    "grease",
    "trap",
    "overflow",
    "notice",
    "posted",
]
_TOWNS = [
    "Andover",
    "Ashford",
    "Avon",
    "Bethel",
    "Bolton",
    "Canaan",
    "Chester",
    "Clinton",
    "Cornwall",
    "Darien",
    "Derby",
    "Eastford",
    "Essex",
    "Goshen",
    "Groton",
    "Hamden",
    "Kent",
    "Lisbon",
    "Lyme",
    "Madison",
    "Milford",
    "Monroe",
    "Norfolk",
    "Norwich",
    "Orange",
    "Oxford",
    "Preston",
    "Salem",
    "Sharon",
    "Sterling",
]
_VINS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def _sentence(draw: random.Random, least: int, most: int) -> str:
    words = draw.choices(_WORDS, k=draw.randint(least, most))
    return " ".join(words).capitalize() + "."


def _pareto(draw: random.Random, least: float, exponent: float, most: float) -> float:
    return float(min(most, least * draw.paretovariate(exponent)))


def _season(day: date, peak: int = 200) -> float:
    """From -1 to 1 within a year, 1 on the day `peak`."""
    return math.cos(2 * math.pi * (day.timetuple().tm_yday - peak) / 365)


def _visit(draw: random.Random, n: int, day: date) -> Row:
    failed = draw.random() < 0.12
    return {
        "visit_id": str(4_400_000 + 3 * n),
        "facility": f"{draw.choice(_TOWNS)} {draw.choice(('Diner', 'Pizza', 'Sushi', 'Kitchen'))} "
        f"#{draw.randint(1, 9)}",
        "visit_date": midnight(day),
        "purpose": draw.choices(
            ("Routine", "Follow-up", "Complaint", "Pre-operational"), (60, 20, 15, 1)
        )[0],
        "result": "Fail" if failed else draw.choice(("Pass", "Pass", "Pass with conditions")),
        "risk": str(draw.randint(1, 4)),
        "comments": "" if draw.random() < 0.15 else _sentence(draw, 4, 60),
        "minutes": str(max(5, round(draw.gammavariate(4, 12)))),
        "followup_due": midnight(day + timedelta(days=14)) if failed else "",
    }


def _ledger(draw: random.Random, n: int, day: date) -> Row:
    fund = draw.randrange(8)
    sign = -1 if draw.random() < 0.18 else 1
    return {
        "fiscal_year": str(day.year + (day.month >= 7)),
        "period": str((day.month - 7) % 12 + 1),
        "fund": f"{100 * (fund + 1)}",
        "account_code": f"{100 * (fund + 1)}.{draw.randint(4000, 4999)}.{draw.randint(1, 40):03d}",
        "account_name": f"{draw.choice(('Salaries', 'Supplies', 'Utilities', 'Travel', 'Fees'))}"
        f" - {draw.choice(('Admin', 'Field', 'Seasonal'))}",
        "journal": f"{draw.choice(('AP', 'GL', 'PR', 'CR'))}{n:06d}",
        "amount": f"{sign * _pareto(draw, 12, 0.9, 4_000_000):.2f}",
        "memo": draw.choice(("", "", "", "Accrual reversal", "Per council action", "FY close")),
        "posted_on": midnight(day),
    }


def _gauge(draw: random.Random, n: int, day: date) -> Row:
    site = n % 6
    moment = datetime(day.year, day.month, day.day, (n // 6) % 24)
    warm = _season(day)
    return {
        "site_no": f"0118{site * 37 + 1000}",
        "read_at": f"{moment.isoformat()}.000",
        "stage_ft": f"{3 + site + 0.8 * _season(day, 90) + draw.gammavariate(1.5, 0.4):.2f}",
        "flow_cfs": f"{math.exp(3 + 0.3 * site + 0.9 * _season(day, 90) + draw.gauss(0, 0.5)):.0f}",
        "water_temp_c": f"{max(0.0, 12 + 11 * warm + draw.gauss(0, 1)):.1f}",
        "battery_v": f"{12.6 + draw.gauss(0, 0.15):.2f}",
        "ice": "true" if warm < -0.8 and draw.random() < 0.3 else "false",
        "remark": draw.choices(("", "Est", "Rev", "Eqp"), (200, 6, 3, 1))[0],
    }


def _school(draw: random.Random, n: int, day: date) -> Row:
    year = day.year if day.month >= 7 else day.year - 1
    school = draw.randrange(90)
    size = 150 + (school * 7919) % 900
    low = draw.random() < 0.1
    return {
        "school_year": f"{year}-{(year + 1) % 100:02d}",
        "district_code": f"{school // 6 * 10 + 1:03d}",
        "school_name": f"{_TOWNS[school % 30]} {('Elementary', 'Middle', 'High')[school // 30]}",
        "subgroup": draw.choice(
            ("All students", "English learners", "High needs", "Female", "Male")
        ),
        "grade_level": draw.choice(("PK", "K", *(str(g) for g in range(1, 13)))),
        "enrolled": "" if low else str(round(size / 13 * draw.uniform(0.6, 1.4))),
        "suppressed": "*" if low else "",
        "chronic_absence": f"{draw.betavariate(2, 12) * 100:.1f}",
        "as_of": midnight(day.replace(day=1)),
    }


def _vehicle(draw: random.Random, n: int, day: date) -> Row:
    make = draw.choices(
        ("TOYOTA", "FORD", "HONDA", "CHEVROLET", "TESLA", "SUBARU", "RIVIAN"),
        (20, 18, 16, 14, 5, 4, 0.3),
    )[0]
    fuel = "Electric" if make in ("TESLA", "RIVIAN") else draw.choices(
        ("Gasoline", "Hybrid", "Diesel", "Natural gas"), (90, 8, 3, 0.2))[0]  # fmt: skip
    town = draw.randrange(30)
    return {
        "vin": "".join(draw.choices(_VINS, k=11)) + f"{n:06d}",
        "make": make,
        "model_year": str(day.year + 1 - min(30, int(draw.expovariate(0.12)))),
        "fuel": fuel,
        "town": _TOWNS[town],
        "county": ("Fairfield", "Hartford", "Litchfield", "New London", "Windham")[town % 5],
        "registered": midnight(day),
        "expires": midnight(day + timedelta(days=draw.choice((365, 730, 1095)))),
        "weight_lb": "" if draw.random() < 0.3 else str(round(draw.gauss(3900, 700), -1)),
        "range_mi": str(draw.randint(150, 400)) if fuel == "Electric" else "",
    }


def _sale(draw: random.Random, n: int, day: date) -> Row:
    nominal = draw.random() < 0.06
    assessed = _pareto(draw, 60_000, 1.3, 40_000_000)
    price = (
        draw.choice((0, 1, 10, 100)) if nominal else assessed / 0.7 * draw.lognormvariate(0, 0.3)
    )
    home = draw.random() < 0.8
    return {
        "serial": f"{day.year % 100}{n:05d}",
        "list_year": str(day.year),
        "recorded": midnight(day),
        "town": draw.choice(_TOWNS),
        "street": f"{draw.randint(1, 400)} {draw.choice(('ELM', 'POND', 'RIDGE', 'SHORE'))} "
        f"{draw.choice(('RD', 'LA', 'ST'))}",
        "assessed": f"{assessed:.0f}",
        "sale_amount": f"{price:.0f}",
        "sales_ratio": f"{assessed / price:.4f}" if price else "",
        "property_type": "Residential" if home else draw.choice(("Commercial", "Vacant land")),
        "residential_type": draw.choice(("Single family", "Condo", "Two family")) if home else "",
        "map_lot": f"{draw.randint(1, 120):03d}-{draw.randint(1, 999):04d}-"
        f"{draw.randint(0, 99):02d}",
        "location": "" if draw.random() < 0.2 else "POINT ({1} {0})".format(*draw_place(draw)),
    }


_AGENCIES = (
    "Audit Board|Aging|Banking|Buildings|Children|Claims|Correction|Courts|Culture|Dental|"
    "Education|Elections|Energy|Ethics|Forests|Fisheries|Gaming|Health|Housing|Insurance|"
    "Judges|Labor|Library|Lottery|Mental Health|Parole|Police|Records|Roads|Water"
)


def _agency(draw: random.Random, n: int, day: date) -> Row:
    name = _AGENCIES.split("|")[n % 30]
    return {
        "agency_code": f"A{n + 1:02d}",
        "agency": name,
        "branch": ("Executive", "Executive", "Judicial", "Legislative")[n % 4],
        "head_count": str(20 + (n * 131) % 700),
        "phone": f"(860) 555-{1000 + n * 7}",
        "web_site": f"https://portal.example.gov/{name.lower().replace(' ', '-')}",
    }


def _meeting(draw: random.Random, n: int, day: date) -> Row:
    board = draw.randrange(20)
    held = day + timedelta(days=draw.randint(5, 90))
    return {
        "meeting_id": f"M-{n:05d}",
        "board": f"{_TOWNS[board]} {('Zoning', 'School', 'Finance', 'Parks')[board % 4]} Board",
        "posted": midnight(day),
        "held_on": midnight(held),
        "starts": f"{draw.choice((17, 18, 19))}:{draw.choice(('00', '30'))}",
        "room": draw.choice(("Room 201", "Town Hall", "Library", "Online", "Council Chamber")),
        "contact": f"clerk{board}@town.example.org",
        "agenda": f"https://meet.example.org/agenda/{n}",
        "canceled": "true" if draw.random() < 0.04 else "false",
    }


def _license(draw: random.Random, n: int, day: date) -> Row:
    kind = draw.choices(("RN", "LPN", "MD", "DDS", "PE", "ARC"), (40, 20, 20, 8, 8, 2))[0]
    ends = day + timedelta(days=365 * draw.choice((1, 2)))
    return {
        "credential": f"{kind}.{n + 10_000:07d}",
        "kind": kind,
        "holder": f"{draw.choice(('Ann', 'Raj', 'Wei', 'Luz', 'Tom', 'Zoe'))} "
        f"{draw.choice(('Archer', 'Banerjee', 'Cho', 'Dunn', 'Esposito', 'Frye'))}",
        "city": draw.choice(_TOWNS),
        "state": draw.choices(("CT", "NY", "MA", "RI", "FL", "AK"), (90, 4, 3, 1, 1, 0.2))[0],
        "status": draw.choices(("ACTIVE", "INACTIVE", "LAPSED", "REVOKED"), (80, 10, 8, 1))[0],
        "issued": f"{day:%m/%d/%Y}",
        "expires": f"{ends:%m/%d/%Y}",
        "fee": draw.choice(("110.00", "190.00", "570.00")),
    }


def _chargers(draw: random.Random, n: int, day: date) -> Row:
    county, month = n % 40, n // 40
    base = 200 * (1 + county % 9)
    return {
        "county": f"{_TOWNS[county % 30]}{'' if county < 30 else ' North'}",
        "fips": f"09{county * 2 + 1:03d}",
        "month_end": midnight(date(2023 + (10 + month) // 12, (10 + month) % 12 + 1, 1)),
        "electric_cars": str(round(base * 1.025**month * draw.uniform(0.98, 1.02))),
        "chargers": str(round(base / 30 * 1.02**month)),
        "per_1000": f"{2.5 * 1.02**month * draw.uniform(0.9, 1.1):.2f}",
        "source": "DMV",
    }


def _cases(draw: random.Random, n: int, day: date) -> Row:
    wave = math.exp(1.6 * _season(day, 20))
    count = round(draw.gammavariate(1.2, 6 * wave))
    age = draw.choice(("0-4", "5-14", "15-24", "25-44", "45-64", "65+"))
    return {
        "week_ending": midnight(day + timedelta(days=(5 - day.weekday()) % 7)),
        "disease": draw.choices(("Influenza", "RSV", "Pertussis", "Mumps"), (60, 30, 5, 0.4))[0],
        "age_group": age,
        "region": str(draw.randint(1, 5)),
        "cases": "" if 0 < count < 5 else str(count),
        "note": "Suppressed" if 0 < count < 5 else "",
        "positivity": f"{min(100.0, 4 * wave * draw.uniform(0.5, 1.5)):.1f}",
        "population": str(40_000 + 1000 * ("0-4", "5-14", "15-24", "25-44", "45-64").index(age)
                          if age != "65+" else 81_000),
    }  # fmt: skip


def _contract(draw: random.Random, n: int, day: date) -> Row:
    start = day + timedelta(days=draw.randint(-60, 60))
    return {
        "contract_no": f"{day.year % 100:02d}PSX{n:04d}",
        "vendor": f"{draw.choice(('ACME', 'APEX', 'DELTA', 'SUMMIT', 'UNITED', 'VERTEX'))} "
        f"{draw.choice(('BUILDERS', 'SYSTEMS', 'PAVING', 'MEDICAL'))} "
        f"{draw.choice(('LLC', 'INC', 'CO'))}",
        "description": _sentence(draw, 3, 14),
        "naics": str(draw.choice((236220, 541330, 541511, 561720, 621111, 811111))),
        "awarded": midnight(day),
        "begins": midnight(start),
        "ends": midnight(start + timedelta(days=draw.choice((365, 1095, 1825)))),
        "amount": f"{draw.lognormvariate(10.5, 2.0):.2f}",
        "minority_owned": "true" if draw.random() < 0.1 else "false",
        "amendment": "" if draw.random() < 0.9 else str(draw.randint(1, 6)),
    }


def _vote(draw: random.Random, n: int, day: date) -> Row:
    election = n // 400
    names = random.Random(election)
    slate = [f"{names.choice('ABCDEFGHJKLM')}. {names.choice(_TOWNS)}son" for _ in range(5)]
    pick = draw.randrange(5)
    ward = draw.randrange(80)
    return {
        "election": f"{('Municipal', 'Primary', 'Special', 'State')[election % 4]} "
        f"{2020 + election}",
        "election_day": midnight(date(2020 + election % 7, 11, 3) + timedelta(days=election)),
        "precinct": f"{ward // 10 + 1:02d}-{ward % 10}",
        "office": draw.choice(("Mayor", "Council", "Clerk", "Treasurer")),
        "candidate": slate[pick],
        "party": ("DEM", "REP", "DEM", "REP", "UNA")[pick],
        "votes": str(int(draw.lognormvariate(4, 1))),
        "absentee": str(int(draw.lognormvariate(2.5, 1))),
    }


def _stop(draw: random.Random, n: int, day: date) -> Row:
    draw = random.Random(f"stop{n}")  # a stop stays where it is
    latitude, longitude = draw_place(draw)
    return {
        "stop_id": f"{n + 101}",
        "stop_name": f"{draw.choice(_TOWNS)} {draw.choice(('St', 'Ave', 'Sq'))} & "
        f"{draw.choice(_TOWNS)} {draw.choice(('St', 'Rd'))}",
        "latitude": latitude,
        "longitude": longitude,
        "zone": draw.choice(("1", "2", "3")),
        "wheelchair": draw.choices(("0", "1", "2"), (3, 10, 1))[0],
        "shelter": "true" if draw.random() < 0.3 else "false",
        "platform": "" if draw.random() < 0.97 else draw.choice("ABCD"),
        "opened": midnight(date(1990, 1, 1) + timedelta(days=draw.randrange(12_000))),
    }


def _citation(draw: random.Random, n: int, day: date) -> Row:
    code, fine = draw.choices(
        (("0964125", 50), ("0976160", 100), ("0964190", 60), ("0964040", 250)), (40, 30, 20, 2)
    )[0]
    paid = draw.random() < 0.7
    known = draw.random() < 0.8
    latitude, longitude = draw_place(draw) if known else ("", "")
    moment = datetime(day.year, day.month, day.day, draw.randrange(24), draw.randrange(60))
    return {
        "ticket": f"{91_000_000 + n * 3}",
        "issued": f"{moment.isoformat()}.000",
        "plate_state": draw.choices(("CT", "NY", "MA", "NJ", "PA", "TX"), (80, 8, 5, 3, 2, 0.3))[0],
        "violation_code": code,
        "fine": f"{fine}.00",
        "balance": "0.00" if paid else f"{fine + draw.choice((0, 25, 50))}.00",
        "status": "PAID" if paid else draw.choice(("OPEN", "DISMISSED", "HEARING")),
        "unit": str(draw.randint(300, 340)),
        "latitude": latitude,
        "longitude": longitude,
        "posted": pushed(day).isoformat() + "T00:00:00.000",
    }


def _city(name: str, columns: str, identifier: str | None, method: str, make: object, *sizes: int
          ) -> City:  # fmt: skip
    return City(name, columns_of(columns), identifier, method, make, *sizes)  # type: ignore[arg-type]


KINDS = (
    _city("visits", "visit_id facility visit_date:d purpose result risk:n comments minutes:n "
          "followup_due:d", "visit_id", "upsert", _visit, 5000, 300),
    _city("ledger", "fiscal_year:n period:n fund account_code account_name journal amount:n memo "
          "posted_on:d", None, "append", _ledger, 7000, 500),
    _city("gauges", "site_no read_at:d stage_ft:n flow_cfs:n water_temp_c:n battery_v:n ice:b "
          "remark", None, "append", _gauge, 12000, 800),
    _city("schools", "school_year district_code school_name subgroup grade_level enrolled:n "
          "suppressed chronic_absence:n as_of:d", None, "append", _school, 5000, 300),
    _city("vehicles", "vin make model_year:n fuel town county registered:d expires:d weight_lb:n "
          "range_mi:n", "vin", "upsert", _vehicle, 6000, 400),
    _city("sales", "serial list_year:n recorded:d town street assessed:n sale_amount:n "
          "sales_ratio:n property_type residential_type map_lot location:p", "serial", "append",
          _sale, 5000, 250),
    _city("agencies", "agency_code agency branch head_count:n phone web_site", "agency_code",
          "replace", _agency, 30, 1),
    _city("meetings", "meeting_id board posted:d held_on:d starts room contact agenda canceled:b",
          "meeting_id", "upsert", _meeting, 1500, 60),
    _city("licenses", "credential kind holder city state status issued expires fee:n",
          "credential", "replace", _license, 5000, 60),
    _city("chargers", "county fips month_end:d electric_cars:n chargers:n per_1000:n source", None,
          "append", _chargers, 1440, 40),
    _city("cases", "week_ending:d disease age_group region cases:n note positivity:n population:n",
          None, "append", _cases, 6000, 200),
    _city("contracts", "contract_no vendor description naics awarded:d begins:d ends:d amount:n "
          "minority_owned:b amendment:n", "contract_no", "append", _contract, 3000, 120),
    _city("votes", "election election_day:d precinct office candidate party votes:n absentee:n",
          None, "append", _vote, 4000, 400),
    _city("stops", "stop_id stop_name latitude:n longitude:n zone wheelchair:n shelter:b platform "
          "opened:d", "stop_id", "replace", _stop, 2000, 5),
    _city("citations", "ticket issued:d plate_state violation_code fine:n balance:n status unit:n "
          "latitude:n longitude:n posted:d", "ticket", "append", _citation, 9000, 600),
)  # fmt: skip
