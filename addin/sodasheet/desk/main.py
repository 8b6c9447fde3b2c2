"""The desk as a whole: its pages behind one server, shown in a window."""

from __future__ import annotations

from threading import Thread
from typing import TYPE_CHECKING

from sodasheet.desk.server.desk_process import Served, run_desk
from sodasheet.desk.server.desk_still_needed import Presence
from sodasheet.desk.server.page_opening_files import Opening
from sodasheet.desk.tasks.start_process import Workers
from sodasheet.desk.tasks.task import tasks_running

if TYPE_CHECKING:
    from flask import Blueprint, Flask


def show_desk(opening: Opening, workers: Workers) -> None:
    """Show a page of the desk; returns when the desk isn't needed or runs in another process.

    Raises SodaSheetError if no window opens.
    """
    run_desk(
        opening,
        Served(lambda host, presence: build(host, presence, workers), tasks_running),
    )


def build(host: str, presence: Presence, workers: Workers) -> Flask:
    """Return the application with all pages, reached at `host`; loading them takes a moment."""
    from sodasheet.desk.account_in_use import who
    from sodasheet.desk.formatting.outcomes import outcome_badge
    from sodasheet.desk.server.access import Access
    from sodasheet.desk.server.flask_app import make_site

    # In the background: neither the credential store nor a silent address may delay the first page.
    Thread(target=_catch_up, name="catching up", daemon=True).start()
    app = make_site(Access(host), presence, _pages(workers))
    app.jinja_env.globals.update(who=who, outcome_badge=outcome_badge)
    return app


def _pages(workers: Workers) -> tuple[Blueprint, ...]:
    """Return all pages; `workers` start the processes of tasks."""
    from sodasheet.desk.check.routes import check_pages
    from sodasheet.desk.choose_dataset.entry_template import template_pages
    from sodasheet.desk.choose_dataset.routes import choose_pages
    from sodasheet.desk.choose_dataset.search_results import Catalog
    from sodasheet.desk.columns.routes import columns_pages
    from sodasheet.desk.computer.routes import computer_pages
    from sodasheet.desk.create.routes import create_pages
    from sodasheet.desk.describe.routes import describe_pages
    from sodasheet.desk.files.routes import file_pages
    from sodasheet.desk.history.quality_page import quality_pages
    from sodasheet.desk.history.routes import history_pages
    from sodasheet.desk.home.routes import home_pages
    from sodasheet.desk.map.routes import map_pages
    from sodasheet.desk.open_workbooks.routes import workbook_pages
    from sodasheet.desk.preview.routes import preview_pages
    from sodasheet.desk.push.routes import task_pages
    from sodasheet.desk.schedule.routes import schedule_pages
    from sodasheet.desk.settings.routes import settings_pages
    from sodasheet.desk.sign_in.routes import sign_in_pages
    from sodasheet.desk.welcome.routes import welcome_pages

    return (
        home_pages(),
        welcome_pages(),
        sign_in_pages(),
        choose_pages(Catalog()),
        template_pages(),
        task_pages(workers),
        create_pages(workers),
        schedule_pages(),
        file_pages(workers),
        workbook_pages(workers),
        map_pages(workers),
        check_pages(workers),
        preview_pages(workers),
        quality_pages(),
        describe_pages(),
        columns_pages(),
        history_pages(workers),
        settings_pages(),
        computer_pages(),
        _closing_page(),
    )


def _catch_up() -> None:
    """Do slow work that no page waits for."""
    from sodasheet.desk.practice_portal.portal_control import forget_dead
    from sodasheet.update_check import check_for_updates

    forget_dead()
    check_for_updates()


def _closing_page() -> Blueprint:
    from flask import Blueprint, render_template

    pages = Blueprint("closing", __name__)

    @pages.get("/done")
    def done() -> str:
        return render_template("closed.html")

    return pages
