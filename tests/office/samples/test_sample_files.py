"""The committed sample data equals the output of its code, and contains what its page promises."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date, datetime
from importlib.resources import files

import pytest
from python_calamine import CalamineWorkbook

from sodasheet.matching import suggest
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.method import Method
from sodasheet.office.samples.sample_files import PLANTED, Error, build_samples, write_samples

TEMPLATES = files("sodasheet.templates")
NAMES = (
    "permits.xlsx",
    "permits-clean.csv",
    "permits-new.csv",
    "permits-changes.csv",
    "permits-withdrawn.csv",
)
COLUMNS = {
    "permit_no": "text",
    "permit_type": "text",
    "opened": "calendar_date",
    "issued": "date",
    "declared_value": "number",
    "completion": "number",
    "inspected": "checkbox",
    "contact_email": "text",
    "contact_phone": "text",
    "website": "url",
    "location": "point",
    "parcel": "polygon",
    "notes": "text",
    "zip_code": "text",
    "units": "number",
}


@pytest.fixture(scope="module")
def built():
    return build_samples()


def records(name):
    text = TEMPLATES.joinpath(name).read_bytes().decode("utf-8")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def numbers(name):
    return [record["Permit No"] for record in records(name)]


@pytest.fixture(scope="module")
def sheet():
    book = CalamineWorkbook.from_filelike(io.BytesIO(TEMPLATES.joinpath(NAMES[0]).read_bytes()))
    assert book.sheet_names == ["Permits", "Read me"]
    return book.get_sheet_by_name("Permits").to_python()


@pytest.mark.parametrize("name", NAMES)
def test_the_committed_file_is_what_the_code_builds(built, name):
    assert TEMPLATES.joinpath(name).read_bytes() == built[name]


def test_building_again_into_a_folder_gives_the_same_bytes(built, tmp_path):
    written = write_samples(tmp_path)

    assert {path.name: path.read_bytes() for path in written} == built
    assert tuple(built) == NAMES


def test_the_workbook_keeps_no_trace_of_the_machine(built):
    with zipfile.ZipFile(io.BytesIO(built["permits.xlsx"])) as book:
        entries = book.infolist()
        core = book.read("docProps/core.xml").decode()

    assert {(one.date_time[0], one.create_system, one.compress_type) for one in entries} == {
        (1980, 0, zipfile.ZIP_STORED)
    }
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+Z", core)) == {"2024-12-02T09:00:00Z"}


def test_every_planted_mistake_stands_where_the_list_says(sheet):
    headers = sheet[0]
    cells = [one for one in PLANTED if one.row is not None and not isinstance(one.value, Error)]
    shown = {one: sheet[one.row - 1][headers.index(one.header)] for one in cells}

    assert len(cells) == 10
    assert all(value == ("" if one.value is None else one.value) for one, value in shown.items())


def test_the_error_cell_is_an_error_and_not_the_text(built):
    (mistake,) = [one for one in PLANTED if isinstance(one.value, Error)]
    with zipfile.ZipFile(io.BytesIO(built["permits.xlsx"])) as book:
        cells = book.read("xl/worksheets/sheet1.xml").decode()

    assert re.findall(r'<c r="([A-Z]+\d+)"[^>]* t="e">', cells) == [f"E{mistake.row}"]


def test_the_zip_codes_of_the_workbook_have_lost_their_zero(sheet):
    zips = {row[sheet[0].index("Zip")] for row in sheet[1:]}

    assert all(isinstance(value, float) and 6000 < value < 6999 for value in zips)


def test_beside_the_planted_mistakes_the_workbook_has_none(sheet):
    planted = {(one.row, one.header) for one in PLANTED}
    kinds = {
        "Permit No": str,
        "Opened": date,
        "Issued": datetime,
        "Declared Value": float,
        "Completion": float,
        "Inspected": bool,
        "Lat": float,
        "Units": float,
    }
    wrong = [
        (number, header)
        for number, row in enumerate(sheet[1:], 2)
        for header, kind in kinds.items()
        if (value := row[sheet[0].index(header)]) != "" or header == "Permit No"
        if not isinstance(value, kind) and (number, header) not in planted
    ]
    clean = [row[0] for at, row in enumerate(sheet[1:], 2) if (at, "Permit No") not in planted]

    assert len(sheet) == 321
    assert wrong == []
    assert len(clean) == len(set(clean)) == 315


def test_the_clean_files_can_be_read_as_what_their_columns_are():
    for name in ("permits-clean.csv", "permits-new.csv", "permits-changes.csv"):
        for record in records(name):
            assert re.fullmatch(r"BP-2024-\d{4}", record["Permit No"])
            assert datetime.strptime(record["Opened"], "%m/%d/%Y").year >= 2024
            assert not record["Issued"] or datetime.fromisoformat(record["Issued"]).tzinfo
            assert float(record["Declared Value"]) > 0
            assert 0 <= int(record["Completion"]) <= 100
            assert record["Inspected"] in ("true", "false")
            assert re.fullmatch(r"[a-z]+@example\.gov", record["Contact E-mail"])
            assert re.fullmatch(r"\(860\) 555-01\d\d", record["Contact Phone"])
            assert 41 < float(record["Lat"]) < 42
            assert -73 < float(record["Lon"]) < -72
            assert record["Parcel"].startswith("POLYGON ((-72.")
            assert re.fullmatch(r"06\d{3}", record["Zip"])
            assert int(record["Units"]) > 0


def test_the_dates_can_be_read_in_one_way_only():
    assert any(int(record["Opened"][3:5]) > 12 for record in records("permits-new.csv"))


def test_the_files_fit_together():
    seeded = [f"BP-2024-{count:04d}" for count in range(1, 301)]
    new, changes = numbers("permits-new.csv"), numbers("permits-changes.csv")
    withdrawn = numbers("permits-withdrawn.csv")

    assert numbers("permits-clean.csv") == seeded
    assert len(set(new)) == 20
    assert not set(new) & set(seeded)
    assert [len(set(changes) & set(seeded)), len(set(changes) - set(seeded))] == [30, 10]
    assert not set(changes) & set(new)
    assert len(set(withdrawn)) == 15
    assert set(withdrawn) <= set(seeded)


def test_every_changed_permit_differs_from_the_clean_one():
    before = {record["Permit No"]: record for record in records("permits-clean.csv")}
    changed = [one for one in records("permits-changes.csv") if one["Permit No"] in before]

    assert all(one != before[one["Permit No"]] for one in changed)


def test_the_text_is_as_awkward_as_real_text():
    notes = "".join(record["Notes"] for record in records("permits-clean.csv"))

    assert all(part in notes for part in ("Peña", '"', "\n", "🔆", "m²"))
    assert any("Café" in record["Permit Type"] for record in records("permits-clean.csv"))


@pytest.mark.parametrize("name", NAMES[1:4])
def test_every_column_of_the_practice_dataset_is_matched(name):
    columns = [
        Column(at, field.replace("_", " ").title(), field, kind, at)
        for at, (field, kind) in enumerate(COLUMNS.items(), 1)
    ]
    dataset = Dataset("http://127.0.0.1", "prac-tice", "Permits", tuple(columns), "permit_no")
    mapping = suggest(list(records(name)[0]), dataset, Method.UPSERT)

    assert sorted(mapping.filled) == sorted(COLUMNS)
    assert mapping.points[0].latitude == "Lat"
