"""A saved mapping sheet gives the same job when read from the file as from the ribbon."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sodasheet.commands.terminal.command_line import run
from sodasheet.errors import UsageProblem
from sodasheet.jobs import write_job
from sodasheet.jobs.workbook_jobs import jobs_of
from sodasheet.model.job import SourceSpec
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source, source_spec
from sodasheet.staging.staged_table import Stage

from .conftest import Steward

COLUMNS = {"id": "text", "size_m": "number", "opened": "calendar_date", "spot": "point"}
ROWS = [
    ["Id", "Größe (m)", "Opened", "Lat", "Lon", "Remarks"],
    ["'001", 1.5, "'03/01/2024", 41.7, -72.7, "x"],
    ["'002", 2, "'12/31/2024", 41.8, -72.6, None],
]
FORMATS = {
    ".xlsx": "Calc MS Excel 2007 XML",
    ".xlsm": "Calc MS Excel 2007 VBA XML",
    ".xls": "MS Excel 97",
    ".ods": "calc8",
}


def saved(steward: Steward, suffix: str) -> Path:
    """A copy of the open workbook in another format."""
    from xlcalc.engine import properties

    path = steward.folder / f"Größe & co{suffix}"
    steward.book.api.storeToURL(path.as_uri(), properties(FilterName=FORMATS[suffix]))
    return path


@pytest.fixture
def mapped(steward: Steward) -> Steward:
    address = steward.dataset(COLUMNS, "id")
    steward.workbook(ROWS)
    steward.press("choose_dataset", address)
    steward.choose("Remarks", "Dataset column", "size_m")
    steward.choose("Größe (m)", "Dataset column", "(ignore)")
    return steward


def test_every_format_gives_the_job_of_the_live_sheet(mapped: Steward) -> None:
    live = mapped.job()
    for suffix in FORMATS:
        path = saved(mapped, suffix)
        (found,) = jobs_of(path)
        source = SourceSpec("workbook", path.name, sheet="Data")

        assert (found.sheet, found.job) == ("Map Fees", replace(live, source=source)), suffix
    assert [one.source for one in live.mapping.columns if one.match == "confirmed"] == ["Remarks"]
    assert found.job.mapping.points[0].field == "spot"


def test_notes_below_the_table_are_not_read_and_bad_rows_are_told(mapped: Steward) -> None:
    sheet = mapped.sheet("Map")
    bottom = sheet.used_range.last_cell.row
    sheet.range((bottom + 2, 1)).value = "A note of mine"

    assert jobs_of(saved(mapped, ".xlsx"))[0].job == replace(
        mapped.job(), source=SourceSpec("workbook", "Größe & co.xlsx", sheet="Data")
    )
    mapped.choose("Id", "Empty cells", "maybe")
    with pytest.raises(UsageProblem) as problem:
        jobs_of(saved(mapped, ".xlsx"))
    assert str(problem.value) == (
        'Größe & co.xlsx, sheet Map Fees: Row 11: "maybe" under Empty cells is unknown. Choose '
        "Clear, Leave or Reject. Fix it there."
    )


def test_a_job_lives_on_in_a_new_workbook(mapped: Steward) -> None:
    (there,) = jobs_of(saved(mapped, ".xlsx"))
    write_job(there.job, mapped.folder / "job.json")
    new = mapped.folder / "new.xlsx"

    assert run(["job", "import", str(mapped.folder / "job.json"), "-o", str(new)]) == 0
    mapped.open(new)

    assert mapped.job() == there.job
    assert mapped.press("check_data", False)[0].startswith(
        "1 of 2 rows of Größe & co.xlsx has findings"
    )
    mapped.book.save()
    assert [one.job for one in jobs_of(new)] == [there.job]


@pytest.mark.parametrize("suffix", [".xlsx", ".xls", ".ods"])
def test_computed_formulas_are_values_even_if_they_are_zero_or_blank(
    steward: Steward, suffix: str
) -> None:
    steward.workbook([["Fee", "Zero", "Blank"], [2, "=A2-2", '=TRIM(" ")']])
    path = saved(steward, suffix)

    source = open_source(source_spec(path.name), path.parent)
    with Stage.open(source, steward.folder, Silent()) as stage:
        assert stage.samples(1) == {"Fee": ["2"], "Zero": ["0"], "Blank": []}
        assert stage.faults == 0
