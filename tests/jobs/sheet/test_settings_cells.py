"""How a push is to go, said in the cells of a mapping sheet."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sodasheet.errors import UsageProblem
from sodasheet.jobs.sheet.cell_grid import Snapshot
from sodasheet.jobs.sheet.layout import Layout
from sodasheet.jobs.sheet.settings_cells import in_manner, manner_of
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

    assert in_manner(USUAL, manner_of(wanted)) == wanted


def test_the_words_are_plain() -> None:
    assert manner_of(USUAL) == {
        "Send": "all rows",
        "Keep a way back": "always",
        "May lose at most": "20 %",
        "Rows that may stay behind": "0",
    }


def test_blank_is_usual_and_a_sheet_without_the_labels_keeps_what_the_job_had() -> None:
    own = job("changes", "off", Guards(0.5, 3))

    assert in_manner(own, dict.fromkeys(manner_of(own), "")) == USUAL
    assert in_manner(own, {}) == own


@pytest.mark.parametrize(
    ("words", "share"),
    [("20 %", 0.2), ("20%", 0.2), ("12.5\N{NO-BREAK SPACE}%", 0.125), ("12,5 %", 0.125),
     ("0 %", 0), ("100 %", 1), ("0.1 %", 0.001)],
)  # fmt: skip
def test_a_percentage_may_be_written_as_people_do(words: str, share: float) -> None:
    assert in_manner(USUAL, {"May lose at most": words}).guards.max_shrink == share


@pytest.mark.parametrize(
    ("label", "words", "what", "remedy"),
    [
        ("Send", "some", "none of its choices", 'Choose "all rows" or "only what changed".'),
        ("Send", "=1+1", "none of its choices", "only what changed"),
        ("Keep a way back", "no", "none of its choices",
         'Choose "always", "where possible" or "never".'),
        *(("May lose at most", words, "no percentage from 0 % to 100 %", "such as 20 %")
          for words in ("20", "0.2", "1", "101 %", "-5 %", "%", "1,000 %", "lots", "nan %", "٢ %")),
        *(("Rows that may stay behind", words, "no whole number of rows", "such as 25")
          for words in ("-1", "2.5", "few", "1,000", "5 %", "true", "²", "9" * 5000)),
    ],
)  # fmt: skip
def test_nonsense_is_told_with_its_cell_and_what_may_stand_there(
    label: str, words: str, what: str, remedy: str
) -> None:
    with pytest.raises(UsageProblem) as problem:
        in_manner(USUAL, {label: words})

    assert f'beside "{label}" is {what}.' in problem.value.what
    assert remedy in problem.value.remedy
    assert len(str(problem.value)) < 300


@pytest.mark.parametrize(
    ("cell", "says"),
    [(0.35, "35 %"), (0, "0 %"), (0.07, "7 %"), ("35 %", "35 %"), (1, "1"), (20, "20"),
     (True, "true"), (None, "")],
)  # fmt: skip
def test_a_number_shown_as_a_percentage_is_one_and_1_is_left_in_doubt(
    cell: object, says: str
) -> None:
    rows = [["May lose at most", cell], ["Sheet column", "Dataset column"]]
    layout = Layout.of(Snapshot(rows), "Map")

    assert layout.read(2).values == {"May lose at most": says}
