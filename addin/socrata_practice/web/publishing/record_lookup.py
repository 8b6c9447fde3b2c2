"""Lookup of the records named by a path of the Publishing API, with the caller's rights."""

from __future__ import annotations

from flask import request

from socrata_practice import refusals
from socrata_practice.accounts import Account
from socrata_practice.faults.fault import Fault
from socrata_practice.faults.middleware import STRUCK
from socrata_practice.publishing.shared_resources import Context
from socrata_practice.publishing.stored_records import (
    InputSchema,
    OutputSchema,
    Revision,
    Source,
    find,
)
from socrata_practice.storage import asset_store
from socrata_practice.storage.asset import Asset
from socrata_practice.web import access

_RIGHTS = {
    "update": ("write", "add"),
    "replace": ("write", "add", "delete"),
    "delete": ("write", "delete"),
}


def context() -> Context:
    """Return the context of the background work."""
    return access.site().publishing


def struck(*kinds: str) -> Fault | None:
    """Return the fault that struck this request, if the kind is one of these."""
    fault = request.environ.get(STRUCK)
    return fault if isinstance(fault, Fault) and fault.kind in kinds else None


def missing(what: str) -> refusals.Refusal:
    """Return the 404 for an unknown name."""
    return refusals.publishing(404, "not_found", f"There is no {what}")


def dataset(fourfour: str, *wanted: str) -> tuple[Asset, Account]:
    """Return a dataset the caller, who is signed in, has the rights on."""
    account = access.signed_in()
    asset = asset_store.find(access.connection(), fourfour)
    if asset is None:
        raise missing(f"dataset {fourfour}")
    lacking = set(wanted or ("write",)) - set(access.rights(account, asset))
    if lacking:
        raise refusals.publishing(
            403,
            "permission_denied",
            f"You do not have appropriate access to publish to view {fourfour}",
        )
    return asset, account


def for_action(fourfour: str, action: str) -> tuple[Asset, Account]:
    """Return a dataset on which the caller has the rights for a revision's action."""
    return dataset(fourfour, *_RIGHTS[action])


def revision(fourfour: str, seq: int) -> Revision:
    """Return a revision of a dataset that the caller may write."""
    asset, _ = dataset(fourfour)
    found = find(access.connection(), Revision, fourfour=asset.id, revision_seq=seq)
    if found is None:
        raise missing(f"revision {seq} of {fourfour}")
    return found


def open_revision(fourfour: str, seq: int) -> Revision:
    """Return a revision that can still be changed; raises Refusal if closed."""
    found = revision(fourfour, seq)
    if found.closed_at is not None or found.applied_by is not None:
        raise closed(found)
    return found


def closed(found: Revision) -> refusals.Refusal:
    """Return the refusal for a revision that was applied or discarded."""
    refusal = refusals.publishing(
        400,
        "revision_closed",
        f"Revision {found.revision_seq} of {found.fourfour} is closed",
        fourfour=found.fourfour,
        revision_seq=found.revision_seq,
    )
    refusal.guess = "apply_again"
    return refusal


def source(source_id: int) -> Source:
    """Return a source of a revision that the caller may write, or a source of the caller's own."""
    account = access.signed_in()
    connection = access.connection()
    found = find(connection, Source, id=source_id)
    if found is None:
        raise missing(f"source {source_id}")
    if found.revision_id is not None:
        own = find(connection, Revision, id=found.revision_id)
        assert own is not None  # noqa: S101
        dataset(own.fourfour)
    elif found.created_by != account.user_id:
        raise missing(f"source {source_id}")
    return found


def input_schema(source_id: int, schema_id: int) -> InputSchema:
    """Return an input schema of a source."""
    source(source_id)
    found = find(access.connection(), InputSchema, id=schema_id, source_id=source_id)
    if found is None:
        raise missing(f"input schema {schema_id} of source {source_id}")
    return found


def output_schema(source_id: int, schema_id: int, output_id: int) -> OutputSchema:
    """Return an output schema of an input schema."""
    input_schema(source_id, schema_id)
    found = find(access.connection(), OutputSchema, id=output_id, input_schema_id=schema_id)
    if found is None:
        raise missing(f"output schema {output_id} of input schema {schema_id}")
    return found


def dataset_of(found: Source) -> Asset | None:
    """Return the dataset that a source belongs to."""
    if found.revision_id is None:
        return None
    own = find(access.connection(), Revision, id=found.revision_id)
    return None if own is None else asset_store.find(access.connection(), own.fourfour)
