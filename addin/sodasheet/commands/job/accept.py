"""`sodasheet job accept`: permanently accept a finding of a job."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import click

from sodasheet.commands.terminal.command_line import job_argument
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem


@click.command("accept")
@job_argument
@click.argument("finding")
@click.option("--field", default="", help="Accept the finding for this dataset column only.")
def accept(job_path: Path, finding: str, field: str) -> None:
    """Permanently accept a FINDING of the comparison with the dataset in JOB, a job file.

    FINDING is the word that a check prints in `findings.csv`, such as outlier.

    Example: sodasheet job accept permits.json new-blanks --field closed
    """
    from sodasheet.jobs import read_job, write_job
    from sodasheet.model.quality_settings import Release
    from sodasheet.quality.comparison_questions import QUESTIONS

    if finding not in QUESTIONS:
        raise UsageProblem(
            f'"{finding}" is not a finding that can be accepted.',
            f"Choose one of {', '.join(QUESTIONS)}.",
        )
    job = read_job(job_path)
    release = Release(finding, field)
    if release not in job.quality.released:
        released = (*job.quality.released, release)
        write_job(replace(job, quality=replace(job.quality, released=released)), job_path)
    where = f" in {field}" if field else ""
    say(f"{finding}{where} is accepted in {job_path} from now on.")
