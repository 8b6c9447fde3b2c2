"""The list of runs and one run in full, as pages."""

from __future__ import annotations

from collections.abc import Sequence

from flask import render_template

from sodasheet.desk.history import runs_on_pages
from sodasheet.desk.history.runs_on_pages import RunFilter
from sodasheet.desk.push import summary
from sodasheet.push.runs.history import PastRun


def list_page(runs: Sequence[PastRun], wanted: RunFilter) -> str:
    """Return the list of runs: one page of the filtered runs."""
    found = runs_on_pages.listed(runs, wanted)
    first = (wanted.page - 1) * runs_on_pages.PAGE
    return render_template(
        "history/list.html",
        place="History",
        runs=found[first : first + runs_on_pages.PAGE],
        total=len(found),
        first=first,
        any=bool(runs),
        wanted=wanted,
        size=runs_on_pages.PAGE,
        datasets={run.dataset: run.dataset_name for run in runs if run.dataset},
        plots=runs_on_pages.plots(runs),
        method_words=summary.method_words,
    )


def run_page(run: PastRun, *, all_rejected: bool) -> str:
    """Return the page of one run, with its first rejected rows or all of them."""
    report = runs_on_pages.report_of(run)
    rejected = report.get("rejected") or []
    return render_template(
        "history/run.html",
        place="History",
        run=run,
        told=summary.summary(report) if report.get("outcome") else None,
        report=report,
        rejected=rejected if all_rejected else rejected[: runs_on_pages.SHOWN],
        details=runs_on_pages.details(run, report),
        happenings=runs_on_pages.happenings(run.run),
        undo=runs_on_pages.can_undo(run),
        undone=runs_on_pages.undone_by(run.run),
        method=summary.method_words(run.method),
    )
