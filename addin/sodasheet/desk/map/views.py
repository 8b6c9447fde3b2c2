"""The page Map: which column of the source fills which column of the dataset."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template, request

from sodasheet.desk.drafts.draft import Draft
from sodasheet.desk.drafts.steps import known_draft, step_links
from sodasheet.desk.drafts.tasks import start_for
from sodasheet.desk.map.model import (
    BLANKS,
    METHODS,
    choices,
    confirmed,
    mapping_of,
    rows_of,
    unfilled,
)
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start import Workers
from sodasheet.desk.tasks.task import TaskKind
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.jobs import write_job
from sodasheet.model.job import Job
from sodasheet.model.method import Method
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.check.projection import require_formats


def map_pages(workers: Workers) -> Blueprint:
    """Return the page Map."""
    pages = Blueprint("map", __name__, url_prefix="/draft/<name>")

    @pages.get("/map")
    def show(name: str) -> Any:
        return _page(known_draft(name))

    @pages.post("/map")
    def change(name: str) -> Any:
        draft = known_draft(name)
        shape = draft.shape
        if shape is None:
            return _begin(draft, workers)
        form, before = request.form, draft.job
        try:
            job = _changed(draft, before)
        except SodaSheetError as error:
            return _page(draft, error), 422
        how = form.get("how", "")
        if how == "confirm":
            job = replace(job, mapping=confirmed(job.mapping))
        draft.save(job)
        again = job.method != before.method or job.source != before.source
        if again or how == "match":
            return _begin(draft, workers)
        if how == "save":
            try:
                _save_as(draft, form.get("file", ""))
            except SodaSheetError as error:
                return _page(draft, error), 422
            return local(f"/draft/{name}/map#saved")
        if how == "check":
            return local(f"/task/{start_for(draft, TaskKind.CHECK, workers).id}")
        return local(f"/draft/{name}/map")

    @pages.post("/remove")
    def remove(name: str) -> Any:
        known_draft(name).remove()
        return local("/")

    return pages


def _page(draft: Draft, error: SodaSheetError | None = None) -> Any:
    shape = draft.shape
    if shape is None:
        return render_template("draft/unread.html", draft=draft, about=draft.about)
    job = draft.job
    rows = rows_of(job, shape)
    open_rows = [row for row in rows if not row.choice]
    return render_template(
        "draft/map.html",
        place="Home",
        draft=draft,
        about=draft.about,
        job=job,
        shape=shape,
        rows=rows,
        open_rows=open_rows,
        guesses=[row for row in rows if row.guess],
        sure=sum(1 for row in rows if row.status[0] == "good"),
        unfilled=unfilled(job, shape.dataset),
        choices=choices(shape.dataset, job.method),
        blanks=[(one.value, words) for one, words in BLANKS],
        methods=[(one.value, words, told) for one, words, told in METHODS],
        links=step_links(draft),
        error=error,
    )


def _changed(draft: Draft, before: Job) -> Job:
    """The job that the fields mean. Raises UsageProblem for a value that can't be meant."""
    shape = draft.shape
    assert shape is not None  # noqa: S101 - asked before
    form = request.form
    mapping = mapping_of(form, before, shape)
    header = form.get("header", str(before.source.header_row)).strip()
    if not header.isdecimal() or int(header) > 10_000:
        raise UsageProblem(
            f"“{header}” can’t be the header row.", "Type its number, or 0 if there is none."
        )
    method = Method(form.get("method", before.method.value))
    if method in (Method.UPSERT, Method.DELETE) and shape.dataset.row_identifier is None:
        raise UsageProblem(
            f"{shape.dataset.name} has no row identifier, so rows can’t be told apart.",
            "Add rows at the end, or replace all rows.",
        )
    require_formats(CheckPlan(shape.dataset, mapping, method), shape.headers)
    source = replace(before.source, header_row=int(header))
    return replace(before, mapping=mapping, method=method, source=source)


def _begin(draft: Draft, workers: Workers) -> Any:
    return local(f"/task/{start_for(draft, TaskKind.MAP, workers).id}")


def _save_as(draft: Draft, text: str) -> None:
    """Save the job as a file of its own. Raises UsageProblem."""
    plain = text.strip().strip('"')
    path = Path(plain).expanduser()
    if not plain or not path.is_absolute() or path.suffix.lower() != ".json":
        raise UsageProblem(
            f"“{plain}” can’t be the path of a job file.",
            "Type the whole path, ending in .json, such as C:\\Data\\permits.json.",
        )
    if path.exists() and str(path) != draft.about.saved_as:
        raise UsageProblem(f"There’s a file {path} already.", "Choose another name.")
    write_job(draft.job, path)
    draft.describe(replace(draft.about, saved_as=str(path)), draft.shape)
