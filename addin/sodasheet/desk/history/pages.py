"""The pages History and one run in full, and undoing a run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, request, send_file
from werkzeug.exceptions import NotFound

from sodasheet.desk.history import model
from sodasheet.desk.history.model import RunFilter
from sodasheet.desk.push import summary
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import TaskKind, TaskOptions, TaskRecord, new_task
from sodasheet.errors import UsageProblem
from sodasheet.push.runs.history import PastRun
from sodasheet.push.runs.journal import Journal, runs_folder


def history_pages(workers: Workers) -> Blueprint:
    """Return the pages History; `workers` start an undo."""
    pages = Blueprint("history", __name__, url_prefix="/history")
    _add_pages(pages)
    _add_actions(pages, workers)
    return pages


def _add_pages(pages: Blueprint) -> None:
    """Add what can be read: the list, a run, and its files."""

    @pages.get("")
    def show() -> str:
        return _list_page(model.all_runs(), RunFilter.from_query(request.args))

    @pages.get("/runs.csv")
    def csv() -> Response:
        head = {"Content-Disposition": "attachment; filename=runs.csv"}
        return Response(model.as_csv(model.all_runs()), mimetype="text/csv", headers=head)

    @pages.get("/<name>")
    def one(name: str) -> str:
        return _run_page(_run(name), all_rejected=bool(request.args.get("all")))

    @pages.get("/<name>/report.json")
    def report(name: str) -> Any:
        return _file(_run(name).report, f"report-{name}.json", "application/json")

    @pages.get("/<name>/findings.csv")
    def findings(name: str) -> Any:
        return _file(_run(name).findings_file, f"findings-{name}.csv", "text/csv")


def _add_actions(pages: Blueprint, workers: Workers) -> None:
    """Add what changes something: undoing, finding out, and marking a run as resolved."""

    @pages.post("/<name>/undo")
    def undo(name: str) -> Any:
        return _start(name, TaskKind.UNDO, TaskOptions(undoes=name), workers)

    @pages.post("/<name>/find-out")
    def find_out(name: str) -> Any:
        return _start(name, TaskKind.PUSH, TaskOptions(settles=name), workers)

    @pages.post("/<name>/resolve")
    def resolve(name: str) -> Any:
        run = _run(name)
        if run.outcome not in (None, "unknown"):
            raise UsageProblem(f"Run {name} has ended: {run.outcome}.", "There is nothing to do.")
        Journal(runs_folder()).end(name, "dismissed", run.summary or "It was marked as resolved.")
        return local(f"/history/{name}")


def _list_page(runs: Sequence[PastRun], wanted: RunFilter) -> str:
    found = model.listed(runs, wanted)
    first = (wanted.page - 1) * model.PAGE
    return render_template(
        "history/list.html",
        place="History",
        runs=found[first : first + model.PAGE],
        total=len(found),
        first=first,
        any=bool(runs),
        wanted=wanted,
        size=model.PAGE,
        datasets={run.dataset: run.dataset_name for run in runs if run.dataset},
        plots=model.plots(runs),
        method_words=summary.method_words,
    )


def _run_page(run: PastRun, *, all_rejected: bool) -> str:
    report = model.report_of(run)
    rejected = report.get("rejected") or []
    return render_template(
        "history/run.html",
        place="History",
        run=run,
        told=summary.summary(report) if report.get("outcome") else None,
        report=report,
        rejected=rejected if all_rejected else rejected[: model.SHOWN],
        details=model.details(run, report),
        happenings=model.happenings(run.run),
        undo=model.can_undo(run),
        undone=model.undone_by(run.run),
        method=summary.method_words(run.method),
    )


def _run(name: str) -> PastRun:
    """The run of an address; what isn't in the journal is no path either. Raises NotFound."""
    found = next((run for run in model.all_runs() if run.run == name), None)
    if found is None:
        raise NotFound
    return found


def _file(path: str | None, name: str, kind: str) -> Any:
    if path is None or not Path(path).is_file():
        raise NotFound
    return send_file(path, kind, as_attachment=True, download_name=name)


def _start(name: str, kind: TaskKind, options: TaskOptions, workers: Workers) -> Any:
    run = _run(name)
    record = Journal(runs_folder()).record(name)
    if record is None:
        raise NotFound
    from sodasheet.jobs import write_job
    from sodasheet.jobs.execute import request_from_memo

    request_ = request_from_memo(record.order)
    task = new_task(
        TaskRecord(
            kind,
            source=run.source,
            dataset=run.dataset_name,
            portal=run.portal,
            base=str(request_.base),
            options=options,
        )
    )
    write_job(request_.job, task.folder / "job.json")
    workers.start(task)
    return local(f"/task/{task.id}")
