"""Addresses of the Schedule pages: all schedules of this computer, and one schedule to change."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, render_template, request

from sodasheet.desk.files.folder_listing import readable
from sodasheet.desk.formatting.times import moment
from sodasheet.desk.schedule.schedule_form import (
    DAYS,
    Scheduled,
    TypedSchedule,
    make_schedule,
    next_words,
    when_words,
)
from sodasheet.desk.server.access import local
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.schedules import schedule_store

#: Maximum characters of a name in a sentence.
_LONGEST = 100


def schedule_pages() -> Blueprint:
    """Return the routes of the Schedule page."""
    pages = Blueprint("schedule", __name__, url_prefix="/schedule")

    @pages.get("")
    def show() -> str:
        return render_template("schedule/list.html", schedules=_rows(), place="Schedule")

    @pages.get("/edit")
    def edit() -> str:
        return schedule_page(request.args.get("path", ""), "/schedule/make")

    @pages.post("/make")
    def make() -> Any:
        form = {name: request.form.getlist(name) for name in request.form}
        if request.form.get("how") == "no":
            return local("/schedule")
        typed = TypedSchedule.from_form(form)
        path = request.form.get("path", "")
        try:
            told, doubts = make_schedule(Scheduled.of(_file(path)), typed)
        except SodaSheetError as error:
            return schedule_page(path, "/schedule/make", problem=str(error), typed=typed), 422
        return render_template("schedule/made.html", told=told, doubts=doubts, place="Schedule")

    @pages.post("/remove")
    def remove() -> Any:
        from sodasheet.schedules.creation_and_removal import unmake

        unmake([schedule_store.known(request.form.get("name", ""))])
        return local("/schedule")

    return pages


def schedule_page(
    path: str,
    action: str,
    number: int = 0,
    *,
    problem: str = "",
    typed: TypedSchedule | Mapping[str, Any] | None = None,
) -> str:
    """Render the fields of one schedule; `action` takes them."""
    scheduled = Scheduled.of(_file(path))
    if isinstance(typed, Mapping):
        typed = TypedSchedule(**{**typed, "days": tuple(typed["days"])})
    return render_template(
        "schedule/edit.html",
        scheduled=scheduled,
        typed=typed or scheduled.given,
        fixed=scheduled.there[0].name if scheduled.there else "",
        now=when_words(scheduled.there[0].when) if scheduled.there else "",
        days=DAYS,
        action=action,
        number=number,
        path=path,
        problem=problem,
        zone=datetime.now().astimezone().tzname() or "",
    )


def _file(path: str) -> Path:
    """The file in the form that a scheduler needs. Raises UsageProblem."""
    found = Path(path)
    with suppress(OSError, ValueError):  # too long or undecodable: not a file's path
        if found.is_absolute() and found.is_file():
            return found
    name = readable(found.name)[:_LONGEST] or "The file"
    raise UsageProblem(
        f"{name} isn’t a file in a folder of this computer.",
        "Save it there, not only in the cloud, then schedule it again.",
    )


def _rows() -> list[dict[str, Any]]:
    now = datetime.now()
    rows = []
    for one in schedule_store.schedules():
        last = schedule_store.last(one)
        rows.append(
            {
                "name": one.name,
                "path": str(one.job),
                "file": one.job.name,
                "folder": str(one.job.parent),
                "when": when_words(one.when),
                "next": next_words(one.when, now),
                "last": moment(last.started) if last else "",
                "outcome": last.outcome if last else None,
                "summary": (last.summary or "") if last else "",
                "run": (last.run or "") if last else "",
                "missing": not one.job.is_file(),
            }
        )
    return rows
