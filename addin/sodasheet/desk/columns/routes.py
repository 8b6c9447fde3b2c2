"""Addresses of the Columns pages: choose a dataset, edit its columns, preview, send, undo."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from sodasheet.columns.change_columns import change_columns, undo_columns, values_lost
from sodasheet.columns.column_change_records import ColumnsRun, past_runs, read_run
from sodasheet.columns.requested_changes import (
    AddedColumn,
    ColumnChange,
    RetypedColumn,
    require_possible,
    warnings,
)
from sodasheet.desk.chosen_source import source_of
from sodasheet.desk.columns.form import changes_of, form_columns, new_columns, new_types
from sodasheet.desk.describe.dataset_choice import known_portals
from sodasheet.desk.files.folder_listing import typed_path
from sodasheet.desk.history.runs_on_pages import all_runs
from sodasheet.desk.portal_session import open_session
from sodasheet.desk.server.access import local
from sodasheet.errors import Refused, SodaSheetError, UsageProblem
from sodasheet.model.progress import Silent
from sodasheet.portal.dataset import read_dataset, require_writable
from sodasheet.portal.dataset_address import Address
from sodasheet.staging.types.date_format import date_words
from sodasheet.system.folders import scratch_folder

if TYPE_CHECKING:
    from sodasheet.columns.change_column_types import RetypePlan
    from sodasheet.model.dataset import Dataset
    from sodasheet.portal.http.session import PortalSession

_ID = re.compile(r"[a-z0-9]{4}-[a-z0-9]{4}")

#: Kinds of parts of a file, as in an address; the default is a sheet.
_PARTS = ("sheet:", "table:", "layer:")

#: Outcomes of a run that may have changed something.
UNDOABLE = ("done", "unknown")

#: How many earlier runs the page lists.
_LISTED = 5


def columns_pages() -> Blueprint:
    """Return the routes of the Columns page."""
    pages = Blueprint("columns", __name__, url_prefix="/columns")
    _add_choice(pages)
    _add_form(pages)
    _add_undo(pages)
    return pages


def page_of(portal: str, dataset: str, **more: str) -> str:
    """Return the address of a dataset's page."""
    return f"/columns/{dataset}?{urlencode({'portal': portal, **more})}"


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
        return local(page_of(where.portal, where.dataset))


def _choice(error: SodaSheetError | None = None) -> str:
    pushed = {(run.portal, run.dataset): run.dataset_name for run in all_runs() if run.dataset}
    datasets = [(name, page_of(*key)) for key, name in pushed.items()]
    typed = request.form.get("address", "")
    return render_template(
        "columns/choose.html", place="History", datasets=datasets, error=error, typed=typed
    )


def _portal(dataset: str) -> str:
    """Return the portal of the address; raise an error for a portal unknown to this computer.

    Raises NotFound for another portal, and for a dataset id that is none.
    """
    portal = request.args.get("portal", "")
    if portal not in known_portals() or not _ID.fullmatch(dataset):
        raise NotFound
    return portal


def _add_form(pages: Blueprint) -> None:
    """Add the form, its preview, and the push."""

    @pages.get("/<dataset>")
    def edit(dataset: str) -> Any:
        return _edit(_portal(dataset), dataset, {})

    @pages.post("/<dataset>")
    def act(dataset: str) -> Any:
        portal, typed = _portal(dataset), request.form.to_dict()
        how = typed.get("how", "preview")
        if how == "find":
            found = {name: typed.get(name, "") for name in ("file", "part")}
            return local(page_of(portal, dataset, **found))
        if how == "edit":
            return _edit(portal, dataset, typed)
        try:
            return _acted(portal, dataset, typed, send=how == "send")
        except SodaSheetError as error:
            return _edit(portal, dataset, typed, error), 422


def _acted(portal: str, dataset: str, typed: dict[str, str], *, send: bool) -> Any:
    """Preview the changes in the form, or make them. Raises SodaSheetError."""
    with open_session(portal, write=send) as session:
        found = read_dataset(session, dataset)
        require_writable(found)
        changes = changes_of(found, typed)
        if not changes:
            raise UsageProblem("Nothing was changed on this page.", "Change a column first.")
        require_possible(found, changes)
        retyped = [one for one in changes if isinstance(one, RetypedColumn)]
        if retyped:
            return _retyped(session, found, retyped, typed, send=send)
        if send:
            run = change_columns(session, found, changes)
            return local(page_of(portal, dataset, run=run.run))
        return _preview(portal, found, changes, typed, None)


