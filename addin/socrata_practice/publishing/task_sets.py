"""Task sets: the steps of applying a revision, taken one after the other (C.3)."""

from __future__ import annotations

import logging
import secrets
import sqlite3
import uuid
from typing import Any

from socrata_practice import refusals
from socrata_practice.faults.fault import Fault
from socrata_practice.publishing.apply_revision import Applied, apply_revision
from socrata_practice.publishing.background_threads import StoppedError
from socrata_practice.publishing.shared_resources import Context
from socrata_practice.publishing.stored_records import Revision, TaskSet, get, insert, update
from socrata_practice.storage.database import now_text, transaction

logger = logging.getLogger("socrata_practice")
FAULTS = ("task_fails", "task_hangs", "task_hangs_applied", "rows_fail")
RUNNING = ("initializing", "creating_columns", "upserting", "finishing")


def create(
    connection: sqlite3.Connection, revision: Revision, user_id: str, output_schema_id: int | None
) -> int:
    """Store a task set that has not started."""
    now = now_text()
    return insert(
        connection,
        TaskSet,
        revision_id=revision.id,
        status="initializing",
        output_schema_id=output_schema_id,
        log=[_entry("started", {})],
        job_uuid=str(uuid.uuid4()),
        request_id=secrets.token_hex(16),
        created_at=now,
        updated_at=now,
        created_by=user_id,
    )


def _entry(stage: str, details: dict[str, Any]) -> dict[str, Any]:
    return {"stage": stage, "time": now_text(), "details": details}


def run(context: Context, task_set_id: int, fault: Fault | None) -> None:
    """Run a task set through its steps to success or failure.

    A fault has it fail, hang before or after the rows are in, or leave rows out.
    """
    with context.connection() as connection:
        try:
            _step(context, connection, task_set_id, "creating_columns")
            _step(context, connection, task_set_id, "upserting")
            task_set = get(connection, TaskSet, id=task_set_id)
            _suffer(context, fault, "task_hangs")
            left_out = fault.rows if fault and fault.kind == "rows_fail" else frozenset()
            with transaction(connection):
                applied = apply_revision(context, connection, task_set, left_out)
            _suffer(context, fault, "task_hangs_applied")
            _done(connection, task_set_id, applied)
            context.workers.sleep(context.settings.task_seconds)
            _end(connection, task_set_id, "successful")
        except refusals.Refusal as refusal:
            message = str(refusal.body.get("message"))
            _end(connection, task_set_id, "failure", _entry("failure", {"message": message}))
        except (
            StoppedError
        ):  # the outcome is recorded at the next start (publishing/end_interrupted_work.py)
            raise
        except sqlite3.IntegrityError as error:
            details = {"message": f"Two columns would have the same name: {error}"}
            _end(connection, task_set_id, "failure", _entry("failure", details))
        except Exception:
            details = {"message": "Internal error"}
            _end(connection, task_set_id, "failure", _entry("failure", details))
            raise


def _suffer(context: Context, fault: Fault | None, hangs: str) -> None:
    if fault is not None and fault.kind == hangs:
        context.workers.wait(fault.cleared)
    if fault is not None and fault.kind == "task_fails":
        raise refusals.publishing(500, "task_failed", "Internal error (injected)")


def _step(context: Context, connection: sqlite3.Connection, task_set_id: int, status: str) -> None:
    context.workers.sleep(context.settings.task_seconds)
    with transaction(connection):
        task_set = get(connection, TaskSet, id=task_set_id)
        update(connection, task_set, status=status, updated_at=now_text())


def _done(connection: sqlite3.Connection, task_set_id: int, applied: Applied) -> None:
    """Record that the rows are written, and close the revision."""
    log = [_entry("columns_created", {"created": applied.columns_created})]
    if applied.counts is not None:
        log.append(_entry("upsert_complete", applied.counts))
    with transaction(connection):
        task_set = get(connection, TaskSet, id=task_set_id)
        update(connection, task_set, status="finishing", updated_at=now_text(),
               log=task_set.log + log)  # fmt: skip
        revision = get(connection, Revision, id=task_set.revision_id)
        update(connection, revision, closed_at=now_text())


def _end(
    connection: sqlite3.Connection, task_set_id: int, status: str, *entries: dict[str, Any]
) -> None:
    with transaction(connection):
        task_set = get(connection, TaskSet, id=task_set_id)
        now = now_text()
        update(connection, task_set, status=status, updated_at=now, finished_at=now,
               log=[*task_set.log, *entries])  # fmt: skip
