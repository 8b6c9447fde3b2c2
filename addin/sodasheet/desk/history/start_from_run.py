"""Start an undo of a past run, or a push that resolves its outcome."""

from __future__ import annotations

from typing import Any

from werkzeug.exceptions import NotFound

from sodasheet.desk.history import runs_on_pages
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import TaskKind, TaskOptions, TaskRecord, new_task
from sodasheet.push.runs.history import PastRun
from sodasheet.push.runs.journal import Journal, runs_folder


def known_run(name: str) -> PastRun:
    """Return the run of an address. Raises NotFound for an unknown run.

    A name that is not in the journal is never used as a path.
    """
    found = next((run for run in runs_on_pages.all_runs() if run.run == name), None)
    if found is None:
        raise NotFound
    return found


def start_from_run(name: str, kind: TaskKind, options: TaskOptions, workers: Workers) -> Any:
    """Start a task with the job of a past run, and go to its page. Raises NotFound."""
    run = known_run(name)
    record = Journal(runs_folder()).record(name)
    if record is None:
        raise NotFound
    from sodasheet.jobs import write_job
    from sodasheet.jobs.push_resume_undo import request_from_memo

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
