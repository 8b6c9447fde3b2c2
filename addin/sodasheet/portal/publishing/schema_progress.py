"""Progress and errors of a portal while reading a file and converting its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from sodasheet.errors import Cancelled, PortalError
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.http.reply import readable
from sodasheet.portal.publishing.polling import Told, poll
from sodasheet.portal.publishing.resource import Resource
from sodasheet.portal.publishing.target_columns import transform_of

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Rows so far; None if the portal does not say.
Rows = Callable[[int | None], None]


def is_read(resource: Resource) -> bool:
    """True if the portal has finished reading the file of a source, successfully or not."""
    # An old portal may not say that it has finished; then the schema is the only sign.
    over = resource.done("finished_at") or "finished_at" not in resource.fields
    return resource.done("failed_at") or (over and bool(resource.listed("schemas")))


def is_converted(resource: Resource) -> bool:
    """True if the portal has finished an output schema, successfully or not.

    Portals of different age tell it by different words (portal-api.md C.3).
    """
    word = "completed_at" if "completed_at" in resource.fields else "finished_at"
    return resource.done(word) or _broken(resource) is not None


def _broken(resource: Resource) -> Mapping[str, Any] | None:
    columns = resource.listed("output_columns")
    return next((one for one in columns if transform_of(one).get("failed_at")), None)


def require_converted(session: PortalSession, resource: Resource) -> None:
    """Raise PortalError if the portal failed on a column."""
    column = _broken(resource)
    if column is not None:
        details = transform_of(column).get("failure_details")
        raise failure(
            session, f'convert the column "{readable(str(column.get("field_name")))}"', details
        )


def wait_for(
    session: PortalSession, path: str, done: Callable[[Resource], bool], told: Told
) -> Resource:
    """Poll until done. Raises PortalError, or Cancelled with its own message."""
    try:
        return poll(session, path, done, told)
    except Cancelled as error:
        raise Cancelled(
            "You stopped it while the portal was reading the rows.",
            "The dataset was not changed.",
        ) from error


def counting(told: Rows, name: str) -> Told:
    """Report the number under this name."""
    return lambda resource: told(resource.number(name))


def failure(session: PortalSession, doing: str, details: Any) -> PortalError:
    """The error for work that the portal could not do, in the portal's words."""
    said = details.get("message") or details.get("type") if isinstance(details, dict) else details
    because = f": {readable(str(said)).rstrip('.')}." if said else "."
    return PortalError(
        f"{session.host} could not {doing}{because}",
        "Nothing was changed; push again, or choose the other upload method.",
        None,
        "not-read",
        (NextStep(Action.CHOOSE_UPLOAD_METHOD, value="soda2"),),
    )
