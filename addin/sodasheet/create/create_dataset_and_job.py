"""Create a proposed dataset: a private draft, published without rows, and its job."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from sodasheet.create.proposal import NewDataset
from sodasheet.errors import PortalError
from sodasheet.matching.column_drift import fingerprint
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.portal.catalog_search import datasets_named
from sodasheet.portal.new_dataset import create_published

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

_log = logging.getLogger(__name__)


def create_dataset(
    session: PortalSession, proposal: NewDataset, source: SourceSpec, headers: tuple[str, ...]
) -> Job:
    """Create the dataset, private and without rows, and return the job that pushes the source.

    If a step fails, the draft is deleted again. Raises PortalError, UnknownOutcome.
    """
    target = create_published(session, _view(proposal))
    method = Method.UPSERT if target.row_identifier else Method.REPLACE
    return Job(
        session.portal,
        target.id,
        method,
        source,
        _mapping(proposal, headers),
        fingerprint=fingerprint(headers, target),
    )


def same_name(session: PortalSession, name: str) -> str:
    """Return a sentence if the portal already has a dataset with this name; empty otherwise.

    The dataset exists already if the rows of an earlier try were refused.
    """
    try:
        same = datasets_named(session, name)
    except PortalError as error:
        # A portal without a catalog still creates datasets.
        _log.info("Could not search for a dataset of this name: %s", error)
        return ""
    return f'{session.host} already has a dataset named "{name}": {same[0].url}.' if same else ""


def _view(proposal: NewDataset) -> dict[str, Any]:
    view: dict[str, Any] = {
        "name": proposal.name,
        "columns": [
            {"name": column.name, "fieldName": column.field, "dataTypeName": column.type}
            for column in proposal.columns
        ],
    }
    if proposal.identifier:
        view["metadata"] = {"rowIdentifier": proposal.identifier}
    return view


def _mapping(proposal: NewDataset, headers: tuple[str, ...]) -> Mapping:
    by_source = {column.source: column for column in proposal.columns}
    rules = []
    for header in headers:
        column = by_source.get(header)
        if column is None:
            rules.append(ColumnRule(source=header, ignore=True, match="confirmed"))
        else:
            rules.append(
                ColumnRule(
                    source=header,
                    field=column.field,
                    formats=column.formats,
                    pad=column.pad,
                    match="confirmed",
                )
            )
    return Mapping(columns=tuple(rules), missing=proposal.missing)
