"""The dataset's columns are read again after a revision that brought an output schema."""

from __future__ import annotations

from sodasheet.model.progress import Silent
from sodasheet.model.report import Outcome

from .conftest import Bench

#: The replaces here empty a column with values.
EMPTYING = frozenset({"unlike-dataset"})


class AtTheEnd(Silent):
    """A column goes once the rows have landed, as with a schema without that column."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def begin(self, stage: str, total: int | None = None) -> None:
        if stage == "verifying":
            self.bench.drop_column("amount")


def test_a_column_that_a_replace_took_away_is_named(bench: Bench) -> None:
    bench.make("id", [{"id": "a", "name": "Old", "amount": "1"}])
    bench.source(["Id", "Name"], ["a", "New"])

    report = bench.push(
        bench.job("replace", "id name"),
        transport="publishing",
        progress=AtTheEnd(bench),
        skipped_guards=EMPTYING,
    )

    assert report.outcome is Outcome.DONE
    assert "The dataset no longer has the column Amount" in report.summary


def test_a_replace_that_keeps_its_columns_says_nothing_of_them(bench: Bench) -> None:
    bench.make("id", [{"id": "a", "name": "Old", "amount": "1"}])
    bench.source(["Id", "Name"], ["a", "New"])

    report = bench.push(
        bench.job("replace", "id name"), transport="publishing", skipped_guards=EMPTYING
    )

    assert report.outcome is Outcome.DONE
    assert "no longer has" not in report.summary
