"""A file as the source of a new dataset, with its detected header row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.desk.create.created_dataset import Created
from sodasheet.desk.create.run_create import CreatedDataset, CreateSource
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.desk.tasks.progress import TaskProgress
    from sodasheet.desk.tasks.task import Task
    from sodasheet.model.job import SourceSpec
    from sodasheet.staging.staged_table import Stage

#: The file of a task's folder that names the file with the rows, and the sheet or table.
CHOSEN = "chosen.json"


def file_source(task: Task) -> CreateSource:
    """Return the source that a task names. Raises SodaSheetError."""
    from sodasheet.desk.chosen_source import source_of
    from sodasheet.sources.header_row import suggest_header_row

    chosen = task.read(CHOSEN)
    if chosen is None:
        raise UsageProblem("This task no longer exists.", "Choose the file again.")
    path = Path(str(chosen["path"]))
    spec = source_of(path, str(chosen["part"]))
    found = suggest_header_row(path, spec)
    notes = []
    if found is not None:
        change = found.change
        row = spec.header_row if change.header_row is None else change.header_row
        spec = replace(spec, header_row=row, header_rows=change.header_rows or 1)
        notes.append(found.message)

    @contextmanager
    def opened(progress: TaskProgress) -> Iterator[Stage]:
        from sodasheet.sources import open_source
        from sodasheet.staging.staged_table import Stage
        from sodasheet.system.folders import scratch_folder

        with (
            scratch_folder() as folder,
            Stage.open(open_source(spec, path.parent), folder, progress) as stage,
        ):
            yield stage

    return CreateSource(spec, opened, _name(spec), tuple(notes))


def deliver_draft(task: Task, made: CreatedDataset, created: Created) -> Created:
    """Create the draft that pushes the rows of the file into the new dataset."""
    from sodasheet.desk.chosen_source import source_words
    from sodasheet.desk.drafts.draft import About, Shape, new_draft
    from sodasheet.desk.portal_session import open_session
    from sodasheet.portal.dataset import read_dataset

    job, path = made.job, Path(made.job.source.path)
    with open_session(job.portal) as session:
        dataset = read_dataset(session, job.dataset)
    about = About(source_words(job.source), str(path), str(path.parent))
    draft = new_draft(job, about)
    samples = {header: list(values) for header, values in made.samples.items()}
    draft.describe(about, Shape(made.headers, samples, made.rows, dataset))
    task.change(draft=draft.id)
    return replace(created, draft=draft.id)


def _name(spec: SourceSpec) -> str:
    own = spec.sheet or spec.table or Path(spec.path).stem
    return own.replace("_", " ").strip()
