"""The portal's side of descriptions: read a view, check metadata, change metadata and columns."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sodasheet.errors import PortalError, UnknownOutcome
from sodasheet.model.dataset import Dataset
from sodasheet.portal.http.request import Write
from sodasheet.portal.publishing.resource import change, json_write
from sodasheet.portal.publishing.revision import Revision, Revisions
from sodasheet.portal.publishing.task_set_reply import TaskSet
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.soql_queries import field_name

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Statuses of a portal that does not offer the metadata API, or not in this form.
_NOT_OFFERED = frozenset({404, 405, 501})


def read_view(session: PortalSession, dataset: str) -> dict[str, Any]:
    """Return a dataset's view on the portal (portal-api.md A.1). Raises PortalError."""
    view = session.get_json(f"/api/views/{dataset}.json")
    if not isinstance(view, dict):
        raise PortalError(
            f"{session.host} does not answer like a Socrata portal.",
            "Check the address: open the dataset in the browser and copy its web address.",
            None,
            "no-portal",
        )
    return view


def read_configurations(session: PortalSession) -> Any:
    """Return the portal's configurations of metadata, None if the portal does not show them.

    They say which custom fields there are. Raises PortalError if the portal cannot be asked.
    """
    path = "/api/configurations.json"
    try:
        return session.get_json(path, {"type": "metadata", "defaultOnly": "true"})
    except PortalError as error:
        if error.status is None or error.status >= 500:
            raise
        return None


@dataclass(frozen=True, slots=True)
class MetadataCheck:
    """The portal's check of metadata, if offered, with its errors and warnings."""

    offered: bool
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


def check_metadata(
    session: PortalSession, dataset: str, values: Mapping[str, Any]
) -> MetadataCheck:
    """Let the portal check metadata, even strictly, without changing any.

    Raises PortalError with the portal's own words if it refuses the values as a whole.
    """
    path = f"/api/views/metadata/v1/{dataset}?validateOnly=true&strict=true"
    try:
        answer = session.json(session.write(json_write("PATCH", path, values, harmless=True)))
    except PortalError as error:
        if error.status in _NOT_OFFERED:
            return MetadataCheck(False)
        raise
    body = answer if isinstance(answer, dict) else {}
    return MetadataCheck(True, _sentences(body.get("errors")), _sentences(body.get("warnings")))


def _sentences(listed: Any) -> tuple[str, ...]:
    found = [
        one.get("message") if isinstance(one, dict) else one
        for one in (listed if isinstance(listed, list) else ())
    ]
    return tuple(one.strip() for one in found if isinstance(one, str) and one.strip())


def repeated_value(session: PortalSession, dataset: Dataset, field: str) -> str | None:
    """Return a repeated value of a column, "" if values are missing, else None.

    Raises PortalError if the portal cannot count.
    """
    rows, name = RowsClient(session, dataset), field_name(field)
    if rows.count(f"{name} IS NULL"):
        return ""
    most = rows.grouped(f"{name} as v,count(*) as n", name, 1)
    again = most[0] if most else {}
    return str(again["v"]) if "v" in again and int(again.get("n") or 0) > 1 else None


def change_column(
    session: PortalSession, dataset: str, column: int, values: Mapping[str, Any]
) -> None:
    """Change a column's name, description or width. Raises PortalError."""
    change(session, "PUT", f"/api/views/{dataset}/columns/{column}.json", dict(values))


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to attach to a dataset; its name contains only ASCII."""

    name: str
    content: bytes


@dataclass(frozen=True, slots=True)
class MetadataChange:
    """Changes to a dataset's own fields: keys of its view, and all files that stay attached.

    `attachments` are None if no file is attached or taken away.
    """

    values: Mapping[str, Any]
    attachments: tuple[Mapping[str, Any], ...] | None = None
    new_file: NewFile | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class AppliedMetadata:
    """The result of a change: the portal's task, and its id for the new file."""

    task: TaskSet
    file_id: str = ""


def apply_metadata(session: PortalSession, dataset: str, wanted: MetadataChange) -> AppliedMetadata:
    """Change metadata in one revision without rows, and wait for the result.

    Raises PortalError if the revision was not applied, UnknownOutcome if that is not known.
    """
    revision = Revisions(session, dataset).create("update", wanted.values)
    file_id = ""
    try:
        attached = wanted.attachments
        if wanted.new_file is not None:
            file_id = _attach(session, revision, wanted.new_file)
            name = wanted.new_file.name
            made = {"filename": name, "asset_id": file_id, "name": name}
            attached = (*(one for one in attached or () if one["filename"] != name), made)
        if attached is not None:
            revision.describe(attachments=list(attached))
        if wanted.note:
            revision.describe(notes=wanted.note)
        task = _apply(revision)
    except PortalError as error:
        if error.exit_code == PortalError.exit_code:
            revision.discard()
        raise
    return AppliedMetadata(revision.finish(task), file_id)


def _apply(revision: Revision) -> TaskSet:
    """Apply a revision; if the reply is lost, check whether the portal has started applying.

    Raises PortalError, UnknownOutcome.
    """
    try:
        return revision.apply(None)
    except UnknownOutcome:
        with suppress(PortalError):
            tasks = revision.again().tasks
            if tasks:
                return tasks[-1]
        raise


def _attach(session: PortalSession, revision: Revision, file: NewFile) -> str:
    """Store a file with a revision, and return the portal's id for the file."""
    headers = {"X-File-Name": file.name, "Content-Type": "application/octet-stream"}
    path = revision.path("attachment", "/attachment")
    answer = session.json(
        session.write(Write("POST", path, file.content, headers=headers, harmless=True))
    )
    found = answer.get("resource", answer) if isinstance(answer, dict) else {}
    number = found.get("file_id") if isinstance(found, dict) else None
    if not isinstance(number, str) or not number:
        raise PortalError(
            f"{session.host} stored {file.name} but did not return its id.",
            "Attach the file on the portal's page of the dataset.",
            None,
            "no-data",
        )
    return number
