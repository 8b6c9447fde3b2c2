"""Mapping sheets of closed workbooks, intact or damaged, without a spreadsheet program."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import SodaSheetError, SourceError, UsageProblem
from sodasheet.jobs.rule_sentences import parse_rules
from sodasheet.jobs.sheet.cells_of_job import choices_of, line_of, unfilled_of
from sodasheet.jobs.sheet.labeled_settings_block import block_of, remembered
from sodasheet.jobs.sheet.mapping_rows import rows_of
from sodasheet.jobs.sheet.table_text import Labels
from sodasheet.jobs.workbook_jobs import jobs_of
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Fingerprint, Guards, Job, SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping, PointRule
from sodasheet.model.method import Method
from sodasheet.model.quality_settings import QualitySettings, Release
from sodasheet.new_workbooks.mapping_content import mapping_content
from sodasheet.office.sheets.mapping_layout import Content
from sodasheet.office.sheets.mapping_workbook import filled_workbook
from sodasheet.sources.workbook import inspect_workbook

DATASET = Dataset(
    "https://data.example.gov",
    "abcd-1234",
    "Gebühren · Fees",
    (
        Column(1, "Number", "id", "text", 1),
        Column(2, "Größe · m²", "size", "number", 2),
        Column(3, "Where", "spot", "point", 3),
        Column(4, "Town", "town", "text", 4),
    ),
    "id",
)
JOB = Job(
    DATASET.portal,
    DATASET.id,
    Method.UPSERT,
    SourceSpec("active", sheet="Data", header_row=2),
    Mapping(
        (
            ColumnRule("Id", "id", match="confirmed", confidence=1.0),
            ColumnRule(
                "Größe", "size", formats=("$1,234.50", "a|b\\c"), blank=Blank.KEEP,
                match="similar 91%", confidence=0.91,
            ),
            ColumnRule("Lat", ignore=True, match="part of spot"),
            ColumnRule("Lon", ignore=True, match="part of spot"),
            ColumnRule("(Constant)", ignore=True, match="no match"),
            ColumnRule(None, "town", constant="=1+1", match="confirmed"),
        ),
        (PointRule("spot", "Lat", "Lon", "latitude and longitude"),),
        trim=False,
        timezone="America/New_York",
    ),
    Guards(0.5, 3),
    {"email": "a@example.gov"},
    Fingerprint(("Id", "Größe", "Lat", "Lon"), ((1, "id", "text"), (2, "size", "number"),
                                                 (3, "spot", "point"), (4, "town", "text"))),
    snapshot="try",
    send="changes",
    extra={"own": {"kept": [1]}},
)  # fmt: skip


def content(job: Job = JOB) -> Content:
    """The mapping sheet of a job."""
    labels = Labels(DATASET.fillable)
    return Content(
        name="Map Fees",
        values=block_of(job, DATASET),
        lines=[
            *(line_of(row, labels, {"Id": ["1", "2"]}) for row in rows_of(job.mapping, labels)),
            *(one.line() for one in unfilled_of(job, DATASET)),
        ],
        choices=choices_of(DATASET),
        memory=remembered(job),
    )


def written(folder: Path, *sheets: Content) -> Path:
    path = folder / "Gebühren 2024.xlsx"
    path.write_bytes(filled_workbook(sheets))
    return path


@pytest.mark.parametrize(
    ("source", "closed_source"),
    [
        (JOB.source, SourceSpec("workbook", "Gebühren 2024.xlsx", sheet="Data", header_row=2)),
        (SourceSpec("active", table="tblFees"),
         SourceSpec("workbook", "Gebühren 2024.xlsx", table="tblFees")),
        (SourceSpec("active", sheet="Data", range="A3:F9", rows="all"),
         SourceSpec("workbook", "Gebühren 2024.xlsx", sheet="Data", range="A3:F9")),
        (SourceSpec(path="a/b.csv", encoding="windows-1252", quote="'"),) * 2,
        (SourceSpec("workbook", "../other.xlsx", sheet="S", table=""),) * 2,
    ],
)  # fmt: skip
def test_a_job_comes_back_whole(
    tmp_path: Path, source: SourceSpec, closed_source: SourceSpec
) -> None:
    job = replace(JOB, source=source)

    (found,) = jobs_of(written(tmp_path, content(job)))

    assert (found.sheet, found.job) == ("Map Fees", replace(job, source=closed_source))


RULED = replace(
    JOB,
    quality=QualitySettings(
        rules=parse_rules(
            "id is required; town is one of Lists!A2:A9; size is at most 5 (ask); spot is required"
        ),
        released=(Release("outlier", "size"),),
    ),
)


@pytest.mark.parametrize(
    ("source", "listed"),
    [
        (JOB.source, "Lists!A2:A9"),
        (SourceSpec(path="a/b.csv"), "[Gebühren 2024.xlsx]Lists!A2:A9"),
        (SourceSpec("workbook", "other.xlsx", sheet="S"), "[Gebühren 2024.xlsx]Lists!A2:A9"),
    ],
)
def test_rules_come_back_and_their_lists_are_in_the_workbook_of_the_sheet(
    tmp_path: Path, source: SourceSpec, listed: str
) -> None:
    job = replace(RULED, source=source)
    book = tmp_path / "Gebühren 2024.xlsx"
    book.write_bytes(filled_workbook([mapping_content(job, DATASET)]))

    (found,) = jobs_of(book)

    rules = tuple(
        replace(rule, listed=listed) if rule.listed else rule for rule in job.quality.rules
    )
    assert found.job.quality == replace(job.quality, rules=rules)


def test_a_cell_that_is_no_rule_names_its_row(tmp_path: Path) -> None:
    made = mapping_content(RULED, DATASET)
    lines = [dict(line) for line in made.lines]
    lines[1]["Rules"] = "at best 5"

    with pytest.raises(UsageProblem, match='Fees: Row 12: "at best 5" is not a rule'):
        jobs_of(written(tmp_path, replace(made, lines=lines)))


def test_several_sheets_are_several_jobs_in_their_order(tmp_path: Path) -> None:
    second = replace(content(), name="Ä second")

    assert [one.sheet for one in jobs_of(written(tmp_path, second, content()))] == [
        "Ä second", "Map Fees",
    ]  # fmt: skip


def test_without_its_memory_the_sheet_says_what_it_shows(tmp_path: Path) -> None:
    (found,) = jobs_of(written(tmp_path, replace(content(), memory=["{broken"])))

    rules = found.job.mapping.columns
    assert [(rule.source, rule.field) for rule in rules] == [
        (rule.source, rule.field) for rule in JOB.mapping.columns
    ]
    assert found.job.mapping.points == JOB.mapping.points
    assert (found.job.guards, found.job.mapping.trim) == (JOB.guards, True)


def _changed(label: str, value: str) -> Callable[[Content], Content]:
    return lambda one: replace(one, values={**one.values, label: value})


def _row(at: int, header: str, text: str) -> Callable[[Content], Content]:
    def change(one: Content) -> Content:
        lines = [dict(line) for line in one.lines]
        lines[at][header] = text
        return replace(one, lines=lines)

    return change


def test_hidden_rows_are_left_out_of_a_closed_workbook_as_its_sheet_says(tmp_path: Path) -> None:
    path = written(tmp_path, _changed("Source", "Sheet: Data, visible rows only")(content()))

    (job,) = jobs_of(path)

    assert (job.job.source.kind, job.job.source.rows) == ("workbook", "visible")


@pytest.mark.parametrize(
    ("damage", "sentence"),
    [
        (_changed("Method", "push"), '"push" next to "Method" is not a method.'),
        (_changed("Portal", ""), 'has nothing next to "Portal"'),
        (_changed("Dataset ID", "x"), "x"),
        (_changed("Header row", "two"), '"two" next to "Header row" is not a row number.'),
        (_changed("Send", "some"), '"some" next to "Send" is not one of its choices.'),
        (
            _changed("Maximum shrinkage", "20"),
            '"20" next to "Maximum shrinkage" is not a percentage',
        ),
        (_changed("Source", "Sheet: "), "closed workbook has none"),
        (_changed("Source", "File: notes.docx"), "notes.docx isn't a supported file type"),
        (_row(1, "Empty cells", "maybe"), 'Row 12: "maybe" under Empty cells is unknown.'),
        (_row(2, "Format or constant", "latitude | x"), "Row 13: spot has the format x, but"),
        (_row(2, "Format or constant", "longitude"), "needs one row with the format latitude"),
        (_row(5, "Dataset column", ""), "Choose a dataset column for the constant."),
    ],
)
def test_a_damaged_sheet_is_told_in_a_sentence_that_names_it(
    tmp_path: Path, damage: Callable[[Content], Content], sentence: str
) -> None:
    path = written(tmp_path, damage(content()))

    with pytest.raises(UsageProblem) as problem:
        jobs_of(path)

    assert str(problem.value).startswith("Gebühren 2024.xlsx, sheet Map Fees: ")
    assert sentence in str(problem.value)
    assert problem.value.remedy


def plain(**cells: Any) -> bytes:
    """A workbook with one ordinary sheet."""
    from xlsxwriter import Workbook

    buffer = io.BytesIO()
    book = Workbook(buffer, {"in_memory": True})
    sheet = book.add_worksheet("Data")
    for cell, value in cells.items():
        sheet.write(cell, value)
    book.close()
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "error", "sentence"),
    [
        (None, SourceError, "There is no file"),
        (b"", SourceError, "is empty"),
        (b"a,b\n1,2\n", SourceError, "is not a workbook"),
        (b"PK\x03\x04 not a zip", SourceError, "damaged"),
        (plain(A1="Id"), UsageProblem, "has no mapping sheet"),
        (plain(A1="Id", XFD1048576=1), UsageProblem, "has no mapping sheet"),
        (plain(A1="SodaSheet mapping"), UsageProblem, "is incomplete"),
    ],
)
def test_a_file_without_a_job_is_told_in_a_sentence(
    tmp_path: Path, data: bytes | None, error: type[SodaSheetError], sentence: str
) -> None:
    path = tmp_path / "book.xlsx"
    if data is not None:
        path.write_bytes(data)

    with pytest.raises(error, match=r"book\.xlsx") as problem:
        jobs_of(path)

    assert sentence in str(problem.value)


def test_a_sheet_full_of_data_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspect_workbook, "LARGEST", 10)

    with pytest.raises(UsageProblem, match="has no mapping sheet"):
        jobs_of(written(tmp_path, content()))


def test_the_workbook_is_left_as_it_was(tmp_path: Path) -> None:
    path = written(tmp_path, content())
    before = path.read_bytes(), path.stat().st_mtime_ns

    jobs_of(path)

    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert [one.name for one in tmp_path.iterdir()] == [path.name]
