"""The page New dataset, and the page that makes a new dataset public."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from sodasheet.desk.accounts import latest_portal_or_empty, portals
from sodasheet.desk.create.file_source import CHOSEN
from sodasheet.desk.files.contents import source_of, source_words
from sodasheet.desk.files.folder import typed_path
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.question import ProposeDataset
from sodasheet.desk.tasks.start import Workers
from sodasheet.desk.tasks.task import (
    Task,
    TaskKind,
    TaskRecord,
    all_tasks,
    find_task,
    new_task,
)
from sodasheet.desk.words.names import name_fits
from sodasheet.errors import SignInError, SodaSheetError

REPORT = "report.json"


def create_pages(workers: Workers) -> Blueprint:
    """Return the pages on which a dataset is created from a file, and made public."""
    pages = Blueprint("create", __name__)

    @pages.post("/file/create")
    def create() -> Any:
        path = typed_path(request.form.get("path", ""))
        part = request.form.get("part", "")
        words = source_words(source_of(path, part))
        task = new_task(TaskRecord(TaskKind.CREATE, source=words, portal=latest_portal_or_empty()))
        task.write(CHOSEN, {"path": str(path), "part": part})
        workers.start(task)
        return local(f"/task/{task.id}")

    @pages.get("/task/<name>/public")
    def ask(name: str) -> Any:
        task = _created(name)
        if (task.read(REPORT) or {}).get("public"):
            return local(f"/task/{name}")
        return _public(task)

    @pages.post("/task/<name>/public")
    def publish(name: str) -> Any:
        task = _created(name)
        if request.form.get("how") == "no":
            return local(f"/task/{name}")
        typed = request.form.get("name", "")
        if not name_fits(typed, str((task.read(REPORT) or {}).get("dataset_name", ""))):
            problem = "That isn’t the name yet. The dataset is still private."
            return _public(task, problem, typed), 422
        try:
            _make_public(task)
        except SodaSheetError as error:
            return _public(task, error=error), 502
        return local(f"/task/{name}")

    return pages


def propose_page(task: Task, number: int, question: ProposeDataset) -> str:
    """Render the form of a proposal, with what was typed before."""
    typed = question.typed or {}

    def kept(name: str, otherwise: str) -> str:
        if not typed:
            return otherwise
        found = typed.get(name) or ()
        return str(found if isinstance(found, str) else next(reversed([*found]), ""))

    return render_template(
        "create/propose.html",
        task=task,
        number=number,
        ask=question,
        kept=kept,
        portals=portals(),
    )


def made_private(link: str) -> Task | None:
    """Return the task that created the dataset at this address, if it is still private."""
    for task in all_tasks():
        report = task.read(REPORT) or {}
        private = report.get("outcome") == "created" and not report.get("public")
        if private and f"{report['portal']}/d/{report['dataset']}" == link:
            return task
    return None


def _created(name: str) -> Task:
    task = find_task(name)
    if task is None or task.record.kind is not TaskKind.CREATE or task.read(REPORT) is None:
        raise NotFound
    return task


def _public(
    task: Task, problem: str = "", typed: str = "", error: SodaSheetError | None = None
) -> str:
    made = task.read(REPORT) or {}
    sign_in = isinstance(error, SignInError)
    return render_template(
        "create/public.html",
        task=task,
        made=made,
        problem=problem,
        typed=typed,
        error=error,
        sign_in=sign_in,
    )


def _make_public(task: Task) -> None:
    from sodasheet.desk.portal_session import open_session
    from sodasheet.portal.new_dataset import make_public

    made = task.read(REPORT) or {}
    with open_session(made["portal"], write=True) as session:
        make_public(session, made["dataset"])
    task.write(REPORT, {**made, "public": True})
