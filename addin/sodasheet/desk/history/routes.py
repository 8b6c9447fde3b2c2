"""Addresses of the History pages: the list, one run in full, and the actions on a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, request, send_file
from werkzeug.exceptions import NotFound

from sodasheet.desk.history import runs_on_pages
from sodasheet.desk.history.run_pages import list_page, run_page
from sodasheet.desk.history.runs_on_pages import RunFilter
from sodasheet.desk.history.start_from_run import known_run, start_from_run
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import TaskKind, TaskOptions
from sodasheet.errors import UsageProblem
from sodasheet.push.runs.journal import Journal, runs_folder


def history_pages(workers: Workers) -> Blueprint:
    """Return the routes of the History page; `workers` start an undo."""
    pages = Blueprint("history", __name__, url_prefix="/history")
    _add_pages(pages)
    _add_actions(pages, workers)
    return pages


def _add_pages(pages: Blueprint) -> None:
    """Add the read-only pages: the list, a run, and its files."""

    @pages.get("")
    def show() -> str:
        return list_page(runs_on_pages.all_runs(), RunFilter.from_query(request.args))

    @pages.get("/runs.csv")
    def csv() -> Response:
        head = {"Content-Disposition": "attachment; filename=runs.csv"}
        return Response(
            runs_on_pages.as_csv(runs_on_pages.all_runs()), mimetype="text/csv", headers=head
        )

    @pages.get("/<name>")
    def one(name: str) -> str:
        return run_page(known_run(name), all_rejected=bool(request.args.get("all")))

    @pages.get("/<name>/report.json")
    def report(name: str) -> Any:
        return _file(known_run(name).report, f"report-{name}.json", "application/json")

    @pages.get("/<name>/findings.csv")
    def findings(name: str) -> Any:
        return _file(known_run(name).findings_file, f"findings-{name}.csv", "text/csv")


def _add_actions(pages: Blueprint, workers: Workers) -> None:
    """Add the actions: undo, resolve, and mark as resolved."""

    @pages.post("/<name>/undo")
    def undo(name: str) -> Any:
        return start_from_run(name, TaskKind.UNDO, TaskOptions(undoes=name), workers)

    @pages.post("/<name>/find-out")
    def find_out(name: str) -> Any:
        return start_from_run(name, TaskKind.PUSH, TaskOptions(settles=name), workers)

    @pages.post("/<name>/resolve")
    def resolve(name: str) -> Any:
        run = known_run(name)
        if run.outcome not in (None, "unknown"):
            raise UsageProblem(f"Run {name} has ended: {run.outcome}.", "There is nothing to do.")
        Journal(runs_folder()).end(name, "dismissed", run.summary or "It was marked as resolved.")
        return local(f"/history/{name}")


def _file(path: str | None, name: str, kind: str) -> Any:
    if path is None or not Path(path).is_file():
        raise NotFound
    return send_file(path, kind, as_attachment=True, download_name=name)
