"""Addresses of the Map page: which source column fills which dataset column."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request

from sodasheet.desk.drafts.find_draft_and_steps import known_draft
from sodasheet.desk.server.access import local
from sodasheet.desk.tasks.start_process import Workers


def map_pages(workers: Workers) -> Blueprint:
    """Return the routes of the Map page."""
    pages = Blueprint("map", __name__, url_prefix="/draft/<name>")

    @pages.get("/map")
    def show(name: str) -> Any:
        from sodasheet.desk.map.mapping_page import page

        return page(known_draft(name))

    @pages.post("/map")
    def change(name: str) -> Any:
        from sodasheet.desk.map.mapping_changes import change

        return change(known_draft(name), workers)

    @pages.post("/map/example")
    def example(name: str) -> str:
        from sodasheet.desk.map.mapping_page import example

        return example(known_draft(name), request.form.get("place", ""))

    @pages.post("/remove")
    def remove(name: str) -> Any:
        known_draft(name).remove()
        return local("/")

    return pages
