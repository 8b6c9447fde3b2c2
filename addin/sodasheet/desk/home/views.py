"""The page Home."""

from __future__ import annotations

from flask import Blueprint, render_template


def home_pages() -> Blueprint:
    """Return the page Home."""
    pages = Blueprint("home", __name__)

    @pages.get("/")
    def show() -> str:
        return render_template("home.html", place="Home")

    return pages
