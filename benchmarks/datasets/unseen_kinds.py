# ruff: noqa: ARG001 - every maker of rows takes the same three things
"""Datasets of eight kinds that the comparison was never tuned on.

An animal shelter's intakes, an inventory of bridges, and samples of water at beaches: codes of
letters and digits, ages as text, ratings, results below a limit of detection, and rare events.
Laboratory results of many substances in one column, a calendar of events to come, a payroll of many
departments and titles, a library's monthly counts, and the fuel of a fleet.
"""

from __future__ import annotations

import math
import random
from datetime import date, datetime, timedelta

from datasets.towns import City, Row, columns_of, midnight

_BREEDS = {
    "Dog": ("Labrador Mix", "Pit Bull Mix", "Chihuahua", "German Shepherd", "Beagle", "Terrier Mix",
            "Hound Mix", "Husky", "Boxer Mix", "Poodle"),
    "Cat": ("Domestic Shorthair", "Domestic Longhair", "Siamese Mix", "Maine Coon Mix"),
    "Rabbit": ("Lop", "Rex", "Mini Rex"),
    "Bird": ("Cockatiel", "Parakeet"),
}  # fmt: skip
_COLORS = ("Black", "White", "Brown", "Tan", "Gray", "Orange", "Tricolor", "Brindle", "Calico")
_NAMES = ("Bella", "Max", "Luna", "Charlie", "Daisy", "Rocky", "Molly", "Buddy", "Sadie", "Duke",
          "Coco", "Bear", "Lola", "Jack", "Zoe", "Toby", "Penny", "Oreo", "Ruby",
          "Simba")  # fmt: skip


def _intake(draw: random.Random, n: int, day: date) -> Row:
    kind = draw.choices(("Dog", "Cat", "Rabbit", "Bird"), (50, 46, 3, 1))[0]
    came = datetime(day.year, day.month, day.day) + timedelta(minutes=draw.randint(480, 1140))
    left = came + timedelta(minutes=round(draw.expovariate(1 / (9 * 1440))) + 20)
    years = draw.choice((0, 0, 1, 2, 3, 5, 8, 11))
    months = draw.randint(1, 11)
    age = f"{years} year{'s' * (years != 1)}" if years else f"{months} month{'s' * (months != 1)}"
    outcome = draw.choices(
        ("Adoption", "Transfer", "Return to Owner", "Euthanasia", "Died"), (52, 26, 17, 4, 1)
    )[0]
    return {
        "animal_id": f"A{700_000 + n}",
        "name": draw.choice(_NAMES) if draw.random() < 0.7 else "",
        "intake_time": f"{came.isoformat()}.000",
        "intake_type": draw.choices(("Stray", "Owner Surrender", "Public Assist"), (70, 22, 8))[0],
        "species": kind,
        "breed": draw.choice(_BREEDS[kind]),
        "color": "/".join(draw.sample(_COLORS, draw.choice((1, 1, 2)))),
        "sex": draw.choice(("Spayed Female", "Neutered Male", "Intact Female", "Intact Male")),
        "age": age,
        "weight_lb": f"{draw.lognormvariate(3.2 if kind == 'Dog' else 1.9, 0.5):.1f}",
        "outcome_time": f"{left.isoformat()}.000",
        "outcome": outcome,
        "days_held": str((left - came).days),
    }


_ROADS = ("I-84", "US 1", "SR 15", "SR 66", "LOCAL ROAD", "RAILROAD")


def _bridge(draw: random.Random, n: int, day: date) -> Row:
    own = random.Random(f"bridge{n}")
    built = own.randint(1921, 2019)
    worn = max(2, min(9, round(9 - (2026 - built) / 16 + own.gauss(0, 0.7))))
    ratings = [max(2, min(9, worn + own.choice((-1, 0, 0, 1)))) for _ in range(3)]
    spans = own.choices((1, 2, 3, 4, 6), (60, 18, 12, 6, 4))[0]
    low = min(ratings)
    return {
        "bridge_no": f"{own.randint(1, 999):05d}{own.choice('ABLRN')}{n:03d}",
        "feature": f"{own.choice(_ROADS)} over "
        f"{own.choice(('Mill River', 'Fox Brook', 'Canal', 'Pond Creek', 'Harbor Inlet'))}",
        "owner": own.choices(("State", "Town", "Railroad"), (60, 36, 4))[0],
        "year_built": str(built),
        "spans": str(spans),
        "length_ft": f"{spans * own.uniform(21, 140):.1f}",
        "daily_traffic": str(round(own.lognormvariate(8.2, 1.1))),
        "deck": str(ratings[0]),
        "superstructure": str(ratings[1]),
        "substructure": str(ratings[2]),
        "condition": "Good" if low >= 7 else "Fair" if low >= 5 else "Poor",
        "inspected": midnight(day - timedelta(days=own.randint(0, 700))),
        "latitude": f"{own.uniform(41.05, 42.03):.6f}",
        "longitude": f"{own.uniform(-73.6, -71.85):.6f}",
        "posted_tons": str(own.choice((10, 15, 20, 25))) if low < 5 else "",
    }


