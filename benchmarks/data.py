"""A permits file of any size: twenty columns that look like an agency's, the same for one seed."""

from __future__ import annotations

import random
from datetime import date, timedelta
from itertools import islice
from pathlib import Path

from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.quality_settings import QualitySettings

HEADERS = (
    "Permit No",
    "Record Id",
    "Permit Type",
    "Status",
    "Description",
    "Applicant",
    "Address",
    "City",
    "Zip Code",
    "Opened",
    "Issued",
    "Last Inspection",
    "Fee",
    "Valuation",
    "Completed",
    "Active",
    "Latitude",
    "Longitude",
    "Web Page",
    "Contact",
)

#: Field, type and declared formats of the dataset column that each header fills.
FIELDS = (
    ("permit_no", "text", ()),
    ("record_id", "number", ()),
    ("permit_type", "text", ()),
    ("status", "text", ()),
    ("description", "text", ()),
    ("applicant", "text", ()),
    ("address", "text", ()),
    ("city", "text", ()),
    ("zip_code", "text", ()),
    ("opened", "calendar_date", ()),
    ("issued", "calendar_date", ("%m/%d/%Y",)),
    ("last_inspection", "calendar_date", ("%m/%d/%Y %I:%M:%S %p",)),
    ("fee", "money", ("$1,234.50",)),
    ("valuation", "number", ()),
    ("completed", "percent", ("45%",)),
    ("active", "checkbox", ()),
    ("latitude", "number", ()),
    ("longitude", "number", ()),
    ("web_page", "url", ()),
    ("contact", "email", ()),
)

#: Rows are written in blocks, so that a big file needs no more memory than a small one.
BLOCK = 20_000

_TYPES = ("Building", "Electrical", "Plumbing", "Mechanical", "Demolition", "Sign", "Fence")
_STATUS = ("Open", "Issued", "Closed", "Expired", "Withdrawn", "Under review")
_CITIES = ("Hartford", "New Haven", "Bridgeport", "Stamford", "Waterbury", "Norwalk", "Danbury")
_STREETS = (
    "Main St",
    "Elm Street",
    "Church Rd",
    "Park Avenue",
    "State St",
    "Capitol Ave",
    "Oak Ln",
)
_NAMES = ("García & Söhne", "Acme Builders, Inc.", "J. O'Neil", "Zoë Müller", "Lee", "Patel Homes")
_WORKS = (
    "Replace roof, two layers",
    "New 200 amp panel, grounding",
    "Kitchen remodel: sink, gas line",
    'Ground sign "OPEN", not lit',
    "Demolish the detached garage",
    "Finish basement: bedroom, bath",
)


def write_permits(path: Path, rows: int, seed: int = 1) -> Path:
    """Write `rows` permits to `path` as UTF-8 CSV (about 285 bytes a row); returns the path."""
    chance = random.Random(seed)
    numbers = iter(range(rows))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(",".join(HEADERS) + "\n")
        while block := list(islice(numbers, BLOCK)):
            file.writelines([_line(number, chance) for number in block])
    return path


def dataset() -> Dataset:
    """The dataset that the file fills; its row identifier is the permit's number."""
    columns = tuple(
        Column(place, header, field, kind, place)
        for place, (header, (field, kind, _)) in enumerate(zip(HEADERS, FIELDS, strict=True), 1)
    )
    return Dataset("https://data.example.gov", "abcd-1234", "Permits", columns, "permit_no")


def mapping() -> Mapping:
    """Every header to its column, with the formats of the file declared."""
    return Mapping(
        tuple(
            ColumnRule(header, field, formats=formats)
            for header, (field, _, formats) in zip(HEADERS, FIELDS, strict=True)
        )
    )


def quality() -> QualitySettings:
    """The settings of a job: what is made up about the file does not stop a push.

    Its addresses look like those of people, and each ZIP code has a single status until a row
    is changed.
    """
    return QualitySettings(levels={"private-data": "note", "contradiction": "note"})


def _line(number: int, chance: random.Random) -> str:
    opened = date(2012, 1, 1) + timedelta(days=int(chance.random() * 4500))
    issued = opened + timedelta(days=int(chance.random() * 60))
    inspection = issued + timedelta(days=int(chance.random() * 200))
    place, money = chance.random(), chance.random()
    pick = int(chance.random() * 100_000)
    work = f"{_WORKS[pick % 6]}, no {pick}".replace('"', '""')
    hour, minute, noon = pick % 12 or 12, pick % 60, "AM" if pick % 2 else "PM"
    return (
        f"BP-{opened.year}-{number:07d},{10_000_000_000 + number * 37},{_TYPES[pick % 7]},"
        f'{_STATUS[pick % 6]},"{work}","{_NAMES[pick % 5]}",'
        f'"{pick % 9000 + 1} {_STREETS[pick % 7]}",{_CITIES[pick % 7]},0{6001 + pick % 900},'
        f"{opened.isoformat()},{issued:%m/%d/%Y},"
        f"{inspection:%m/%d/%Y} {hour:02d}:{minute:02d}:{pick % 59:02d} {noon},"
        f'"${int(money * 9000) + 1000:,}.{pick % 100:02d}",{money * 1_000_000:.2f},{pick % 101}%,'
        f"{'true' if pick % 3 else 'false'},{41 + place:.6f},{-72 - place:.6f},"
        f"https://permits.example.gov/{number},clerk{pick % 500}@example.gov\n"
    )
