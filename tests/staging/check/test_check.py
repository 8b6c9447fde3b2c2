"""Findings of a check, in the words a steward reads."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.model.finding import Finding, Severity
from sodasheet.model.mapping import ColumnRule, Mapping, PointRule
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.report import RejectedRow
from sodasheet.sources.spool import NativeCounts
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.check.finding_reasons import REASONS
from sodasheet.staging.check.value_sentences import short_sentence

Fixture = Callable[..., Any]


@pytest.fixture
def examine(open_stage: Fixture, dataset: Fixture, column: Fixture) -> Callable[..., CheckResult]:
    """Check rows against a dataset whose columns are given as `field=type`."""

    def run(
        headers: tuple[str, ...],
        rows: list[tuple[str, ...]],
        rules: list[Any],
        method: Method = Method.APPEND,
        *,
        columns: dict[str, str],
        identifier: str | None = None,
        **more: Any,
    ) -> CheckResult:
        stage_facts = {name: more.pop(name) for name in ("natives", "faults") if name in more}
        target = dataset(
            *[column(field, kind) for field, kind in columns.items()], identifier=identifier
        )
        rules = [rule if isinstance(rule, ColumnRule) else ColumnRule(*rule) for rule in rules]
        plan = CheckPlan(target, Mapping(tuple(rules), **more), method)
        return check(open_stage(headers, rows, **stage_facts), plan)

    return run


def words(checked: CheckResult) -> dict[str, str]:
    return {group.reason: group.message for group in checked.findings}


def test_a_clean_table_has_no_findings(examine: Fixture) -> None:
    rows = [("1", "x"), ("", "x")]
    checked = examine(("A", "B"), rows, [("A", "a")], columns={"a": "number"})

    assert checked.findings == ()
    assert (checked.rejected, checked.sendable, checked.stopped) == (0, 2, False)


def test_wrong_values_are_counted_with_the_first_ones_as_examples(examine: Fixture) -> None:
    rows = [("1",), *[(f"n/a {number}",) for number in range(7)], ("2",)]

    checked = examine(("Fee",), rows, [("Fee", "fee")], columns={"fee": "number"})

    (group,) = checked.findings
    assert group.message == (
        '7 values in column Fee are not numbers; the first is "n/a 0" in row 3.'
    )
    assert group.short == "Not a number."
    assert group.remedy.startswith("Correct the cells, or declare how")
    assert (group.severity, group.count, group.column) == (Severity.REJECT, 7, "Fee")
    assert group.examples == tuple(Finding(row, "Fee", f"n/a {row - 3}") for row in range(3, 8))
    assert (checked.rejected, checked.sendable) == (7, 2)


def test_a_single_wrong_value_is_one_sentence(examine: Fixture) -> None:
    checked = examine(("Fee",), [("x\ny" + "z" * 99,)], [("Fee", "fee")], columns={"fee": "number"})

    assert words(checked)["not-a-number"] == (
        f'Row 2, column Fee: "x y{"z" * 56}…" is not a number.'
    )


@pytest.mark.parametrize(
    ("kind", "values", "reason", "remedy"),
    [
        ("calendar_date", ["1/13/2024", "2/3/2024"], "ambiguous-date",
         "Declare the format M/D/YYYY: it fits every value of the column."),
        ("calendar_date", ["1/3/2024", "2/3/2024"], "ambiguous-date",
         "Find out which one is right and declare it: every value of the column fits M/D/YYYY and "
         "D/M/YYYY alike."),
        ("calendar_date", ["1/13/2024", "13/1/2024"], "ambiguous-date",
         "The column has both day-first and month-first dates, such as 13/1/2024 and 1/13/2024: "
         "write them all the same way, then declare that format."),
        ("calendar_date", ["5-Jan-2024", "6-Feb-2024"], "not-a-date",
         "Declare the format D-MMM-YYYY: it fits every value of the column."),
        ("number", ["$1", "$1,000"], "not-a-number",
         "Declare the format $1,234.50: it fits every value of the column."),
        ("checkbox", ["yes", "No"], "not-a-checkbox",
         "Declare the format yes/no: it fits every value of the column."),
    ],
)  # fmt: skip
def test_the_remedy_names_the_format_that_would_fit(
    examine: Fixture, kind: str, values: list[str], reason: str, remedy: str
) -> None:
    checked = examine(("V",), [(value,) for value in values], [("V", "v")], columns={"v": kind})

    (group,) = checked.findings
    assert (group.reason, group.count, group.remedy) == (reason, 2, remedy)
    _, _, form = remedy.removesuffix(": it fits every value of the column.").rpartition(" format ")
    declared = form if remedy.startswith("Declare") else ""
    assert group.steps == (NextStep(Action.CHANGE_JOB, name="format", value=f"V={declared}"),)


def test_spaces_around_values_are_noted_once_for_each_column(examine: Fixture) -> None:
    rows = [("a", " x", "1"), ("b ", "  ", "2"), ("c", "y\t", " 3"), ("d", "z", "4")]

    checked = examine(
        ("Id", "Town", "Fee"), rows, [("Id", "id"), ("Town", "town"), ("Fee", "fee")],
        columns={"id": "text", "town": "text", "fee": "number"}, identifier="id",
    )  # fmt: skip

    notes = [group for group in checked.findings if group.reason == "blanks-trimmed"]
    assert [(group.message, group.count) for group in notes] == [
        ("2 values in Town have spaces around them, which are removed; the first is in row 2.", 2),
        ("1 value in Fee has spaces around it, which are removed; the first is in row 4.", 1),
    ]
    assert [group.examples for group in notes] == [(Finding(2, "Town"),), (Finding(4, "Fee"),)]
    assert checked.sendable == 4


def test_cells_that_only_look_blank_are_noted(examine: Fixture) -> None:
    rows = [("a", "\u00a0"), ("b", " "), ("c", ""), ("d", "\ufeff "), ("e", "x\u00a0")]

    checked = examine(
        ("Id", "Town"), rows, [("Id", "id"), ("Town", "town")],
        columns={"id": "text", "town": "text"}, identifier="id",
    )  # fmt: skip

    assert [(group.reason, group.count) for group in checked.findings if group.column] == [
        ("blanks-trimmed", 1),
        ("invisible-blank", 2),
    ]
    assert checked.sendable == 5


@pytest.mark.parametrize("method", list(Method))
def test_blank_and_repeated_identifiers_keep_every_row_of_theirs_back(
    examine: Fixture, method: Method
) -> None:
    rows = [(text, "x") for text in ("a", " ", "b", "a ", "A", "a")]

    checked = examine(
        ("Id", "Other"), rows, [("Id", "id")], method, columns={"id": "text"}, identifier="id"
    )

    assert words(checked) == {
        "blank-identifier": "Row 3, column Id: the cell is blank; every row needs its identifier.",
        "duplicate-identifier": "3 values in column Id are identifiers that occur more than once; "
        'the first is "a" in row 2 and again in row 5.',
        "identifier-trimmed": 'Row 5, column Id: "a" had spaces around it, which were removed.',
    }
    assert [group.severity for group in checked.findings] == [
        Severity.REJECT, Severity.REJECT, Severity.NOTE
    ]  # fmt: skip
    assert (checked.rejected, checked.sendable) == (4, 2)


def test_without_trimming_blanks_around_an_identifier_keep_the_row_back(examine: Fixture) -> None:
    rows = [(text, "x") for text in ("a", "a\u00a0", "\u2003", "b")]

    checked = examine(
        ("Id", "Other"), rows, [("Id", "id")], Method.UPSERT,
        columns={"id": "text"}, identifier="id", trim=False,
    )  # fmt: skip

    assert {group.reason: group.count for group in checked.findings} == {
        "blank-identifier": 1,
        "identifier-blanks": 1,
    }
    assert checked.sendable == 2


def test_number_identifiers_compare_as_decimals(examine: Fixture) -> None:
    rows = [("1",), ("1.0",), ("01",), ("+1e0",), ("10",), ("1e1",), ("0",), ("-0.0",), ("1.01",)]

    checked = examine(
        ("Id",), rows, [("Id", "id")], Method.UPSERT, columns={"id": "number"}, identifier="id"
    )

    assert {group.reason: group.count for group in checked.findings} == {"duplicate-identifier": 8}
    assert checked.sendable == 1


@pytest.mark.parametrize(
    ("method", "reason"),
    [
        (Method.UPSERT, "identifier-not-mapped"),
        (Method.DELETE, "identifier-not-mapped"),
        (Method.APPEND, "identifier-not-mapped"),
        (Method.REPLACE, "replace-empties-identifier"),
    ],
)
def test_a_row_identifier_must_be_filled(examine: Fixture, method: Method, reason: str) -> None:
    checked = examine(
        ("A",), [("x",)], [("A", "a")], method, columns={"id": "text", "a": "text"}, identifier="id"
    )

    assert checked.stopped
    assert "The row identifier id is not filled by any source column, and" in words(checked)[reason]


@pytest.mark.parametrize("method", [Method.UPSERT, Method.DELETE])
def test_a_dataset_without_row_identifier_cannot_be_matched(
    examine: Fixture, method: Method
) -> None:
    checked = examine(("A",), [("x",)], [("A", "a")], method, columns={"a": "text"})

    assert checked.stopped
    assert checked.sendable == 0
    assert words(checked)["no-row-identifier"].startswith("The dataset has no row identifier")


STRUCTURE = [
    ([("B", "a")], "unknown-header",
     "The mapping names the source column B, which the source does not have."),
    ([("A", "aa")], "unknown-field",
     "The mapping names the dataset column aa, which the dataset does not have."),
    ([("A", ":id")], "not-fillable", "The portal fills the dataset column :id itself."),
    ([("A", "p")], "unwritable-type",
     "The dataset column p has the type Image, which cannot be filled from a cell."),
    ([("A", "a"), ("C", "a")], "column-filled-twice",
     "The dataset column a is filled more than once: by A and C."),
    ([("A", "a"), ColumnRule("A", ignore=True)], "contradictory-rules",
     "The mapping both ignores and uses the source column A."),
    ([ColumnRule("A", ignore=True)], "nothing-mapped",
     "No source column fills a dataset column."),
    ([ColumnRule(None, "n", constant="x")], "bad-constant",
     'The constant "x" does not fit the dataset column n: it is not a number.'),
]  # fmt: skip


@pytest.mark.parametrize(("rules", "reason", "message"), STRUCTURE)
def test_a_mapping_that_cannot_work_stops_the_push(
    examine: Fixture, rules: list[Any], reason: str, message: str
) -> None:
    columns = {"a": "text", "p": "photo", "n": "number"}

    checked = examine(("A", "C"), [("x", "y")], rules, columns=columns)

    assert checked.stopped
    assert words(checked)[reason] == message
    group = next(group for group in checked.findings if group.reason == reason)
    assert group.remedy
    assert "{" not in group.remedy


def test_a_name_that_is_not_there_comes_with_names_close_to_it(examine: Fixture) -> None:
    rules = [("Permit Nr", "permit_no"), ("City", "ctiy")]

    checked = examine(("Permit No", "City"), [("1", "x")], rules,
                      columns={"permit_no": "text", "city": "text"})  # fmt: skip

    remedies = {group.reason: group.remedy for group in checked.findings}
    assert remedies["unknown-header"] == "Did you mean Permit No?"
    assert remedies["unknown-field"] == "Did you mean city?"


def test_computed_columns_are_not_filled(
    open_stage: Fixture, dataset: Fixture, column: Fixture
) -> None:
    import dataclasses

    computed = dataclasses.replace(column("region"), computed=True)
    plan = CheckPlan(dataset(computed), Mapping((ColumnRule("A", "region"),)), Method.APPEND)

    checked = check(open_stage(("A",), [("1",)]), plan)

    assert words(checked)["not-fillable"] == "The portal fills the dataset column region itself."


def test_a_constant_identifier_stops_the_push(examine: Fixture) -> None:
    rules = [ColumnRule(None, "id", constant="1")]

    checked = examine(("A",), [("x",)], rules, Method.UPSERT, columns={"id": "text"},
                      identifier="id")  # fmt: skip

    assert checked.stopped
    assert "constant-identifier" in words(checked)


def test_an_empty_source_stops_the_push(examine: Fixture) -> None:
    checked = examine(("A",), [], [("A", "a")], Method.REPLACE, columns={"a": "text"})

    assert words(checked) == {"no-rows": "The source has no rows."}
    assert checked.stopped


def test_a_replace_names_the_columns_it_empties(examine: Fixture) -> None:
    checked = examine(("A",), [("x",)], [("A", "a")], Method.REPLACE,
                      columns={"a": "text", "b": "text", "c": "number"})  # fmt: skip

    (group,) = checked.findings
    assert group.severity is Severity.NOTE
    assert group.message == (
        "A replace empties the dataset columns that the mapping does not fill: B · b, C · c."
    )


def test_a_source_column_used_twice_is_noted(examine: Fixture) -> None:
    checked = examine(
        ("A",), [("x",)], [("A", "a"), ("A", "b")], columns={"a": "text", "b": "text"}
    )

    (group,) = checked.findings
    assert (group.severity, group.message) == (
        Severity.NOTE,
        "The source column A fills more than one dataset column: a and b.",
    )
    assert checked.sendable == 1


def test_two_columns_cannot_fill_a_text(examine: Fixture) -> None:
    checked = examine(("A", "B"), [("1", "2")], [], columns={"a": "text"},
                      points=(PointRule("a", "A", "B"),))  # fmt: skip

    assert words(checked)["not-a-place-column"] == (
        "The dataset column a has the type Text and cannot be filled from a latitude and a "
        "longitude."
    )


def test_numbers_in_a_text_column_are_noted(examine: Fixture) -> None:
    natives = (NativeCounts(number=2, long_numbers=1, first_number_row=3,
                            first_long_number_row=4),)  # fmt: skip

    checked = examine(("Zip",), [("06103",), ("6104",), ("12345678901234567",)], [("Zip", "zip")],
                      columns={"zip": "text"}, natives=natives)  # fmt: skip

    assert words(checked) == {
        "numbers-in-text": "2 cells in Zip are stored as numbers, the first in row 3, "
        "and the dataset column zip is text: leading zeros may be missing.",
        "long-numbers": "1 cell in Zip is stored as a number of more than 15 digits, "
        "the first in row 4: a spreadsheet keeps only 15, so the rest may be lost.",
    }
    assert checked.sendable == 3


def test_rounded_identifiers_keep_their_rows_back(examine: Fixture) -> None:
    natives = (NativeCounts(number=2, long_numbers=1, first_long_number_row=3),)

    checked = examine(("Id",), [("7",), ("12345678901234568",)], [("Id", "id")], Method.UPSERT,
                      columns={"id": "text"}, identifier="id", natives=natives)  # fmt: skip

    assert "long-number-identifier" in words(checked)
    assert checked.sendable == 1


FAULTS = (
    (3, None, "too-few-cells", "x"),
    (4, 0, "error-cell", "#N/A"),
    (4, 1, "error-cell", "#REF!"),
    (9, None, "nul", "lost"),
)


def test_faults_of_the_spool_are_findings_where_they_matter(examine: Fixture) -> None:
    rows = [("1", "a"), ("x", ""), ("", ""), ("2", "b")]

    checked = examine(("N", "Ignored"), rows, [("N", "n")], columns={"n": "number"}, faults=FAULTS)

    assert words(checked) == {
        "too-few-cells": "Row 3: The row has fewer cells than there are headers.",
        "nul": "Row 9: The row contains a NUL character, which no portal stores.",
        "error-cell": "Row 4, column N: The cell contains a spreadsheet error instead of a value.",
    }
    assert (checked.stage.rows, checked.rejected, checked.sendable) == (5, 3, 2)
    assert checked.rejected_rows(2) == (
        RejectedRow(
            3, None, None, "x", "The row has fewer cells than there are headers.", "too-few-cells"
        ),
        RejectedRow(
            4,
            None,
            "N",
            "#N/A",
            "The cell contains a spreadsheet error instead of a value.",
            "error-cell",
        ),
    )


def test_every_single_finding_is_written_for_people(examine: Fixture, tmp_path: Path) -> None:
    rows = [("=1+1", "a"), ("-5", "b"), ("@x\ny", "b"), ("7", "c")]
    path = tmp_path / "findings.csv"

    checked = examine(("=N", "Id"), rows, [("=N", "n"), ("Id", "id"), ("Id", "b")],
                      Method.UPSERT, columns={"n": "checkbox", "id": "text", "b": "text"},
                      identifier="id")  # fmt: skip
    checked.write_findings(path)

    with path.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0] == ["row", "column", "value", "reason", "message"]
    assert [line[:4] for line in lines[1:]] == [
        ["", "Id", "", "source-used-twice"],
        ["2", "'=N", "'=1+1", "not-a-checkbox"],
        ["3", "'=N", "-5", "not-a-checkbox"],
        ["3", "Id", "b", "duplicate-identifier"],
        ["4", "'=N", "'@x\ny", "not-a-checkbox"],
        ["4", "Id", "b", "duplicate-identifier"],
        ["5", "'=N", "7", "not-a-checkbox"],
    ]
    assert lines[4][4] == (
        'Row 3, column Id: "b" is an identifier that occurs more than once, also in row 4.'
    )


def test_a_findings_file_that_cannot_be_written_is_told(examine: Fixture, tmp_path: Path) -> None:
    checked = examine(("A",), [("x",)], [("A", "a")], columns={"a": "number"})

    with pytest.raises(SodaSheetError, match="The findings cannot be written to"):
        checked.write_findings(tmp_path)


def test_the_portal_edge_can_reject_more_rows(examine: Fixture) -> None:
    rows = [("a", "1"), ("b", "x"), ("c", "2"), ("d", "3")]
    checked = examine(("Id", "N"), rows, [("Id", "id"), ("N", "n")],
                      columns={"id": "text", "n": "number"}, identifier="id")  # fmt: skip

    more = checked.reject("identifier-exists", iter([(2, "a"), (5, "d")]))

    assert (checked.sendable, more.rejected, more.sendable) == (3, 3, 1)
    assert words(more)["identifier-exists"] == (
        "2 values in column Id are already in the dataset, and an append would overwrite those "
        'rows; the first is "a" in row 2.'
    )
    assert more.rejected_rows(9) == (
        RejectedRow(2, "a", "Id", "a", REASONS["identifier-exists"].says, "identifier-exists"),
        RejectedRow(3, "b", "N", "x", "is not a number", "not-a-number"),
        RejectedRow(5, "d", "Id", "d", REASONS["identifier-exists"].says, "identifier-exists"),
    )
    assert more.reject("identifier-unknown", iter([])).findings == more.findings


def test_a_hundred_thousand_bad_cells_are_all_counted(examine: Fixture, tmp_path: Path) -> None:
    rows = [
        (f"n{number}", "13/13/2024", "maybe", str(number % 50_000)) for number in range(100_000)
    ]
    rules = [("N", "n"), ("D", "d"), ("C", "c"), ("Id", "id")]
    columns = {"n": "number", "d": "calendar_date", "c": "checkbox", "id": "text"}

    checked = examine(("N", "D", "C", "Id"), rows, rules, Method.UPSERT,
                      columns=columns, identifier="id")  # fmt: skip

    assert {group.reason: group.count for group in checked.findings} == {
        "not-a-number": 100_000,
        "not-a-date": 100_000,
        "not-a-checkbox": 100_000,
        "duplicate-identifier": 100_000,
    }
    assert checked.findings[0].examples[0] == Finding(2, "N", "n0")
    assert (checked.rejected, checked.sendable) == (100_000, 0)
    checked.write_findings(tmp_path / "all.csv")
    with (tmp_path / "all.csv").open(encoding="utf-8-sig") as file:
        assert sum(1 for _ in file) == 400_001


def test_a_check_stops_when_told(open_stage: Fixture, dataset: Fixture, column: Fixture) -> None:
    import dataclasses

    class Stopped:
        stop = True

    stage = dataclasses.replace(open_stage(("A",), [("1",)]), progress=Stopped())
    plan = CheckPlan(dataset(column("a")), Mapping((ColumnRule("A", "a"),)), Method.APPEND)

    with pytest.raises(Cancelled, match="The check was stopped"):
        check(stage, plan)


def test_headers_and_fields_are_never_part_of_a_statement(
    open_stage: Fixture, dataset: Fixture, column: Fixture, taken: Fixture
) -> None:
    header, field = "a'; DROP TABLE source; --\"", "f'\"||error('x')||'"
    plan = CheckPlan(
        dataset(column(field), identifier=field), Mapping((ColumnRule(header, field),)),
        Method.UPSERT,
    )  # fmt: skip

    checked = check(open_stage((header,), [("x'y",), ("",)]), plan)

    assert taken(checked) == [(2, {field: "x'y"})]


def test_every_reason_has_words_and_a_remedy() -> None:
    for slug, reason in REASONS.items():
        assert reason.slug == slug
        assert reason.says
        assert reason.remedy
        assert bool(reason.many) != reason.says[0].isupper() or reason.many == ""


def test_what_a_table_shows_of_a_reason_fits_two_lines_of_its_cell() -> None:
    for reason in REASONS.values():
        short = reason.short or (short_sentence(reason.says) if reason.many else "")
        assert len(short) <= 84
        assert not short or (short[0].isupper() and short.endswith("."))
        assert "{" not in short
