"""The confirmation in a window shows the effect on the rows."""

from __future__ import annotations

import pytest

from sodasheet.model.job import Job
from sodasheet.model.preview import Preview
from sodasheet.push.preview import estimate
from sodasheet.push.questions_to_user import Proposal
from sodasheet.push.request import PreviewSnapshot

from ..conftest import Bench

OLD = [{"id": one, "name": one} for one in "abcdefgh"]
KNOWN = Preview(7, 7, 7, 7, 8, 8)


class Looking:
    """Confirms, and keeps the proposal."""

    shows_preview = True

    def __init__(self) -> None:
        self.seen: list[Proposal] = []

    def go_ahead(self, proposal: Proposal) -> bool:
        self.seen.append(proposal)
        return True

    @property
    def preview(self) -> Preview | None:
        return self.seen[-1].preview


@pytest.fixture
def job(bench: Bench) -> Job:
    bench.make("id", OLD)
    bench.source(["Id", "Name"], ["a", "A"], ["b", "b"], ["new", "x"])
    return bench.job("upsert", "id name")


def test_a_small_push_is_asked_about_with_what_it_would_do(bench: Bench, job: Job) -> None:
    ask = Looking()

    bench.push(job, ask=ask)

    assert ask.preview is not None
    counts = (ask.preview.new, ask.preview.changed, ask.preview.deleted, ask.preview.unchanged)
    assert counts == (1, 1, 0, 1)
    assert (ask.preview.before, ask.preview.after) == (8, 9)


def test_what_would_take_long_is_not_looked_at_unasked(
    bench: Bench, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(estimate, "CHEAP", 2)
    ask = Looking()

    bench.push(job, ask=ask)

    assert ask.preview is None


def test_what_a_preview_saw_counts_for_the_same_rows_alone(bench: Bench, job: Job) -> None:
    ask = Looking()
    source = bench.push(job).source
    assert source is not None

    bench.push(job, ask=ask, seen=PreviewSnapshot(9, None, source.sha256, KNOWN))
    assert ask.preview == KNOWN
    bench.push(job, ask=ask, seen=PreviewSnapshot(9, None, "of other rows", KNOWN))
    assert ask.preview is not None
    assert ask.preview.unchanged == 3


def test_a_preview_that_was_overtaken_is_worked_out_anew(bench: Bench, job: Job) -> None:
    ask, seen = Looking(), PreviewSnapshot(5, None, "", KNOWN)

    refused = bench.push(job, ask=ask, seen=seen)
    assert (refused.guards.stopped_by, ask.seen) == ("changed-since-preview", [])

    report = bench.push(
        job, ask=ask, seen=seen, skipped_guards=frozenset({"changed-since-preview"})
    )
    assert report.guards.overridden == ("changed-since-preview",)
    assert ask.preview is not None
    assert ask.preview.new == 1
