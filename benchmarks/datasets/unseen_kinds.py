# ruff: noqa: ARG001 - every maker of rows takes the same three things
"""Datasets of three kinds that the comparison was never tuned on.

An animal shelter's intakes, an inventory of bridges, and samples of water at beaches: codes of
letters and digits, ages as text, ratings, results below a limit of detection, and rare events.
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
)  # fmt: skip
