"""`sodasheet check`: find errors in a job's rows."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, job_argument, only_option
from sodasheet.commands.terminal.output import print_findings, say
from sodasheet.model.exit_code import ExitCode
from sodasheet.system.pasteable_command_line import command_line

if TYPE_CHECKING:
    from sodasheet.push.load_and_check import Prepared


@click.command("check")
@job_argument
@click.option(
    "--findings",
    "findings_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every finding to this CSV file.",
)
@only_option
@as_json
def command(job_path: Path, findings_path: Path | None, only: str | None, as_json: bool) -> int:
    """Check the rows of JOB against its dataset; nothing is sent.

    Exit codes: 0 every row can be sent, 4 some rows cannot, or a finding asks for a decision.

    Example: sodasheet check permits.json --findings findings.csv
    """
    from sodasheet.commands.terminal.output import print_json, shown_progress
    from sodasheet.commands.terminal.session import load_job, open_portal
    from sodasheet.portal.dataset import missing_rights
    from sodasheet.push.check_and_preview_sentences import check_sentence
    from sodasheet.push.load_and_check import prepared
    from sodasheet.quality.comparison_findings import asked

    job, base = load_job(job_path, only)
    session = open_portal(job.portal)
    with shown_progress() as progress, prepared(job, base, session, progress) as work:
        if findings_path is not None:
            work.checked.write_findings(findings_path)
        body = checked_json(work)
    if as_json:
        print_json(body)
    else:
        print_findings(work.checked.findings)
        say(check_sentence(work))
        say_undecided(work, job_path)
    missing = missing_rights(work.dataset, job.method)
    if missing:
        say(f"{missing} The portal decides when you push.", err=True)
    clean = not (missing or work.checked.stopped or work.checked.rejected or asked(work.checked))
    return int(ExitCode.DONE if clean else ExitCode.REFUSED)


def say_undecided(work: Prepared, job_path: Path) -> None:
    """Print what a push needs first, if findings need a decision."""
    from sodasheet.commands.terminal.next_steps import step_lines
    from sodasheet.model.next_step import Action, NextStep
    from sodasheet.quality.comparison_findings import asked

    undecided = asked(work.checked)
    if not undecided or work.checked.stopped:
        return
    count = len(undecided)
    ask = "1 finding asks" if count == 1 else f"{count:,} findings ask"
    say(f"A push is refused until you decide: {ask} for a decision.")
    job = str(job_path)
    skip = NextStep(Action.SKIP_GUARD, job=job, guard="unlike-dataset")
    for reason in dict.fromkeys(group.reason for group in undecided):
        say(f"Accept {reason} permanently: {command_line(['job', 'accept', job, reason])}")
    for line in step_lines([skip]):
        say(line)


def checked_json(work: Prepared) -> dict[str, object]:
    """Return the findings of a check as one JSON object."""
    from sodasheet.model.report import finding_json

    return {
        "dataset": work.dataset.id,
        "dataset_name": work.dataset.name,
        "source": work.stage.name,
        "rows": work.stage.rows,
        "sendable": work.checked.sendable,
        "rejected": work.checked.rejected,
        "stopped": work.checked.stopped,
        "findings": [finding_json(group) for group in work.checked.findings],
    }
