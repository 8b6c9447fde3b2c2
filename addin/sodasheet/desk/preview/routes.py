"""Addresses of the Preview page: what a push would change, row by row."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request

from sodasheet.desk.drafts.find_draft_and_steps import known_draft, step_links
from sodasheet.desk.drafts.start_draft_task import start_for
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import TaskKind, TaskOptions


def preview_pages(workers: Workers) -> Blueprint:
    """Return the routes of the Preview page."""
    pages = Blueprint("preview", __name__, url_prefix="/draft/<name>")

    @pages.get("/preview")
    def show(name: str) -> Any:
        from sodasheet.desk.preview import change_pages

        draft = known_draft(name)
        found = draft.result("preview.json")
        if found is None:
            return local(f"/draft/{name}/map")
        wanted = change_pages.RowFilter.from_query(request.args)

        def at(page: int) -> str:
            query = {"kind": wanted.kind, "column": wanted.column, "key": wanted.key, "page": page}
            return "?" + urlencode({key: value for key, value in query.items() if value})

        return render_template(
            "draft/preview.html",
            place="Home",
            draft=draft,
            about=draft.about,
            found=found,
            title=change_pages.title(found),
            page=change_pages.page_of(draft.folder / "changes.parquet", found, wanted),
            wanted=wanted,
            at=at,
            size=change_pages.PAGE,
            identifier=change_pages.identifier_name(found),
            links=step_links(draft),
        )

    @pages.post("/preview")
    def preview(name: str) -> Any:
        return local(f"/task/{start_for(known_draft(name), TaskKind.PREVIEW, workers).id}")

    @pages.post("/push")
    def push(name: str) -> Any:
        draft = known_draft(name)
        found = draft.result("preview.json") or {}
        options = TaskOptions(allow_rejected=int(found.get("rejected", 0)))
        task = start_for(draft, TaskKind.PUSH, workers, options, found.get("seen"))
        return local(f"/task/{task.id}")

    return pages
