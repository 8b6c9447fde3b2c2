"""Addresses of the Settings page: accounts, the mail server, and how long records are kept."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request

from sodasheet.credentials.account_list import list_accounts
from sodasheet.credentials.keychain import ATTENDED, choose, forget, save
from sodasheet.desk.server.access import local
from sodasheet.desk.typed_number import typed_number
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.credentials import Credentials
from sodasheet.settings import (
    PORTS,
    Keep,
    MailServer,
    Settings,
    mail_server,
    read_settings,
    settings_file,
    write_settings,
)

#: Encryption of a mail connection, with names on the page.
_SECURITY = {
    "starttls": "STARTTLS",
    "tls": "TLS from the start",
    "none": "None, on this computer only",
}


def settings_pages() -> Blueprint:
    """Return the routes of the Settings page."""
    pages = Blueprint("settings", __name__, url_prefix="/settings")
    _add_limits(pages)
    _add_accounts(pages)
    return pages


def _add_limits(pages: Blueprint) -> None:
    """Add the page, and the forms of the run logs and the mail server."""

    @pages.get("")
    def show() -> str:
        return _page()

    @pages.post("/keep")
    def keep() -> Any:
        typed = {name: request.form.get(name, "") for name in ("days", "megabytes")}
        try:
            limits = Keep(*(_whole(text) for text in typed.values()))
            write_settings(replace(read_settings(), keep=limits))
        except SodaSheetError as error:
            return _page(error, "keep", typed), 422
        return local("/settings?saved=keep")

    @pages.post("/mail")
    def mail() -> Any:
        names = ("host", "port", "security", "user", "sender", "to")
        typed = {name: request.form.get(name, "").strip() for name in names}
        try:
            if request.form.get("how") == "remove":
                write_settings(replace(read_settings(), mail=None))
                return local("/settings?saved=mail")
            server = _mail(typed)
            write_settings(replace(read_settings(), mail=server))
            password = request.form.get("password", "")
            if password:
                # Straight to the store; never sent back to the page.
                save(
                    server.host,
                    Credentials(server.user, password),
                    kind="mail",
                    deadline=ATTENDED,
                )
        except SodaSheetError as error:
            return _page(error, "mail", typed), 422
        return local("/settings?saved=mail")


def _add_accounts(pages: Blueprint) -> None:
    """Add the form of the accounts."""

    @pages.post("/account")
    def account() -> Any:
        form = request.form
        host, key = form.get("host", ""), form.get("key", "")
        named = (one for one in list_accounts() if (one.host, one.key_id) == (host, key))
        if (found := next(named, None)) is None:
            raise UsageProblem("There is no such account.", "Open the list again.")
        if form.get("how") == "use":
            choose(host, key)
        else:
            forget(host, key, kind=found.kind, deadline=ATTENDED)
        return local("/settings?saved=accounts")


def _page(
    error: SodaSheetError | None = None, part: str = "", typed: dict[str, str] | None = None
) -> str:
    """Render the page, with the typed values of the form that was wrong."""
    try:
        found: Settings | None = read_settings()
    except SodaSheetError as broken:
        found, error = None, error or broken
    server = found.mail if found else None
    mail = {
        "host": server.host if server else "",
        "port": str(server.port) if server else "",
        "security": server.security if server else "starttls",
        "user": server.user if server else "",
        "sender": server.sender if server else "",
        "to": server.to if server else "",
    }
    limits = found.keep if found else Keep()
    kept = {"days": str(limits.days), "megabytes": str(limits.megabytes)}
    return render_template(
        "settings/page.html",
        place="Settings",
        accounts=list_accounts(),
        mail=typed if part == "mail" else mail,
        has_mail=server is not None,
        kept=typed if part == "keep" else kept,
        securities=_SECURITY,
        error=error,
        part=part,
        saved=request.args.get("saved", ""),
        file=settings_file(),
    )


def _mail(typed: dict[str, str]) -> MailServer:
    security = typed["security"]
    if security not in PORTS:
        raise UsageProblem("That connection security isn’t known.", "Choose one from the list.")
    place = f"{typed['host']}:{typed['port']}" if typed["port"] else typed["host"]
    return mail_server(place, security, user=typed["user"], sender=typed["sender"], to=typed["to"])


def _whole(text: str) -> int:
    number = typed_number(text)
    if number is None or not 0 < number < 10**9:
        raise UsageProblem(f'"{text}" can’t be used here.', "Type a whole number, 1 or more.")
    return number
