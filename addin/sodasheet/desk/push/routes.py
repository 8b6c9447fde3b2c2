"""Addresses of the page of a task: its questions, its progress, and its end."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from sodasheet.desk.choose_dataset.routes import choose_page
from sodasheet.desk.create.created_dataset import created_by, private_creation
from sodasheet.desk.create.routes import created_page, propose_page
from sodasheet.desk.formatting.names import isolated, name_fits
from sodasheet.desk.push import summary
from sodasheet.desk.push.push_stages import shown
from sodasheet.desk.push.trial_row_count import first_rows
from sodasheet.desk.schedule.routes import schedule_page
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.ask_user import answer_question
from sodasheet.desk.tasks.progress import ProgressNote
from sodasheet.desk.tasks.question import (
    Asked,
    ChooseDataset,
    ChooseTime,
    Confirmation,
    ProposeDataset,
    TextQuestion,
    UserAnswer,
)
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import Task, TaskKind, TaskOptions, find_task
from sodasheet.errors import SodaSheetError
from sodasheet.push.runs.background_push_folder import STATUS

#: Seconds between two polls of a task, between two heartbeats, and of one stream.
LOOK, BEAT, LONGEST = 0.25, 5.0, 600.0

#: Maximum characters of a note on the page.
_NOTE = 500

_GONE = "event: changed\ndata: gone\n\n"

_DOING = {
    TaskKind.PUSH: "Pushing to {dataset}",
    TaskKind.UNDO: "Undoing a push to {dataset}",
    TaskKind.CHECK: "Checking {source}",
    TaskKind.PREVIEW: "Comparing {source} with {dataset}",
    TaskKind.MAP: "Reading {source}",
    TaskKind.CHOOSE: "Working",
    TaskKind.SCHEDULE: "Making the schedule",
    TaskKind.CREATE: "Creating a dataset from {source}",
    TaskKind.ASK: "Working",
}

_CANCEL = {
    TaskKind.PUSH: "Cancel push",
    TaskKind.UNDO: "Cancel undo",
    TaskKind.CHECK: "Cancel check",
    TaskKind.PREVIEW: "Cancel preview",
    TaskKind.CREATE: "Cancel",
}


def task_pages(workers: Workers) -> Blueprint:
    """Return the pages of tasks; `workers` start the next attempt of a task."""
    pages = Blueprint("tasks", __name__, url_prefix="/task/<name>")

    @pages.get("")
    def show(name: str) -> Any:
        task = find_task(name)
        try:
            return render_template("closed.html") if task is None else _state(task)
        except SodaSheetError:
            if find_task(name) is None:  # its process has removed it meanwhile
                return render_template("closed.html")
            raise

    @pages.get("/events")
    def events(name: str) -> Response:
        task = find_task(name)
        stream = _GONE if task is None else _events(task)
        return Response(stream, mimetype="text/event-stream")

    @pages.post("/answer")
    def answer(name: str) -> Any:
        return _answer(_task(name))

    @pages.post("/seen")
    def seen(name: str) -> Response:
        task = find_task(name)
        if task is not None:
            task.note_seen()
        return Response(status=204)

    @pages.post("/stop")
    def stop(name: str) -> Any:
        _task(name).errand.stop()
        return local(f"/task/{name}")

    @pages.post("/again")
    def again(name: str) -> Any:
        task = _task(name)
        if task.ended:
            options = _next(task, request.form.get("how", ""))
            task.change(options=options, seen=_still_seen(task, options))
            workers.start(task)
        return local(f"/task/{name}")

    return pages


def _task(name: str) -> Task:
    task = find_task(name)
    if task is None:
        raise NotFound
    return task


def _state(task: Task) -> Any:
    """Render what the task needs to show now."""
    asked = task.asked
    if asked is not None and task.errand.alive:
        return _question(task, asked)
    if (failure := task.failure) is not None:
        return render_template(
            "task/failure.html", task=task, failure=failure, again=_retry(task), back=_back(task)
        )
    if _delivers(task):
        return _progress(task)
    report = task.errand.report or task.errand.shown
    if report is not None and (page := _draft_page(task)):
        return local(page)
    if report is not None and task.record.kind is TaskKind.ASK:
        # A button pressed at the desk leads to the task that it started.
        return local(f"/task/{report['next']}" if report.get("next") else "/workbooks")
    if task.record.kind is TaskKind.CREATE and (made := created_by(task)) is not None:
        return created_page(task, made)
    if report is not None and task.record.kind in (TaskKind.PREVIEW, TaskKind.CHECK):
        return render_template("task/waits.html", task=task, record=task.record)
    if report is not None:
        return _ended(task, report)
    if not task.errand.alive:
        return render_template("task/died.html", task=task, record=task.record)
    return _progress(task)


def _delivers(task: Task) -> bool:
    """True if the process of a finished preview is still writing the sheet."""
    record = task.record
    ready = record.kind is TaskKind.PREVIEW and not record.draft and task.failure is None
    return ready and task.errand.report is not None and task.errand.alive


def _draft_page(task: Task) -> str:
    """The page of the draft that shows the task's result; empty for a push."""
    record = task.record
    pages = {TaskKind.MAP: "map", TaskKind.CHECK: "check", TaskKind.PREVIEW: "preview"}
    page = pages.get(record.kind)
    return f"/draft/{record.draft}/{page}" if page and record.draft else ""


def _progress(task: Task) -> str:
    record = task.record
    note = ProgressNote.from_json(task.read(STATUS))
    stopping = task.errand.stopping
    words = {
        "dataset": isolated(record.dataset) or "the dataset",
        "source": record.source or "the source",
    }
    return render_template(
        "task/progress.html",
        task=task,
        heading="Canceling" if stopping else _DOING[record.kind].format(**words),
        shown=shown(note, stopping=stopping),
        stages=record.kind in (TaskKind.PUSH, TaskKind.UNDO),
        stopping=stopping,
        cancel=_CANCEL.get(record.kind, ""),
    )


