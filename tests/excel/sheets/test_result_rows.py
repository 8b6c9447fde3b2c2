"""A report becomes the lines of a result sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sodasheet.excel.live.cell_links import CellLinks
from sodasheet.excel.sheets.designed_sheet import Link
from sodasheet.excel.sheets.result_rows import (
    MOST_LINKS,
    MOST_OF_A_KIND,
    MOST_ROWS,
    SHORT,
    failed_rows,
    in_short,
    lines_of,
    outcome_words,
    values_of,
)
from sodasheet.model.sheet_labels import RESULTS_HEADERS, RESULTS_LABELS
from sodasheet.sources.grid.cell_range import column_letters


def report(**changes: Any) -> dict[str, Any]:
    return {
        "run": "r1",
        "outcome": "done with rejects",
        "summary": "",
        "started": "2024-12-02T09:00:00+00:00",
        "user": None,
        "portal": "https://data.example.gov",
        "dataset": "abcd-1234",
        "dataset_name": "Fees",
        "method": "upsert",
        "source": {"name": "Data in a.xlsx", "rows": 10},
        "rows": {"sent": 9, "created": None, "updated": 0, "deleted": 0, "rejected": 1},
        "findings": [],
        "rejected": [],
        "rejected_file": None,
        **changes,
    }


def reject(
    row: int | None, column: str | None = "Fee", value: str | None = "=1", kind: str = ""
) -> dict[str, Any]:
    return {
        "row": row, "identifier": "id7", "column": column, "value": value,
        "reason": "is not a number", "kind": kind,
    }  # fmt: skip


def group(severity: str, count: int = 1, row: int | None = 3, column: str | None = "Fee") -> Any:
    example = {"row": row, "column": column, "value": "n/a"}
    return {
        "reason": "not-a-number", "severity": severity, "column": column, "count": count,
        "message": 'Row 3, column Fee: "n/a" is not a number.' if column else "Nothing fills Id.",
        "remedy": "Enter a number.",
        "example": example, "examples": [example],
    }  # fmt: skip


def test_every_label_has_a_value_and_an_unknown_count_is_no_zero() -> None:
    values = values_of(report(started="2024-12-02T09:00:00", seconds=1.2))

    assert set(values) == set(RESULTS_LABELS)
    assert (values["Sent"], values["Created"], values["Updated"]) == (9, "not reported", 0)
    assert (values["Source rows"], values["Ready"], values["Skipped"]) == (10, 9, 1)
    assert values["When"] == "Dec 2, 2024, 9:00 AM (1 second)"
    assert values["Dataset"] == Link("Fees", "https://data.example.gov/d/abcd-1234")
    assert values["Method"] == "Upsert: update or add"


@pytest.mark.parametrize(
    ("outcome", "sent", "created"),
    [("refused", 0, "none"), ("failed", 0, "none"), ("cancelled", 0, "none"),
     ("cancelled", 3, "not reported"), ("unknown", 0, "not reported"),
     ("failed", None, "not reported")],
)  # fmt: skip
def test_what_sent_nothing_created_none(outcome: str, sent: int | None, created: str) -> None:
    values = values_of(report(outcome=outcome, rows={"sent": sent, "rejected": 1}))

    assert (values["Created"], values["Deleted"]) == (created, created)


def test_a_check_has_no_counts_yet() -> None:
    values = values_of(report(outcome="checked", run="", rows={"sent": 0, "rejected": 4}))

    assert (values["Ready"], values["Sent"], values["Skipped"]) == (6, "none yet", "none yet")
    assert values["Outcome"] == "Checked, 4 rows need an answer"
    assert values["Run"] == "None: a check sends nothing"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"outcome": "done"}, "Done"),
        ({"outcome": "done with rejects"}, "Done, 1 row skipped"),
        ({"outcome": "refused"}, "Stopped, nothing sent"),
        ({"outcome": "failed"}, "Failed, see In short"),
        ({"outcome": "failed", "rows": {"sent": 0}}, "Failed, nothing changed"),
        ({"outcome": "unknown"}, "Unknown, being checked"),
        ({"outcome": "cancelled"}, "Canceled, 9 rows were sent"),
        ({"outcome": "cancelled", "rows": {"sent": 1}}, "Canceled, 1 row was sent"),
        ({"outcome": "cancelled", "rows": {"sent": 0}}, "Canceled, nothing sent"),
        ({"outcome": "checked", "findings": [group("stop")]}, "Checked, 1 finding stops the push"),
        ({"outcome": "checked", "findings": [group("stop")] * 2},
         "Checked, 2 findings stop the push"),
        ({"outcome": "checked", "rows": {"rejected": 1}}, "Checked, 1 row needs an answer"),
        ({"outcome": "checked", "rows": {"rejected": 0}}, "Checked, no findings"),
    ],
)  # fmt: skip
def test_the_outcome_says_how_it_ended(changes: dict[str, Any], words: str) -> None:
    assert outcome_words(report(**changes)) == words


def test_findings_come_as_stop_ask_and_note_and_lead_to_their_cells() -> None:
    links = CellLinks("It's", {"Id": 1, "Fee": 28})
    found = [group("note", 320), group("reject"), group("stop", row=None, column=None)]

    lines = lines_of(
        report(findings=found, rejected=[reject(18, None), reject(None)]), links, "Map"
    )

    assert [line.cells for line in lines] == [
        ("Stop", "", "", "n/a", "Nothing fills Id.", "Enter a number.", 1,
         Link("Mapping", "#'Map'!A1")),
        ("Ask", 3, "Fee", "n/a", '"n/a" is not a number.', "Enter a number.", 1,
         Link("Row 3", "#'It''s'!AB3")),
        ("Ask", 18, "", "=1", "Not a number.", "", 1, Link("Row 18", "#'It''s'!A18")),
        ("Ask", "", "Fee", "=1", "Not a number.", "", 1, Link("Mapping", "#'Map'!A1")),
        ("Note", 3, "Fee", "n/a", '"n/a" is not a number.', "Enter a number.", 320,
         Link("Row 3", "#'It''s'!AB3")),
    ]  # fmt: skip
    assert {len(line.cells) for line in lines} == {len(RESULTS_HEADERS)}


def test_a_finding_says_nothing_that_its_row_says_beside_it() -> None:
    found = group("reject", 2) | {"short": "Not a number."}
    found["examples"] = [found["example"], found["example"] | {"row": 9, "value": "x"}]

    lines = lines_of(report(findings=[found]), CellLinks())

    assert [line.cells[1:5] for line in lines] == [
        (3, "Fee", "n/a", "Not a number."),
        (9, "Fee", "x", "Not a number."),
    ]


def test_a_kind_of_finding_has_twenty_lines_and_the_way_to_the_others(tmp_path: Path) -> None:
    rejected = [reject(row, kind="not-a-number") for row in range(3, 103)]
    path = tmp_path / "all.csv"

    lines = lines_of(
        report(findings=[group("reject", 3208)], rejected=rejected, rejected_file=str(path)),
        CellLinks(),
    )

    assert len(lines) == MOST_OF_A_KIND + 1
    assert lines[-1].cells[4] == "and 3,188 more"
    assert lines[-1].cells[-1] == Link("List", path.as_uri())
    assert [line.cells[1] for line in lines[:3]] == [3, 4, 5], "no row is listed twice"


def test_rows_and_links_are_capped_and_the_rest_is_counted() -> None:
    rejected = [reject(row) for row in range(2, 1002)]

    lines = lines_of(report(rejected=rejected, rows={"rejected": 4000}), CellLinks("S", {"Fee": 1}))

    assert sum(isinstance(line.cells[-1], Link) for line in lines) == MOST_LINKS
    assert len(lines) == MOST_ROWS + 1
    assert lines[-1].cells[4] == f"and {4000 - MOST_ROWS:,} more"


@pytest.mark.parametrize(("number", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (16384, "XFD")])
def test_columns_have_letters(number: int, name: str) -> None:
    assert column_letters(number) == name


def test_links_survive_the_way_to_another_process() -> None:
    links = CellLinks("My data", {"Fee": 5})

    assert CellLinks.from_json(links.to_json()) == links
    assert CellLinks.from_json({}) == CellLinks()


def test_failed_rows_are_each_named_once() -> None:
    found = report(rejected=[reject(9), reject(3), reject(9), reject(None)])

    assert failed_rows(found) == [3, 9]


DETAILS = "ZIP Code has 6 spellings" + ", each in many cells" * 6 + ". "
GUARDED = (
    f"The source differs from the dataset. {DETAILS}Look at the findings. If this is intended, "
    "push."
)


@pytest.mark.parametrize(
    ("summary", "findings", "shown"),
    [
        ("Row 3. Enter a number.", [group("ask")], "Row 3. Enter a number."),
        (
            GUARDED,
            [group("ask")],
            "The source differs from the dataset. Look at the findings. If this is intended, push.",
        ),
        (GUARDED, [], GUARDED),
        (GUARDED, [group("note")], GUARDED),
        ("It failed " + "for a reason " * 20, [group("stop")], "It failed " + "for a reason " * 20),
    ],
)
def test_in_short_leaves_to_the_table_only_what_the_table_shows(summary, findings, shown):
    assert in_short(report(summary=summary, findings=findings)) == shown
    assert len(GUARDED) > SHORT
