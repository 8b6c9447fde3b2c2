"""Addresses of the Home page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template

from sodasheet.desk.home.freshness import ask
from sodasheet.desk.home.page_content import home_now, pushed_keys
from sodasheet.desk.welcome.routes import welcome
from sodasheet.update_check import known_updates


def home_pages() -> Blueprint:
    """Return the routes of the Home page."""
    pages = Blueprint("home", __name__)

    @pages.get("/")
    def show() -> str:
        now = datetime.now().astimezone()
        home = home_now(now)
        if home.empty:
            return welcome()
        return render_template(
            "home.html",
            place="Home",
            home=home,
            today=f"{now:%A, %B} {now.day}",
            updates=known_updates(),
        )

    @pages.get("/home/datasets")
    def datasets() -> Any:
        now = datetime.now(UTC)
        if not ask(pushed_keys(), now):
            return "", 204
        return render_template("fresh.html", home=home_now(now.astimezone()))

    return pages
