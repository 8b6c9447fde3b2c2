"""A replace that would empty columns with values stops until the user decides."""

from __future__ import annotations

from dataclasses import replace

from sodasheet.model.quality_settings import QualitySettings, Release
from sodasheet.model.report import Outcome
from sodasheet.quality.comparison_questions import EMPTIED

from ..conftest import Bench

ROWS = [{"id": "a", "name": "Ann", "amount": "1"}, {"id": "b", "amount": "2"}]


def small(bench: Bench, rows: list[dict[str, str]] = ROWS) -> None:
    bench.make("id", rows)
    bench.source(["Id", "Amount"], ["a", "1"], ["b", "3"])


def test_a_replace_that_empties_a_filled_column_is_refused(bench: Bench) -> None:
    small(bench)

    report = bench.push(bench.job("replace", "id amount"))

    assert report.outcome is Outcome.REFUSED
    assert report.guards.stopped_by == "unlike-dataset"
    assert "would empty 1 column that the mapping does not fill" in report.summary
    assert "has values in the dataset: Name." in report.summary
    assert bench.rows()[0] == ROWS[0]


def test_skipping_the_guard_or_accepting_the_finding_lets_it_through(bench: Bench) -> None:
    small(bench)
    job = bench.job("replace", "id amount")

    skipped = bench.push(job, skipped_guards=frozenset({"unlike-dataset"}))
    bench.write(ROWS)
    accepted = bench.push(
        replace(job, quality=QualitySettings(released=(Release(EMPTIED, "name"),)))
    )

    assert (skipped.outcome, skipped.guards.overridden) == (Outcome.DONE, ("unlike-dataset",))
    assert accepted.outcome is Outcome.DONE, accepted.summary
    assert bench.rows() == [{"id": "a", "amount": "1"}, {"id": "b", "amount": "3"}]


def test_accepting_one_column_still_asks_about_the_others(bench: Bench) -> None:
    bench.make("id", ROWS)
    bench.source(["Id"], ["a"], ["b"])
    quality = QualitySettings(released=(Release(EMPTIED, "name"),))

    report = bench.push(replace(bench.job("replace", "id"), quality=quality))

    assert report.outcome is Outcome.REFUSED
    assert "in the dataset: Amount." in report.summary


def test_an_unattended_push_stops_even_if_findings_are_only_told(bench: Bench) -> None:
    small(bench)
    job = replace(bench.job("replace", "id amount"), quality=QualitySettings(unattended="tell"))

    report = bench.push(job, unattended=True)

    assert report.outcome is Outcome.REFUSED
    assert "would empty 1 column" in report.summary


def test_columns_without_values_are_only_noted(bench: Bench) -> None:
    small(bench, [{"id": "a", "amount": "1"}])

    report = bench.push(bench.job("replace", "id amount"))

    assert report.outcome is Outcome.DONE, report.summary
    assert [one.reason for one in report.findings] == ["replace-empties-columns"]


def test_an_upsert_is_not_asked_about(bench: Bench) -> None:
    small(bench)

    report = bench.push(bench.job("upsert", "id amount"))

    assert report.outcome is Outcome.DONE, report.summary
    assert report.findings == ()


def test_more_columns_than_one_request_counts_are_all_asked_about(bench: Bench) -> None:
    kinds = {"id": "text"} | {f"c{n:02}": "text" for n in range(45)}
    bench.make_of(kinds, "id")
    bench.write([{"id": "a", "c00": "x", "c44": "y"}])
    bench.source(["Id"], ["a"])

    report = bench.push(bench.job("replace", "id"))

    assert report.outcome is Outcome.REFUSED
    assert "would empty 2 columns that the mapping does not fill and that have" in report.summary
    assert "values in the dataset: C00 and C44." in report.summary
