"""Identifiers of the source that the dataset already has.

An append must not overwrite and a delete must not miss: the portal would turn the one into an
update silently and answer the other with a bare count (portal-api.md B.2, points 2 and 6).
"""

from __future__ import annotations

from collections.abc import Iterator

from sodasheet.model.dataset import Column
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.soql_queries import LARGEST_PAGE, canonical, field_name
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.output.identifier_presence import IdentifierPresence
from sodasheet.staging.output.rows_to_send import identifiers

#: How many identifiers are looked up at a time; portal/ splits them into short addresses.
LOOKUP_SIZE = 1000

_STOPPED = "Stopped while comparing identifiers."


def check_identifiers_exist(
    checked: CheckResult, rows: RowsClient, progress: Progress
) -> CheckResult:
    """Reject rows that an append would overwrite or a delete would not find.

    For other methods, and datasets without a row identifier, the check is returned unchanged.
    Raises Cancelled if the user stops the look-up, PortalError if the portal cannot answer.
    """
    method, identifier = checked.plan.method, checked.plan.dataset.identifier
    if identifier is None or not checked.looks_up_identifiers:
        return checked
    reason = "identifier-exists" if method is Method.APPEND else "identifier-unknown"
    wrong_if_present = method is Method.APPEND
    progress.begin("comparing identifiers", checked.sendable)
    if rows.prefers_download(identifier, checked.sendable + checked.removals):
        presence = _downloaded(checked, identifier, rows)
        return checked.reject(reason, presence.rows(present=wrong_if_present))
    offending = _looked_up(checked, identifier, rows, progress)
    return checked.reject(
        reason, (pair for pair, present in offending if present is wrong_if_present)
    )


def _downloaded(checked: CheckResult, identifier: Column, rows: RowsClient) -> IdentifierPresence:
    """Every identifier of the dataset, on the stage."""
    presence = IdentifierPresence(checked)
    page: list[str] = []
    for row in rows.rows(field_name(identifier.field), LARGEST_PAGE):
        page.append(canonical(row.get(identifier.field), identifier.type))
        if len(page) == LARGEST_PAGE:
            checked.stage.raise_if_cancelled(_STOPPED)
            presence.add(page)
            page = []
    presence.add(page)
    return presence


def _looked_up(
    checked: CheckResult, identifier: Column, rows: RowsClient, progress: Progress
) -> Iterator[tuple[tuple[int, str], bool]]:
    """Source row and identifier, and True if the dataset has that identifier."""
    for chunk in identifiers(checked, LOOKUP_SIZE):
        checked.stage.raise_if_cancelled(_STOPPED)
        names = [value for _, value in chunk]
        present = rows.existing(identifier.field, names, identifier.type)
        yield from (((row, value), value in present) for row, value in chunk)
        progress.advance(len(chunk))
