"""A preview becomes the cells of its sheet."""

from __future__ import annotations

from typing import Any

import pytest

from sodasheet.excel.sheets.preview_rows import LABELS, LONG, lines_of, values_of
from sodasheet.excel.sheets.result_rows import MOST_LINKS, Jumps
from sodasheet.model.preview import Change, ChangeKind, Preview

JUMPS = Jumps("My data", {"Permit": 2, "Fee": 5})
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
        **others,
    }


def test_lines_lead_to_the_very_cell_where_the_source_has_one() -> None:
    lines = lines_of(report(), JUMPS)

    assert [line.cells for line in lines] == [
        ("changed", 1234, "a", "fee", "1", "=1+1", "row 1,234"),
        ("new", 9, "b", "", "", "id: b", "row 9"),
        ("deleted", "", "", "", "id: z", "", ""),
    ]
    assert [line.link for line in lines] == ["#'My data'!E1234", "#'My data'!B9", None]
    assert [line.link for line in lines_of(report(), Jumps())] == [None, None, None]


def test_only_the_first_lines_have_links() -> None:
    lines = lines_of(report(CHANGES[:1] * (MOST_LINKS + 5)), JUMPS)

    assert sum(line.link is not None for line in lines) == MOST_LINKS
    assert lines[-1].cells[:2] == ("changed", 1234)


@pytest.mark.parametrize(
    ("found", "listed"),
    [
        (report(), "every change"),
        (report(()), "nothing would change"),
        (
            report(more=4_321),
            "the first 3 of 4,324 changes. Every one: save the workbook, then sodasheet preview"
            ' "a.xlsx" --only "Map Fees" --csv changes.csv',
        ),
    ],
)
def test_what_is_not_listed_is_counted_with_the_way_to_it(
    found: dict[str, Any], listed: str
) -> None:
    assert values_of(found, "a.xlsx", "Map Fees")["Listed"] == listed


def test_every_label_has_a_value_and_what_is_not_there_is_said() -> None:
    values = values_of(report(stale="Somebody wrote."), "a.xlsx", "Map Fees")

    assert tuple(values) == LABELS
    assert set(LABELS) > LONG
    assert (values["Rows with findings"], values["Rows now"]) == (1, 9)
    assert (values["Columns emptied"], values["Doubts"]) == ("none", "Somebody wrote.")
