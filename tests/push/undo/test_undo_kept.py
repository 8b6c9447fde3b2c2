"""Files needed to resume an undo are kept if writing its run log fails."""

from __future__ import annotations

import pytest

from sodasheet.errors import SodaSheetError
from sodasheet.jobs.push_resume_undo import undo
from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome
from sodasheet.push.context import PushContext
from sodasheet.push.questions_to_user import Agreed, Proposal
from sodasheet.push.runs.journal import REPORT_NAME, Journal, runs_folder
from sodasheet.push.undo.snapshot_folder import complete
from sodasheet.push.undo.undo import ROWS

from ..conftest import Bench

OLD = [{"id": "a", "name": "Old a", "amount": "1"}]


class Meddler:
    """A user who agrees, and then prevents the run's report from being written."""

    def go_ahead(self, proposal: Proposal) -> bool:
        # Ids of one second have no order: the run under way is the one that has no report yet.
        runs = (path for path in runs_folder().iterdir() if path.is_dir())
        under_way = next(path for path in runs if not (path / REPORT_NAME).exists())
        (under_way / "report.tmp").mkdir()
        return True


def pushed(bench: Bench) -> str:
    bench.make("id", OLD)
    bench.source(["Id", "Name", "Amount"], ["a", "New a", "2"])
    return bench.push(bench.job("upsert")).run


def test_an_undo_whose_report_cannot_be_written_keeps_its_rows_and_its_snapshot(
    bench: Bench,
) -> None:
    run = pushed(bench)

    ended = undo(run, PushContext(bench.session(), Silent(), Meddler()))

    # The rows have been restored, so that is what is reported, with the other failure beside it.
    assert ended.outcome is Outcome.DONE
    assert "cannot be written" in ended.summary

    (undone, *_) = Journal(runs_folder()).runs()
    folder = runs_folder() / undone.run
    assert undone.run != run
    assert (folder / ROWS).exists()
    assert complete(folder / "snapshot")


def test_an_undo_that_comes_to_nothing_leaves_no_folder_behind(bench: Bench) -> None:
    run = pushed(bench)
    desk = PushContext(bench.session(), Silent(), Agreed())
    bench.write([{"id": "a", "name": "Someone else", "amount": "3"}])

    with pytest.raises(SodaSheetError, match="changed by someone else"):
        undo(run, desk)

    assert [path.name for path in runs_folder().iterdir() if path.is_dir()] == [run]
