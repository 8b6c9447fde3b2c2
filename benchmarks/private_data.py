"""Recall and precision of the search for private data, on a corpus that this program makes.

    python benchmarks/private_data.py [--seed 1] [--cells 200]

Two corpora: structured cells (columns that hold one kind of value) and free text (remarks of
inspectors and clerks). Half of all cells are hard negatives: permit and parcel numbers, meter
readings, barcodes, product and account codes, businesses with an address, dates, coordinates.
A cell counts as found if its row is named for the kind that was planted in it, or another one.
"""

from __future__ import annotations

import argparse
import csv
import random
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.quality.private_data_findings import private_cells
from sodasheet.sources import open_source
from sodasheet.staging.check.check import CheckPlan, check
from sodasheet.staging.staged_table import Stage

Maker = Callable[[random.Random], str]

_FIRST = [
    "Mary",
    "John",
    "Luis",
    "Aisha",
    "Wei",
    "Olga",
    "Priya",
    "Tom",
    "José",
    "Zoë",
    "Renée",
    "Dmitri",
    "Grace",
    "Kwame",
]
_LAST = [
    "Jones",
    "Smith",
    "O'Neil",
    "Garcia",
    "Nguyen",
    "Kowalski",
    "Lee",
    "Álvarez",
    "McDonald",
    "Patel",
    "Brown-Diaz",
]
_STREETS = [
    "Oak",
    "Main",
    "Elm",
    "Pine Hill",
    "Lake",
    "North Main",
    "Prospect",
    "Sunset",
    "2nd",
    "Washington",
]
_KINDS = [
    "Street",
    "St",
    "Ave",
    "Avenue",
    "Road",
    "Rd",
    "Lane",
    "Dr",
    "Court",
    "Blvd",
    "Terrace",
    "Place",
]


def _digits(draw: random.Random, count: int) -> str:
    return "".join(draw.choices("0123456789", k=count))


def _name(draw: random.Random) -> str:
    middle = draw.choice(("", "", f"{draw.choice('ABCDEJKLMRST')}. "))
    return f"{draw.choice(_FIRST)} {middle}{draw.choice(_LAST)}"


def _street(draw: random.Random) -> str:
    return f"{draw.randint(1, 2400)} {draw.choice(_STREETS)} {draw.choice(_KINDS)}"


def _ssn_parts(draw: random.Random) -> tuple[str, str, str]:
    area = draw.choice([n for n in range(1, 900) if n != 666])
    return f"{area:03d}", f"{draw.randint(1, 99):02d}", f"{draw.randint(1, 9999):04d}"


def _luhn(body: str) -> str:
    total = sum(
        (2 * int(c) - 9 * (int(c) > 4)) if n % 2 == 0 else int(c)
        for n, c in enumerate(reversed(body))
    )
    return body + str(-total % 10)


def _card(draw: random.Random) -> tuple[str, ...]:
    if draw.random() < 0.2:
        number = _luhn(draw.choice(("34", "37")) + _digits(draw, 12))
        return number[:4], number[4:10], number[10:]
    number = _luhn(draw.choice(("4", "51", "55", "6011", "2221")).ljust(4, "7") + _digits(draw, 11))
    return number[:4], number[4:8], number[8:12], number[12:]


def _iban(draw: random.Random) -> str:
    country, length = draw.choice((("DE", 18), ("NL", 14), ("FR", 23), ("GB", 18)))
    body = _digits(draw, length)
    if country in ("NL", "GB"):
        body = draw.choice(("ABNA", "BARC", "NWBK")) + body[4:]
    text = "".join(str(int(c, 36)) for c in f"{body}{country}00")
    return f"{country}{98 - int(text) % 97:02d}{body}"


def _phone(draw: random.Random) -> tuple[str, str, str]:
    return str(draw.randint(201, 989)), str(draw.randint(200, 999)), _digits(draw, 4)


def _birth(draw: random.Random) -> tuple[int, int, int]:
    return draw.randint(1, 12), draw.randint(1, 28), draw.randint(1925, 2020)


_MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
_MONTH_NAMES = _MONTHS.split("|")


def _birth_text(draw: random.Random) -> str:
    month, day, year = _birth(draw)
    return draw.choice(
        (
            f"{month:02d}/{day:02d}/{year}",
            f"{month}/{day}/{year % 100:02d}",
            f"{year}-{month:02d}-{day:02d}",
            f"{_MONTH_NAMES[month - 1]} {day}, {year}",
            f"{day} {_MONTH_NAMES[month - 1][:3]} {year}",
            f"{month:02d}-{day:02d}-{year}",
        )
    )


