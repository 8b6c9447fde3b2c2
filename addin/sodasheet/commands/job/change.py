"""`sodasheet job change`: change the mapping, the rows and the limits of a saved job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.mapping_options import (
    MappingTexts,
    choice_options,
    cleanup_options,
    leave_out_option,
    row_kinds,
    rows_option,
    setting_options,
    with_choices,
    with_limits,
)
from sodasheet.commands.terminal.command_line import job_argument, method_option, takes
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job


@dataclass(frozen=True, slots=True)
class ChangeOptions(MappingTexts):
    """Options of changes to a job; all others keep the job's own values."""

    job_path: Path
    method: str | None
    rows: str | None
    leave_out: tuple[str, ...]
    max_shrink: float | None
    max_rejected: int | None
    notify: str
    log_dataset: str


@click.command("change")
@job_argument
@method_option
@choice_options
@cleanup_options
@rows_option
@leave_out_option
@setting_options
@takes(ChangeOptions)
def change(options: ChangeOptions) -> None:
    """Change the mapping, the rows or the limits of JOB, a job file.

    Markers, replacements and kinds of rows to leave out are added to those that the job has.

    Example: sodasheet job change permits.json --format "Opened=M/D/YYYY"
    """
    from sodasheet.commands.map import print_mapping
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.jobs import read_job, write_job
    from sodasheet.portal.dataset import read_dataset

    job = read_job(options.job_path)
    target = read_dataset(open_portal(job.portal), job.dataset)
    changed = _changed(job, target, options)
    print_mapping(changed.mapping, target, {})
    if changed == job:
        say(f"{options.job_path} is unchanged.")
        return
    write_job(changed, options.job_path)
    say(f"Saved as {options.job_path}.")


def _changed(job: Job, target: Dataset, options: ChangeOptions) -> Job:
    """Return the job with the values from the options. Raises UsageProblem."""
    from sodasheet.model.method import Method
    from sodasheet.staging.check.check_plan import CheckPlan
    from sodasheet.staging.check.mapping_sql import require_formats

    headers = _headers(job)
    method = Method(options.method) if options.method else job.method
    mapping = with_choices(job.mapping, options, headers, target)
    require_formats(CheckPlan(target, mapping, method), headers)
    kinds = dict.fromkeys((*job.source.leave_out, *row_kinds(options.leave_out)))
    source = replace(job.source, leave_out=tuple(kinds), rows=options.rows or job.source.rows)
    job = replace(job, method=method, mapping=mapping, source=source)
    return with_limits(
        job, options.max_shrink, options.max_rejected, options.notify, options.log_dataset
    )


def _headers(job: Job) -> tuple[str, ...]:
    """Return the source's headers as they were when the matches were confirmed."""
    if job.fingerprint is not None and job.fingerprint.headers:
        return job.fingerprint.headers
    headers = tuple(rule.source for rule in job.mapping.columns if rule.source)
    if not headers:
        raise UsageProblem("The job does not name any source column.", "Map the source again.")
    return headers
