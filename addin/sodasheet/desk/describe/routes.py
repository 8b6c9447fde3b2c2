"""Addresses of the Describe pages: choose a dataset, edit its description, preview, send, undo."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

# The handlers import lazily so that the desk shows its first page sooner.


def describe_pages() -> Blueprint:
    """Return the routes of the Describe page."""
    pages = Blueprint("describe", __name__, url_prefix="/describe")

    @pages.get("")
    def choose() -> Any:
        from sodasheet.desk.describe.dataset_choice import choice_page

        return choice_page()

    @pages.post("")
    def chosen() -> Any:
        from sodasheet.desk.describe.dataset_choice import chosen_dataset

        return chosen_dataset()

    @pages.get("/<dataset>")
    def edit(dataset: str) -> Any:
        from sodasheet.desk.describe.edit_form import form_page

        return form_page(dataset)

    @pages.post("/<dataset>")
    def act(dataset: str) -> Any:
        from sodasheet.desk.describe.preview_push_undo import form_sent

        return form_sent(dataset)

    @pages.post("/<dataset>/undo")
    def undo(dataset: str) -> Any:
        from sodasheet.desk.describe.preview_push_undo import undo_sent

        return undo_sent(dataset)

    @pages.get("/<dataset>/<name>")
    def file(dataset: str, name: str) -> Any:
        from sodasheet.desk.describe.downloads import file_to_save

        return file_to_save(dataset, name)

    return pages
