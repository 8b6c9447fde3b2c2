"""Numbers of days are counted from the day that their workbook counts from."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.push.load_and_check import staged
from sodasheet.sources.workbook.date_system_1904 import counts_from_1904
from sodasheet.staging.check.mapping_sql import values_from

SERVICED = Column(1, "Serviced", "serviced", "calendar_date", 1)
FLEET = Dataset("https://x.test", "abcd-1234", "Fleet", (SERVICED,), None)


@pytest.mark.parametrize(
    ("from_1904", "form", "day"),
    [
        (False, "serial", "2015-11-30"),
        (True, "serial", "2019-12-01"),
        (False, "serial 1904", "2019-12-01"),
    ],
)
def test_serial_days_are_those_that_the_workbook_shows(
    tmp_path: Path, from_1904: bool, form: str, day: str
) -> None:
    with xlsxwriter.Workbook(tmp_path / "fleet.xlsx", {"date_1904": from_1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_column(0, 0, ["Serviced", 42338])
    mapping = Mapping((ColumnRule("Serviced", "serviced", formats=(form,)),))
    job = Job(FLEET.portal, FLEET.id, Method.APPEND, SourceSpec(path="fleet.xlsx"), mapping)

    with staged(job, tmp_path, FLEET, Silent()) as work:
        (one,) = work.checked.projected
        table = values_from([one], work.stage.table)
        query = f"SELECT {one.canonical} FROM {table}"
        found = work.stage.connection.execute(query).fetchall()

    assert found == [(f"{day}T00:00:00.000",)]


def _record(kind: int, content: bytes) -> bytes:
    return bytes([kind & 0x7F | 0x80, kind >> 7, len(content)]) + content


@pytest.mark.parametrize("flags", [0, 1])
def test_a_binary_workbook_says_so_in_its_properties(tmp_path: Path, flags: int) -> None:
    import io
    import zipfile

    # A version record whose content looks like properties stands before the properties.
    version = _record(128, _record(153, b"\x01\0\0\0"))
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        book = b"\x83\x01\x00" + version + _record(153, bytes([flags, 0, 0, 0]))
        archive.writestr("xl/workbook.bin", book)

    assert counts_from_1904(data.getvalue()) is bool(flags)


@pytest.mark.parametrize("from_1904", [False, True])
def test_an_old_workbook_says_so_in_a_record(from_1904: bool) -> None:
    import io

    import xlwt

    book = xlwt.Workbook()
    book.dates_1904 = from_1904
    book.add_sheet("Data").write(0, 0, "Serviced")
    data = io.BytesIO()
    book.save(data)

    assert counts_from_1904(data.getvalue()) is from_1904
