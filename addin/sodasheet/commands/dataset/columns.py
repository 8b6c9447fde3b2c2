"""`sodasheet columns`: list, add and rename the columns of a dataset."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.assignments import Assignments
from sodasheet.commands.terminal.command_line import as_json, takes, yes_option
from sodasheet.commands.terminal.output import say
from sodasheet.errors import Refused, UsageProblem
from sodasheet.model.exit_code import ExitCode
from sodasheet.staging.types.date_format import date_words
from sodasheet.wording import capitalized, counted, counted_rows, listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sodasheet.columns.change_column_types import RetypePlan
    from sodasheet.columns.column_change_records import ColumnsRun
    from sodasheet.columns.requested_changes import ColumnChange
    from sodasheet.model.dataset import Dataset
    from sodasheet.portal.http.session import PortalSession

_ADDED = Assignments("--add", "NAME=TYPE", from_end=True)
_RENAMED = Assignments("--rename", "FIELD=NEW", from_end=True)
_RETYPED = Assignments("--type", "NAME=TYPE", from_end=True)


@dataclass(frozen=True, slots=True)
class ColumnsOptions:
    """Options of changed columns; without changes, the columns are listed."""

    dataset: str
    added: tuple[str, ...]
    renamed: tuple[str, ...]
    retyped: tuple[str, ...]
    source: str | None
    empty_values: bool
    undo: str | None
    delete_values: bool
    preview: bool
    yes: bool
    as_json: bool


@click.command("columns")
@click.argument("dataset")
@click.option("--add", "added", multiple=True, metavar=_ADDED.form, help="Add an empty column.")
@click.option(
    "--rename", "renamed", multiple=True, metavar=_RENAMED.form, help="Change a field name."
)
@click.option(
    "--add-from",
    "source",
    metavar="SOURCE",
    help="Add the columns that SOURCE has and DATASET lacks.",
)
@click.option(
    "--type", "retyped", multiple=True, metavar=_RETYPED.form, help="Change a column's data type."
)
@click.option(
    "--empty-values", is_flag=True, help="Values that cannot be converted to --type become empty."
)
@click.option("--undo", metavar="RUN", help="Undo this run.")
@click.option("--delete-values", is_flag=True, help="Undo even if this deletes values.")
@click.option("--preview", is_flag=True, help="Only show what would be changed.")
@yes_option
@as_json
@takes(ColumnsOptions)
def command(options: ColumnsOptions) -> int:
    """List the columns of DATASET, add empty columns, change field names or types.

    A type change rewrites all rows, provided that all values can be converted. What cannot be
    undone is said
    before you confirm.

    Example: sodasheet columns data.example.gov/abcd-1234 --add "Ward=text" --preview
    """
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.portal.dataset import read_dataset
    from sodasheet.portal.dataset_address import Address

    address = Address.parse(options.dataset)
    wanted = bool(options.added or options.renamed or options.retyped or options.source)
    if wanted and options.undo:
        raise UsageProblem("Use changes or --undo, not both.", "Undo first, then change.")
    writing = (wanted or bool(options.undo)) and not options.preview
    with open_portal(address.portal, write=writing) as session:
        dataset = read_dataset(session, address.dataset)
        if options.undo:
            return _undo(session, dataset, options)
        return _change(session, dataset, options) if wanted else _list(session, dataset, options)


def _list(session: PortalSession, dataset: Dataset, options: ColumnsOptions) -> int:
    from sodasheet.columns.column_change_records import past_runs
    from sodasheet.commands.terminal.output import print_json, print_table

    runs = past_runs(session.portal, dataset.id)
    if options.as_json:
        columns = [
            {"name": one.name, "field": one.field, "type": one.type} for one in dataset.columns
        ]
        print_json({"columns": columns, "runs": [run.to_json() for run in runs]})
        return int(ExitCode.DONE)
    rows = [[one.name, one.field, one.type] for one in dataset.columns]
    print_table(f"{dataset.name} ({dataset.id})", ["name", "field", "type"], rows)
    for run in runs[:5]:
        say(f"{run.run}: {run.outcome or 'interrupted'}: {run.summary}")
    return int(ExitCode.DONE)


def _change(session: PortalSession, dataset: Dataset, options: ColumnsOptions) -> int:
    from sodasheet.columns.change_columns import change_columns
    from sodasheet.columns.requested_changes import change_json, require_possible, warnings
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.portal.dataset import require_writable

    require_writable(dataset)
    changes = _wanted(dataset, options)
    require_possible(dataset, changes)
    notes = warnings(dataset, changes)
    for change in changes:
        say(f"{capitalized(change.words)}.", err=options.as_json)
    for note in notes:
        say(f"Note: {note}", err=options.as_json)
    if options.retyped:
        return _retype(session, dataset, changes, options)
    if options.preview:
        if options.as_json:
            print_json({"changes": [change_json(one) for one in changes], "notes": list(notes)})
        return int(ExitCode.DONE)
    if not options.yes:
        Prompt().require(f"Change the columns of {dataset.name} on {session.portal}.")
    return _told(change_columns(session, dataset, changes), options)


def _retype(
    session: PortalSession,
    dataset: Dataset,
    changes: Sequence[ColumnChange],
    options: ColumnsOptions,
) -> int:
    from sodasheet.columns.change_column_types import plan_retype, retype, unfit_error
    from sodasheet.columns.requested_changes import RetypedColumn, change_json
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.commands.terminal.output import print_json, shown_progress
    from sodasheet.system.folders import scratch_folder

    retyped = [one for one in changes if isinstance(one, RetypedColumn)]
    with (
        shown_progress() as progress,
        scratch_folder() as room,
        plan_retype(session, dataset, retyped, room, progress) as plan,
    ):
        _say_plan(plan, options)
        if options.preview:
            if options.as_json:
                print_json({"changes": [change_json(one) for one in changes], **plan.to_json()})
            return int(ExitCode.DONE)
        if plan.unfit and not options.empty_values:
            error = unfit_error(plan)
            raise Refused(error.what, "Correct these values first, or add --empty-values.")
        if not options.yes:
            Prompt().require(
                f"Write the {counted_rows(plan.rows)} of {dataset.name} on {session.portal} again."
            )
        return _told(retype(session, plan, progress, empty_unfit=options.empty_values), options)


def _say_plan(plan: RetypePlan, options: ColumnsOptions) -> None:
    for field, form in plan.formats.items():
        say(f"{field} is read as {date_words(form)}.", err=options.as_json)
    for field, count in plan.unfit.items():
        values = counted(count, f"value of {field} does", f"values of {field} do")
        say(f"{values} not convert.", err=options.as_json)
    for one in plan.examples:
        where = f"{one.identifier}: " if one.identifier else ""
        say(f'  {where}{one.column}: "{one.value}": {one.reason}', err=options.as_json)
    if not plan.unfit:
        say(f"All values of {counted_rows(plan.rows)} convert.", err=options.as_json)


def _undo(session: PortalSession, dataset: Dataset, options: ColumnsOptions) -> int:
    from sodasheet.columns.change_columns import undo_columns, values_lost
    from sodasheet.columns.column_change_records import read_run
    from sodasheet.columns.requested_changes import RetypedColumn
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.commands.terminal.output import print_json

    run = read_run(str(options.undo))
    if (run.portal, run.dataset) != (session.portal, dataset.id):
        raise UsageProblem(
            f"Run {run.run} changed {run.portal}/d/{run.dataset}.", "Specify that dataset."
        )
    if run.outcome == "undone":
        raise UsageProblem(f"Run {run.run} has already been undone.", "There is nothing to undo.")
    if any(isinstance(one, RetypedColumn) for one in run.changes):
        return _undo_types(session, dataset, run, options)
    lost = values_lost(session, dataset, run)
    words = listed(f"{counted(count, 'value')} of {field}" for field, count in lost.items())
    if options.preview:
        told = f"An undo would delete {words}." if lost else "An undo would delete no values."
        if options.as_json:
            print_json({"run": run.run, "deletes": lost})
        else:
            say(told)
        return int(ExitCode.DONE)
    if lost and not options.delete_values:
        raise Refused(
            f"Undoing run {run.run} would delete {words}, which cannot be restored.",
            "Save them first, then add --delete-values.",
        )
    if not options.yes:
        Prompt().require(f"Undo run {run.run} on {dataset.name}.")
    return _told(undo_columns(session, dataset, run), options)


def _undo_types(
    session: PortalSession, dataset: Dataset, run: ColumnsRun, options: ColumnsOptions
) -> int:
    from sodasheet.columns.change_column_types import undo_retype
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.commands.terminal.output import print_json, shown_progress
    from sodasheet.system.folders import scratch_folder

    words = f"An undo would write {counted_rows(run.rows or 0)} again, as before the change."
    if options.preview:
        if options.as_json:
            print_json({"run": run.run, "deletes": {}})
        else:
            say(words)
        return int(ExitCode.DONE)
    if not options.yes:
        Prompt().require(f"Undo run {run.run} on {dataset.name}. {words}")
    with shown_progress() as progress, scratch_folder() as room:
        return _told(undo_retype(session, dataset, run, room, progress), options)


def _told(run: ColumnsRun, options: ColumnsOptions) -> int:
    from sodasheet.commands.terminal.output import print_json

    if options.as_json:
        print_json(run.to_json())
    else:
        say(run.summary)
        say(f"Run {run.run}. Dataset: {run.portal}/d/{run.dataset}")
    return int(ExitCode.UNKNOWN if run.outcome == "unknown" else ExitCode.DONE)


def _wanted(dataset: Dataset, options: ColumnsOptions) -> list[ColumnChange]:
    """Return the changes that the options request. Raises UsageProblem."""
    from sodasheet.columns.requested_changes import AddedColumn, RenamedField
    from sodasheet.create.proposal import field_name

    found: list[ColumnChange] = [
        RenamedField(old, new) for old, new in _RENAMED.pairs(options.renamed)
    ]
    taken = {column.field for column in dataset.columns}
    for name, kind in _ADDED.pairs(options.added):
        field = field_name(name, taken)
        taken.add(field)
        found.append(AddedColumn(name, field, kind))
    found += _retyped(dataset, options)
    return [*found, *(_from_source(dataset, options.source) if options.source else ())]


def _retyped(dataset: Dataset, options: ColumnsOptions) -> Iterator[ColumnChange]:
    from sodasheet.columns.requested_changes import RetypedColumn

    for name, kind in _RETYPED.pairs(options.retyped):
        named = [one for one in dataset.columns if name in (one.field, one.name)]
        column = dataset.column(name) or (named[0] if len(named) == 1 else None)
        yield RetypedColumn(column.field if column else name, column.type if column else "", kind)


def _from_source(dataset: Dataset, source: str) -> tuple[ColumnChange, ...]:
    from sodasheet.columns.missing_columns import missing_columns
    from sodasheet.commands.terminal.output import shown_progress
    from sodasheet.sources import open_source, source_spec
    from sodasheet.staging.staged_table import Stage
    from sodasheet.system.folders import scratch_folder

    with (
        shown_progress() as progress,
        scratch_folder() as folder,
        Stage.open(open_source(source_spec(source), Path.cwd()), folder, progress) as stage,
    ):
        return missing_columns(stage, dataset)