_BEACHES = tuple(
    (f"CT{number:06d}", f"{name} Beach", town)
    for number, (name, town) in enumerate(
        (("Penfield", "Fairfield"), ("Hammonasset", "Madison"), ("Ocean", "New London"),
         ("Compo", "Westport"), ("Sherwood Island", "Westport"), ("Walnut", "Milford"),
         ("Rocky Neck", "East Lyme"), ("Seaside", "Bridgeport"), ("Lighthouse", "New Haven"),
         ("Esker Point", "Groton"), ("Calf Pasture", "Norwalk"), ("Short", "Stratford")),
        110_001,
    )
)  # fmt: skip


def _beach(draw: random.Random, n: int, day: date) -> Row:
    code, name, town = draw.choice(_BEACHES)
    taken = datetime(day.year, day.month, day.day) + timedelta(minutes=draw.randint(360, 600))
    season = day.timetuple().tm_yday
    count = draw.lognormvariate(2.4 + 0.5 * math.sin(season / 58), 1.2)
    closed = count > 104
    return {
        "sample_no": f"{day:%y%m%d}-{code[-2:]}-{n:05d}",
        "beach_id": code,
        "beach": name,
        "town": town,
        "sampled": f"{taken.isoformat()}.000",
        "enterococci": "<10" if count < 10 else str(round(count)),
        "water_temp_c": f"{draw.gauss(17 + 6 * math.sin((season - 110) / 58), 1):.1f}",
        "tide": draw.choice(("Ebb", "Flood", "High", "Low")),
        "rain_48h_in": "0" if draw.random() < 0.6 else f"{draw.expovariate(2.2):.2f}",
        "action": "Closed" if closed else "Open",
        "lab": draw.choices(("DPH", "Regional", "Contract"), (70, 20, 10))[0],
    }


#: Substance, unit, limit of detection, usual result, and its spread as a logarithm.
_SUBSTANCES = (
    ("Arsenic", "ug/L", "0.5", 1.1, 0.8),
    ("Nitrate as N", "mg/L", "0.05", 1.8, 0.9),
    ("Chloride", "mg/L", "1", 34.0, 0.7),
    ("Manganese", "ug/L", "2", 21.0, 1.2),
    ("pH", "SU", "", 7.1, 0.06),
    ("Lead", "ug/L", "1", 0.8, 0.9),
    ("Turbidity", "NTU", "0.1", 0.4, 0.8),
    ("Uranium", "ug/L", "0.2", 0.5, 1.1),
)
_METHODS = {
    "ug/L": "EPA 200.8",
    "mg/L": "EPA 300.0",
    "SU": "SM 4500-H+ B",
    "NTU": "EPA 180.1",
}


def _well(draw: random.Random, n: int, day: date) -> Row:
    substance, unit, limit, usual, spread = _SUBSTANCES[n % len(_SUBSTANCES)]
    own = random.Random(f"well{draw.randrange(160)}")
    value = usual * math.exp(spread * draw.gauss(0, 1))
    censored = bool(limit) and value < float(limit)
    received = day + timedelta(days=draw.choice((0, 1, 1, 2)))
    return {
        "lab_id": f"{day:%Y}{n:06d}-{1 + n % len(_SUBSTANCES):02d}",
        "well": f"{own.choice(('BR', 'GL', 'MW', 'TN'))}-{own.randint(1, 420):03d}",
        "depth_ft": str(own.randint(4, 80) * 5),
        "sampled": midnight(day),
        "received": midnight(received),
        "substance": substance,
        "result": f"<{limit}" if censored else f"{value:.3g}",
        "unit": unit,
        "detection_limit": limit,
        "qualifier": "U" if censored else draw.choices(("", "J", "E"), (90, 9, 1))[0],
        "method": _METHODS[unit],
        "lab": draw.choices(("Northeast Analytical", "State Laboratory"), (55, 45))[0],
        "latitude": f"{own.uniform(41.2, 41.9):.5f}",
        "longitude": f"{own.uniform(-73.4, -72.0):.5f}",
    }


