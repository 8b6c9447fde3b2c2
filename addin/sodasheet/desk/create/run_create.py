"""The work of creating a dataset, in the process of a task: read, propose, ask, create."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sodasheet.desk.create.created_dataset import Created, write_created
from sodasheet.desk.create.form import question_of, read_form
from sodasheet.desk.portal_session import open_session
from sodasheet.desk.tasks.ask_user import Asking
from sodasheet.desk.tasks.failure import failure_json
from sodasheet.desk.tasks.progress import TaskProgress
from sodasheet.desk.tasks.question import ProposeDataset
from sodasheet.desk.tasks.task import FAILURE, Task
from sodasheet.errors import Cancelled, SignInError, SodaSheetError, UnknownOutcome, UsageProblem

if TYPE_CHECKING:
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.staging.staged_table import Stage
    from sodasheet.staging.suggest.column_type_suggestions import TypeSuggestion


@dataclass(frozen=True, slots=True)
class CreateSource:
    """The rows for the new dataset.

    `stage` opens them, `name` is proposed for the dataset, `notes` say how they are read.
    """

    spec: SourceSpec
    stage: Callable[[TaskProgress], AbstractContextManager[Stage]]
    name: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CreatedDataset:
    """A dataset after its creation: the job that pushes the rows, its name, and some values."""

    job: Job
    name: str
    headers: tuple[str, ...]
    samples: Mapping[str, Sequence[str]]
    rows: int


#: Receives the new dataset; returns the place to push its rows from.
Deliver = Callable[[CreatedDataset, Created], Created]


def run_create(
    task: Task,
    source: Callable[[], CreateSource],
    deliver: Deliver,
    opener: Callable[..., PortalSession] = open_session,
    *,
    opened: bool = False,
) -> None:
    """Propose a dataset for a source, ask, create the dataset, and deliver its job.

    The folder of the task says the outcome. `opened` is True if the page of the task is there
    already. Never raises: an error is written down.
    """
    progress = TaskProgress(task)
    asking = Asking(task, lambda: progress.stop, opened=opened)
    with progress.pulse():
        try:
            asking.open()
            made = _created(task, source(), progress, asking, opener)
            write_created(task, _delivered(deliver, made))
        except Cancelled as error:
            task.write(FAILURE, _failure(error, "canceled"))
        except UnknownOutcome as error:
            task.write(FAILURE, _failure(error, "create-unknown"))
        except SodaSheetError as error:
            task.write(FAILURE, _failure(error, "create"))
        except Exception as error:
            from sodasheet.crash_report import crash_report

            task.write(FAILURE, _failure(crash_report(error), "create-unknown"))


def _created(
    task: Task,
    source: CreateSource,
    progress: TaskProgress,
    asking: Asking,
    opener: Callable[..., PortalSession],
) -> CreatedDataset:
    """Ask until a dataset is created. Raises Cancelled if the user changed their mind."""
    from sodasheet.create.create_dataset_and_job import create_dataset, same_name
    from sodasheet.create.proposal import Wishes, proposed
    from sodasheet.staging.suggest.column_type_suggestions import suggest_types

    with source.stage(progress) as stage:
        if not stage.rows:
            raise UsageProblem(
                f"{task.record.source} has no rows under its headers, so there is nothing to push.",
                "Choose rows to begin with.",
            )
        progress.begin("looking for types")
        types: dict[str, TypeSuggestion] = suggest_types(stage, stage.headers)
        headers, samples, rows = stage.headers, stage.samples(3), stage.rows
    first = proposed(types, source.name, Wishes())
    question = question_of(first, samples, task.record.portal, source.notes)
    told: set[str] = set()
    while True:
        answer = asking.ask(question)
        if not answer.yes:
            raise Cancelled("You chose not to create the dataset.", "")
        typed = dict(answer.choice or {})
        portal = ""
        try:
            form = read_form(typed, headers)
            portal = form.portal
            proposal = proposed(types, form.name, form.wishes)
            progress.begin("creating the dataset")
            # Never stopped between its few requests, because a draft would be left behind.
            with opener(portal, write=True) as session:
                same = same_name(session, proposal.name)
                if same not in {"", *told}:
                    told.add(same)
                    raise UsageProblem(same, "Use another name for this one, or create it anyway.")
                job = create_dataset(session, proposal, source.spec, headers)
        except UnknownOutcome:
            raise
        except SodaSheetError as error:
            question = _again(question, error, portal, typed)
            continue
        task.change(dataset=proposal.name, portal=job.portal)
        return CreatedDataset(job, proposal.name, headers, samples, rows)


def _again(
    question: ProposeDataset, error: SodaSheetError, portal: str, typed: Mapping[str, Any]
) -> ProposeDataset:
    """Return the same form with the problem and the typed values."""
    from sodasheet.credentials.redaction import redact

    sign_in = portal if isinstance(error, SignInError) else ""
    return replace(question, problem=redact(str(error)), sign_in=sign_in, typed=typed)


def _delivered(deliver: Deliver, made: CreatedDataset) -> Created:
    """Deliver the job; the dataset already exists, so an error is only reported."""
    from sodasheet.credentials.redaction import redact

    created = Created(made.job.portal, made.job.dataset, made.name)
    try:
        return deliver(made, created)
    except SodaSheetError as error:
        return replace(created, problem=redact(str(error)))
    except Exception as error:
        from sodasheet.crash_report import crash_report

        return replace(created, problem=redact(str(crash_report(error))))


def _failure(error: SodaSheetError, kind: str) -> dict[str, Any]:
    return {**failure_json(error), "kind": kind}
