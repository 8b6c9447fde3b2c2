"""The page that asks for the dataset to describe, and the datasets that can be described here."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote

from flask import render_template, request
from werkzeug.exceptions import NotFound

from sodasheet.credentials.account_list import list_accounts
from sodasheet.desk.history.runs_on_pages import all_runs
from sodasheet.desk.server.access import local
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.portal.dataset_address import Address, parse_portal

_ID = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}")


def choice_page() -> str:
    """Return the page that asks for a dataset."""
    return _choice("")


def chosen_dataset() -> Any:
    """Redirect to the description of the dataset whose address was typed."""
    typed = request.form.get("address", "")
    try:
        where = Address.parse(typed)
    except SodaSheetError as error:
        return _choice(typed, error), 422
    if where.portal not in known_portals():
        unknown = UsageProblem(
            f"You are not signed in to {where.portal.partition('//')[2]}.",
            "Sign in to this portal first.",
        )
        return _choice(typed, unknown, where.portal), 422
    return local(page_of(where.portal, where.dataset))


def _choice(typed: str, error: SodaSheetError | None = None, sign_in: str = "") -> str:
    pushed = {(run.portal, run.dataset): run.dataset_name for run in all_runs() if run.dataset}
    datasets = [(name, page_of(*key)) for key, name in pushed.items()]
    return render_template(
        "describe/choose.html",
        place="History",
        datasets=datasets,
        error=error,
        typed=typed,
        sign_in=sign_in,
    )


def page_of(portal: str, dataset: str) -> str:
    """Return the address of the form of a dataset's description."""
    return f"/describe/{dataset}?portal={quote(portal, safe='')}"


def portal_of(dataset: str) -> str:
    """Return the portal of the address; raise an error for a portal unknown to this computer.

    Raises NotFound for another portal, and for a dataset id that is none.
    """
    portal = request.args.get("portal", "")
    if portal not in known_portals() or not _ID.fullmatch(dataset):
        raise NotFound
    return portal


def known_portals() -> frozenset[str]:
    """Return the portals that this computer has an account for or has pushed to."""
    hosts = {run.portal for run in all_runs() if run.portal}
    hosts |= {parse_portal(one.host) for one in list_accounts() if one.kind == "portal"}
    return frozenset(hosts)
