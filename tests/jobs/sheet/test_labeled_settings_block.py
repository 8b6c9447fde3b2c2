"""The header block of a mapping sheet."""

from __future__ import annotations

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.jobs.sheet.labeled_settings_block import (
    block_of,
    header_row_words,
    job_of,
    recalled,
    remembered,
    target_of,
)
from sodasheet.jobs.sheet.source_cell import Names
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Fingerprint, Guards, Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method

JOB = Job(
    "https://data.example.gov",
    "abcd-1234",
    Method.UPSERT,
    SourceSpec("active", sheet="Permits", header_row=2),
    Mapping((ColumnRule("Größe", "size", match="same name"),), trim=False),
    Guards(0.5, 3),
    {"email": "a@example.gov"},
    Fingerprint(("Größe",), ((1, "size", "number"),)),
    extra={"note": {"kept": [1, 2]}},
)
DATASET = Dataset(
    JOB.portal, JOB.dataset, "Permits", (Column(1, "Id", "id", "text", 1),), row_identifier="id"
)
BLOCK = block_of(JOB, DATASET)


def test_a_job_comes_back_from_the_block_and_what_is_remembered() -> None:
    chunks = remembered(JOB)

    assert job_of(BLOCK, JOB.mapping, Names(), recalled(chunks)) == JOB
    assert all(chunk.isascii() for chunk in chunks)


def test_what_is_changed_by_hand_counts() -> None:
    values = BLOCK | {"Method": " Replace ", "Header row": "5", "Source": "Table: t"}

    job = job_of(values, JOB.mapping, Names(), JOB)

    assert job.method is Method.REPLACE
    assert job.source == SourceSpec("active", table="t", header_row=5)
    assert job.guards == JOB.guards


def test_another_dataset_does_not_inherit_what_was_known_of_the_old_one() -> None:
    job = job_of(BLOCK | {"Dataset ID": "wxyz-9876"}, JOB.mapping, Names(), JOB)

    assert (job.dataset, job.fingerprint, job.extra) == ("wxyz-9876", Fingerprint(), {})


@pytest.mark.parametrize("chunks", [[], ["{"], ['{"sodasheet": 2}'], ["[1]"], ["null"]])
def test_a_memory_that_was_written_over_is_no_memory(chunks: list[str]) -> None:
    assert recalled(chunks) is None


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"Portal": ""}, 'has nothing next to "Portal"'),
        ({"Dataset ID": ""}, 'has nothing next to "Dataset ID"'),
        ({"Method": "merge"}, '"merge" next to "Method" is not a method'),
        ({"Header row": "two"}, '"two" next to "Header row" is not a row number'),
        ({"Header row": "4 to 3"}, '"4 to 3" next to "Header row" is not a row number'),
        ({"Header row": "0 to 2"}, '"0 to 2" next to "Header row" is not a row number'),
        ({"Header row": "1 to 9"}, '"1 to 9" next to "Header row" is not a row number'),
        ({"Source": ""}, "does not name a source"),
        ({"Portal": "http://data.example.gov"}, "http"),
        ({"Portal": "https://me:secret@data.example.gov"}, "user name"),
    ],
)
def test_what_cannot_be_meant_is_said(values: dict[str, str], sentence: str) -> None:
    with pytest.raises(UsageProblem, match=sentence) as problem:
        job_of(BLOCK | values, JOB.mapping, Names(), JOB)

    assert "secret" not in str(problem.value)


def test_a_long_job_is_cut_to_what_cells_hold() -> None:
    many = Mapping(tuple(ColumnRule(f"Column {at}", f"field_{at}") for at in range(2000)))
    job = Job(JOB.portal, JOB.dataset, JOB.method, JOB.source, many)

    chunks = remembered(job)

    assert len(chunks) > 1
    assert max(map(len, chunks)) <= 30_000
    assert recalled(chunks) == job


def test_the_target_is_read_without_asking_anybody() -> None:
    assert target_of(BLOCK).link == "https://data.example.gov/d/abcd-1234"


@pytest.mark.parametrize("words", ["upsert", "Upsert", "UPSERT: update or add", "Upsert: anything"])
def test_the_word_before_the_colon_is_the_method(words: str) -> None:
    assert job_of(BLOCK | {"Method": words}, JOB.mapping, Names(), JOB).method is Method.UPSERT


def test_the_row_identifier_is_shown_as_in_the_drop_down() -> None:
    assert BLOCK["Row identifier"] == "Id · id"


@pytest.mark.parametrize("words", ["3 to 4", "3-4", "3 \u2013 4", "3 TO 4"])
def test_two_header_rows_are_written_with_the_first_and_the_last(words: str) -> None:
    source = job_of(BLOCK | {"Header row": words}, JOB.mapping, Names(), JOB).source

    assert (source.header_row, source.header_rows) == (3, 2)
    assert header_row_words(source) == "3 to 4"
