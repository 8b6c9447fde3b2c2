"""`sodasheet describe`: show, change and export the description of a dataset."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, takes, yes_option
from sodasheet.commands.terminal.output import say
from sodasheet.commands.terminal.output_file import write_output
from sodasheet.errors import Refused, UsageProblem
from sodasheet.model.exit_code import ExitCode
from sodasheet.wording import counted

if TYPE_CHECKING:
    from sodasheet.describe.description import Description
    from sodasheet.describe.description_push_plan import DescriptionPlan
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
    attach: str | None
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
@click.option(
    "--overwrite-conflicts", is_flag=True, help="Also undo values that others have changed since."
)
@click.option(
    "--attach-dictionary",
    "attach",
    type=click.Choice(("xlsx", "csv")),
    help="Attach a data dictionary to the dataset; it replaces an earlier one.",
)
@click.option("--preview", is_flag=True, help="Only show what would be changed.")
@yes_option
@click.option("--note", default="", help="A note to save with the run.")
@as_json
@takes(DescribeOptions)
def command(options: DescribeOptions) -> int:
    """Show the description of DATASET and its gaps, or change the description.

    Write it to a file with -o, edit the cells, and push the file with --from. An empty cell keeps
    the portal's value; (clear) removes the value.

    Example: sodasheet describe data.example.gov/abcd-1234 -o description.xlsx
    """
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.portal.dataset_address import Address

    if options.source is not None and options.undo is not None:
        raise UsageProblem("Use --from or --undo, not both.", "Push first, then undo.")
    address = Address.parse(options.dataset)
    if options.undo is not None and options.attach is not None:
        raise UsageProblem("An undo cannot attach a file.", "Undo first, then attach the file.")
    writing = any(one is not None for one in (options.source, options.undo, options.attach))
    with open_portal(address.portal, write=writing and not options.preview) as session:
        if not writing:
            return _show(session, address.dataset, options)
        return _push(session, address.dataset, options)


def _show(session: PortalSession, dataset: str, options: DescribeOptions) -> int:
    from sodasheet.commands.terminal.output import print_findings, print_json, print_table
    from sodasheet.describe.check_description import readiness
    from sodasheet.describe.description_grid import grid_of
    from sodasheet.describe.description_push_plan import read_description_of
    from sodasheet.describe.push_record import past_runs
    from sodasheet.model.report import finding_json

    view, description = read_description_of(session, dataset)
    missing, runs = readiness(description), past_runs(session.portal, dataset)
    for line in _exported(view, description, session.portal, options):
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


def _exported(
    view: dict[str, object], description: Description, portal: str, options: DescribeOptions
) -> list[str]:
    """Write the requested files, and return a sentence for each."""
    from sodasheet.describe.data_dictionary import data_dictionary
    from sodasheet.describe.dcat import dcat_record, record_problems
    from sodasheet.describe.description_file import written

    files: list[tuple[Path, bytes]] = []
    if options.output is not None:
        files.append((options.output, written(description, options.output.suffix)))
    if options.dictionary is not None:
        kind = options.dictionary.suffix.lower()
        if kind not in (".xlsx", ".csv"):
            raise UsageProblem(
                f'A data dictionary cannot be written as "{options.dictionary.suffix}".',
                "Use a file that ends in .xlsx or .csv.",
            )
        files.append((options.dictionary, data_dictionary(description, kind)))
    said: list[str] = []
    if options.dcat is not None:
        record = dcat_record(view, portal)
        said = [f"DCAT-US 3: {one}" for one in record_problems(record)]
        text = json.dumps(record, ensure_ascii=False, indent=1) + "\n"
        files.append((options.dcat, text.encode()))
    for path, data in files:
        write_output(path, data, overwrite=True)
    return [f"Saved as {path}." for path, _ in files] + said


def _push(session: PortalSession, dataset: str, options: DescribeOptions) -> int:
    from sodasheet.commands.terminal.output import print_findings, print_json
    from sodasheet.describe.push_description import push_description

    plan = _plan(session, dataset, options)
    if not options.as_json:
        print_findings(plan.findings)
        _print_changes(plan)
    if options.preview or plan.stopped or plan.empty:
        if options.as_json:
            print_json(plan.to_json())
        elif plan.empty and not plan.stopped:
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
    return int(ExitCode.UNKNOWN if run.outcome == "unknown" else ExitCode.DONE)


def _plan(session: PortalSession, dataset: str, options: DescribeOptions) -> DescriptionPlan:
    from sodasheet.describe.description import Description
    from sodasheet.describe.description_push_plan import plan_description

    if options.undo is not None:
        return _undo_plan(session, dataset, options)
    wanted = Description() if options.source is None else _wanted(options.source, dataset)
    return plan_description(session, dataset, wanted, attach=options.attach or "")


def _undo_plan(session: PortalSession, dataset: str, options: DescribeOptions) -> DescriptionPlan:
    from sodasheet.describe.description_push_plan import plan_undo, with_conflicts
    from sodasheet.describe.push_record import read_run

    run = read_run(str(options.undo))
    if (run.portal, run.dataset) != (session.portal, dataset):
        raise UsageProblem(
            f"Run {run.run} described {run.portal}/d/{run.dataset}.", "Specify that dataset."
        )
    plan = plan_undo(session, run)
    if plan.conflicts and not options.overwrite_conflicts:
        raise Refused(
            f"{plan.conflicts[0].label} was changed by others since run {run.run}.",
            "Check it on the portal; --overwrite-conflicts undoes the run anyway.",
        )
    return with_conflicts(plan)


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
            "Specify that dataset.",
        )
    return Description(job.fields)


def _print_changes(plan: DescriptionPlan) -> None:
    from sodasheet.commands.terminal.output import print_table

    rows = [
        [one.label, one.old_words or "(blank)", one.new_words or "(blank)"] for one in plan.changes
    ]
    if plan.new_file is not None:
        size = f"{len(plan.new_file.content):,} bytes"
        old = "a file" if plan.new_file.name in plan.now.attached else "(blank)"
        rows.append([f"Attached file {plan.new_file.name}", old, f"a new file, {size}"])
    if rows:
        print_table(f"Changes to {plan.name}", ["what", "old", "new"], rows)


def _confirm(plan: DescriptionPlan) -> None:
    from sodasheet.commands.terminal.confirm_prompt import Prompt

    count = len(plan.changes) + (plan.new_file is not None)
    many = counted(count, "change")
    Prompt().require(f"Push {many} to the description of {plan.name}.")
