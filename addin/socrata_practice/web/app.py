"""The Flask app: blueprints, error replies, and the headers of every reply.

Faults strike between the server and the app (faults/middleware.py); what changes how the portal
behaves as a whole is in its settings (settings.py).
"""

from __future__ import annotations

import logging
import re
import secrets
from pathlib import Path

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from socrata_practice import refusals
from socrata_practice.faults.middleware import FaultyApp
from socrata_practice.web import access
from socrata_practice.web.admin import admin
from socrata_practice.web.catalog_and_current_user import catalog
from socrata_practice.web.html_pages import pages
from socrata_practice.web.publishing.apply_revisions import applications
from socrata_practice.web.publishing.file_loading_configs import configs
from socrata_practice.web.publishing.revisions import revisions
from socrata_practice.web.publishing.schemas import publishing_schemas
from socrata_practice.web.publishing.sources import sources
from socrata_practice.web.refuse_cross_site import SAFE, require_own_page
from socrata_practice.web.replies import refused
from socrata_practice.web.resource_rows import resource
from socrata_practice.web.soda3 import soda3
from socrata_practice.web.views.asset_files import files
from socrata_practice.web.views.assets import views
from socrata_practice.web.views.columns import columns
from socrata_practice.web.views.custom_fields import configurations
from socrata_practice.web.views.metadata import metadata
from socrata_practice.web.views.working_copies import working_copies

# Quiet unless the caller configures logging.
logger = logging.getLogger("socrata_practice")
logger.addHandler(logging.NullHandler())

_VIEWS = (metadata, configurations, views, columns, files, working_copies)
_OWN = (admin, soda3, revisions, applications, sources, publishing_schemas, configs)
_REQUEST_ID = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)


def create_app(site: access.Site) -> Flask:
    """Create the portal's app over one database."""
    app = Flask("practice", static_folder=None, template_folder=str(Path(__file__).parent))
    app.url_map.merge_slashes = False  # a row identifier may hold slashes
    app.extensions["practice"] = site
    for blueprint in (*_VIEWS, resource, catalog, pages, *_OWN):
        app.register_blueprint(blueprint)
    app.register_error_handler(refusals.Refusal, refused)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)
    app.before_request(require_own_page)
    app.teardown_appcontext(access.return_connection)
    app.after_request(_common_headers)
    app.wsgi_app = FaultyApp(  # type: ignore[method-assign, assignment]
        app.wsgi_app, site.faults, site.publishing.workers.sleep, site.withdraw
    )
    return app


def _http_error(error: HTTPException) -> Response:
    """Return Flask's own refusals in the portal's form."""
    if isinstance(error, NotFound):
        return refused(refusals.no_service())
    if isinstance(error, MethodNotAllowed):
        response = refused(refusals.front(405, "method_not_allowed", "Method not allowed"))
        response.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
        return response
    status = error.code or 500
    if status < 400:  # a redirect
        return Response(status=status, headers=dict(error.get_headers()))
    return refused(refusals.front(status, "invalid_request", error.name))


def _crash(error: Exception) -> Response:
    """Return the reply to a defect of the practice portal, like the crash of a real portal."""
    logger.error("The practice portal failed at %s", request.path, exc_info=error)
    body = {"error": True, "message": "Internal error", "status": 500}
    response = refused(refusals.Refusal(500, body))
    response.headers["X-Error-Message"] = "Internal error"
    return response


def _common_headers(response: Response) -> Response:
    given = request.headers.get("X-Socrata-RequestId", "")
    request_id = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(16)
    response.headers["X-Socrata-RequestId"] = request_id
    response.headers["X-Socrata-Region"] = "practice"
    # Only public data may be read from any origin.
    if request.method in SAFE and not request.path.startswith("/practice"):
        response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers.setdefault("Vary", "Accept-Encoding")
    return response
