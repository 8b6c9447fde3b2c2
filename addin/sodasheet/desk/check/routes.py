"""Addresses of the Check page: findings, accepting them, their levels, and checking again."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, send_file

from sodasheet.desk.check import findings_on_page
from sodasheet.desk.drafts.find_draft_and_steps import known_draft, step_links
from sodasheet.desk.drafts.start_draft_task import start_for
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import TaskKind


def check_pages(workers: Workers) -> Blueprint:
    """Return the routes of the Check page."""
    pages = Blueprint("check", __name__, url_prefix="/draft/<name>")

    @pages.get("/check")
    def show(name: str) -> Any:
        draft = known_draft(name)
        found = draft.result("check.json")
        if found is None:
            return local(f"/draft/{name}/map")
        column, only = request.args.get("column", ""), request.args.get("show", "")
        return render_template(
            "draft/check.html",
            place="Home",
            draft=draft,
            about=draft.about,
            found=found,
            title=findings_on_page.title(found),
            severities=findings_on_page.severities(found, column, only),
            counts=findings_on_page.counts(found),
            columns=findings_on_page.columns(found),
            column=column,
            only=only,
            links=step_links(draft),
        )

    @pages.post("/check")
    def check(name: str) -> Any:
        return local(f"/task/{start_for(known_draft(name), TaskKind.CHECK, workers).id}")

    @pages.post("/accept")
    def accept(name: str) -> Any:
        draft, form = known_draft(name), request.form
        reason, column = form.get("reason", ""), form.get("column", "")
        draft.save(findings_on_page.with_release(draft.job, reason, column))
        return local(f"/task/{start_for(draft, TaskKind.CHECK, workers).id}")

    @pages.post("/level")
    def level(name: str) -> Any:
        draft, form = known_draft(name), request.form
        reason, column = form.get("reason", ""), form.get("column", "")
        draft.save(findings_on_page.with_level(draft.job, reason, column, form.get("level", "")))
        return local(f"/task/{start_for(draft, TaskKind.CHECK, workers).id}")

    @pages.get("/findings.csv")
    def findings(name: str) -> Any:
        path = known_draft(name).folder / "findings.csv"
        return send_file(path, "text/csv", as_attachment=True, download_name="findings.csv")

    return pages
