"""The work of applying a revision, as reported by the portal (portal-api.md C.3, task set)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sodasheet.errors import PortalError
from sodasheet.portal.http.reply import readable
from sodasheet.portal.publishing.resource import Resource, resource_from
from sodasheet.portal.soda2.write_result import Reply, from_counts

#: The first stage of every task set.
_BEGINNING = "started"


class TaskState(StrEnum):
    """States of a task set; only SUCCESSFUL means that the rows have landed."""

    WORKING = "working"
    SUCCESSFUL = "successful"
    FAILED = "failed"
    APPROVAL = "waiting for approval"


@dataclass(frozen=True, slots=True)
class LogEntry:
    """One line of the portal's own log: the stage, the time (ISO 8601), and the text."""

    stage: str
    time: str
    details: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TaskSet:
    """A task set. `id` is None in the approval queue; `status` is the portal's own word.

    `counts` are those of the log, each None until the portal gives it.
    """

    id: int | None
    status: str
    state: TaskState
    log: tuple[LogEntry, ...]
    counts: Reply
    resource: Resource

    @property
    def over(self) -> bool:
        """True if nothing more will happen without a user."""
        return self.state is not TaskState.WORKING

    def require_success(self, host: str) -> None:
        """Raise PortalError if the rows have not landed: the work failed, or waits for approval."""
        if self.state is TaskState.APPROVAL:
            raise PortalError(
                f"{host} has put the push into its approval queue: nothing is changed until"
                " someone there approves it.",
                "Ask an approver on the portal; do not push the same rows again.",
                None,
                "approval",
            )
        if self.state is not TaskState.SUCCESSFUL:
            raise PortalError(
                f"{host} could not apply the push{_because(self.log)}",
                "The dataset is unchanged; correct what the portal names and push again.",
                None,
                "apply-failed",
            )


def read_task(resource: Resource) -> TaskSet:
    """Read a task set from the portal's JSON; keys may be missing."""
    log = _oldest_first([_entry(entry) for entry in resource.listed("log")])
    counted = [entry.details for entry in log if entry.stage == "upsert_complete"]
    status = resource.text("status")
    return TaskSet(
        id=resource.number("id"),
        status=status or resource.text("key"),
        state=_state(resource, status),
        log=log,
        counts=from_counts(counted[-1]) if counted else Reply(),
        resource=resource,
    )


def read_tasks(revision: Resource) -> tuple[TaskSet, ...]:
    """The task sets of a revision, oldest first."""
    found = (resource_from(item) or Resource() for item in revision.listed("task_sets"))
    return tuple(sorted(map(read_task, found), key=lambda task: task.id or 0))


def _oldest_first(log: list[LogEntry]) -> tuple[LogEntry, ...]:
    """Return the log in chronological order; portals write the newest entry first."""
    first, last = (log[0], log[-1]) if log else (None, None)
    if first is None or last is None:
        return ()
    newest_first = first.time > last.time
    if first.time == last.time:
        newest_first = last.stage == _BEGINNING and first.stage != _BEGINNING
    return tuple(reversed(log)) if newest_first else tuple(log)


def _state(resource: Resource, status: str) -> TaskState:
    if "approval" in (resource.text("key") or status):
        return TaskState.APPROVAL
    if status == "successful":
        return TaskState.SUCCESSFUL
    failed = status.startswith("fail") or resource.done("finished_at")
    return TaskState.FAILED if failed else TaskState.WORKING


def _entry(item: Mapping[str, Any]) -> LogEntry:
    details = item.get("details")
    return LogEntry(
        stage=str(item.get("stage") or ""),
        time=str(item.get("time") or ""),
        details=details if isinstance(details, dict) else {},
    )


def _because(log: tuple[LogEntry, ...]) -> str:
    """Return the last line of the log as a reason, if there is a line."""
    for entry in reversed(log):
        for name in ("english", "message", "reason", "error"):
            if isinstance(said := entry.details.get(name), str) and said:
                return f": {readable(said).rstrip('.')}."
    return f" (last stage: {readable(log[-1].stage)})." if log and log[-1].stage else "."
