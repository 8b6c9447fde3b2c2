"""Addresses of the page that finds a dataset: search as you type, or paste its address."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template, request

from sodasheet.desk.account_in_use import latest_portal_or_empty, portals
from sodasheet.desk.choose_dataset.search_results import Catalog, Found


def choose_pages(catalog: Catalog) -> Blueprint:
    """Return the list of datasets for the typed text."""
    pages = Blueprint("choose", __name__)

    @pages.record
    def _keep(state: Any) -> None:
        state.app.extensions["catalog"] = catalog

    @pages.get("/choose/found")
    def found() -> str:
        return _part(request.args.get("q", ""), request.args.get("site", ""))

    return pages


def choose_page(
    portal: str, action: str, number: int = 0, hidden: dict[str, str] | None = None
) -> str:
    """Render the page; `action` receives the choice. The typed text is in the request's query."""
    site = request.args.get("site", "") or portal or latest_portal_or_empty()
    text = request.args.get("q", "")
    return render_template(
        "choose/page.html",
        action=action,
        number=number,
        hidden=hidden or {},
        site=site,
        text=text,
        portals=portals(),
        found=_find(text, site),
    )


def _part(text: str, site: str) -> str:
    return render_template("choose/found.html", found=_find(text, site), text=text, site=site)


def _find(text: str, site: str) -> Found:
    catalog: Catalog = current_app.extensions["catalog"]
    return catalog.find(text, site, request.args.get("pick", ""))
