"""`sodasheet copy`: copy the rows of one dataset to another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, takes, yes_option
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem
from sodasheet.model.exit_code import ExitCode

if TYPE_CHECKING:
    from sodasheet.model.method import Method
    from sodasheet.portal.dataset_address import Address
    from sodasheet.portal.http.session import PortalSession


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """Options of a copy; `source` may be the path of a `.spj` file."""

    source: str
    target: str | None
    method: str | None
    new: bool
    name: str
    schema_only: bool
    skipped_guards: tuple[str, ...]
    yes: bool
    as_json: bool


@click.command("copy")
@click.argument("source", metavar="FROM")
@click.argument("target", metavar="[TO]", required=False)
@click.option(
    "--method",
    type=click.Choice(["replace", "upsert"]),
    help="Replace all rows (default), or update them by row identifier.",
)
@click.option("--new", is_flag=True, help="Create the target; TO is then the portal.")
@click.option("--name", default="", metavar="TEXT", help="Name of the new dataset.")
@click.option("--schema-only", is_flag=True, help="Create the target without rows.")
@click.option(
    "--skip-guard",
    "skipped_guards",
    multiple=True,
    metavar="GUARD",
    help="Skip a guard, e.g. shrink. May be repeated.",
)
@yes_option
@as_json
@takes(CopyOptions)
def command(options: CopyOptions) -> int:
    """Copy all rows of the dataset FROM to the dataset TO, on the same or another portal.

    Both need the same field names and data types. The copy is an ordinary push: it is checked and
    confirmed, and can be undone. FROM may be a Port job of DataSync (.spj), which names both.

    --new creates the target first: private, with the columns and the description of FROM.

    Example: sodasheet copy data.example.gov/abcd-1234 data.example.org/wxyz-9876
    """
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.commands.terminal.output import print_json, print_report
    from sodasheet.commands.terminal.session import open_desk, open_portal
    from sodasheet.copy.copy_rows import CopyRequest, copy_rows
    from sodasheet.push.guards import known_overrides
    from sodasheet.push.questions_to_user import Agreed

    places = _places(options)
    ask = Agreed() if options.yes else Prompt()
    with (
        open_desk(places.portal, ask) as context,
        open_portal(places.source.portal, stop=lambda: context.progress.stop) as session,
    ):
        target = places.target or _created(session, context.session, places, options)
        if not places.rows:
            return int(ExitCode.DONE)
        request = CopyRequest(
            places.source.dataset,
            target,
            places.method,
            known_overrides(options.skipped_guards),
            is_new=not places.target,
        )
        found = copy_rows(session, context, request)
    if options.as_json:
        print_json(found.to_json())
    else:
        print_report(found.report)
    if found.problem:
        say(found.problem, err=True)
        return int(found.report.outcome.exit_code or ExitCode.FAILED)
    return int(found.report.outcome.exit_code)


@dataclass(frozen=True, slots=True)
class _Places:
    """The ends of a copy; `target` is empty if the dataset is to be created on `portal`."""

    source: Address
    portal: str
    target: str
    method: Method
    name: str = ""
    rows: bool = True


def _created(
    session: PortalSession, target: PortalSession, places: _Places, options: CopyOptions
) -> str:
    """Create the target after a confirmation, and print its address."""
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.copy.empty_copy import create_copy

    if not options.yes:
        Prompt().require(
            f"Create a private dataset with the columns of {places.source.dataset} on"
            f" {target.host}."
        )
    made = create_copy(session, target, places.source.dataset, places.name)
    if options.as_json and not places.rows:
        print_json({"dataset": f"{target.portal}/d/{made.id}"})
    else:
        say(f"Created {made.name}: {target.portal}/d/{made.id}", err=options.as_json)
    return made.id


def _places(options: CopyOptions) -> _Places:
    """Return the ends and the method. Raises UsageProblem, SignInError."""
    from sodasheet.model.method import Method
    from sodasheet.portal.dataset_address import Address, parse_portal

    if (options.name or options.schema_only) and not options.new:
        raise UsageProblem("--name and --schema-only are for a new dataset.", "Add --new.")
    if options.new and options.method:
        raise UsageProblem(
            "A new dataset has no rows to replace or update.", "Leave out --method or --new."
        )
    if options.source.lower().endswith(".spj"):
        return _port_job(Path(options.source), options)
    if options.new:
        source = Address.parse(options.source)
        portal = parse_portal(options.target) if options.target else source.portal
        return _Places(source, portal, "", Method.REPLACE, options.name, not options.schema_only)
    if options.target is None:
        raise UsageProblem("The target of the copy is missing.", "Write sodasheet copy FROM TO.")
    source = Address.parse(options.source)
    target = Address.parse(options.target, source.portal)
    method = Method(options.method or "replace")
    return _Places(source, target.portal, target.dataset, method)


def _port_job(path: Path, options: CopyOptions) -> _Places:
    from sodasheet.commands.terminal.session import require_meant_by
    from sodasheet.jobs.datasync.port_job import read_port_job
    from sodasheet.model.method import Method
    from sodasheet.portal.dataset_address import Address, parse_portal

    job = read_port_job(path)
    portal = parse_portal(options.target) if options.target else job.target_portal
    if not portal:
        raise UsageProblem(
            f"{path.name} does not name the portal of the target.",
            "Write sodasheet copy JOB.spj HOST.",
        )
    require_meant_by(path, job.portal)
    if not options.target:
        require_meant_by(path, portal)
    source = Address(job.portal, job.source)
    if not job.target or options.new:
        rows = job.rows and not options.schema_only
        return _Places(source, portal, "", Method.REPLACE, options.name or job.name, rows)
    method = Method(options.method) if options.method else job.method
    return _Places(source, portal, job.target, method)
