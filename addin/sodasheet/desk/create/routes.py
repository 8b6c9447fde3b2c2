"""Addresses of the New dataset page, and of the page that makes a new dataset public."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from sodasheet.desk.account_in_use import latest_portal_or_empty, portals
from sodasheet.desk.chosen_source import source_of, source_words
from sodasheet.desk.create.created_dataset import Created, created_by, note_public
from sodasheet.desk.create.file_source import CHOSEN
from sodasheet.desk.create.form import last_value
from sodasheet.desk.files.folder_listing import typed_path
from sodasheet.desk.formatting.names import name_fits
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.question import ProposeDataset
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import (
    Task,
    TaskKind,
    TaskRecord,
    find_task,
    new_task,
)
from sodasheet.errors import SignInError, SodaSheetError


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
        task, made = _created(name)
        return local(f"/task/{name}") if made.public else _public(task, made)

    @pages.post("/task/<name>/public")
    def publish(name: str) -> Any:
        task, made = _created(name)
        if request.form.get("how") == "no":
            return local(f"/task/{name}")
        typed = request.form.get("name", "")
        if not name_fits(typed, made.dataset_name):
            problem = "That isn’t the name. The dataset is still private."
            return _public(task, made, problem=problem, typed=typed), 422
        try:
            _make_public(made)
        except SodaSheetError as error:
            return _public(task, made, error=error), 502
        note_public(task, made)
        return local(f"/task/{name}")

    return pages


def propose_page(task: Task, number: int, question: ProposeDataset) -> str:
    """Render the form of a proposal, with the typed values."""
    typed = question.typed or {}

    def kept(name: str, otherwise: str) -> str:
        return last_value(typed, name) if typed else otherwise

    return render_template(
        "create/propose.html",
        task=task,
        number=number,
        ask=question,
        kept=kept,
        portals=portals(),
    )


def created_page(task: Task, made: Created) -> str:
    """Render the end of a task that has created a dataset."""
    return render_template("create/done.html", task=task, made=made)


def _created(name: str) -> tuple[Task, Created]:
    task = find_task(name)
    made = created_by(task) if task is not None else None
    if task is None or made is None or task.record.kind is not TaskKind.CREATE:
        raise NotFound
    return task, made


def _public(task: Task, made: Created, **shown: Any) -> str:
    sign_in = isinstance(shown.get("error"), SignInError)
    return render_template("create/public.html", task=task, made=made, sign_in=sign_in, **shown)


def _make_public(made: Created) -> None:
    from sodasheet.desk.portal_session import open_session
    from sodasheet.portal.new_dataset import make_public

    with open_session(made.portal, write=True) as session:
        make_public(session, made.dataset)
