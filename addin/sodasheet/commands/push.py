"""`sodasheet push`: send a job's rows, watched by somebody."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.options import as_json, job_argument

if TYPE_CHECKING:
    from sodasheet.model.report import Report
    from sodasheet.push.order import Proposal


@click.command("push")
@job_argument
@click.option(
    "--method",
    type=click.Choice(["replace", "append", "upsert", "delete"]),
    help="Instead of the job's own method.",
)
@click.option("--yes", is_flag=True, help="Do not ask before sending.")
@click.option(
    "--rows",
    "limit",
    type=click.IntRange(min=1),
    metavar="N",
    help="Send only the first N good rows.",
)
@click.option(
    "--allow-rejected",
    default=0,
    type=click.IntRange(min=0),
    metavar="N",
    help="Go on without up to N rows that have findings.",
)
@as_json
def command(
    job_path: Path,
    method: str | None,
    yes: bool,
    limit: int | None,
    allow_rejected: int,
    as_json: bool,
) -> int:
    """Push the rows of JOB to its dataset and report what happened to them.

    Exit codes: 0 all rows landed, 3 some were rejected, 4 stopped before anything was sent,
    5 the outcome is not known, 1 failed, 130 cancelled.

    Example: sodasheet push permits.json --yes
    """
    from dataclasses import replace

    from sodasheet.commands.options import load_job, open_portal
    from sodasheet.commands.screen import print_json, shown_progress
    from sodasheet.model.method import Method
    from sodasheet.push.order import Agreed, Order
    from sodasheet.push.run import Desk, Run

    job, base = load_job(job_path)
    if method is not None:
        job = replace(job, method=Method(method))
    order = Order(job, base, limit, allow_rejected)
    with shown_progress() as progress:
        session = open_portal(job.portal, stop=lambda: progress.stop)
        desk = Desk(session, progress, Agreed() if yes else _Prompt())
        report = Run(order, desk).execute()
    if as_json:
        print_json(report.to_json())
    else:
        print_report(report)
    return int(report.outcome.exit_code)


class _Prompt:
    """Asks on the terminal; where there is none, the answer is no."""

    def go_ahead(self, proposal: Proposal) -> bool:
        """Show the proposal and wait for y."""
        click.echo(proposal.sentence, err=True)
        if not sys.stdin.isatty():
            click.echo("Nobody is here to agree: use --yes.", err=True)
            return False
        return click.confirm("Go ahead?", err=True)


def print_report(report: Report) -> None:
    """The report for people: the outcome first, then what was left out and where to read on."""
    from sodasheet.commands.check import print_findings
    from sodasheet.commands.screen import print_table

    print_findings(report.findings)
    if report.rejected:
        shown = report.rejected[:20]
        rows = [
            [
                str(row.row or ""),
                row.identifier or "",
                row.column or "",
                row.value or "",
                row.reason,
            ]
            for row in shown
        ]
        more = len(report.rejected) - len(shown)
        title = "Rows left out" + (f" (the first {len(shown)})" if more > 0 else "")
        print_table(title, ["row", "identifier", "column", "value", "reason"], rows)
    click.echo(f"{report.outcome.value}: {report.summary}")
    if report.rejected_file:
        click.echo(f"Every finding: {report.rejected_file}")
    click.echo(
        f"Run {report.run}: {report.traffic.requests} requests, "
        f"{report.traffic.bytes_sent:,} bytes, {report.traffic.seconds:.1f} s. "
        f"Dataset: {report.portal}/d/{report.dataset}"
    )
