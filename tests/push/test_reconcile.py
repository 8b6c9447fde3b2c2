"""After a push, counts, sums and extremes of every group agree with the dataset, or the report says
where they do not.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sodasheet.model.job import Job
from sodasheet.model.mapping import Blank
from sodasheet.model.quality_settings import QualitySettings
from sodasheet.model.report import Outcome, Report
from sodasheet.push.runs.journal import runs_folder

from .conftest import Bench

KINDS = {"id": "text", "town": "text", "opened": "calendar_date", "amount": "number"}
HEADERS = ["Id", "Town", "Opened", "Amount"]
OLD = [
    {"id": "a", "town": "Avon", "opened": "2024-01-02T00:00:00.000", "amount": "1.5"},
    {"id": "b", "town": "Bristol", "opened": "2025-01-02T00:00:00.000", "amount": "-2"},
]
NEW = [
    ["b", "Avon", "2025-03-04", "0.1"],
    ["c", "Avon", "2024-05-06", "0.2"],
    ["d", "", "2025-07-08", ""],
]


def job(bench: Bench, method: str, by: str) -> Job:
    made = bench.job(method, "id town opened amount")
    return replace(made, quality=QualitySettings(reconcile=by))


def pushed(bench: Bench, method: str, by: str, *rows: list[str], identifier: str | None) -> Report:
    bench.make_of(KINDS, identifier)
    bench.write(OLD)
    bench.source(HEADERS, *(rows or NEW))
    return bench.push(job(bench, method, by))


@pytest.mark.parametrize(
    ("method", "identifier"), [("replace", None), ("append", None), ("upsert", "id")]
)
@pytest.mark.parametrize(
    ("by", "groups"),
    [
        ("town", (("", 1, 1), ("Avon", 2, 2))),
        ("opened", (("2024", 1, 1), ("2025", 2, 2))),
        ("amount", (("", 1, 1), ("0.1", 1, 1), ("0.2", 1, 1))),
    ],
)
def test_groups_agree_after_every_method(
    bench: Bench, method: str, identifier: str | None, by: str, groups: tuple[object, ...]
) -> None:
    report = pushed(bench, method, by, identifier=identifier)

    found = report.totals.reconciliation
    assert report.outcome is Outcome.DONE, report.summary
    assert found is not None
    assert found.groups == groups, found
    assert found.agrees, found
    assert f"Source and dataset agree for each {by.title()}" in report.summary


def test_the_report_file_has_the_groups(bench: Bench) -> None:
    report = pushed(bench, "replace", "town", identifier=None)

    saved = json.loads((runs_folder() / report.run / "report.json").read_text("utf-8"))
    assert saved["reconciliation"]["agrees"] is True
    assert saved["reconciliation"]["columns"] == ["Opened", "Amount"]
    assert {"group": "Avon", "source": 2, "dataset": 2} in saved["reconciliation"]["groups"]


def test_what_others_write_meanwhile_is_named(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sodasheet.push import conclusion

    def meddled(*arguments: object) -> int | None:
        bench.write(
            [{"id": "x", "town": "Avon", "opened": "2024-01-02T00:00:00.000", "amount": "7"}]
        )
        return counted(*arguments)  # type: ignore[arg-type]

    counted = conclusion.count_until
    monkeypatch.setattr(conclusion, "count_until", meddled)

    report = pushed(bench, "replace", "town", identifier=None)

    found = report.totals.reconciliation
    assert found is not None
    assert not found.agrees
    named = {(one.group, one.measure): (one.source, one.dataset) for one in found.differences}
    assert named[("Avon", "rows")] == ("2", "3")
    assert named[("Avon", "sum of Amount")] == ("0.3", "7.3")
    assert named[("Avon", "largest Amount")] == ("0.2", "7")
    assert ("", "rows") not in named
    assert (
        "differ in 1 of 2 groups by Town; the first is Avon: 2 rows in the source and 3 in the"
        in report.summary
    )


def test_a_column_that_blanks_leave_alone_is_not_compared(bench: Bench) -> None:
    bench.make_of(KINDS, "id")
    bench.write(OLD)
    bench.source(HEADERS, ["b", "Avon", "2025-03-04", ""])
    keeping = job(bench, "upsert", "town")
    rules = tuple(replace(rule, blank=Blank.KEEP) for rule in keeping.mapping.columns)
    mapping = replace(keeping.mapping, columns=rules)

    report = bench.push(replace(keeping, mapping=mapping))

    assert report.totals.reconciliation is not None
    assert report.totals.reconciliation.agrees
    assert report.totals.reconciliation.columns == ("Opened",)


@pytest.mark.parametrize(
    ("by", "reason"), [("nowhere", "has no such column"), ("id", "more than 2 groups")]
)
def test_what_cannot_be_compared_is_said(
    bench: Bench, by: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sodasheet.push import reconcile

    monkeypatch.setattr(reconcile, "MOST_GROUPS", 2)

    report = pushed(bench, "replace", by, identifier=None)

    assert report.outcome is Outcome.DONE
    assert report.totals.reconciliation is not None
    assert reason in report.totals.reconciliation.why_not
    assert "were not compared by" in report.summary


def test_a_push_without_the_setting_asks_nothing_more(bench: Bench, tmp_path: Path) -> None:
    asked = pushed(bench, "replace", "town", identifier=None).traffic.requests
    bench.source(HEADERS, *NEW)

    plain = bench.push(bench.job("replace", "id town opened amount"))

    assert plain.totals.reconciliation is None
    assert asked - plain.traffic.requests == 1


def test_cells_without_a_value_and_empty_texts_are_one_group(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Portals may count both separately if the source has only blank cells."""
    from sodasheet.portal.soda2.rows_client import RowsClient

    def grouped(*_: object) -> list[dict[str, object]]:
        first, last = "2024-05-06T00:00:00.000", "2025-07-08T00:00:00.000"
        return [
            {"g": "Avon", "n": "1", "l0": first, "h0": first, "s1": "1", "l1": "1", "h1": "1"},
            {"n": "2", "l0": first, "h0": last, "s1": "13", "l1": "4", "h1": "9"},
            {"g": "", "n": "1", "l0": last, "h0": last, "s1": "10", "l1": "10", "h1": "10"},
        ]

    monkeypatch.setattr(RowsClient, "grouped", grouped)
    rows = [
        ["a", "Avon", "2024-05-06", "1"],
        ["b", "", "2024-05-06", "4"],
        ["c", "", "2025-07-08", "9"],
        ["d", "", "2025-07-08", "10"],
    ]

    report = pushed(bench, "replace", "town", *rows, identifier=None)

    assert report.totals.reconciliation is not None
    assert report.totals.reconciliation.groups == (("", 3, 3), ("Avon", 1, 1))
    assert report.totals.reconciliation.agrees, report.totals.reconciliation.differences
