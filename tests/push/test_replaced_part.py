"""Replacing part of a dataset: the part becomes the source, other rows are unchanged."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from sodasheet.errors import Refused, UsageProblem
from sodasheet.jobs.file.job_from_json import job_from_json
from sodasheet.jobs.file.job_to_json import job_to_json
from sodasheet.jobs.push_resume_undo import undo
from sodasheet.model.job import Job, Within
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.push.context import PushContext
from sodasheet.push.preview.preview import preview
from sodasheet.push.questions_to_user import Agreed, Proposal
from thorough import examples

from .conftest import Bench

HEADERS = ["Id", "Year", "Amount"]
KINDS = {"id": "text", "year": "number", "amount": "number"}
HELD = [
    {"id": "a", "year": "2025", "amount": "1"},
    {"id": "b", "year": "2026", "amount": "2"},
    {"id": "c", "year": "2026", "amount": "3"},
    {"id": "d", "amount": "4"},
]


def part(bench: Bench, *values: str, each: str = "", field: str = "year", **guards: object) -> Job:
    job = bench.job("replace", "id year amount", **guards)
    return replace(job, within=Within(field, values, each))


@pytest.fixture
def years(bench: Bench) -> Bench:
    bench.make_of(KINDS, "id")
    bench.write(HELD)
    return bench


def test_rows_of_the_part_that_the_source_lacks_go_and_others_stay(years: Bench) -> None:
    years.source(HEADERS, ["b", "2026", "20"], ["e", "2026", "5"])
    report = years.push(part(years, "2026"))

    assert report.outcome is Outcome.DONE
    assert years.rows("id") == [
        HELD[0],
        {"id": "b", "year": "2026", "amount": "20"},
        HELD[3],
        {"id": "e", "year": "2026", "amount": "5"},
    ]
    assert (report.rows.created, report.rows.updated, report.rows.deleted) == (1, 1, 1)
    assert "Only Year = 2026 was replaced." in report.summary
    assert "were expected" not in report.summary
    assert report.totals.after == 4


def test_the_part_may_be_named_by_the_name_of_its_column(years: Bench) -> None:
    years.source(HEADERS, ["b", "2026", "20"])
    report = years.push(part(years, "2026", field="YEAR", max_shrink=1))

    assert report.outcome is Outcome.DONE
    assert [row["id"] for row in years.rows("id")] == ["a", "b", "d"]


def test_a_part_that_is_not_listed_whole_is_not_replaced(
    years: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page lacks a row, which would stay although the part is said to be replaced."""
    listed = RowsClient.rows

    def cut(*given: Any) -> Iterator[dict[str, Any]]:
        return (row for row in listed(*given) if row.get("id") != "c")

    monkeypatch.setattr(RowsClient, "rows", cut)
    years.source(HEADERS, ["b", "2026", "20"])

    report = years.push(part(years, "2026"))

    assert report.outcome is Outcome.REFUSED, report.summary
    assert "counts 2 rows of the part to replace, Year = 2026, but listed 1" in report.summary
    monkeypatch.undo()
    assert years.rows("id") == HELD


