"""Which identifiers of the source the dataset already holds.

An append must not overwrite and a delete must not miss: the portal would turn the one into an
update without a word and answer the other with a bare count (portal-api.md B.2, points 2 and 6).
"""

from __future__ import annotations

from collections.abc import Iterator

from sodasheet.errors import Cancelled
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.portal.rows import RowsClient
from sodasheet.staging.batches import identifiers
from sodasheet.staging.checks import Checked

#: How many identifiers are looked up at a time; the portal edge cuts them into short addresses.
LOOKUP_SIZE = 1000


def reject_by_presence(checked: Checked, rows: RowsClient, progress: Progress) -> Checked:
    """Reject what an append would overwrite and what a delete would not find.

    Other methods, and datasets without a row identifier, come back as they are. Raises Cancelled
    when the user stops the look-up, PortalError when the portal cannot answer.
    """
    method, identifier = checked.plan.method, checked.plan.dataset.identifier
    if checked.stopped or identifier is None or method not in (Method.APPEND, Method.DELETE):
        return checked
    reason = "identifier-exists" if method is Method.APPEND else "identifier-unknown"
    progress.begin("comparing identifiers", checked.sendable)
    return checked.reject(reason, _offending(checked, rows, progress))


def _offending(checked: Checked, rows: RowsClient, progress: Progress) -> Iterator[tuple[int, str]]:
    """Source row and identifier of each row that must not be sent."""
    plan = checked.plan
    identifier = plan.dataset.identifier
    assert identifier is not None  # noqa: S101 - the caller has looked
    present_is_wrong = plan.method is Method.APPEND
    for chunk in identifiers(checked, LOOKUP_SIZE):
        if progress.stop:
            raise Cancelled("Stopped while comparing identifiers.", "Nothing was sent.")
        present = rows.existing(identifier.field, [value for _, value in chunk], identifier.type)
        for row, value in chunk:
            if (value in present) is present_is_wrong:
                yield row, value
        progress.advance(len(chunk))
