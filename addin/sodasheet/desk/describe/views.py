"""The pages Describe: choose a dataset, edit its description, preview, send, undo."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import NotFound

from sodasheet.describe.check import readiness
from sodasheet.describe.data_dictionary import DICTIONARY, data_dictionary
from sodasheet.describe.dcat import dcat_record, record_problems
from sodasheet.describe.description_before_edit import base_text
from sodasheet.describe.push import push_description
from sodasheet.describe.push_plan import (
    DescriptionPlan,
    plan_description,
    plan_undo,
    read_description_of,
    with_conflicts,
)
from sodasheet.describe.push_record import DescriptionRun, past_runs
from sodasheet.desk.describe.model import form_of, known_portals, wanted_from
from sodasheet.desk.history.model import all_runs
from sodasheet.desk.portal_session import open_session
from sodasheet.desk.server.access import local
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.portal.address import Address
from sodasheet.portal.descriptions import NewFile, read_view

_ID = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}")

#: Outcomes of a push that may have changed something.
UNDOABLE = ("done", "unknown", "waiting")

#: Earlier pushes of the description that the page lists.
_LISTED = 5


def describe_pages() -> Blueprint:
    """Return the pages Describe."""
    pages = Blueprint("describe", __name__, url_prefix="/describe")
    _add_choice(pages)
    _add_form(pages)
    _add_undo(pages)
    _add_files(pages)
    return pages


def _add_choice(pages: Blueprint) -> None:
    """Add the page that asks for the dataset."""

    @pages.get("")
    def choose() -> str:
        return _choice()

    @pages.post("")
    def chosen() -> Any:
        try:
            where = Address.parse(request.form.get("address", ""))
            if where.portal not in known_portals():
                raise UsageProblem(
                    f"You are not signed in to {where.portal.partition('//')[2]}.",
                    "Sign in to this portal first.",
                )
        except SodaSheetError as error:
            return _choice(error), 422
        return local(_page_of(where.portal, where.dataset))


def _choice(error: SodaSheetError | None = None) -> str:
    pushed = {(run.portal, run.dataset): run.dataset_name for run in all_runs() if run.dataset}
    datasets = [(name, _page_of(*key)) for key, name in pushed.items()]
    typed = request.form.get("address", "")
    return render_template(
        "describe/choose.html", place="History", datasets=datasets, error=error, typed=typed
    )


def _page_of(portal: str, dataset: str) -> str:
    return f"/describe/{dataset}?portal={quote(portal, safe='')}"


def _portal(dataset: str) -> str:
    """Return the portal of the address; only a portal that this computer knows is asked.

    Raises NotFound for another portal, and for a dataset id that is none.
    """
    portal = request.args.get("portal", "")
    if portal not in known_portals() or not _ID.fullmatch(dataset):
        raise NotFound
    return portal


def _add_form(pages: Blueprint) -> None:
    """Add the form, its preview, and the push."""

    @pages.get("/<dataset>")
    def edit(dataset: str) -> str:
        return _edit(_portal(dataset), dataset, {})

    @pages.post("/<dataset>")
    def act(dataset: str) -> Any:
        portal, typed = _portal(dataset), request.form.to_dict()
        how = typed.get("how", "preview")
        try:
            if how == "edit":
                return _edit(portal, dataset, typed)
            erased = frozenset(request.form.getlist("erase"))
            form = wanted_from(typed, erased)
            with open_session(portal, write=how == "send") as session:
                plan = plan_description(
                    session, dataset, form.wanted, base=form.base,
                    new_file=_new_file(read_view(session, dataset), typed.get("attach", "")),
                )  # fmt: skip
                if how == "send" and not (plan.stopped or plan.empty):
                    run = push_description(session, plan, typed.get("note", "").strip())
                    return local(f"{_page_of(portal, dataset)}&run={run.run}")
        except SodaSheetError as error:
            return _edit(portal, dataset, typed, error), 422
        return _preview(portal, plan, typed, form.emptied)


def _edit(
    portal: str, dataset: str, typed: dict[str, str], error: SodaSheetError | None = None
) -> str:
    with open_session(portal) as session:
        view, description = read_description_of(session, dataset)
    runs = past_runs(portal, dataset)
    done = next((one for one in runs if one.run == request.args.get("run")), None)
    problems = record_problems(dcat_record(view, portal))
    return render_template(
        "describe/edit.html",
        place="History",
        name=str(view.get("name") or dataset),
        portal=portal,
        dataset=dataset,
        form=form_of(description, typed),
        base=typed.get("base") or base_text(description, ""),
        attach=typed.get("attach", ""),
        note=typed.get("note", ""),
        missing=readiness(description),
        problems=problems,
        files=sorted(description.attached),
        runs=runs[:_LISTED],
        done=done,
        error=error,
    )


def _preview(
    portal: str,
    plan: DescriptionPlan,
    typed: dict[str, str],
    emptied: tuple[tuple[str, str], ...],
) -> str:
    kept = {key: value for key, value in typed.items() if key not in ("csrf", "how", "erase")}
    return render_template(
        "describe/preview.html",
        place="History",
        portal=portal,
        plan=plan,
        kept=kept,
        emptied=emptied,
        erased=request.form.getlist("erase"),
        undoes="",
    )


def _new_file(view: dict[str, Any], kind: str) -> NewFile | None:
    if kind not in ("csv", "xlsx"):
        return None
    return NewFile(f"{DICTIONARY}.{kind}", data_dictionary(view, f".{kind}"))


def _add_undo(pages: Blueprint) -> None:
    """Add the preview of an undo, and undoing."""

    @pages.post("/<dataset>/undo")
    def undo(dataset: str) -> Any:
        portal, run = _portal(dataset), _run(dataset)
        sends = request.form.get("how") == "send"
        try:
            with open_session(portal, write=sends) as session:
                plan = plan_undo(session, run)
                if request.form.get("over"):
                    plan = with_conflicts(plan)
                if sends and not (plan.empty or plan.conflicts):
                    done = push_description(session, plan, f"undoes {run.run}")
                    return local(f"{_page_of(portal, dataset)}&run={done.run}")
        except SodaSheetError as error:
            return _edit(portal, dataset, {}, error), 422
        return render_template(
            "describe/preview.html", place="History", portal=portal, plan=plan,
            kept={"run": run.run}, emptied=(), erased=[], undoes=run.run,
        )  # fmt: skip


def _run(dataset: str) -> DescriptionRun:
    """Return the run of the form; what is not recorded is no path either. Raises NotFound."""
    runs = past_runs(_portal(dataset), dataset)
    found = next((one for one in runs if one.run == request.form.get("run")), None)
    if found is None or found.outcome not in UNDOABLE:
        raise NotFound
    return found


def _add_files(pages: Blueprint) -> None:
    """Add the data dictionary and the DCAT-US record, to save."""

    @pages.get("/<dataset>/<name>")
    def file(dataset: str, name: str) -> Response:
        portal = _portal(dataset)
        if name not in ("record.json", f"{DICTIONARY}.csv", f"{DICTIONARY}.xlsx"):
            raise NotFound
        with open_session(portal) as session:
            view = read_view(session, dataset)
        if name == "record.json":
            content = json.dumps(dcat_record(view, portal), ensure_ascii=False, indent=1).encode()
            kind = "application/ld+json"
        else:
            content = data_dictionary(view, name[name.index(".") :])
            kind = "application/octet-stream"
        head = {"Content-Disposition": f"attachment; filename={dataset}-{name}"}
        return Response(content, mimetype=kind, headers=head)
