"""The Quality page of a dataset: completeness, freshness, and findings over time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import Blueprint, render_template
from werkzeug.exceptions import NotFound

from sodasheet.desk.formatting.numbers import amount
from sodasheet.desk.history.runs_on_pages import all_runs
from sodasheet.desk.portal_session import open_session

if TYPE_CHECKING:
    from sodasheet.dataset_quality.completeness_freshness_findings import RunFindings

#: Pushes in the plot.
POINTS = 24

_WIDTH, _HEIGHT = 240.0, 60.0


@dataclass(frozen=True, slots=True)
class FindingsPlot:
    """Columns of findings per push as coordinates of SVG; `label` says the same in text.

    Each bar is its left edge, top, width and height.
    """

    bars: tuple[tuple[str, str, str, str], ...]
    label: str


def quality_pages() -> Blueprint:
    """Return the Quality page for datasets pushed from this computer."""
    pages = Blueprint("quality", __name__, url_prefix="/history/quality")

    @pages.get("/<dataset>")
    def show(dataset: str) -> str:
        # Imported here, so that the desk shows its first page sooner.
        from sodasheet.dataset_quality.completeness_freshness_findings import read_overview

        # Only a portal from the run log is asked, because an address may come from anywhere.
        run = next((one for one in all_runs() if one.dataset == dataset), None)
        if run is None:
            raise NotFound
        with open_session(run.portal) as session:
            found = read_overview(session, run.dataset)
        return render_template(
            "history/quality.html",
            place="History",
            found=found,
            columns=found.emptiest_first,
            runs=found.runs[::-1],
            plot=findings_plot(found.runs),
        )

    return pages


def findings_plot(runs: Sequence[RunFindings]) -> FindingsPlot | None:
    """Return the plot of the last pushes, None if fewer than two are known."""
    known = [one for one in runs if one.counts is not None][-POINTS:]
    if len(known) < 2:
        return None
    totals = [one.total for one in known]
    most = max(1, *totals)
    step = _WIDTH / len(known)
    bars = tuple(
        (
            f"{at * step + step * 0.15:.1f}",
            f"{_HEIGHT - total / most * _HEIGHT:.1f}",
            f"{step * 0.7:.1f}",
            f"{total / most * _HEIGHT:.1f}",
        )
        for at, total in enumerate(totals)
        if total
    )
    pushes = amount(len(known), "push", "pushes")
    label = f"Findings of the last {pushes}: {', '.join(f'{total:,}' for total in totals)}"
    return FindingsPlot(bars, label)