_SERIES = (
    ("Story Time", "Children", "Free", 45),
    ("Farmers Market", "Community", "Free", 240),
    ("Chair Yoga", "Health", "$5", 60),
    ("Planning Board Hearing", "Government", "Free", 120),
    ("Jazz on the Green", "Music", "Free", 150),
    ("Tax Help", "Services", "Free", 180),
    ("Teen Coding Club", "Youth", "Free", 90),
    ("Flu Clinic", "Health", "Free", 240),
    ("Historic District Walk", "Community", "$8", 75),
    ("Pottery Basics", "Arts", "$40", 120),
)
_VENUES = (
    ("Main Library", "500 Main Street"),
    ("Elizabeth Park", "1561 Asylum Avenue"),
    ("City Hall", "550 Main Street"),
    ("Parkville Center", "11 New Park Avenue"),
    ("Blue Hills Library", "649 Blue Hills Avenue"),
    ("Online", ""),
)


def _event(draw: random.Random, n: int, day: date) -> Row:
    title, kind, price, minutes = draw.choice(_SERIES)
    venue, street = draw.choice(_VENUES)
    ahead = day + timedelta(days=draw.randint(7, 75))
    begins = datetime(ahead.year, ahead.month, ahead.day) + timedelta(
        minutes=30 * draw.randint(18, 38)
    )
    seats = draw.choice(("", "", "20", "30", "75"))
    slug = title.lower().replace(" ", "-")
    return {
        "event_id": f"ev{52_000 + n}",
        "title": title,
        "category": kind,
        "starts": f"{begins.isoformat()}.000",
        "ends": f"{(begins + timedelta(minutes=minutes)).isoformat()}.000",
        "venue": venue,
        "street": street,
        "price": price,
        "seats": seats,
        "registration": f"https://events.example.gov/{slug}/{52_000 + n}" if seats else "",
        "description": f"{title} at {venue}. {'Please register.' if seats else 'Drop in.'}",
        "audience": draw.choices(("All ages", "Adults", "Families", "Teens"), (50, 25, 18, 7))[0],
        "posted": midnight(day),
    }


_DEPARTMENTS = tuple(
    f"{first} {second}"
    for first in ("Public", "Community", "Environmental", "Fiscal", "Human", "Legal", "Transit",
                  "Youth", "Emergency")
    for second in ("Works", "Services", "Programs", "Planning", "Inspection")
)  # fmt: skip
_TITLES = tuple(
    f"{rank}{job}"
    for job in ("Accountant", "Analyst", "Clerk", "Engineer", "Inspector", "Mechanic", "Planner",
                "Nurse", "Custodian", "Dispatcher", "Attorney", "Librarian")
    for rank in ("", "Senior ", "Assistant ", "Lead ", "Supervising ")
)  # fmt: skip


def _pay(draw: random.Random, n: int, day: date) -> Row:
    person = draw.randrange(2_600)
    own = random.Random(f"pay{person}")
    title, yearly = own.choice(_TITLES), own.lognormvariate(11.1, 0.35)
    hired = date(2023, 10, 1) - timedelta(days=own.randint(20, 12_000))
    extra = own.random() < 0.4 and draw.random() < 0.7
    ends = day + timedelta(days=(4 - day.weekday()) % 7)
    regular = yearly / 26 * own.choice((0.5, 1, 1, 1, 1))
    overtime = draw.expovariate(1 / 420) if extra else 0.0
    return {
        "period_end": midnight(ends),
        "employee_no": f"{own.randint(0, 99_999):06d}",
        "department": own.choice(_DEPARTMENTS),
        "job_title": title,
        "hired": midnight(hired),
        "status": own.choices(("Full-Time", "Part-Time", "Seasonal"), (84, 13, 3))[0],
        "regular_pay": f"{regular:.2f}",
        "overtime_pay": f"{overtime:.2f}" if overtime else "",
        "other_pay": f"{draw.choice((25, 50, 75, 1200)):.2f}" if draw.random() < 0.06 else "0.00",
        "gross_pay": f"{regular + overtime:.2f}",
        "bargaining_unit": own.choice(
            ("AFSCME 1716", "AFSCME 566", "HMEA", "Non-Union", "IAFF 760")
        ),
    }


_BRANCHES = ("Albany", "Barbour", "Camp Field", "Downtown", "Dwight", "Goodwin", "Park", "Ropkins")
_MEASURES = ("Visits", "Checkouts", "Program attendance", "Computer sessions", "New cards",
             "Questions")  # fmt: skip


