"""Rules, accepted findings and levels are written to a mapping sheet and read back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.jobs.rule_sentences import parse_rules
from sodasheet.jobs.sheet.quality_cells import with_quality
from sodasheet.jobs.sheet.quality_words import RuleCells, quality_values
from sodasheet.jobs.sheet.sheet_layout import MappingContent
from sodasheet.jobs.sheet.table_text import Labels, MappingRow
from sodasheet.model.dataset import Column
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method
from sodasheet.model.quality_settings import ColumnSettings, QualitySettings, Release

LABELS = Labels(
    [
        Column(1, "Permit Number", "permit_no", "text", 1),
        Column(2, "Date Opened", "opened", "calendar_date", 2),
        Column(3, "Value · in $", "value", "number", 3),
        Column(4, "Name", "name", "text", 4),
        Column(5, "Name", "name_2", "text", 5),
    ]
)
QUALITY = QualitySettings(
    unattended="tell",
    levels={"same-again": "off"},
    released=(Release("outlier", "value"), Release("truncated")),
    rules=parse_rules(
        "permit_no is unique; value is at least 0; permit_no is required (ask); "
        "opened is one of Lists!A2:A9; name_2 is required"
    ),
    tolerance=2.0,
    columns=(
        ColumnSettings("value", {"tail": "note"}, 3.0),
        ColumnSettings("opened", {}, 1.5),
        ColumnSettings("name_2", {"new-category": "stop"}),
    ),
)
JOB = Job("https://data.example.gov", "abcd-1234", Method.UPSERT, SourceSpec(), Mapping(),
          quality=QUALITY)  # fmt: skip
ROWS = [
    MappingRow("No", "Permit Number · permit_no"),
    MappingRow("Opened", "Date Opened · opened"),
    MappingRow("Worth", "Value · in $ · value"),
    MappingRow("Left", "(ignore)"),
]
UNFILLED = [MappingRow("(not filled)", "Name · name_2")]


def content(job: Job = JOB) -> MappingContent:
    """The cells that a sheet shows of the job."""
    cells = RuleCells.of(job.quality.rules, LABELS).beside([*ROWS, *UNFILLED], LABELS)
    rows, unfilled = cells[:-1], cells[-1:]
    values = quality_values(job.quality, LABELS)
    return MappingContent(values, tuple(rows), (9, 10, 11, 12), job, (13,), tuple(unfilled))


def edited(row: int, rules: str | None) -> MappingContent:
    """The cells with the rules of a row changed by hand."""
    found = content()
    rows = list(found.rows)
    rows[row] = replace(rows[row], rules=rules)
    return replace(found, rows=tuple(rows))


def test_the_cells_are_words() -> None:
    found = content()

    assert [row.rules for row in found.rows] == [
        "unique; required (ask)", "one of: Lists!A2:A9", "at least 0", "",
    ]  # fmt: skip
    assert found.unfilled_rows[0].rules == "required"
    assert found.values == {
        "Accepted findings": "outlier in Value · in $ | truncated",
        "Finding levels": "same-again = off | tail in Value · in $ = note | "
        "new-category in name_2 = stop",
    }


def test_a_job_comes_back_whole() -> None:
    assert with_quality(JOB, content(), LABELS) == (JOB, ())


def test_a_sheet_of_an_earlier_version_leaves_the_job_as_it_is() -> None:
    found = content()
    old = replace(
        found,
        values={},
        rows=tuple(replace(row, rules=None) for row in found.rows),
        unfilled_rows=(replace(found.unfilled_rows[0], rules=None),),
    )

    assert with_quality(JOB, old, LABELS) == (JOB, ())


def test_what_is_typed_counts() -> None:
    job, problems = with_quality(JOB, edited(0, "required; like BP-1; before Date Opened"), LABELS)

    assert problems == ()
    assert [rule.words for rule in job.quality.rules] == [
        "value is at least 0",
        "opened is one of Lists!A2:A9",
        "name_2 is never blank",
        "permit_no is never blank",
        "permit_no is written like BP-1",
        "permit_no is before opened",
    ]


def test_cleared_cells_have_no_rules() -> None:
    job, _ = with_quality(JOB, edited(0, ""), LABELS)

    assert {rule.field for rule in job.quality.rules} == {"value", "opened", "name_2"}


def test_rules_of_a_column_without_a_row_stay() -> None:
    found = replace(content(), unfilled_rows=(), unfilled=())

    assert with_quality(JOB, found, LABELS)[0] == JOB


@pytest.mark.parametrize(
    ("row", "rules", "sentence"),
    [
        (0, "nice", '"nice" is not a rule. Write rules such as: required;'),
        (1, "before Shut", 'The dataset has no column "Shut". Choose Permit Number,'),
        (3, "required", "These rules do not belong to a dataset column. Choose one, or clear"),
    ],
)
def test_what_is_no_rule_is_a_problem_of_its_row(row: int, rules: str, sentence: str) -> None:
    _, (problem,) = with_quality(JOB, edited(row, rules), LABELS)

    assert problem.row == row
    assert problem.sentence.startswith(sentence)


@pytest.mark.parametrize(
    ("label", "words", "what"),
    [
        ("Accepted findings", "nonsense", '"nonsense" is not a finding'),
        ("Accepted findings", "outlier in Weight", 'The dataset has no column "Weight"'),
        ("Finding levels", "outlier", '"outlier" is not a finding'),
        ("Finding levels", "outlier = loud", '"outlier = loud" is not a finding'),
    ],
)
def test_what_cannot_be_meant_beside_a_label_is_refused(label: str, words: str, what: str) -> None:
    found = content()
    wrong = replace(found, values={**found.values, label: words})

    with pytest.raises(UsageProblem, match=what) as error:
        with_quality(JOB, wrong, LABELS)
    assert f'"{label}"' in str(error.value)


def test_field_names_and_any_capitals_are_read() -> None:
    found = content()
    words = {"Accepted findings": "Outlier in VALUE · IN $|far-date in opened",
             "Finding levels": "Tail in value = STOP"}  # fmt: skip

    job, _ = with_quality(JOB, replace(found, values=words), LABELS)

    assert job.quality.released == (Release("outlier", "value"), Release("far-date", "opened"))
    assert job.quality.levels == {}
    assert job.quality.columns == (
        ColumnSettings("value", {"tail": "stop"}, 3.0),
        ColumnSettings("opened", {}, 1.5),
    )
