"""Start the process of a task."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sodasheet.desk.tasks.task import Task
from sodasheet.errors import UsageProblem
from sodasheet.system.detached_process import start_detached

#: The module that does the work of tasks that begin at the desk.
OWN = "sodasheet.desk.worker.main"


@dataclass(frozen=True, slots=True)
class Workers:
    """The worker modules by the front end (`TaskRecord.origin`) that started a task.

    Which front ends there are is said by whatever starts the desk, so that the desk knows none.
    `lister` is the module that prints which workbooks are open, empty if there is none.
    """

    modules: Mapping[str, str] = field(default_factory=dict)
    lister: str = ""

    def start(self, task: Task) -> None:
        """Run a task in a separate process. Raises UsageProblem if its front end isn't known."""
        origin = task.record.origin
        module = OWN if origin == "desk" else self.modules.get(origin)
        if module is None:
            raise UsageProblem(
                "This task can’t continue from here.",
                "Start it again from the page where it began.",
            )
        task.clear()
        # Its working folder is not the task's, which Windows could not remove then.
        start_detached(module, str(task.folder))
