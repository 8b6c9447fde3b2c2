"""Tasks of a draft: reading its source, checking, previewing and pushing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sodasheet.desk.drafts.draft import Draft
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import Task, TaskKind, TaskOptions, TaskRecord, new_task

#: A task without special options.
NO_OPTIONS = TaskOptions()


def start_for(
    draft: Draft,
    kind: TaskKind,
    workers: Workers,
    options: TaskOptions = NO_OPTIONS,
    seen: Mapping[str, Any] | None = None,
) -> Task:
    """Start a task with the current job of a draft. Raises SodaSheetError."""
    from sodasheet.jobs import write_job

    job, about = draft.job, draft.about
    task = new_task(
        TaskRecord(
            kind,
            source=about.source,
            dataset=draft.name,
            portal=job.portal,
            base=about.base,
            draft=draft.id,
            options=options,
            seen=seen,
        )
    )
    write_job(job, task.folder / "job.json")
    workers.start(task)
    return task