def _retyped(
    session: PortalSession,
    dataset: Dataset,
    changes: Sequence[RetypedColumn],
    typed: dict[str, str],
    *,
    send: bool,
) -> Any:
    from sodasheet.columns.change_column_types import plan_retype, retype

    empty = bool(typed.get("empty"))
    with (
        scratch_folder() as room,
        plan_retype(session, dataset, changes, room, Silent()) as plan,
    ):
        if not send or (plan.unfit and not empty):
            return _preview(session.portal, dataset, changes, typed, plan)
        run = retype(session, plan, Silent(), empty_unfit=empty)
        return local(page_of(session.portal, dataset.id, run=run.run))


def _edit(
    portal: str, dataset: str, typed: dict[str, str], error: SodaSheetError | None = None
) -> Any:
    file, part = (typed.get(name) or request.args.get(name, "") for name in ("file", "part"))
    with open_session(portal) as session:
        found = read_dataset(session, dataset)
    proposed: Sequence[AddedColumn] | None = () if not typed else None
    note = ""
    if file and not typed:
        try:
            proposed = _missing(found, file, part)
        except SodaSheetError as problem:
            note = str(problem)
    runs = past_runs(portal, dataset)
    done = next((one for one in runs if one.run == request.args.get("run")), None)
    return render_template(
        "columns/edit.html",
        place="History",
        portal=portal,
        dataset=found,
        columns=form_columns(found, typed),
        new=new_columns(proposed, typed),
        types=new_types(),
        file=file,
        part=part,
        note=note,
        runs=[(one, one.outcome in UNDOABLE) for one in runs[:_LISTED]],
        done=done,
        error=error,
    )


def _missing(dataset: Dataset, file: str, part: str) -> Sequence[AddedColumn]:
    """Return the columns that a file has and the dataset lacks. Raises SodaSheetError."""
    from dataclasses import replace

    from sodasheet.columns.missing_columns import missing_columns
    from sodasheet.sources import open_source
    from sodasheet.sources.header_row import suggest_header_row
    from sodasheet.staging.staged_table import Stage

    path = typed_path(file)
    named = part if not part or part.startswith(_PARTS) else f"sheet:{part}"
    spec = source_of(path, named)
    header = suggest_header_row(path, spec)
    if header is not None and header.change.header_row is not None:
        spec = replace(
            spec,
            header_row=header.change.header_row,
            header_rows=header.change.header_rows or 1,
        )
    with (
        scratch_folder() as folder,
        Stage.open(open_source(spec, path.parent), folder, Silent()) as stage,
    ):
        return missing_columns(stage, dataset)


def _preview(
    portal: str,
    dataset: Dataset,
    changes: Sequence[ColumnChange],
    typed: dict[str, str],
    plan: RetypePlan | None,
) -> str:
    kept = {name: value for name, value in typed.items() if name not in ("how", "csrf", "empty")}
    return render_template(
        "columns/preview.html",
        place="History",
        portal=portal,
        dataset=dataset,
        changes=changes,
        notes=warnings(dataset, changes),
        plan=plan,
        formats=[(field, date_words(form)) for field, form in plan.formats.items()] if plan else [],
        kept=kept,
    )


def _add_undo(pages: Blueprint) -> None:
    """Add the undo of a run, which first shows what would be lost."""

    @pages.post("/<dataset>/undo")
    def undo(dataset: str) -> Any:
        portal, sure = _portal(dataset), request.form.get("how") == "send"
        try:
            run = read_run(request.form.get("run", ""))
            if (run.portal, run.dataset) != (portal, dataset) or run.outcome not in UNDOABLE:
                raise Refused(f"Run {run.run} cannot be undone here.", "Choose one from the list.")
            with open_session(portal, write=sure) as session:
                found = read_dataset(session, dataset)
                lost = values_lost(session, found, run)
                if not sure:
                    return render_template(
                        "columns/undo.html",
                        place="History",
                        portal=portal,
                        dataset=found,
                        run=run,
                        lost=lost,
                        retyped=_retypes(run),
                    )
                _undone(session, found, run)
        except SodaSheetError as error:
            return _edit(portal, dataset, {}, error), 422
        return local(page_of(portal, dataset, run=run.run))


def _retypes(run: ColumnsRun) -> bool:
    return any(isinstance(one, RetypedColumn) for one in run.changes)


def _undone(session: PortalSession, dataset: Dataset, run: ColumnsRun) -> None:
    if not _retypes(run):
        undo_columns(session, dataset, run)
        return
    from sodasheet.columns.change_column_types import undo_retype

    with scratch_folder() as room:
        undo_retype(session, dataset, run, room, Silent())
