"""The page of open workbooks, and pressing the ribbon's buttons from there."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start import Workers
from sodasheet.desk.tasks.task import TaskKind, TaskRecord, new_task
from sodasheet.desk.workbooks.model import BUTTONS, MAPPED, open_workbooks
from sodasheet.errors import SodaSheetError, UsageProblem


def workbook_pages(workers: Workers) -> Blueprint:
    """Return the page of open workbooks."""
    pages = Blueprint("workbooks", __name__, url_prefix="/workbooks")

    @pages.get("")
    def show() -> str:
        found, error = [], None
        try:
            found = open_workbooks(workers.lister) if workers.lister else []
        except SodaSheetError as problem:
            error = problem
        return render_template(
            "workbooks/page.html", place="Home", workbooks=found, error=error, buttons=MAPPED
        )

    @pages.post("/press")
    def press() -> Any:
        form = request.form
        button, pid = form.get("button", ""), form.get("pid", "")
        if button not in BUTTONS or not pid.isdecimal():
            raise UsageProblem("There is no such button.", "Look at the open workbooks again.")
        task = new_task(TaskRecord(TaskKind.ASK, origin="workbook", source=form.get("name", "")))
        order = {"pid": int(pid), "button": button}
        order |= {name: form.get(name, "") for name in ("book", "name", "sheet")}
        task.write("order.json", order)
        workers.start(task)
        return local(f"/task/{task.id}")

    return pages
