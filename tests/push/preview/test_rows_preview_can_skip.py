"""A preview after a push from this computer requests only the rows that differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import Blank, ColumnRule, Mapping
from sodasheet.model.preview import Preview
from sodasheet.model.progress import Silent
from sodasheet.push.guards import GUARDS
from sodasheet.push.incremental.job_preview import job_preview
from sodasheet.push.incremental.rows_preview_can_skip import remembered_rows
from sodasheet.push.load_and_check import prepared
from sodasheet.push.preview import preview as room
from sodasheet.push.preview.preview import previewed

from ..conftest import Bench

HEADERS = ["id", "name", "amount"]
FIRST = [[f"k{n:02}", f"name {n}", str(n)] for n in range(20)]


def job_of(bench: Bench, method: str, rows: list[list[str]], blank: Blank = Blank.CLEAR) -> Job:
    bench.source(HEADERS, *rows)
    rules = tuple(
        ColumnRule(name, name, blank=blank if name != "id" else Blank.CLEAR, match="confirmed")
        for name in HEADERS
    )
    job = bench.job(method)
    guards = Guards(max_shrink=1.0, max_rejected=99)
    # What a small file sends is remembered only for a push of changes.
    return replace(job, mapping=Mapping(rules), guards=guards, send="changes")


def pushed(bench: Bench, job: Job) -> None:
    report = bench.push(job, skipped_guards=frozenset(GUARDS))
    assert report.outcome.value.startswith("done"), report.summary


def told(bench: Bench, job: Job) -> tuple[Preview, Preview | None, Path]:
    """Return the preview by all rows, by what is remembered (None if nothing is), and its list.

    That of the job, which also leaves out lines, must be the same.
    """
    found: list[Preview] = []
    session = bench.session()
    with job_preview(job, bench.folder, session, Silent()) as (_, by_job):
        assert by_job is not None
    with (
        prepared(job, bench.folder, session, Silent()) as work,
        previewed(work, session, Silent()) as all_rows,
    ):
        found.append(all_rows.preview)
    assert _says_the_time(job) or by_job.preview == all_rows.preview
    with prepared(job, bench.folder, session, Silent()) as work:
        known = remembered_rows(job, work, session)
        path = bench.folder / "changes.csv"
        if known is None:
            return found[0], None, path
        with previewed(work, session, Silent(), known) as few:
            few.write(path)
            return found[0], few.preview, path


def _says_the_time(job: Job) -> bool:
    return any(rule.template == "{now}" for rule in job.mapping.columns)


def test_a_source_that_is_the_same_needs_no_row_of_the_dataset(bench: Bench) -> None:
    bench.make("id", [])
    job = job_of(bench, "replace", FIRST)
    pushed(bench, job)
    bench.portal.forget_requests()

    whole, few, _ = told(bench, job)

    assert few == whole
    assert (whole.unchanged, whole.after) == (20, 20)
    pages = [
        one for one in bench.portal.requests_seen if "%3Aid" in one.path or "$order" in one.path
    ]
    assert len(pages) <= 1, "the rows were read for the preview by all rows alone"


def test_rows_that_differ_are_told_with_their_old_cells(bench: Bench) -> None:
    bench.make("id", [])
    pushed(bench, job_of(bench, "replace", FIRST))
    rows = [*FIRST[1:], ["new", "n", "1"]]
    rows[3] = [rows[3][0], "other", rows[3][2]]

    whole, few, path = told(bench, job_of(bench, "replace", rows))

    assert few == whole
    assert (whole.new, whole.changed, whole.deleted, whole.unchanged) == (1, 1, 1, 18)
    assert len(path.read_text("utf-8-sig").splitlines()) == 4


def test_lines_that_were_sent_are_not_loaded_again(bench: Bench) -> None:
    bench.make("id", [])
    pushed(bench, job_of(bench, "replace", FIRST))
    rows = [*FIRST[2:], ["new", "n", "1"], ["bad", "n", "none"]]
    job = job_of(bench, "replace", rows)

    with job_preview(job, bench.folder, bench.session(), Silent()) as (work, found):
        assert found is not None
        assert (work.stage.as_sent, work.checked.rejected) == (18, 1)
        assert (found.preview.new, found.preview.deleted, found.preview.after) == (1, 2, 19)


def test_all_lines_are_loaded_for_a_job_that_sends_all_of_them(bench: Bench) -> None:
    bench.make("id", [])
    job = job_of(bench, "replace", FIRST)
    pushed(bench, job)

    everything = replace(job, send="all")
    with job_preview(everything, bench.folder, bench.session(), Silent()) as (work, found):
        assert found is not None
        assert (work.stage.as_sent, found.preview.unchanged) == (0, 20)


def test_all_lines_are_loaded_if_those_left_out_may_fill_a_column(bench: Bench) -> None:
    bench.make("id", [])
    pushed(bench, job_of(bench, "replace", FIRST))
    rows = [[one[0], "" if at == 0 else one[1], one[2]] for at, one in enumerate(FIRST)]
    job = job_of(bench, "replace", rows)

    with job_preview(job, bench.folder, bench.session(), Silent()) as (work, found):
        assert found is not None
        assert work.stage.as_sent == 0
        assert (found.preview.changed, found.preview.emptied) == (1, ())


def test_all_lines_are_loaded_once_somebody_else_has_written(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.make("id", [])
    job = job_of(bench, "replace", FIRST)
    pushed(bench, job)
    # The edit comes between the look at the lines and the look at the dataset.
    monkeypatch.setattr("sodasheet.push.incremental.job_preview.remembered_rows", lambda *_: None)

    with job_preview(job, bench.folder, bench.session(), Silent()) as (work, found):
        assert found is not None
        assert (work.stage.as_sent, found.preview.unchanged) == (0, 20)


def test_a_column_that_the_rest_still_fills_is_not_emptied(bench: Bench) -> None:
    bench.make("id", [])
    pushed(bench, job_of(bench, "replace", FIRST))
    rows = [[one[0], "" if at == 0 else one[1], one[2]] for at, one in enumerate(FIRST)]

    whole, few, _ = told(bench, job_of(bench, "replace", rows))

    assert few == whole
    assert (whole.changed, whole.emptied) == (1, ())


def test_a_column_that_nothing_fills_any_more_is_emptied(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(room, "_FEW", 9.0)
    bench.make("id", [])
    pushed(bench, job_of(bench, "replace", FIRST))

    whole, few, _ = told(bench, job_of(bench, "replace", [[one[0], "", one[2]] for one in FIRST]))

    assert few == whole
    assert whole.emptied == ("name",)


def test_nothing_is_remembered_once_somebody_else_has_written(bench: Bench) -> None:
    bench.make("id", [])
    job = job_of(bench, "replace", FIRST)
    pushed(bench, job)
    bench.write([{"id": "k01", "name": "by hand"}])

    whole, few, _ = told(bench, job)

    assert few is None
    assert whole.changed == 1


def test_an_edit_after_the_remembered_rows_were_trusted_makes_the_preview_stale(
    bench: Bench,
) -> None:
    bench.make("id", [])
    pushed(bench, job_of(bench, "replace", FIRST))
    rows = [*FIRST[:-1], [FIRST[-1][0], "other", "1"]]
    job, session = job_of(bench, "replace", rows), bench.session()

    with prepared(job, bench.folder, session, Silent()) as work:
        known = remembered_rows(job, work, session)
        assert known is not None
        bench.write([{"id": "k01", "name": "by hand"}])
        with previewed(work, session, Silent(), known) as few:
            assert few.preview.stale is not None


def test_another_mapping_or_method_is_not_what_is_remembered(bench: Bench) -> None:
    bench.make("id", [])
    job = job_of(bench, "replace", FIRST)
    pushed(bench, job)

    assert told(bench, job_of(bench, "upsert", FIRST))[1] is None
    assert told(bench, job_of(bench, "replace", FIRST, Blank.KEEP))[1] is None


def test_nothing_is_remembered_of_values_that_the_time_of_the_push_makes(bench: Bench) -> None:
    bench.make("id", [])
    job = job_of(bench, "replace", FIRST)
    made = ColumnRule(None, "name", template="{now}", match="confirmed")
    job = replace(job, mapping=Mapping((job.mapping.columns[0], made)))
    pushed(bench, job)

    whole, few, _ = told(bench, job)

    assert few is None
    # Push and preview may well share a second, and then nothing changes.
    assert (whole.changed, whole.unchanged) in ((20, 0), (0, 20))


def test_a_percentage_shown_as_a_number_is_another_value(bench: Bench) -> None:
    bench.make_of({"id": "text", "name": "text", "amount": "percent"}, "id")
    job = job_of(bench, "replace", FIRST)
    job = replace(job, source=SourceSpec(kind="workbook", path="shares.xlsx", sheet="Sheet"))
    shares(bench.folder / "shares.xlsx", "0%")
    pushed(bench, job)
    assert told(bench, job)[1] is not None
    shares(bench.folder / "shares.xlsx", "General")

    whole, few, _ = told(bench, job)

    assert few is None
    assert whole.changed == 3


def shares(path: Path, shown: str) -> None:
    """Write a workbook whose amounts are shown in this format."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(HEADERS)
    for n in range(3):
        sheet.append([f"k{n:02}", f"name {n}", 0.25 + n / 10])
        sheet.cell(n + 2, 3).number_format = shown
    book.save(path)


