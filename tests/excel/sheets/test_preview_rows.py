"""A preview becomes the cells of its sheet."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sodasheet.excel.live.cell_links import CellLinks
from sodasheet.excel.sheets.designed_sheet import Link
from sodasheet.excel.sheets.preview_rows import SHORT, in_short, lines_of, values_of
from sodasheet.excel.sheets.result_rows import MOST_LINKS
from sodasheet.model.preview import Change, ChangeKind, Preview
from sodasheet.model.sheet_labels import PREVIEW_HEADERS, PREVIEW_LABELS

LINKS = CellLinks("My data", {"Permit": 2, "Fee": 5})
CHANGES = (
    Change(ChangeKind.CHANGED, 1234, "a", "fee", "1", "=1+1"),
    Change(ChangeKind.NEW, 9, "b", None, None, "id: b"),
    Change(ChangeKind.DELETED, None, None, None, "id: z", None),
)


def report(changes: tuple[Change, ...] = CHANGES, more: int = 0, **others: Any) -> dict[str, Any]:
    return {
        **Preview(1, 1, 1, 7, 9, 9, changes, more).to_json(),
        "summary": "A replace would ...",
        "started": "2024-12-02T09:00:00+00:00",
        "portal": "https://data.example.gov",
        "dataset": "abcd-1234",
        "dataset_name": "Fees",
        "method": "replace",
        "source": {"name": "Data in a.xlsx", "rows": 10, "sha256": "5a"},
        "rejected": 1,
        "headers": {"fee": "Fee"},
        "columns": {"fee": ["The fee", "number"]},
        **others,
    }


def test_lines_lead_to_the_very_cell_where_the_source_has_one() -> None:
    lines = lines_of(report(), LINKS)

    assert [line.cells for line in lines] == [
        ("Changed", 1234, "a", "The fee", "1", "=1+1", "", Link("Row 1,234", "#'My data'!E1234")),
        ("New", 9, "b", "(whole row)", "(not there)", "id: b", "row added",
         Link("Row 9", "#'My data'!B9")),
        ("Deleted", "", "", "(whole row)", "id: z", "(removed)", "row deleted", ""),
    ]  # fmt: skip
    assert {len(line.cells) for line in lines} == {len(PREVIEW_HEADERS)}
    assert [line.cells[-1] for line in lines_of(report(), CellLinks())] == ["", "", ""]


def test_only_the_first_lines_have_links() -> None:
    lines = lines_of(report(CHANGES[:1] * (MOST_LINKS + 5)), LINKS)

    assert sum(isinstance(line.cells[-1], Link) for line in lines) == MOST_LINKS
    assert lines[-1].cells[:2] == ("Changed", 1234)


def test_what_is_not_listed_is_counted_with_the_way_to_it(tmp_path: Path) -> None:
    path = tmp_path / "changes.csv"
    whole = values_of(report())
    nothing = values_of(report(()))
    part = values_of(report(more=4_321, changes_file=str(path)))

    assert whole["Changes listed"] == "All 3 changes."
    assert nothing["Changes listed"] == "None: nothing would change."
    assert part["Changes listed"] == Link(
        "The first 3 of 4,324. Open all of them (CSV)", path.as_uri()
    )


def test_every_label_has_a_value_and_what_is_not_there_is_said() -> None:
    values = values_of(report(stale="Someone wrote.", emptied=["fee"]))

    assert set(values) == set(PREVIEW_LABELS)
    assert (values["Rows skipped"], values["Rows now"]) == (1, 9)
    assert values["Warnings"] == "The fee would be emptied. Someone wrote."
    assert values_of(report())["Warnings"] == "None"


def test_the_columns_with_most_changes_come_first() -> None:
    fields = ["a"] * 3 + ["b"] * 2 + ["fee"] * 4 + ["c"]
    changes = tuple(Change(ChangeKind.CHANGED, 2, "x", field, "1", "2") for field in fields)

    assert values_of(report(changes))["Most changed"] == "The fee 4, a 3, b 2, and 1 more column"
    assert values_of(report(changes, more=9))["Most changed"].startswith("Of the listed changes: ")
    assert values_of(report(()))["Most changed"] == "None"


def test_in_short_leaves_out_totals_of_other_labels_where_its_line_is_too_short() -> None:
    told = "A replace would add 1 row to Fees of the U.S. It has some, change 1,290 and delete 0."
    totals = " It has 300 rows and would have 1,320. Not counted: 10 rows with findings."

    assert in_short(report(summary=told + totals)) == told
    assert in_short(report(summary="A replace." + totals)) == "A replace." + totals
    assert len("A replace." + totals) <= SHORT < len(told + totals)
