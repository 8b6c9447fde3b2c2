"""Recovery at start: work that was interrupted when the portal ended is marked as ended."""

from __future__ import annotations

from socrata_practice.publishing.shared_resources import Context
from socrata_practice.publishing.stored_records import (
    OutputColumn,
    OutputSchema,
    Revision,
    Source,
    TaskSet,
    Transform,
    get,
    several,
    update,
)
from socrata_practice.publishing.task_sets import RUNNING
from socrata_practice.storage.database import now_text, transaction

_DETAILS = {"type": "internal_error", "message": "The portal was restarted"}


def recover(context: Context) -> None:
    """Settle unfinished work: a task set whose rows were written was successful."""
    with context.connection() as connection, transaction(connection):
        now = now_text()
        for task_set in several(connection, TaskSet):
            if task_set.status in RUNNING:
                revision = get(connection, Revision, id=task_set.revision_id)
                is_applied = revision.applied_by == task_set.id
                update(connection, task_set, finished_at=now,
                       status="successful" if is_applied else "failure")  # fmt: skip
                if is_applied:
                    update(connection, revision, closed_at=revision.closed_at or now)
        for source in several(connection, Source, finished_at=None):
            if source.filesize is not None and source.failed_at is None:
                update(connection, source, failed_at=now, failure_details=_DETAILS)
        for output in several(connection, OutputSchema, finished_at=None):
            for column in several(connection, OutputColumn, output_schema_id=output.id):
                transform = get(connection, Transform, id=column.transform_id)
                if transform.finished_at is None and transform.failed_at is None:
                    update(connection, transform, failed_at=now, failure_details=_DETAILS)