_CELLS = st.tuples(st.sampled_from(["", "a", "Ä", '"q"']), st.sampled_from(["", "1", "1.0", "n/a"]))
_ROWS = st.lists(
    st.tuples(st.sampled_from([f"k{n}" for n in range(6)]), _CELLS),
    min_size=1,
    unique_by=lambda row: row[0],
)


@settings(
    max_examples=5, deadline=None, database=None, suppress_health_check=list(HealthCheck),
    phases=(Phase.explicit, Phase.generate),
)  # fmt: skip
@given(
    method=st.sampled_from(["replace", "upsert"]),
    blank=st.sampled_from(list(Blank)),
    rows=st.tuples(_ROWS, _ROWS),
)
def test_what_is_remembered_foretells_what_all_rows_foretell(
    bench: Bench, method: str, blank: Blank, rows: tuple[list[tuple[str, tuple[str, str]]], ...]
) -> None:
    first, second = ([[key, *cells] for key, cells in some] for some in rows)
    bench.make("id", [])
    report = bench.push(job_of(bench, method, first, blank), skipped_guards=frozenset(GUARDS))
    job = job_of(bench, method, second, blank)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(room, "_FEW", 99.0)
        whole, few, _ = told(bench, job)

    assert few in (None, whole)
    assert few is not None or not report.outcome.value.startswith("done")