def _question(task: Task, asked: Asked, problem: str = "", typed: str = "") -> Any:
    question = asked.question
    if isinstance(question, ChooseDataset):
        return choose_page(question.portal, f"/task/{task.id}/answer", asked.number)
    if isinstance(question, ChooseTime):
        return schedule_page(
            question.path,
            f"/task/{task.id}/answer",
            asked.number,
            problem=question.problem,
            typed=question.typed,
        )
    if isinstance(question, ProposeDataset):
        return propose_page(task, asked.number, question)
    name = "confirm" if isinstance(question, Confirmation) else "question"
    return render_template(
        f"task/{name}.html",
        task=task,
        number=asked.number,
        ask=question,
        line=isinstance(question, TextQuestion),
        problem=problem,
        typed=typed,
    )


def _answer(task: Task) -> Any:
    """Accept the user's answer; ask again about an invalid answer, with the typed values."""
    form = request.form
    asked = task.asked
    page = f"/task/{task.id}"
    if asked is None or str(asked.number) != form.get("number"):
        return local(page)
    question, how = asked.question, form.get("how", "no")
    choice: dict[str, Any] = {}
    if isinstance(question, Confirmation) and how != "no":
        if how == "first":
            rows = first_rows(form.get("rows", ""), question.most)
            if isinstance(rows, str):
                return _question(task, asked, rows, form.get("rows", "")), 422
            choice["limit"] = rows
        elif how == "rest":
            choice["rest"] = True
        elif how == "draft" and question.may_draft:
            choice = {"draft": True, "note": form.get("note", "")[:_NOTE]}
        elif question.name and not name_fits(form.get("name", ""), question.name):
            told = "That isn’t the name. Nothing was sent."
            return _question(task, asked, told, form.get("name", "")), 422
    elif isinstance(question, ChooseDataset) and how != "no":
        choice = {"portal": form.get("portal", ""), "dataset": form.get("dataset", "")}
        if not choice["dataset"]:
            return local(page)
    elif isinstance(question, ChooseTime | ProposeDataset):
        choice = {name: form.getlist(name) for name in form if name not in ("csrf", "number")}
    text = form.get("text", "")
    answer_question(task, UserAnswer(asked.number, how != "no", text, choice))
    _wait_until_taken(task, asked.number)
    return local(page)


def _wait_until_taken(task: Task, number: int) -> None:
    """Wait briefly for the task's process, so that the next page does not ask again."""
    until = time.monotonic() + 2
    while time.monotonic() < until:
        asked = task.asked
        if asked is None or asked.number != number:
            return
        time.sleep(0.02)


def _ended(task: Task, report: dict[str, Any]) -> str:
    record = task.record
    told = summary.summary(report)
    rest = summary.after_trial(report, record.options)
    return render_template(
        "task/summary.html",
        task=task,
        record=record,
        told=told,
        trial=rest,
        private=private_creation(told.link) if told.numbers else None,
    )


def _retry(task: Task) -> str:
    kind = task.record.kind
    return {
        TaskKind.PUSH: "Push again",
        TaskKind.UNDO: "Try to undo again",
        TaskKind.CHECK: "Check again",
        TaskKind.PREVIEW: "Preview again",
    }.get(kind, "")


def _back(task: Task) -> str:
    """The page that a failed task of a draft leads back to."""
    draft = task.record.draft
    return f"/draft/{draft}/map" if draft else ""


def _next(task: Task, how: str) -> TaskOptions:
    """Return the options of the next attempt. Raises SodaSheetError if there is none."""
    options = replace(task.record.options, settles=None)
    report = task.errand.report or task.errand.shown or {}
    told = summary.summary(report) if report else None
    if how == "retry":
        return options
    if how == "force" and options.undoes:
        return replace(options, forced=True, leave=False)
    if how == "leave" and options.undoes:
        return replace(options, leave=True, forced=False)
    if told is not None:
        rest = summary.after_trial(report, options)
        if how == "without" and told.spare:
            return replace(options, allow_rejected=told.spare)
        if how == "anyway" and told.aside:
            return replace(options, overrides=(*options.overrides, told.aside))
        if how == "find-out" and told.unknown:
            return replace(options, settles=told.run)
        if how == "rest" and rest is not None:
            return rest
        if how == "undo" and told.undoable:
            return TaskOptions(undoes=told.run)
    raise SodaSheetError("That can’t be done with this run.", "Look at it in History.")


def _still_seen(task: Task, options: TaskOptions) -> Any:
    """Return the preview's numbers, which are valid until the push has changed the dataset."""
    return None if options.undoes or options.rest_of else task.record.seen


def _events(task: Task) -> Iterator[str]:
    """Yield the progress of a task until its page has to show something else."""
    began = spoke = time.monotonic()
    last = ""
    while time.monotonic() - began < LONGEST:
        if not task.folder.is_dir():
            yield _GONE
            return
        over = task.ended and not _delivers(task)
        if over or not task.errand.alive or task.asked is not None:
            yield "event: changed\ndata: state\n\n"
            return
        now = shown(ProgressNote.from_json(task.read(STATUS)), stopping=task.errand.stopping)
        body = json.dumps(asdict(now), ensure_ascii=False)
        if body != last or time.monotonic() - spoke > BEAT:
            last, spoke = body, time.monotonic()
            yield f"event: progress\ndata: {body}\n\n"
        time.sleep(LOOK)
