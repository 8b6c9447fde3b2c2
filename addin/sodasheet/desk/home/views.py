"""The page Home."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, render_template

from sodasheet.desk.home.model import home_now


def home_pages() -> Blueprint:
    """Return the page Home."""
    pages = Blueprint("home", __name__)

    @pages.get("/")
    def show() -> str:
        now = datetime.now().astimezone()
        return render_template(
            "home.html", place="Home", home=home_now(now), today=f"{now:%A, %B} {now.day}"
        )

    return pages