def _library(draw: random.Random, n: int, day: date) -> Row:
    branch = n // len(_MEASURES) % len(_BRANCHES)
    measure = n % len(_MEASURES)
    size = (2.5, 0.6, 0.8, 6.0, 0.5, 0.9, 1.4, 1.0)[branch]
    season = 1 + 0.25 * math.sin(day.timetuple().tm_yday / 58)
    count = round((4200, 6500, 420, 800, 60, 950)[measure] * size * season * draw.gauss(1, 0.12))
    goal = round((4200, 6500, 420, 800, 60, 950)[measure] * size, -1)
    return {
        "month": f"{day:%Y-%m}",
        "fiscal_year": f"FY{(day.year + (day.month > 6)) % 100:02d}",
        "branch": _BRANCHES[branch],
        "branch_code": f"{branch + 1:03d}",
        "measure": _MEASURES[measure],
        "count": str(max(count, 0)),
        "goal": f"{goal:.0f}",
        "percent_of_goal": f"{100 * count / goal:.1f}",
        "hours_open": str((228, 180, 180, 260, 160, 180, 200, 180)[branch] + draw.randint(-8, 8)),
        "note": draw.choices(("", "Closed for repairs", "Partial data"), (95, 3, 2))[0],
    }


_PUMPS = ("Garage A", "Garage B", "North Yard", "Police HQ")


def _fuel(draw: random.Random, n: int, day: date) -> Row:
    unit = draw.randrange(310)
    own = random.Random(f"fleet{unit}")
    kind, liters = own.choice((("Sedan", 11), ("Pickup", 19), ("Dump Truck", 42), ("Mower", 6)))
    days = (day - date(2023, 11, 1)).days
    used = own.randint(2_000, 90_000) + days * own.uniform(8, 55) + draw.random()
    gallons = liters * draw.uniform(0.4, 1.0)
    price = 3.2 + 0.4 * math.sin(days / 170)
    moment = datetime(day.year, day.month, day.day) + timedelta(minutes=draw.randint(300, 1130))
    return {
        "transaction": f"{own.choice('CK')}{n:07d}",
        "pumped": f"{moment.isoformat()}.000",
        "unit_no": f"{kind[0]}{1000 + unit}",
        "kind": kind,
        "fuel": "Diesel" if kind == "Dump Truck" else "Unleaded",
        "pump": draw.choices(_PUMPS, (40, 30, 20, 10))[0],
        "gallons": f"{gallons:.3f}",
        "unit_cost": f"{price:.4f}",
        "cost": f"{gallons * price:.2f}",
        "odometer": str(round(used)) if draw.random() < 0.95 else "0",
        "driver_key": f"{own.randint(0, 9999):04d}",
    }


def _city(name: str, columns: str, identifier: str, method: str, make: object, *sizes: int
          ) -> City:  # fmt: skip
    return City(name, columns_of(columns), identifier, method, make, *sizes)  # type: ignore[arg-type]


UNSEEN = (
    _city("shelter", "animal_id name intake_time:d intake_type species breed color sex age "
          "weight_lb:n outcome_time:d outcome days_held:n", "animal_id", "upsert", _intake, 6000,
          350),
    _city("bridges", "bridge_no feature owner year_built:n spans:n length_ft:n daily_traffic:n "
          "deck:n superstructure:n substructure:n condition inspected:d latitude:n longitude:n "
          "posted_tons:n", "bridge_no", "replace", _bridge, 4000, 20),
    _city("beaches", "sample_no beach_id beach town sampled:d enterococci water_temp_c:n tide "
          "rain_48h_in:n action lab", "sample_no", "append", _beach, 3500, 250),
    _city("wells", "lab_id well depth_ft:n sampled:d received:d substance result unit "
          "detection_limit:n qualifier method lab latitude:n longitude:n", "lab_id", "append",
          _well, 6000, 320),
    _city("events", "event_id title category starts:d ends:d venue street price seats:n "
          "registration description audience posted:d", "event_id", "upsert", _event, 3000, 150),
    _city("paychecks", "period_end:d employee_no department job_title hired:d status regular_pay:n "
          "overtime_pay:n other_pay:n gross_pay:n bargaining_unit", None, "append", _pay, 9000,
          700),
    _city("library", "month fiscal_year branch branch_code measure count:n goal:n "
          "percent_of_goal:n hours_open:n note", None, "append", _library, 1728, 48),
    _city("fuel", "transaction pumped:d unit_no kind fuel pump gallons:n unit_cost:n cost:n "
          "odometer:n driver_key", "transaction", "append", _fuel, 8000, 500),
)  # fmt: skip
