"""Revisions: changes to a dataset that are prepared separately and applied at once (C.2, C.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from sodasheet.errors import Cancelled, PortalError, UnknownOutcome
from sodasheet.model.method import Method
from sodasheet.portal.http.request import SendAgain
from sodasheet.portal.publishing.polling import poll
from sodasheet.portal.publishing.resource import (
    BASE,
    Resource,
    ask,
    ask_list,
    change,
    json_write,
    required,
    resource_from,
)
from sodasheet.portal.publishing.task_set_reply import TaskSet, read_task, read_tasks

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

Action = Literal["replace", "update", "delete"]

#: Name of the revision for each method; `update` is an upsert, or an append without a row
#: identifier (portal-api.md C.3).
ACTIONS: dict[Method, Action] = {
    Method.REPLACE: "replace",
    Method.APPEND: "update",
    Method.UPSERT: "update",
    Method.DELETE: "delete",
}


def ignore(_: object) -> None:
    """For progress without a display."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision of a dataset; `seq` is its number there, from 0.

    `output_schema` is what would be applied, None if nobody has said; `tasks` are its
    applyings, oldest first. What is told here is a moment's state: `again` reads it again.
    """

    session: PortalSession = field(repr=False)
    dataset: str
    seq: int
    action: str
    closed: bool
    output_schema: int | None
    tasks: tuple[TaskSet, ...]
    resource: Resource = field(repr=False)

    @property
    def page(self) -> str:
        """Address of the revision's page on the portal."""
        return f"{self.session.portal}/d/{self.dataset}/revisions/{self.seq}"

    def path(self, link: str, below: str = "") -> str:
        """The address of a link in the resource."""
        return self.resource.link(link, f"/revision/{self.dataset}/{self.seq}{below}")

    def again(self) -> Revision:
        """The revision in its current state. Raises PortalError."""
        return _revision(self.session, self.dataset, ask(self.session, self.path("show")))

    def discard(self) -> None:
        """Close the revision without applying its changes; an already closed revision is fine.

        Raises PortalError.
        """
        try:
            change(self.session, "DELETE", self.path("discard"))
        except PortalError:
            if not self._closed_by_now():
                raise

    def describe(self, **changes: object) -> None:
        """Change `notes` or `output_schema_id` of the revision. Raises PortalError."""
        change(self.session, "PUT", self.path("update"), changes)

    def apply(self, output_schema: int | None, again: SendAgain | None = None) -> TaskSet:
        """Let the portal apply the revision, which happens asynchronously; `finish` waits.

        A portal that turns it away is asked once more if `again` says so. Raises PortalError where
        the portal has not begun, UnknownOutcome if that cannot be told, and whatever `again`
        raises.
        """
        path = self.path("apply", "/apply")
        # Without an output schema only the revision's metadata is applied.
        body = {} if output_schema is None else {"output_schema_id": output_schema}
        request = replace(json_write("PUT", path, body, harmless=False), again=again)
        answer = self.session.write(request)
        try:
            told = resource_from(self.session.json(answer))
        except PortalError:
            told = None
        task = read_task(told or Resource())
        return task if task.id is not None or task.over else self._begun()

    def finish(self, task: TaskSet, told: Callable[[TaskSet], None] = ignore) -> TaskSet:
        """Wait until the task is finished, with any outcome; `told` receives every state.

        Raises UnknownOutcome if the portal is lost sight of, or the user does not want to
        wait: the portal continues on its own.
        """
        if task.over:
            return task
        below = f"/apply/{task.id}"
        path = task.resource.link("show", f"/revision/{self.dataset}/{self.seq}{below}")
        try:
            return read_task(
                poll(
                    self.session,
                    path,
                    lambda resource: read_task(resource).over,
                    lambda resource: told(read_task(resource)),
                )
            )
        except (PortalError, Cancelled) as error:
            raise self._lost_sight(error) from error

    def _begun(self) -> TaskSet:
        """The task started by a successful reply without content."""
        try:
            tasks = self.again().tasks
        except PortalError as error:
            raise self._lost_sight(error) from error
        if not tasks:
            raise self._lost_sight(None)
        return tasks[-1]

    def _closed_by_now(self) -> bool:
        try:
            return self.again().closed
        except PortalError as error:
            return error.status in (404, 410)

    def _lost_sight(self, error: PortalError | Cancelled | None) -> UnknownOutcome:
        said = f" {error.what}" if error else ""
        return UnknownOutcome(
            f"{self.session.host} is applying the push, but SodaSheet does not know how it"
            f" ended.{said}",
            f"The portal continues on its own; see {self.page} before you push again.",
            getattr(error, "status", None),
            "applying",
        )


class Revisions:
    """The revisions of a dataset, given by its id."""

    def __init__(self, session: PortalSession, dataset: str) -> None:
        self._session = session
        self._dataset = dataset
        self._path = f"{BASE}/revision/{dataset}"

    def create(self, action: Action, metadata: Mapping[str, Any] | None = None) -> Revision:
        """Open a revision, which changes nothing until applied; discard unapplied revisions.

        Raises PortalError. Where an answer is lost it is asked for again, which may leave an
        empty revision behind.
        """
        body = {"metadata": dict(metadata or {}), "action": {"type": action, "permission": None}}
        return self._revision(change(self._session, "POST", self._path, body))

    def get(self, seq: int) -> Revision:
        """The revision with this number. Raises PortalError."""
        return self._revision(ask(self._session, f"{self._path}/{seq}"))

    def open(self) -> tuple[Revision, ...]:
        """Every open revision: neither applied nor discarded, of any user. Raises PortalError."""
        found = ask_list(self._session, self._path, {"open": "true"})
        revisions = (self._revision(resource_from(item) or Resource()) for item in found)
        return tuple(revision for revision in revisions if not revision.closed)

    def _revision(self, resource: Resource) -> Revision:
        return _revision(self._session, self._dataset, resource)


def _revision(session: PortalSession, dataset: str, resource: Resource) -> Revision:
    action = resource.fields.get("action")
    return Revision(
        session=session,
        dataset=dataset,
        seq=required(session, resource.number("revision_seq")),
        action=str(action.get("type") or "") if isinstance(action, dict) else "",
        closed=resource.done("closed_at"),
        output_schema=resource.number("output_schema_id"),
        tasks=read_tasks(resource),
        resource=resource,
    )
