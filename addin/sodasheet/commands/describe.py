"""`sodasheet describe`: show, change and export the description of a dataset."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.options import as_json, takes, yes_option
from sodasheet.commands.terminal.output import say
from sodasheet.errors import Refused, UsageProblem
from sodasheet.model.exit_code import ExitCode

if TYPE_CHECKING:
    from sodasheet.describe.description import Description
    from sodasheet.describe.push import DescriptionPlan
    from sodasheet.portal.http.session import PortalSession

_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(frozen=True, slots=True)
class DescribeOptions:
    """Options of a description; without `source` and `undo` the description is only read."""

    dataset: str
    source: Path | None
    output: Path | None
    dictionary: Path | None
    dcat: Path | None
    undo: str | None
    overwrite_conflicts: bool
    preview: bool
    yes: bool
    note: str
    as_json: bool


@click.command("describe")
@click.argument("dataset")
@click.option(
    "--from",
    "source",
    type=_FILE,
    help="Push the description in this file, or in a Metadata job of DataSync (.smj).",
)
@click.option("-o", "--output", type=_FILE, help="Write the description here: .xlsx, .csv, .json.")
@click.option("--dictionary", type=_FILE, help="Write a data dictionary here: .xlsx or .csv.")
@click.option("--dcat", type=_FILE, help="Write a DCAT-US record here.")
@click.option("--undo", metavar="RUN", help="Undo this push of a description.")
@click.option("--overwrite-conflicts", is_flag=True, help="Undo even what others changed since.")
@click.option("--preview", is_flag=True, help="Only show what would be changed.")
@yes_option
@click.option("--note", default="", help="A remark that is saved with the run.")
@as_json
@takes(DescribeOptions)
def command(options: DescribeOptions) -> int:
    """Show the description of DATASET and its gaps, or change the description.

    Write it to a file with -o, edit the cells, and push the file with --from. An empty cell
    leaves the portal's value as it is; (clear) removes the value.

    Example: sodasheet describe data.example.gov/abcd-1234 -o description.xlsx
    """
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.portal.address import Address

    if options.source is not None and options.undo is not None:
        raise UsageProblem("Give --from or --undo, not both.", "Push first, then undo.")
    address = Address.parse(options.dataset)
    writing = options.source is not None or options.undo is not None
    with open_portal(address.portal, write=writing and not options.preview) as session:
        if not writing:
            return _show(session, address.dataset, options)
        return _push(session, address.dataset, options)


def _show(session: PortalSession, dataset: str, options: DescribeOptions) -> int:
    from sodasheet.commands.terminal.output import print_findings, print_json, print_table
    from sodasheet.describe.check import readiness
    from sodasheet.describe.description import description_of
    from sodasheet.describe.description_grid import grid_of
    from sodasheet.describe.push_record import past_runs
    from sodasheet.model.report import finding_json
    from sodasheet.portal.descriptions import read_view

    view = read_view(session, dataset)
    description = description_of(view)
    missing, runs = readiness(description), past_runs(session.portal, dataset)
    for line in _exported(view, session.portal, options):
        say(line, err=options.as_json)
    if options.as_json:
        print_json(
            {
                "dataset": dataset,
                "rows": grid_of(description),
                "findings": [finding_json(group) for group in missing],
                "runs": [run.to_json() for run in runs],
            }
        )
        return int(ExitCode.DONE)
    rows = grid_of(description)
    table = rows.index([])
    print_table(f"{view.get('name')} ({dataset})", ["field", "value"], rows[1:table])
    headings = [heading.lower() for heading in rows[table + 1]]
    print_table("Columns", headings, rows[table + 2 :])
    print_findings(missing)
    for run in runs[:5]:
        say(f"{run.run}: {run.outcome or 'interrupted'}: {run.summary}")
    return int(ExitCode.DONE)


def _exported(view: dict[str, object], portal: str, options: DescribeOptions) -> list[str]:
    """Write the files that are asked for, and return a sentence for each."""
    from sodasheet.describe.description import description_of
    from sodasheet.describe.description_file import csv_bytes, written
    from sodasheet.describe.export import data_dictionary, dcat_record
    from sodasheet.office.sheets.description_sheet import describe_workbook

    files: list[tuple[Path, bytes]] = []
    if options.output is not None:
        files.append((options.output, written(description_of(view), options.output.suffix)))
    if options.dictionary is not None:
        rows = data_dictionary(view)
        book = options.dictionary.suffix.lower() == ".xlsx"
        data = describe_workbook("Data dictionary", rows) if book else csv_bytes(rows)
        files.append((options.dictionary, data))
    if options.dcat is not None:
        text = json.dumps(dcat_record(view, portal), ensure_ascii=False, indent=1) + "\n"
        files.append((options.dcat, text.encode()))
    for path, data in files:
        try:
            path.write_bytes(data)
        except OSError as error:
            raise UsageProblem(
                f"{path} cannot be written: {error.strerror or error}.",
                "Choose a folder where you may write.",
            ) from error
    return [f"Saved as {path}." for path, _ in files]


def _push(session: PortalSession, dataset: str, options: DescribeOptions) -> int:
    from sodasheet.commands.terminal.output import print_findings, print_json
    from sodasheet.describe.push import push_description

    plan = _plan(session, dataset, options)
    if not options.as_json:
        print_findings(plan.findings)
        _print_changes(plan)
    if options.preview or plan.stopped or not plan.changes:
        if options.as_json:
            print_json(plan.to_json())
        elif not plan.changes and not plan.stopped:
            say(f"The description of {plan.name} already matches: nothing was sent.")
        return int(ExitCode.REFUSED if plan.stopped else ExitCode.DONE)
    if not options.yes:
        _confirm(plan)
    run = push_description(session, plan, options.note)
    if options.as_json:
        print_json(run.to_json())
    else:
        say(f"{run.outcome}: {run.summary}")
        say(f"Run {run.run}. Dataset: {session.portal}/d/{dataset}")
    return int(ExitCode.DONE if run.outcome == "done" else ExitCode.UNKNOWN)


def _plan(session: PortalSession, dataset: str, options: DescribeOptions) -> DescriptionPlan:
    from sodasheet.describe.push import plan_description
    from sodasheet.describe.push_record import read_run

    if options.source is not None:
        return plan_description(session, dataset, _wanted(options.source, dataset))
    run = read_run(str(options.undo))
    if (run.portal, run.dataset) != (session.portal, dataset):
        raise UsageProblem(
            f"Run {run.run} described {run.portal}/d/{run.dataset}.", "Name that dataset."
        )
    plan = plan_description(session, dataset, [change.inverse for change in run.changes])
    pushed = {(one.place, one.owner, one.key): one.new for one in run.changes}
    others = [one for one in plan.changes if pushed[one.place, one.owner, one.key] != one.old]
    if others and not options.overwrite_conflicts:
        raise Refused(
            f"{others[0].label} was changed by others since run {run.run}.",
            "Look at it on the portal; --overwrite-conflicts undoes the run anyway.",
        )
    return plan


def _wanted(path: Path, dataset: str) -> Description:
    """Return the description in a file, which may be a Metadata job of DataSync."""
    from sodasheet.describe.description import Description
    from sodasheet.describe.description_file import read_description
    from sodasheet.jobs.datasync.metadata_job import read_metadata_job

    if path.suffix.lower() != ".smj":
        return read_description(path)
    job = read_metadata_job(path)
    if job.dataset != dataset:
        raise UsageProblem(
            f"The DataSync job {path.name} describes the dataset {job.dataset}, not {dataset}.",
            "Name that dataset.",
        )
    return Description(job.fields)


def _print_changes(plan: DescriptionPlan) -> None:
    from sodasheet.commands.terminal.output import print_table

    if plan.changes:
        rows = [[one.label, one.old or "(blank)", one.new or "(blank)"] for one in plan.changes]
        print_table(f"Changes to {plan.name}", ["what", "old", "new"], rows)


def _confirm(plan: DescriptionPlan) -> None:
    from sodasheet.commands.push import Prompt

    many = "1 change" if len(plan.changes) == 1 else f"{len(plan.changes)} changes"
    Prompt().require(f"Push {many} to the description of {plan.name}.")