#: Title of a structured column and its values.
STRUCTURED: dict[str, tuple[str, Maker]] = {
    "social security number": ("SSN", lambda d: d.choice(("-", "-", " ", "")).join(_ssn_parts(d))),
    "payment card": ("Card", lambda d: d.choice(("", " ", "-")).join(_card(d))),
    "bank account": ("Bank Account", lambda d: _digits(d, d.randint(8, 12))),
    "IBAN": ("Payee", _iban),
    "e-mail": (
        "Contact",
        lambda d: (
            f"{d.choice(('a.lee', 'mjones42', 'k-p_r'))}@{d.choice(('mail', 'x-y'))}.example"
            f".{d.choice(('com', 'org', 'co.uk'))}"
        ),
    ),
    "phone": (
        "Reached At",
        lambda d: d.choice(("({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "+1 {} {} {}")).format(
            *_phone(d)
        ),
    ),
    "birth date": ("DOB", _birth_text),
    "driver's license": (
        "Driver License No",
        lambda d: d.choice((_digits(d, 9), f"D{_digits(d, 7)}", f"S{_digits(d, 12)}")),
    ),
}

#: Private data within a remark.
FREE_TEXT: dict[str, tuple[str, ...]] = {
    "social security number": (
        "Applicant gave SSN {ssn} over the phone.", "verified {ssn} against the card",
        "SS# {ssn9} on the form", "social security number is {ssn}", "soc sec no. {ssn9}, scanned",
        "ssn:{ssn9}",
    ),
    "payment card": (
        "Fee charged to {card}, exp 04/27", "paid by card no {card}.", "Visa {card} declined",
    ),
    "bank account": (
        "refund to {iban} please", "Routing {routing} account {account}", "acct # {account}",
        "direct deposit, account number {account}", "ABA {routing}", "checking acct no. {account}",
    ),
    "e-mail": ("write to {email} for access", "cc: {email}; see file", "<{email}>"),
    "phone": (
        "call {phone} after five", "owner can be reached at {phone}.", "cell: {phone10}",
        "Tel. {phone}", "left message ({phone})", "phone {phone10} no answer",
    ),
    "birth date": (
        "DOB {birth}", "born {birth} in Hartford", "date of birth: {birth}",
        "d.o.b. {birth}, minor",
        "birthdate {birth}", "Born on {birth}.",
    ),
    "driver's license": (
        "DL {license}", "driver's license # {license} shown", "driver license no. {license}",
        "CDL {license} expired", "drivers lic {license}",
    ),
    "name with address": (
        "{name} of {street} complained about noise", "Spoke with {name}, {street}, Apt 2",
        "{name} lives at {street}", "tenant {name} at {street}", "resident {name} ({street})",
        "Complainant: {name} - {street}",
    ),
}  # fmt: skip

#: Look-alikes: nothing about a person.
NEGATIVES: tuple[str, ...] = (
    "BP-2024-{d4}", "{d3}-{d2}-{d3}", "parcel {d3}-{d3}-{d2}", "map {d3} lot {d4}", "{d8}",
    "meter reading {d9} kWh", "{d2}-{d7}", "docket HHD-CV-{d2}-{d7}-S", "UPC {d12}",
    "SKU {d4}-{d4}",
    "PO {d10}", "case {d4}-{d6}", "account code {d3}.{d4}.{d3}", "budget account {d4}",
    "ISBN 978-{d1}-{d4}-{d4}-{d1}", "tracking 1Z{d3}AA10{d8}", "serial no {d10}",
    "41.{d5}, -72.{d5}",
    "opened {date}, closed two weeks later", "inspected on {date}", "due {date}", "{street}",
    "{street}, rear building", "corner of Oak Street and Elm Street",
    "Oak Hardware at {street}", "Maple Grove School, {street}", "Town Library of {street}",
    "Lee Auto Repair at {street}", "license plate AB-{d5}", "Contractor license HIC.{d7}",
    "badge {d5}", "elevation {d3}.{d2} ft", "see drawing DL-{d2}",
    "invoice {d6} paid by check {d4}",
    "ticket {d10}", "{d4} {d4} {d4} {d4} 1", "bus 60-62, stop {d5}", "order {d16}", "EIN {d2}-{d7}",
    "time 12:{d2}:{d2}.{d3}", "version 2.{d1}.{d3}", "well {d6}-{d6}", "@ the corner of Main",
    "50% @ 2 in.", "pole #{d6}", "hydrant {d3}-{d4}", "Permit issued to Acme Paving Inc, {street}",
)  # fmt: skip


def _fill(draw: random.Random, text: str) -> str:
    month, day, year = draw.randint(1, 12), draw.randint(1, 28), draw.randint(2015, 2026)
    phone = _phone(draw)
    license_no = draw.choice((_digits(draw, 9), f"D{_digits(draw, 7)}"))
    values = {
        "ssn": draw.choice(("-", "-", " ")).join(_ssn_parts(draw)),
        "ssn9": "".join(_ssn_parts(draw)),
        "card": draw.choice(("", " ", "-")).join(_card(draw)),
        "iban": _iban(draw),
        "routing": draw.choice(("011000015", "021000021", "211170101")),
        "account": _digits(draw, draw.randint(8, 12)),
        "email": (
            f"{draw.choice(('anna', 'b.cole', 'kx_9'))}@{draw.choice(('mail', 'x'))}.example.org"
        ),
        "phone": draw.choice(("({}) {}-{}", "{}-{}-{}", "{}.{}.{}", "+1 {} {} {}")).format(*phone),
        "phone10": "".join(phone),
        "birth": _birth_text(draw),
        "license": license_no,
        "name": _name(draw),
        "street": _street(draw),
        "date": draw.choice((f"{month:02d}/{day:02d}/{year}", f"{year}-{month:02d}-{day:02d}")),
    } | {f"d{n}": _digits(draw, n) for n in range(1, 17)}
    return text.format(**values)


def main() -> None:
    """Measure both corpora."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cells", type=int, default=200, help="planted cells of each kind")
    parser.add_argument(
        "--misses", action="store_true", help="print what was not found, or wrongly"
    )
    options = parser.parse_args()
    draw = random.Random(options.seed)
    _structured(draw, options)
    _free(draw, options)


def _structured(draw: random.Random, options: argparse.Namespace) -> None:
    """One column of each kind, every other cell a negative of another column's kind."""
    count = 2 * options.cells
    columns = {"Remark": [_fill(draw, draw.choice(NEGATIVES)) for _ in range(count)]}
    planted: dict[tuple[str, int], str] = {}
    for kind, (title, make) in STRUCTURED.items():
        cells = []
        for row in range(count):
            if row % 2:
                cells.append("")
            else:
                cells.append(make(draw))
                planted[title, row] = kind
        columns[title] = cells
    for n in range(4):
        columns[f"Number {n}"] = [_fill(draw, draw.choice(NEGATIVES)) for _ in range(count)]
    _report("structured cells", columns, planted, options.misses)


def _free(draw: random.Random, options: argparse.Namespace) -> None:
    """Remarks, half of them with private data, between harmless sentences."""
    plain = ("Gate locked.", "Second visit needed.", "", "Owner not present;", "OK.")
    cells, planted = [], {}
    for kind, texts in FREE_TEXT.items():
        for _ in range(options.cells):
            planted["Notes", len(cells)] = kind
            cells.append(f"{draw.choice(plain)} {_fill(draw, draw.choice(texts))}".strip())
            mixed = f"{draw.choice(plain)} {_fill(draw, draw.choice(NEGATIVES))}"
            cells.append(mixed.strip())
    _report("free text", {"Notes": cells}, planted, options.misses)


def _report(
    name: str, columns: dict[str, list[str]], planted: dict[tuple[str, int], str], misses: bool
) -> None:
    found = _found(columns)
    right = found & planted.keys()
    kinds = Counter(planted.values())
    caught = Counter(planted[cell] for cell in right)
    print(f"\n{name}: {len(planted):,} planted among {sum(map(len, columns.values())):,} cells")
    for kind, count in kinds.items():
        print(f"  {kind:26}{caught[kind]:6} of {count:5}  {caught[kind] / count:.1%}")
    print(f"  recall {len(right) / len(planted):.2%}, precision {len(right) / len(found):.2%}")
    if misses:
        for title, row in sorted((planted.keys() - found), key=str)[:60]:
            print("   missed:", planted[title, row], "|", columns[title][row])
        for title, row in sorted((found - planted.keys()), key=str)[:60]:
            print("   wrongly:", title, "|", columns[title][row])


def _found(columns: dict[str, list[str]]) -> set[tuple[str, int]]:
    """The cells that the search names, by title and place."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "cells.csv"
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(columns)
            # A row of blanks alone would be none.
            writer.writerows(zip(*columns.values(), strict=True))
        kinds = tuple(
            Column(n, title, f"c{n}", "text", n) for n, title in enumerate(columns, start=1)
        )
        dataset = Dataset("https://data.example.gov", "abcd-1234", "Corpus", kinds)
        rules = tuple(ColumnRule(one.name, one.field) for one in kinds)
        plan = CheckPlan(dataset, Mapping(rules), Method.APPEND)
        (folder / "stage").mkdir()
        spec = SourceSpec(path=str(path), encoding="utf-8", separator=",")
        with Stage.open(open_source(spec, folder), folder / "stage", Silent()) as stage:
            checked = check(stage, plan)
            return {
                (cells.column.filled.label, row - 2)
                for cells in private_cells(checked, None)
                for row in cells.rows
            }


if __name__ == "__main__":
    main()
