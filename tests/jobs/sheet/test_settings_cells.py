"""Settings of a push in the cells of a mapping sheet."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sodasheet.errors import UsageProblem
from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.jobs.sheet.settings_cells import settings_values, with_settings
from sodasheet.jobs.sheet.sheet_layout import SheetLayout
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method

USUAL = Job("https://data.example.gov", "abcd-1234", Method.UPSERT, SourceSpec(), Mapping())


def job(send: str = "all", snapshot: str = "require", guards: Guards | None = None) -> Job:
    return Job(
        USUAL.portal, USUAL.dataset, USUAL.method, USUAL.source, USUAL.mapping,
        guards=guards or Guards(), send=send, snapshot=snapshot,
    )  # fmt: skip


@given(
    some.sampled_from(["all", "changes"]),
    some.sampled_from(["require", "try", "off"]),
    some.builds(Guards, some.floats(0, 1), some.integers(0, 10**15 - 1)),
)
def test_every_job_comes_back_from_the_words(send: str, snapshot: str, guards: Guards) -> None:
    wanted = job(send, snapshot, guards)

    assert with_settings(USUAL, settings_values(wanted)) == wanted


def test_the_words_are_plain() -> None:
    assert settings_values(USUAL) == {
        "Send": "All rows",
        "Allow undo": "Always",
        "Maximum shrinkage": "20%",
        "Allowed rejected rows": "0",
        "Rows left out": "",
        "Treat as empty": "",
        "Replace within": "",
    }


def test_blank_is_usual_and_a_sheet_without_the_labels_keeps_what_the_job_had() -> None:
    own = job("changes", "off", Guards(0.5, 3))

    assert with_settings(own, dict.fromkeys(settings_values(own), "")) == USUAL
    assert with_settings(own, {}) == own


@pytest.mark.parametrize(
    ("words", "share"),
    [("20 %", 0.2), ("20%", 0.2), ("12.5\N{NO-BREAK SPACE}%", 0.125), ("12,5 %", 0.125),
     ("0 %", 0), ("100 %", 1), ("0.1 %", 0.001)],
)  # fmt: skip
def test_a_percentage_may_be_written_as_people_do(words: str, share: float) -> None:
    assert with_settings(USUAL, {"Maximum shrinkage": words}).guards.max_shrink == share


@pytest.mark.parametrize(
    ("label", "words", "what", "remedy"),
    [
        ("Send", "some", "not one of its choices", 'Choose "All rows" or "Only changes".'),
        ("Send", "=1+1", "not one of its choices", "Only changes"),
        ("Allow undo", "no", "not one of its choices",
         'Choose "Always", "If possible", or "Never".'),
        *(("Maximum shrinkage", words, "not a percentage from 0% to 100%", "such as 20%")
          for words in ("20", "0.2", "1", "101 %", "-5 %", "%", "1,000 %", "lots", "nan %", "٢ %")),
        *(("Allowed rejected rows", words, "not a whole number of rows", "such as 25")
          for words in ("-1", "2.5", "few", "1,000", "5 %", "true", "²", "9" * 5000)),
    ],
)  # fmt: skip
def test_nonsense_is_told_with_its_cell_and_what_may_stand_there(
    label: str, words: str, what: str, remedy: str
) -> None:
    with pytest.raises(UsageProblem) as problem:
        with_settings(USUAL, {label: words})

    assert f'next to "{label}" is {what}.' in problem.value.what
    assert remedy in problem.value.remedy
    assert len(str(problem.value)) < 300


@pytest.mark.parametrize(
    ("cell", "says"),
    [(0.35, "35%"), (0, "0%"), (0.07, "7%"), ("35 %", "35 %"), (1, "1"), (20, "20"),
     (True, "true"), (None, "")],
)  # fmt: skip
def test_a_number_shown_as_a_percentage_is_one_and_1_is_left_in_doubt(
    cell: object, says: str
) -> None:
    rows = [["May lose at most", cell], ["Sheet column", "Dataset column"]]
    layout = SheetLayout.of(Snapshot(rows), "Map")

    assert layout.read(2).values == {"Maximum shrinkage": says}


@pytest.mark.parametrize(
    ("label", "words", "wanted"),
    [("Send", "only what changed", job("changes")), ("Send", "ALL ROWS", USUAL),
     ("Allow undo", "where possible", job(snapshot="try")),
     ("Allow undo", "never", job(snapshot="off"))],
)  # fmt: skip
def test_words_of_earlier_versions_are_read(label: str, words: str, wanted: Job) -> None:
    assert with_settings(USUAL, {label: words}) == wanted


def test_rows_left_out_and_markers_are_lists() -> None:
    values = {"Rows left out": "Totals, notes", "Treat as empty": "N/A | a\\|b"}
    own = {"Rows left out": "units | Rows starting with Closed, old"}

    found = with_settings(USUAL, values)

    assert found.source.leave_out == ("totals", "notes")
    assert found.mapping.missing == ("N/A", "a|b")
    assert with_settings(found, settings_values(found)) == found
    assert with_settings(USUAL, own).source.leave_out == (
        "units",
        "rows starting with Closed, old",
    )
    assert with_settings(found, dict.fromkeys(values, "")) == USUAL


def test_a_kind_of_row_that_is_none_is_named() -> None:
    with pytest.raises(UsageProblem, match='"sums" next to "Rows left out" is not a kind of row'):
        with_settings(USUAL, {"Rows left out": "totals | sums"})


def test_rows_that_are_data_are_kept_and_remembered() -> None:
    mapping = Mapping(declined=("pad:zip", "rows:notes"))
    job = replace(USUAL, mapping=mapping)

    found = with_settings(job, {"Rows left out": "units, Keep totals"})

    assert found.source.leave_out == ("units",)
    assert found.mapping.declined == ("pad:zip", "rows:totals")
    assert settings_values(found)["Rows left out"] == "units | keep totals"
