"""/practice, which no real portal has: faults, settings, approvals, ending a lag.

Only the owner's key opens it, so that whoever tests a client with another key cannot strike
themselves; no fault ever strikes it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response

from socrata_practice import refusals
from socrata_practice.faults.fault import FaultError, fault_from_json
from socrata_practice.publishing.stored_records import Revision, find, several, update
from socrata_practice.settings import SettingError
from socrata_practice.storage import replication_lag
from socrata_practice.storage.database import transaction
from socrata_practice.web import access
from socrata_practice.web.json_body import json_object
from socrata_practice.web.publishing import record_lookup, resource_json
from socrata_practice.web.publishing.apply_revisions import start
from socrata_practice.web.replies import pretty

admin = Blueprint("admin", __name__, url_prefix="/practice")


@admin.before_request
def _owner_only() -> None:
    if access.signed_in().role != "owner":
        raise refusals.denied("/practice; use the owner's key")


# --- faults --------------------------------------------------------------------------------------


@admin.get("/faults")
def faults() -> Response:
    """Return the active faults, and how often each has struck."""
    return pretty([fault.as_json() for fault in access.site().faults.listed()])


@admin.post("/faults")
def inject() -> Response:
    """Activate a fault."""
    try:
        fault = fault_from_json(json_object())
    except FaultError as error:
        raise refusals.invalid(str(error)) from error
    return pretty(access.site().faults.inject(fault).as_json(), 201)


@admin.delete("/faults")
def clear() -> Response:
    """Deactivate all faults, restore withdrawn rights, and resume waiting requests."""
    access.site().restore_rights()
    return pretty({"cleared": access.site().faults.clear()})


@admin.delete("/faults/<int:number>")
def clear_one(number: int) -> Response:
    """Lift one fault."""
    if not access.site().faults.clear(number):
        raise refusals.no_service()
    return pretty({"cleared": 1})


@admin.get("/requests")
def requests_seen() -> Response:
    """Return the requests received."""
    return pretty([one.as_json() for one in access.site().faults.requests.requests()])


@admin.delete("/requests")
def forget_requests() -> Response:
    """Clear the record of requests."""
    access.site().faults.requests.forget()
    return pretty([])


# --- settings and lag ----------------------------------------------------------------------------


@admin.get("/settings")
def settings() -> Response:
    """Return the settings."""
    return pretty(access.site().settings.as_json())


@admin.patch("/settings")
def change_settings() -> Response:
    """Change settings."""
    try:
        access.site().settings.change(json_object())
    except SettingError as error:
        raise refusals.invalid(str(error)) from error
    return settings()


@admin.post("/replicate")
def replicate() -> Response:
    """Make all writes visible to readers."""
    connection = access.connection()
    with transaction(connection):
        replication_lag.replicate(connection)
    return pretty({"replicated": True})


# --- approvals -----------------------------------------------------------------------------------


@admin.get("/approvals")
def approvals() -> Response:
    """Return the revisions that wait for approval."""
    connection = access.connection()
    waiting = several(connection, Revision, approval="pending")
    return pretty([resource_json.revision(connection, one) for one in waiting if not one.closed_at])


@admin.post("/approvals/<fourfour>/<int:seq>")
def decide(fourfour: str, seq: int) -> Response:
    """Approve and apply a revision, or reject the revision, which stays open."""
    decision = json_object().get("decision")
    if decision not in ("approve", "reject"):
        raise refusals.invalid("decision must be approve or reject")
    return decided(fourfour, seq, decision == "approve")


def decided(fourfour: str, seq: int, approve: bool) -> Response:
    """Approve or reject."""
    connection = access.connection()
    found: Any = find(connection, Revision, fourfour=fourfour, revision_seq=seq)
    if found is None or found.approval != "pending" or found.closed_at is not None:
        raise record_lookup.missing(f"revision {seq} of {fourfour} that waits for approval")
    with transaction(connection):
        update(connection, found, approval="approved" if approve else "rejected")
    if not approve:
        return pretty(resource_json.revision(connection, record_lookup.revision(fourfour, seq)))
    return start(found, access.signed_in(), found.output_schema_id)
