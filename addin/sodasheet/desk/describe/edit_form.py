"""The form of a dataset's description: from the portal, or from the typed values.

A form that comes back is shown again from what it sent, and the portal is not asked for it: text
that was typed is not lost if the portal does not answer, and stays with its own column if the
portal has other columns by then.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import render_template, request

from sodasheet.describe.check_description import left_unsaid, readiness
from sodasheet.describe.dcat import dcat_record, record_problems
from sodasheet.describe.description import Description
from sodasheet.describe.description_before_edit import base_from, base_text
from sodasheet.describe.description_push_plan import (
    read_description_of,
)
from sodasheet.describe.push_record import past_runs
from sodasheet.desk.describe.dataset_choice import portal_of
from sodasheet.desk.describe.form_fields import form_of
from sodasheet.desk.portal_session import open_session
from sodasheet.errors import SignInError, SodaSheetError, UsageProblem

#: How many earlier pushes of the description the page lists.
_LISTED = 5


def form_page(dataset: str) -> Any:
    """Return the form with the description of the portal."""
    portal = portal_of(dataset)
    try:
        return _form(portal, dataset)
    except SignInError as error:
        return _sign_in_page(portal, error)


def form_refused(portal: str, dataset: str, typed: dict[str, str], error: SodaSheetError) -> Any:
    """Return the form again, with the error and all readable typed values."""
    if typed.get("base"):
        with suppress(UsageProblem):
            base, _ = base_from(typed["base"])
            return form_again(portal, dataset, typed, base, error), 422
    try:
        return _form(portal, dataset, error), 422
    except SodaSheetError:
        return _sign_in_page(portal, error) if isinstance(error, SignInError) else _told(error)


def _sign_in_page(portal: str, error: SodaSheetError) -> Any:
    link = {"page": f"/sign-in?portal={portal}", "label": "Sign in"}
    return _told(error, link)


def _told(error: SodaSheetError, *links: dict[str, str]) -> Any:
    from sodasheet.credentials.redaction import redact

    title, told = redact(error.what), redact(error.remedy)
    return render_template("error.html", title=title, told=told, links=links), 409


def _form(portal: str, dataset: str, error: SodaSheetError | None = None) -> str:
    """Return the form with the portal's description. Raises SodaSheetError."""
    with open_session(portal) as session:
        view, description = read_description_of(session, dataset)
    missing = readiness(description)
    problems = left_unsaid(record_problems(dcat_record(view, portal)), missing)
    shown = {"name": str(view.get("name") or dataset), "missing": missing, "problems": problems}
    return _rendered(portal, dataset, description, {}, shown | {"error": error})


def form_again(
    portal: str,
    dataset: str,
    typed: dict[str, str],
    base: Description,
    error: SodaSheetError | None = None,
) -> str:
    """Return the form with the typed values, without asking the portal."""
    shown = {
        "name": base.fields.get("title") or dataset,
        "missing": readiness(base),
        "problems": (),
        "error": error,
        "sign_in": isinstance(error, SignInError),
    }
    return _rendered(portal, dataset, base, typed, shown)


def _rendered(
    portal: str,
    dataset: str,
    description: Description,
    typed: dict[str, str],
    shown: dict[str, Any],
) -> str:
    runs = past_runs(portal, dataset)
    return render_template(
        "describe/edit.html",
        place="History",
        portal=portal,
        dataset=dataset,
        form=form_of(description, typed),
        base=typed.get("base") or base_text(description, ""),
        attach=typed.get("attach", ""),
        note=typed.get("note", ""),
        files=sorted(description.attached),
        runs=runs[:_LISTED],
        done=next((one for one in runs if one.run == request.args.get("run")), None),
        **shown,
    )
