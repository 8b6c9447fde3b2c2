"""Create a dataset for a sheet on a separate page, and its mapping sheet."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from sodasheet.desk.create.created_dataset import Created
from sodasheet.desk.create.run_create import CreatedDataset, CreateSource, run_create
from sodasheet.desk.tasks.task import FAILURE
from sodasheet.excel.live.source import source_of
from sodasheet.excel.portal_session import open_session
from sodasheet.excel.ribbon_groups.dataset import HIDDEN_ROWS, active_source, put_new_mapping
from sodasheet.excel.tasks.deliver_results import come_to_front
from sodasheet.excel.worker.choose_dataset import pressed_again
from sodasheet.excel.xlwings_access import when_free

if TYPE_CHECKING:
    from sodasheet.desk.tasks.progress import TaskProgress
    from sodasheet.desk.tasks.task import Task
    from sodasheet.excel.tasks.task_workbook import WorkbookOrder
    from sodasheet.staging.staged_table import Stage

BUTTON = "New dataset"


def create(task: Task, order: WorkbookOrder) -> None:
    """Create a dataset for the sheet of the press; the task's page asks and reports."""
    run_create(
        task,
        partial(_source, task, order),
        partial(_deliver, order),
        open_session,
        opened=order.page_open,
    )
    if (task.read(FAILURE) or {}).get("kind") == "canceled":
        task.remove()


def _source(task: Task, order: WorkbookOrder) -> CreateSource:
    press = when_free(lambda: pressed_again(order, button=BUTTON))
    rows = str((task.read(HIDDEN_ROWS) or {}).get("rows", ""))
    spec = replace(when_free(lambda: active_source(press)), rows=rows)

    @contextmanager
    def opened(progress: TaskProgress) -> Iterator[Stage]:
        from sodasheet.staging.staged_table import Stage
        from sodasheet.system.folders import scratch_folder

        with (
            scratch_folder() as folder,
            Stage.open(source_of(press, spec), folder, progress) as stage,
        ):
            yield stage

    return CreateSource(spec, opened, order.sheet)


def _deliver(order: WorkbookOrder, made: CreatedDataset, created: Created) -> Created:
    """Create the mapping sheet in the current workbook."""
    from sodasheet.portal.dataset import read_dataset

    with open_session(made.job.portal) as session:
        dataset = read_dataset(session, made.job.dataset)
    samples = {header: list(values) for header, values in made.samples.items()}

    def put() -> None:
        # Another press may have closed the workbook or renamed its sheet meanwhile.
        press = pressed_again(order, button=BUTTON)
        put_new_mapping(press, made.job, dataset, samples)
        come_to_front(press.book)

    when_free(put)
    return replace(created, sheet=True)
