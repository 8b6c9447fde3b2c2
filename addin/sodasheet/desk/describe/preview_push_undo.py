"""Preview, push, and undo of a description on the Describe page."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from werkzeug.exceptions import NotFound

from sodasheet.describe.description_push_plan import (
    DescriptionPlan,
    plan_description,
    plan_undo,
    with_conflicts,
)
from sodasheet.describe.push_description import push_description
from sodasheet.describe.push_record import DescriptionRun, past_runs
from sodasheet.desk.describe.dataset_choice import page_of, portal_of
from sodasheet.desk.describe.edit_form import form_again, form_refused
from sodasheet.desk.describe.form_fields import wanted_from
from sodasheet.desk.portal_session import open_session
from sodasheet.desk.server.access import local
from sodasheet.errors import SodaSheetError, UsageProblem

#: Fields of a form that the user did not type.
_NOT_TYPED = frozenset({"csrf", "how", "erase", "seen"})


def form_sent(dataset: str) -> Any:
    """Return the preview of the typed values, or send them, or show the form again."""
    portal, typed = portal_of(dataset), request.form.to_dict()
    how = typed.get("how", "preview")
    try:
        form = wanted_from(typed, frozenset(request.form.getlist("erase")))
        if how == "edit":
            return form_again(portal, dataset, typed, form.base)
    except UsageProblem as error:
        return form_refused(portal, dataset, typed, error)
    try:
        with open_session(portal, write=how == "send") as session:
            plan = plan_description(
                session, dataset, form.wanted, base=form.base, attach=typed.get("attach", "")
            )
            if how == "send" and not (plan.stopped or plan.empty or _unseen(plan)):
                run = push_description(session, plan, typed.get("note", "").strip())
                return local(f"{page_of(portal, dataset)}&run={run.run}")
    except SodaSheetError as error:
        return form_refused(portal, dataset, typed, error)
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
                    "Nothing was undone: others have since changed every value.",
                    "Check the box below to undo these changes anyway.",
                )
    except SodaSheetError as problem:
        return form_refused(portal, dataset, {}, problem)
    more = {"undoes": run, "error": error, "looked": sends}
    return _preview(portal, plan, more, {"run": run.run}), 422 if error else 200


def _unseen(plan: DescriptionPlan) -> bool:
    """True if others have changed a value that the user has not seen yet."""
    return bool(_seen(plan) - set(request.form.getlist("seen")))


def _seen(plan: DescriptionPlan) -> set[str]:
    return {f"{one.label}: {one.old} {one.new}" for one in plan.conflicts}


def _preview(
    portal: str, plan: DescriptionPlan, more: dict[str, Any], typed: dict[str, str]
) -> str:
    """Return the preview of a plan, with a warning if others have changed something since."""
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
    """Return the run of the form. Raises NotFound for an unknown run.

    A name that is not recorded is never used as a path.
    """
    runs = past_runs(portal_of(dataset), dataset)
    found = next((one for one in runs if one.run == request.form.get("run")), None)
    if found is None or not found.undoable:
        raise NotFound
    return found
