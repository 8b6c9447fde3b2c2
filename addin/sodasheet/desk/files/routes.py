"""Addresses of the pages that choose a file, its role, and the target dataset."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, render_template, request

from sodasheet.desk.choose_dataset.routes import choose_page
from sodasheet.desk.chosen_source import source_of, source_words
from sodasheet.desk.drafts.draft import About, new_draft
from sodasheet.desk.drafts.draft_of_job import draft_of
from sodasheet.desk.drafts.start_draft_task import start_for
from sodasheet.desk.files.folder_listing import listing, shortcuts, typed_path
from sodasheet.desk.files.jobs_and_sheets_in_file import contents
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import TaskKind
from sodasheet.errors import SodaSheetError
from sodasheet.model.job import Job
from sodasheet.model.mapping import Mapping
from sodasheet.model.method import Method


def file_pages(workers: Workers) -> Blueprint:
    """Return the pages on which a file is chosen."""
    pages = Blueprint("files", __name__)

    @pages.get("/file")
    def choose() -> Any:
        text = request.args.get("path", "")
        if not text:
            return _folder(Path.home())
        try:
            path = typed_path(text)
            return _folder(path) if path.is_dir() else _file(path)
        except SodaSheetError as error:
            return _folder(Path.home(), text, error), 422

    @pages.get("/file/dataset")
    def dataset() -> str:
        hidden = {name: request.args.get(name, "") for name in ("path", "part")}
        return choose_page("", "/draft/new", hidden=hidden)

    @pages.post("/draft/new")
    def new() -> Any:
        form = request.form
        if form.get("how") == "no" or not form.get("dataset"):
            return local("/file")
        path = typed_path(form.get("path", ""))
        source = source_of(path, form.get("part", ""))
        job = Job(form["portal"], form["dataset"], Method.UPSERT, source, Mapping())
        draft = new_draft(job, About(source_words(source), str(path), str(path.parent)))
        return local(f"/task/{start_for(draft, TaskKind.MAP, workers).id}")

    @pages.post("/draft/job")
    def job() -> Any:
        path = typed_path(request.form.get("path", ""))
        jobs = {one.name: one for one in contents(path).jobs}
        named = jobs.get(request.form.get("name", ""))
        if named is None:
            return local("/file")
        draft = draft_of(named, path)
        return local(f"/task/{start_for(draft, TaskKind.MAP, workers).id}")

    return pages


def _folder(path: Path, typed: str = "", error: SodaSheetError | None = None) -> str:
    return render_template(
        "files/folder.html",
        place="Home",
        listing=listing(path),
        shortcuts=shortcuts(),
        typed=typed,
        error=error,
    )


def _file(path: Path) -> Any:
    found = contents(path)
    if found.jobs or len(found.parts) > 1:
        return render_template("files/contents.html", place="Home", path=path, found=found)
    part = f"{found.parts[0].kind}:{found.parts[0].name}" if found.parts else ""
    return choose_page("", "/draft/new", hidden={"path": str(path), "part": part})
