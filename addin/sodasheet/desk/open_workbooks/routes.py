"""Addresses of the page of open workbooks, from which the ribbon's buttons are pressed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from sodasheet.desk.open_workbooks.list_open_workbooks import (
    BUTTONS,
    MAPPED,
    OTHERS,
    open_workbooks,
)
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import TaskKind, TaskRecord, new_task
from sodasheet.desk.typed_number import typed_number
from sodasheet.errors import SodaSheetError, UsageProblem


def workbook_pages(workers: Workers) -> Blueprint:
    """Return the page of open workbooks."""
    pages = Blueprint("workbooks", __name__, url_prefix="/workbooks")

    @pages.get("")
    def show() -> str:
        # The page is there at once; a browser without scripts waits for the list.
        shown = _shown(workers) if request.args.get("wait") else {"waits": True}
        return render_template("workbooks/page.html", place="Home", **shown)

    @pages.get("/list")
    def listed() -> str:
        on_home = request.args.get("for") == "home"
        template = "workbooks/on_home.html" if on_home else "workbooks/list.html"
        return render_template(template, **_shown(workers))

    @pages.post("/press")
    def press() -> Any:
        form = request.form
        button, pid = form.get("button", ""), typed_number(form.get("pid", ""))
        if button not in BUTTONS or pid is None:
            raise UsageProblem("There’s no such button.", "List the open workbooks again.")
        task = new_task(TaskRecord(TaskKind.ASK, origin="workbook", source=form.get("name", "")))
        order = {"pid": pid, "button": button}
        order |= {name: form.get(name, "") for name in ("book", "name", "sheet")}
        task.write("order.json", order)
        workers.start(task)
        return local(f"/task/{task.id}")

    return pages


def _shown(workers: Workers) -> dict[str, Any]:
    """Return the content of the list of open workbooks."""
    found, error = [], None
    try:
        found = open_workbooks(workers.lister) if workers.lister else []
    except SodaSheetError as problem:
        error = problem
    return {"workbooks": found, "error": error, "buttons": MAPPED, "others": OTHERS}