def test_a_part_that_has_other_rows_afterwards_is_told(
    years: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A colleague adds a row to the part and deletes a row elsewhere: the total agrees."""
    send = RowsClient.send

    def meddled(*given: Any) -> Any:
        reply = send(*given)
        years.write([{"id": "z", "year": "2026", "amount": "1"}, {"id": "d", ":deleted": True}])
        return reply

    monkeypatch.setattr(RowsClient, "send", meddled)
    years.source(HEADERS, ["b", "2026", "20"])

    report = years.push(part(years, "2026"))

    assert report.outcome is Outcome.DONE
    said = "The part Year = 2026 has 2 rows, and the source has 1 for it: someone else changed"
    assert [one.startswith(said) for one in report.warnings] == [True]
    assert report.warnings[0] in report.summary
    assert report.totals.after == report.totals.expected


def test_the_part_may_be_what_the_source_has(years: Bench) -> None:
    years.source(HEADERS, ["a", "2025", "9"])
    assert years.push(part(years)).outcome is Outcome.DONE
    assert [row["amount"] for row in years.rows("id")] == ["9", "2", "3", "4"]


def test_the_part_may_have_several_values(years: Bench) -> None:
    years.source(HEADERS, ["a", "2025", "9"])
    assert years.push(part(years, "2025", "2026")).outcome is Outcome.DONE
    assert [row["id"] for row in years.rows("id")] == ["a", "d"]


def test_a_row_may_move_into_the_part(years: Bench) -> None:
    years.source(HEADERS, ["a", "2026", "1"], ["b", "2026", "2"])
    assert years.push(part(years, "2026")).outcome is Outcome.DONE
    assert [(row["id"], row.get("year")) for row in years.rows("id")] == [
        ("a", "2026"), ("b", "2026"), ("d", None),
    ]  # fmt: skip


def test_a_blank_cell_of_the_part_is_emptied_as_by_a_replace(years: Bench) -> None:
    years.source(["Id", "Year"], ["b", "2026"], ["c", "2026"])
    job = replace(years.job("replace", "id year"), within=Within("year", ("2026",)))
    assert years.push(job).outcome is Outcome.DONE
    assert [row.get("amount") for row in years.rows("id")] == ["1", None, None, "4"]


def test_a_preview_counts_it_and_changes_nothing(years: Bench) -> None:
    years.source(HEADERS, ["b", "2026", "20"], ["e", "2026", "5"])
    found = preview(part(years, "2026"), years.folder, years.session(), Silent())

    assert (found.new, found.changed, found.deleted) == (1, 1, 1)
    assert (found.before, found.after) == (4, 4)
    assert [(one.kind.value, one.identifier) for one in found.changes] == [
        ("changed", "b"), ("deleted", "c"), ("new", "e"),
    ]  # fmt: skip
    assert years.rows("id") == HELD


def test_an_undo_brings_the_part_back(years: Bench) -> None:
    years.source(HEADERS, ["b", "2026", "20"], ["e", "2026", "5"])
    report = years.push(part(years, "2026"))
    back = undo(report.run, PushContext(years.session(), Silent(), Agreed()))
    assert back.outcome is Outcome.DONE, back.summary
    assert years.rows("id") == HELD


def test_the_question_names_the_part(years: Bench) -> None:
    asked: list[str] = []

    class Asked(Agreed):
        def go_ahead(self, proposal: Proposal) -> bool:
            asked.append(proposal.sentence)
            return False

    years.source(HEADERS, ["b", "2026", "20"])
    assert years.push(part(years, "2026"), ask=Asked()).outcome is Outcome.CANCELLED
    assert asked == [
        "Replace the part Year = 2026 of Fees with 1 row, which deletes 1 row missing from the"
        " source."
    ]


def test_a_row_outside_of_the_part_stops_it(years: Bench) -> None:
    years.source(HEADERS, ["b", "2026", "2"], ["a", "2025", "1"], ["d", "", "4"])
    report = years.push(part(years, "2026.0"))
    assert report.outcome is Outcome.REFUSED
    assert (
        '2 rows are outside the part to replace, Year = 2026; the first is row 3 with "2025".'
        in report.summary
    )
    assert years.rows("id") == HELD


def test_a_part_that_would_shrink_stops_it(years: Bench) -> None:
    years.source(HEADERS, ["b", "2026", "2"])
    report = years.push(part(years, "2026", max_shrink=0.2))
    assert report.guards.stopped_by == "shrink"
    assert "would shrink from 2 rows to 1, by 50%" in report.summary


def test_an_empty_source_stops_it(years: Bench) -> None:
    years.source(HEADERS)
    assert years.push(part(years, "2026")).outcome is Outcome.REFUSED
    assert years.rows("id") == HELD


def test_a_rejected_row_keeps_its_row_in_the_dataset(years: Bench) -> None:
    years.source(HEADERS, ["b", "2026", "20"], ["c", "2026", "many"])
    report = years.push(part(years, "2026"), allow_rejected=1)
    assert report.outcome is Outcome.REJECTS
    assert [row["amount"] for row in years.rows("id")] == ["1", "20", "3", "4"]


def test_a_write_by_others_meanwhile_is_seen(years: Bench) -> None:
    class Meddles(Agreed):
        done = False

        def go_ahead(self, proposal: Proposal) -> bool:
            if not self.done:
                years.write([{"id": "late", "year": "2026", "amount": "8"}])
                self.done = True
            return True

    years.source(HEADERS, ["b", "2026", "2"])
    report = years.push(part(years, "2026"), ask=Meddles())
    assert report.outcome is Outcome.DONE
    assert [row["id"] for row in years.rows("id")] == ["a", "b", "d"]


def test_a_lost_answer_is_resolved(years: Bench) -> None:
    years.portal.inject("drop_after_work", method="POST", path=f"/resource/{years.dataset}*")
    years.source(HEADERS, ["b", "2026", "20"], ["e", "2026", "5"])
    report = years.push(part(years, "2026"))
    assert report.outcome is Outcome.DONE, report.summary
    assert [row["id"] for row in years.rows("id")] == ["a", "b", "d", "e"]


@pytest.mark.parametrize(
    ("values", "each", "kept"),
    [
        (("2026",), "", ["a"]),
        (("2026-03",), "", ["a", "d"]),
        ((), "month", ["a", "d"]),
        ((), "day", ["a", "c", "d"]),
    ],
)
def test_a_part_may_be_a_period(
    bench: Bench, values: tuple[str, ...], each: str, kept: list[str]
) -> None:
    bench.make_of({"id": "text", "day": "calendar_date"}, "id")
    days = {"a": "2025-12-31", "b": "2026-03-01", "c": "2026-03-31", "d": "2026-04-01"}
    bench.write([{"id": key, "day": day} for key, day in days.items()])
    bench.source(["Id", "Day"], ["new", "2026-03-01"])
    job = replace(bench.job("replace", "id day"), within=Within("day", values, each))
    assert bench.push(job).outcome is Outcome.DONE
    assert [row["id"] for row in bench.rows("id")] == [*kept, "new"]


@pytest.mark.parametrize(
    ("within", "said"),
    [
        (Within("nothing"), "has no column nothing"),
        (Within("year", ("soon",)), '"soon" is not a number'),
        (Within("year", each="month"), "is not a column of dates"),
    ],
)
def test_a_part_that_names_nothing_is_refused(years: Bench, within: Within, said: str) -> None:
    years.source(HEADERS, ["b", "2026", "2"])
    report = years.push(replace(years.job("replace", "id year amount"), within=within))
    assert report.outcome is Outcome.REFUSED
    assert said in report.summary


def test_a_dataset_without_a_row_identifier_is_refused(bench: Bench) -> None:
    bench.make_of(KINDS, None)
    bench.write(HELD)
    bench.source(HEADERS, ["b", "2026", "2"])
    assert "has no row identifier" in bench.push(part(bench, "2026")).summary


def test_another_method_and_a_trial_are_refused(years: Bench) -> None:
    years.source(HEADERS, ["b", "2026", "2"])
    upsert = replace(years.job("upsert", "id year amount"), within=Within("year", ("2026",)))
    assert "Only a replace can be limited" in years.push(upsert).summary
    with pytest.raises(Refused, match="trial"):
        preview(part(years, "2026"), years.folder, years.session(), Silent(), limit=1)
    assert years.push(part(years, "2026"), limit=1).guards.stopped_by == "trial-replace"
    assert years.rows("id") == HELD


def test_the_job_file_holds_the_part(years: Bench) -> None:
    for job in (part(years, "2025", "2026"), part(years), part(years, each="month", field="day")):
        data = json.loads(json.dumps(job_to_json(job)))
        assert job_from_json(data).within == job.within
        with pytest.raises(UsageProblem, match="another method"):
            job_from_json(data | {"method": "upsert"})
    with pytest.raises(UsageProblem, match="either values or each"):
        job_from_json(data | {"within": {"field": "day", "values": ["2026"], "each": "year"}})


IDS, YEARS = st.sampled_from("abcdef"), st.sampled_from(["", "2024", "2025", "2026"])
TABLES = st.dictionaries(IDS, st.tuples(YEARS, st.sampled_from(["1", "2"])), max_size=6)


@settings(
    max_examples=examples(12, 60),
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate, Phase.target],
)
@given(TABLES, TABLES.filter(bool), st.sets(YEARS.filter(bool), min_size=1))
def test_the_dataset_is_as_the_model_says(
    practice: object, tmp_path_factory: pytest.TempPathFactory, held, given_rows, values
) -> None:
    folder = tmp_path_factory.mktemp("part")
    bench = Bench(practice, folder)  # type: ignore[arg-type]
    bench.make_of(KINDS, "id")
    if held:
        bench.write([{"id": k, "year": y or None, "amount": n} for k, (y, n) in held.items()])
    bench.source(HEADERS, *([k, y, n] for k, (y, n) in given_rows.items()))
    report = bench.push(part(bench, *sorted(values)), skipped_guards=frozenset({"unlike-dataset"}))

    inside = all(year in values for year, _ in given_rows.values())
    kept = {k: v for k, v in held.items() if v[0] not in values}
    wanted = kept | given_rows if inside else held
    assert report.outcome is (Outcome.DONE if inside else Outcome.REFUSED), report.summary
    found = {row["id"]: (row.get("year", ""), row["amount"]) for row in bench.rows("id")}
    assert found == wanted
