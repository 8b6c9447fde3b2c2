"""Applying revisions: the plan, the task set, and approval."""

from __future__ import annotations

from flask import Blueprint, Response

from socrata_practice import refusals
from socrata_practice.accounts import Account
from socrata_practice.publishing import task_sets
from socrata_practice.publishing.stored_records import (
    OutputSchema,
    Revision,
    TaskSet,
    find,
    get,
    update,
)
from socrata_practice.storage.database import transaction
from socrata_practice.web import access
from socrata_practice.web.json_body import json_object
from socrata_practice.web.publishing import record_lookup, resource_json
from socrata_practice.web.publishing.resource_links import BASE
from socrata_practice.web.publishing.revisions import no_task_runs, own_output
from socrata_practice.web.replies import pretty

applications = Blueprint("applications", __name__, url_prefix=f"{BASE}/revision")


@applications.get("/<fourfour>/<int:seq>/plan")
def plan(fourfour: str, seq: int) -> Response:
    """Return the steps of applying a revision."""
    found = record_lookup.revision(fourfour, seq)
    names = ["prepare_draft_for_import"]
    if found.output_schema_id is not None:
        names += ["set_schema"]
    names += ["apply_metadata"]
    if found.output_schema_id is not None:
        names += ["upsert_task", "set_display_type"]
    names += ["publish", "wait_for_replication"]
    if found.permission is not None:
        names += ["set_permission"]
    return pretty({"resource": [{"type": name, "operation": name} for name in names], "links": {}})


@applications.put("/<fourfour>/<int:seq>/apply")
def apply(fourfour: str, seq: int) -> Response:
    """Start applying a revision, or queue the revision for approval."""
    body = json_object(empty=True)
    found = record_lookup.open_revision(fourfour, seq)
    _, account = record_lookup.for_action(fourfour, found.action)
    output = found.output_schema_id
    if body.get("output_schema_id") is not None:
        output = own_output(found, body["output_schema_id"]).id
    _check_output(output)
    if _needs_approval(found, account):
        return _submit(found, output)
    return start(found, account, output)


def _check_output(number: int | None) -> None:
    if number is None:
        return
    found = get(access.connection(), OutputSchema, id=number)
    if found.finished_at is None:
        raise refusals.publishing(
            400, "output_schema_not_finished", f"Output schema {number} is not finished yet"
        )


def _needs_approval(revision: Revision, account: Account) -> bool:
    settings = record_lookup.context().settings
    waits = account.role in settings.approval_accounts
    return waits or revision.fourfour in settings.approval_datasets


def _submit(revision: Revision, output: int | None) -> Response:
    connection = access.connection()
    with transaction(connection):
        update(connection, revision, approval="pending", output_schema_id=output)
    if access.site().settings.guess("approval") == "no task set":
        again = get(connection, Revision, id=revision.id)
        return pretty(resource_json.revision(connection, again), 202)
    return pretty(
        {
            "key": "approval_submitted",
            "message": f"Revision {revision.revision_seq} waits for approval",
            "params": {"fourfour": revision.fourfour, "revision_seq": revision.revision_seq},
        },
        202,
    )


def start(revision: Revision, account: Account, output: int | None) -> Response:
    """Start a task set."""
    connection = access.connection()
    with transaction(connection):
        again = get(connection, Revision, id=revision.id)
        if again.closed_at is not None or again.applied_by is not None:
            raise record_lookup.closed(again)
        no_task_runs(connection, again)
        number = task_sets.create(connection, again, account.user_id, output)
        update(connection, again, output_schema_id=output)
    made = get(connection, TaskSet, id=number)
    record_lookup.context().workers.start(
        task_sets.run, record_lookup.context(), number, record_lookup.struck(*task_sets.FAULTS)
    )
    return pretty(resource_json.task_set(made, revision))


@applications.get("/<fourfour>/<int:seq>/apply/<int:number>")
def show_task_set(fourfour: str, seq: int, number: int) -> Response:
    """Return the state of a task set."""
    revision = record_lookup.revision(fourfour, seq)
    found = find(access.connection(), TaskSet, id=number, revision_id=revision.id)
    if found is None:
        raise record_lookup.missing(f"task set {number}")
    return pretty(resource_json.task_set(found, revision))
