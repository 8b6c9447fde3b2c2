"""Drafts: revisions that were prepared and neither applied nor discarded (portal-api.md C.2)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sodasheet.errors import PortalError, Refused
from sodasheet.portal.catalog_search import CatalogEntry, search
from sodasheet.portal.publishing.revision import Revision, Revisions
from sodasheet.portal.publishing.task_set_reply import TaskSet

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """An open revision; `author` and `created` are empty if unknown."""

    seq: int
    action: str
    author: str
    created: str
    page: str
    has_rows: bool
    note: str
    begun: bool
    revision: Revision = field(repr=False)

    def to_json(self) -> dict[str, Any]:
        """Return the result as one JSON object."""
        names = ("seq", "action", "author", "created", "page", "has_rows", "note", "begun")
        return {name: getattr(self, name) for name in names}


def open_drafts(session: PortalSession, dataset: str) -> tuple[OpenDraft, ...]:
    """Return the dataset's drafts, of all users, the oldest first. Raises PortalError."""
    found = [_draft(one) for one in Revisions(session, dataset).open()]
    return tuple(sorted(found, key=lambda draft: draft.seq))


def portal_drafts(
    session: PortalSession, most: int, look: Callable[[str], None]
) -> Iterator[tuple[CatalogEntry, OpenDraft]]:
    """Yield the drafts of the first `most` datasets of the catalog, dataset by dataset.

    `look` is told the name of each dataset before it is asked for. Datasets whose drafts this
    account may not see are passed over. Raises PortalError, and whatever `look` raises.
    """
    for entry in search(session, "", most):
        look(entry.name)
        try:
            found = open_drafts(session, entry.id)
        except PortalError as error:
            if error.status not in (403, 404):
                raise
            continue
        for draft in found:
            yield entry, draft


def draft_numbered(session: PortalSession, dataset: str, seq: int) -> OpenDraft:
    """Return the draft with this number. Raises Refused if none is open, PortalError."""
    drafts = {one.seq: one for one in open_drafts(session, dataset)}
    if seq in drafts:
        return drafts[seq]
    listed = ", ".join(map(str, drafts))
    remedy = f"Name one of the open drafts: {listed}." if drafts else "The dataset has none."
    raise Refused(f"Draft {seq} of {dataset} is not open.", remedy)


def apply_draft(draft: OpenDraft) -> TaskSet:
    """Apply a draft and wait until finished.

    Raises Refused if the portal is applying the draft already, PortalError, UnknownOutcome.
    """
    if draft.begun:
        raise Refused(
            f"The portal has begun to apply draft {draft.seq}.", f"Follow it at {draft.page}."
        )
    revision = draft.revision
    return revision.finish(revision.apply(revision.output_schema))


def _draft(revision: Revision) -> OpenDraft:
    fields = revision.resource.fields
    person = fields.get("created_by")
    names = ("display_name", "email")
    told = [person.get(name) for name in names] if isinstance(person, dict) else []
    author = next((one for one in told if isinstance(one, str) and one), "")
    return OpenDraft(
        revision.seq,
        revision.action,
        author,
        revision.resource.text("created_at"),
        revision.page,
        revision.output_schema is not None,
        revision.resource.text("notes"),
        bool(revision.tasks),
        revision,
    )
