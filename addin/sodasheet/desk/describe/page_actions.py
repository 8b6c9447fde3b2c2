"""Answers of the pages Describe: the form, its preview, the push, and the undo.

A form that comes back is shown again from what it sent, and the portal is not asked for it: text
that was typed is not lost if the portal does not answer, and stays beside its own column if the
portal has other columns by then.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import render_template, request
from werkzeug.exceptions import NotFound

from sodasheet.describe.check_description import left_unsaid, readiness
from sodasheet.describe.dcat import dcat_record, record_problems
from sodasheet.describe.description import Description
from sodasheet.describe.description_before_edit import base_from, base_text
from sodasheet.describe.push_description import push_description
from sodasheet.describe.push_plan import (
    DescriptionPlan,
    plan_description,
    plan_undo,
    read_description_of,
    with_conflicts,
)
from sodasheet.describe.push_record import DescriptionRun, past_runs
from sodasheet.desk.describe.dataset_choice import page_of, portal_of
from sodasheet.desk.describe.model import form_of, wanted_from
from sodasheet.desk.portal_session import open_session
from sodasheet.desk.server.access import local
from sodasheet.errors import SignInError, SodaSheetError, UsageProblem

#: Earlier pushes of the description that the page lists.
_LISTED = 5

#: Fields of a form that are not what the user wrote.
_NOT_TYPED = frozenset({"csrf", "how", "erase", "seen"})


def form_page(dataset: str) -> Any:
    """Return the form with the description of the portal."""
    portal = portal_of(dataset)
    try:
        return _form(portal, dataset)
    except SignInError as error:
        return _sign_in_page(portal, error)


def form_sent(dataset: str) -> Any:
    """Return the preview of the typed values, or send them, or show the form again."""
    portal, typed = portal_of(dataset), request.form.to_dict()
    how = typed.get("how", "preview")
    try:
        form = wanted_from(typed, frozenset(request.form.getlist("erase")))
        if how == "edit":
            return _form_again(portal, dataset, typed, form.base)
    except UsageProblem as error:
        return _refused(portal, dataset, typed, error)
    try:
        with open_session(portal, write=how == "send") as session:
            plan = plan_description(
                session, dataset, form.wanted, base=form.base, attach=typed.get("attach", "")
            )
            if how == "send" and not (plan.stopped or plan.empty or _unseen(plan)):
                run = push_description(session, plan, typed.get("note", "").strip())
                return local(f"{page_of(portal, dataset)}&run={run.run}")
    except SodaSheetError as error:
        return _refused(portal, dataset, typed, error)
    return _preview(portal, plan, {"emptied": form.emptied, "looked": how == "send"}, typed)


def undo_sent(dataset: str) -> Any:
    """Return the preview of an undo, or undo the push."""
    portal, run = portal_of(dataset), _run(dataset)
    sends, over = request.form.get("how") == "send", bool(request.form.get("over"))
    error: SodaSheetError | None = None
    try:
        with open_session(portal, write=sends) as session:
            plan = plan_undo(session, run)
            left, plan = bool(plan.conflicts) and not over, with_conflicts(plan) if over else plan
            if sends and not plan.empty and not (left and _unseen(plan)):
                done = push_description(session, plan, f"undoes {run.run}")
                return local(f"{page_of(portal, dataset)}&run={done.run}")
            if sends and left and plan.empty:
                error = UsageProblem(
                    "Nothing was undone: others have changed every value since.",
                    "Check the box below to undo these values all the same.",
                )
    except SodaSheetError as problem:
        return _refused(portal, dataset, {}, problem)
    more = {"undoes": run, "error": error, "looked": sends}
    return _preview(portal, plan, more, {"run": run.run}), 422 if error else 200


def _unseen(plan: DescriptionPlan) -> bool:
    """True if others have changed a value that the user has not seen among theirs."""
    return bool(_seen(plan) - set(request.form.getlist("seen")))


def _seen(plan: DescriptionPlan) -> set[str]:
    return {f"{one.label}: {one.old} {one.new}" for one in plan.conflicts}


def _refused(portal: str, dataset: str, typed: dict[str, str], error: SodaSheetError) -> Any:
    """Return the form again, with the error and all typed values that can be read."""
    if typed.get("base"):
        with suppress(UsageProblem):
            base, _ = base_from(typed["base"])
            return _form_again(portal, dataset, typed, base, error), 422
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
    """Return the form as the portal has the description. Raises SodaSheetError."""
    with open_session(portal) as session:
        view, description = read_description_of(session, dataset)
    missing = readiness(description)
    problems = left_unsaid(record_problems(dcat_record(view, portal)), missing)
    shown = {"name": str(view.get("name") or dataset), "missing": missing, "problems": problems}
    return _rendered(portal, dataset, description, {}, shown | {"error": error})


def _form_again(
    portal: str,
    dataset: str,
    typed: dict[str, str],
    base: Description,
    error: SodaSheetError | None = None,
) -> str:
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


def _preview(
    portal: str, plan: DescriptionPlan, more: dict[str, Any], typed: dict[str, str]
) -> str:
    """Return the preview of a plan; a plan with news since the last look says so."""
    kept = {key: value for key, value in typed.items() if key not in _NOT_TYPED}
    return render_template(
        "describe/preview.html",
        place="History",
        portal=portal,
        plan=plan,
        kept=kept,
        seen=sorted(_seen(plan)),
        news=bool(more.get("looked")) and _unseen(plan),
        emptied=more.get("emptied", ()),
        erased=request.form.getlist("erase"),
        undoes=more.get("undoes"),
        error=more.get("error"),
    )


def _run(dataset: str) -> DescriptionRun:
    """Return the run of the form; what is not recorded is no path either. Raises NotFound."""
    runs = past_runs(portal_of(dataset), dataset)
    found = next((one for one in runs if one.run == request.form.get("run")), None)
    if found is None or not found.undoable:
        raise NotFound
    return found
