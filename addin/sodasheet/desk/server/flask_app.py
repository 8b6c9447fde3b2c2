"""The application: its pages, their static files, and functions that every page can call."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Any

from flask import Blueprint, Flask, Response, render_template, request
from werkzeug.exceptions import HTTPException

from sodasheet import __version__
from sodasheet.crash_report import crash_report
from sodasheet.credentials.redaction import redact
from sodasheet.desk.formatting import names, numbers, times
from sodasheet.desk.server.access import Access
from sodasheet.desk.server.desk_still_needed import Presence
from sodasheet.errors import SodaSheetError
from sodasheet.wording import capitalized

#: Maximum bytes of a form; no page needs more.
LARGEST_FORM = 4 * 1024 * 1024

#: Messages for empty pages.
_ERRORS = {
    403: ("This window isn’t signed in to the desk", "Open the desk again, then try once more."),
    404: ("There’s no such page", "It may have shown something that has since been removed."),
    405: ("That can’t be done from here", "Go back and use the buttons of the page."),
    413: ("That is more than a page can take", "Save it as a file, and choose the file instead."),
    421: ("This isn’t the desk’s address", "Open the desk again."),
}


def make_site(access: Access, presence: Presence, pages: Iterable[Blueprint]) -> Flask:
    """Return the application with its pages behind the rules of `access`."""
    app = Flask("sodasheet.desk", static_url_path="/files")
    app.config.update(MAX_CONTENT_LENGTH=LARGEST_FORM, MAX_FORM_MEMORY_SIZE=LARGEST_FORM)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(version=__version__, page_id=lambda: secrets.token_hex(8))
    app.jinja_env.filters.update(
        zip=zip,
        count=numbers.count,
        rows=numbers.rows,
        size=numbers.size,
        isolated=names.isolated,
        moment=times.moment,
        day=times.day,
        duration=times.duration,
        capitalize_first=capitalized,
    )
    access.guard(app)
    _add_presence(app, presence)
    for page in pages:
        app.register_blueprint(page)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(SodaSheetError, _known_error)
    app.register_error_handler(Exception, _unknown_error)
    return app


def _add_presence(app: Flask, presence: Presence) -> None:
    def alive() -> Response:
        presence.seen(request.form.get("page", "")[:32])
        return Response(status=204)

    def gone() -> Response:
        presence.closed(request.form.get("page", "")[:32])
        return Response(status=204)

    app.add_url_rule("/alive", "alive", alive, methods=["POST"])
    app.add_url_rule("/gone", "gone", gone, methods=["POST"])


def _http_error(error: HTTPException) -> Any:
    code = error.code or 500
    title, told = _ERRORS.get(code, ("The page can’t be shown", "Go back and try again."))
    return render_template("error.html", title=title, told=told), code


def _known_error(error: SodaSheetError) -> Any:
    return render_template("error.html", title=redact(error.what), told=redact(error.remedy)), 409


def _unknown_error(error: Exception) -> Any:
    told = crash_report(error)
    return render_template("error.html", title=told.what, told=told.remedy), 500
