"""Addresses of the Sign in page: a key is tested on its portal, then saved on this computer."""

from __future__ import annotations

import re
import secrets
import time
from threading import Lock
from typing import Any

from flask import Blueprint, render_template, request

from sodasheet.desk.server.access import local
from sodasheet.desk.sign_in.try_and_save_key import (
    Tried,
    TypedKey,
    attempt,
    keep,
    known_key,
    settings_page,
    where_kept,
)
from sodasheet.errors import SodaSheetError

#: Seconds for which a key that may be the wrong one is held in memory until the user decides.
HELD = 600.0


#: A page of the desk: never another host, which `//` and `/\\` begin.
_PAGE = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]{0,2000}")

#: Pages that lead only here.
_OWN = ("/sign-in", "/enter", "/done")


class Pending:
    """Keys that a portal accepts but users may not have meant, in this process's memory."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._held: dict[str, tuple[float, Tried]] = {}

    def hold(self, tried: Tried) -> str:
        """Keep a key and return a token that stands for the key."""
        word = secrets.token_urlsafe(16)
        with self._lock:
            fresh = {
                name: one for name, one in self._held.items() if time.monotonic() - one[0] < HELD
            }
            self._held = {**fresh, word: (time.monotonic(), tried)}
        return word

    def take(self, word: str) -> Tried | None:
        """Return the key of a token, once."""
        with self._lock:
            since, tried = self._held.pop(word, (0.0, None))
        return tried if time.monotonic() - since < HELD else None


def sign_in_pages() -> Blueprint:
    """Return the routes of the Sign in page."""
    pages = Blueprint("sign_in", __name__)
    pending = Pending()

    @pages.get("/sign-in")
    def show() -> str:
        from sodasheet.desk.account_in_use import latest_portal_or_empty
        from sodasheet.system.organization_settings import office_settings

        portal = request.args.get("portal", "") or latest_portal_or_empty()
        portal = portal or office_settings().portal
        return _form(TypedKey(portal, request.args.get("key") or known_key(portal), ""))

    @pages.post("/sign-in")
    def sign_in() -> Any:
        form = request.form
        typed = TypedKey(form.get("portal", ""), form.get("key", ""), form.get("secret", ""))
        try:
            tried = attempt(typed)
            if tried.doubtful:
                return render_template(
                    "sign_in/doubtful.html", tried=tried, word=pending.hold(tried), back=_back()
                )
            return _kept(tried)
        except SodaSheetError as error:
            return _form(typed, error), 422

    @pages.post("/sign-in/keep")
    def keep_anyway() -> Any:
        tried = pending.take(request.form.get("word", ""))
        if tried is None:
            return local("/sign-in")
        try:
            return _kept(tried)
        except SodaSheetError as error:
            return _form(TypedKey(tried.portal, tried.credentials.key_id, ""), error), 409

    return pages


def _kept(tried: Tried) -> Any:
    account, back = keep(tried), _back()
    if back.startswith("/task/"):
        return local(back)
    return render_template("sign_in/done.html", tried=tried, account=account, back=back)


def _form(typed: TypedKey, error: SodaSheetError | None = None) -> str:
    return render_template(
        "sign_in/form.html",
        typed=typed,
        error=error,
        place=where_kept(),
        keys=settings_page(typed.portal),
        back=_back(),
    )


def _back() -> str:
    """Return the page of the desk that led here, empty if the window was opened for the sign-in.

    A task that waits for a sign-in names itself; no address outside the desk is followed.
    """
    task = request.values.get("task", "")
    if task and all(sign in "0123456789abcdef-" for sign in task):
        return f"/task/{task}"
    came, desk = request.referrer or "", request.host_url
    page = f"/{came.removeprefix(desk)}" if came.startswith(desk) else ""
    found = request.values.get("back") or page
    return found if _PAGE.fullmatch(found) and not found.startswith(_OWN) else ""
