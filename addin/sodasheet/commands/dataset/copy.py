"""`sodasheet copy`: copy the rows of one dataset to another."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.options import as_json, takes, yes_option
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem
from sodasheet.model.exit_code import ExitCode

if TYPE_CHECKING:
    from sodasheet.model.method import Method
    from sodasheet.portal.address import Address


@dataclass(frozen=True, slots=True)
class CopyOptions:
    """Options of a copy; `source` may be the path of a `.spj` file."""

    source: str
    target: str | None
    method: str | None
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

    Example: sodasheet copy data.example.gov/abcd-1234 data.example.org/wxyz-9876
    """
    from sodasheet.commands.push import Prompt, print_report
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.commands.terminal.session import open_desk, open_portal
    from sodasheet.copy.copy import CopyRequest, copy_rows
    from sodasheet.push.guards.registry import known_overrides
    from sodasheet.push.prompt import Agreed

    source, target, method = _places(options)
    request = CopyRequest(
        source.dataset, target.dataset, method, known_overrides(options.skipped_guards)
    )
    ask = Agreed() if options.yes else Prompt()
    with (
        open_desk(target.portal, ask) as context,
        open_portal(source.portal, stop=lambda: context.progress.stop) as session,
    ):
        found = copy_rows(session, context, request)
    if options.as_json:
        print_json(found.to_json())
    else:
        print_report(found.report)
    if found.problem:
        say(found.problem, err=True)
        return int(found.report.outcome.exit_code or ExitCode.FAILED)
    return int(found.report.outcome.exit_code)


def _places(options: CopyOptions) -> tuple[Address, Address, Method]:
    """Return source, target and method. Raises UsageProblem, SignInError."""
    from sodasheet.model.method import Method
    from sodasheet.portal.address import Address

    if options.source.lower().endswith(".spj"):
        return _port_job(Path(options.source), options)
    if options.target is None:
        raise UsageProblem("The target of the copy is missing.", "Write sodasheet copy FROM TO.")
    source = Address.parse(options.source)
    target = Address.parse(options.target, source.portal)
    return source, target, Method(options.method or "replace")


def _port_job(path: Path, options: CopyOptions) -> tuple[Address, Address, Method]:
    from sodasheet.commands.terminal.session import require_meant_by
    from sodasheet.jobs.datasync.port_job import read_port_job
    from sodasheet.model.method import Method
    from sodasheet.portal.address import Address, parse_portal

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
    method = Method(options.method) if options.method else job.method
    return Address(job.portal, job.source), Address(portal, job.target), method
