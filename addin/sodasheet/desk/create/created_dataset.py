"""Dataset created in the desk, in the form stored in the folder of its task."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace

from sodasheet.desk.tasks.task import Task, TaskKind, all_tasks
from sodasheet.errors import SodaSheetError
from sodasheet.push.runs.background_push_folder import REPORT
from sodasheet.system.dataclass_from_json import read_if_whole


@dataclass(frozen=True, slots=True)
class Created:
    """A new dataset, and the place to push its rows from: a draft of the desk, or a mapping sheet.

    `problem` says why neither could be made.
    """

    portal: str
    dataset: str
    dataset_name: str
    public: bool = False
    draft: str = ""
    sheet: bool = False
    problem: str = ""

    @property
    def link(self) -> str:
        """Address of the dataset's page on the portal."""
        return f"{self.portal}/d/{self.dataset}"


def created_by(task: Task) -> Created | None:
    """Return the dataset that a task has created; None if there is none."""
    return read_if_whole(Created, task.errand.report)


def write_created(task: Task, made: Created) -> None:
    """Record the end of a task. Raises SodaSheetError."""
    task.write(REPORT, asdict(made))


def note_public(task: Task, made: Created) -> None:
    """Note that the dataset is public now. Raises SodaSheetError."""
    write_created(task, replace(made, public=True))


def private_creation(link: str) -> Task | None:
    """Return the task that created the still private dataset at this address."""
    found = (task for task, made in _creations() if made.link == link and not made.public)
    return next(found, None)


def _creations() -> Iterator[tuple[Task, Created]]:
    for task in all_tasks():
        made = created_by(task) if _kind(task) is TaskKind.CREATE else None
        if made is not None:
            yield task, made


def _kind(task: Task) -> TaskKind | None:
    try:
        return task.record.kind
    except SodaSheetError:
        return None
