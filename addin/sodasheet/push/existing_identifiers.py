"""Identifiers of the source that the dataset already has.

An append must not overwrite and a delete must not miss: the portal would turn the one into an
update silently and answer the other with a bare count (portal-api.md B.2, points 2 and 6).
"""

from __future__ import annotations

from collections.abc import Iterator

from sodasheet.errors import raise_if_cancelled
from sodasheet.model.dataset import Column
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.soql_queries import canonical, field_name
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.output.identifier_presence import COMPARABLE, IdentifierPresence
from sodasheet.staging.output.json_batches import identifiers

#: How many identifiers are looked up at a time; the portal edge cuts them into short addresses.
LOOKUP_SIZE = 1000

#: Identifiers of one page when all of the dataset's are downloaded (portal-api.md B.9).
PAGE = 50_000

#: One look-up request asks for about so many; downloading costs a request a page.
_PER_REQUEST = 300

#: A page of whole rows takes as long as so many look-ups.
_WHOLE = 5

#: Up to so many look-ups nobody waits for long, and a download is not thought of.
_FEW = 20

_STOPPED = "Stopped while comparing identifiers."


def looks_up_identifiers(checked: CheckResult) -> bool:
    """True if the push depends on which identifiers the dataset has."""
    method, identifier = checked.plan.method, checked.plan.dataset.identifier
    by_presence = method in (Method.APPEND, Method.DELETE)
    return not checked.stopped and identifier is not None and by_presence


def check_identifiers_exist(
    checked: CheckResult, rows: RowsClient, progress: Progress
) -> CheckResult:
    """Reject what an append would overwrite and what a delete would not find.

    Other methods, and datasets without a row identifier, come back as they are. Raises Cancelled
    if the user stops the look-up, PortalError if the portal cannot answer.
    """
    method, identifier = checked.plan.method, checked.plan.dataset.identifier
    if identifier is None or not looks_up_identifiers(checked):
        return checked
    reason = "identifier-exists" if method is Method.APPEND else "identifier-unknown"
    wrong_if_present = method is Method.APPEND
    progress.begin("comparing identifiers", checked.sendable)
    if download_is_cheaper(checked, identifier, rows):
        presence = _downloaded(checked, identifier, rows, progress)
        return checked.reject(reason, presence.rows(present=wrong_if_present))
    offending = _looked_up(checked, identifier, rows, progress)
    return checked.reject(
        reason, (pair for pair, present in offending if present is wrong_if_present)
    )


def download_is_cheaper(
    checked: CheckResult, identifier: Column, rows: RowsClient, *, whole: bool = False
) -> bool:
    """True if all of the dataset's rows take less time than the rows with our identifiers.

    `whole` says that rows are wanted with all their columns, and not only which there are.
    """
    lookups = (checked.sendable + checked.removals) / _PER_REQUEST
    if lookups <= _FEW or identifier.type not in COMPARABLE:
        return False
    return rows.count() / PAGE * (_WHOLE if whole else 1) < lookups


def _downloaded(
    checked: CheckResult, identifier: Column, rows: RowsClient, progress: Progress
) -> IdentifierPresence:
    """Every identifier of the dataset, on the stage."""
    presence = IdentifierPresence(checked)
    page: list[str] = []
    for row in rows.rows(field_name(identifier.field), PAGE):
        page.append(canonical(row.get(identifier.field), identifier.type))
        if len(page) == PAGE:
            raise_if_cancelled(progress, _STOPPED)
            presence.add(page)
            page = []
    presence.add(page)
    return presence


def _looked_up(
    checked: CheckResult, identifier: Column, rows: RowsClient, progress: Progress
) -> Iterator[tuple[tuple[int, str], bool]]:
    """Source row and identifier, and True if the dataset has that identifier."""
    for chunk in identifiers(checked, LOOKUP_SIZE):
        raise_if_cancelled(progress, _STOPPED)
        names = [value for _, value in chunk]
        present = rows.existing(identifier.field, names, identifier.type)
        yield from (((row, value), value in present) for row, value in chunk)
        progress.advance(len(chunk))
