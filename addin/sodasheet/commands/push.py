"""`sodasheet push`: send a job's rows, with a confirmation."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.history import known_run
from sodasheet.commands.terminal.command_line import (
    RenamedOption,
    as_json,
    limit_option,
    method_option,
    only_option,
    takes,
    within_option,
    yes_option,
)
from sodasheet.commands.terminal.next_steps import invoked, step_lines
from sodasheet.commands.terminal.output import print_report, say, say_settled
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.model.job import Job
    from sodasheet.model.report import Report
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.request import PushRequest


@dataclass(frozen=True, slots=True)
class PushOptions:
    """Options of a push; either `job_path` or `resume` is given."""

    job_path: Path | None
    method: str | None
    send: str | None
    changes_only: bool | None
    within: tuple[str, ...]
    yes: bool
    limit: int | None
    allow_rejected: int
    draft: bool
    note: str
    transport: str | None
    after_trial: str | None
    skipped_guards: tuple[str, ...]
    duplicate_append: bool
    resume: str | None
    only: str | None
    as_json: bool

    @property
    def sends(self) -> str | None:
        """Rows to send instead of the job's setting: `all`, `changes`, or None."""
        if self.changes_only is None:
            return self.send
        return "changes" if self.changes_only else "all"


@click.command("push")
@click.argument("job_path", metavar="[JOB]", type=click.Path(path_type=Path), required=False)
@method_option
@click.option(
    "--changes-only/--all-rows",
    default=None,
    help="Send only rows that differ from the dataset's, or all rows, whatever the job says.",
)
@click.option("--send", type=click.Choice(["all", "changes"]), hidden=True)
@within_option
@yes_option
@limit_option
@click.option(
    "--allow-rejected",
    default=0,
    type=click.IntRange(min=0),
    metavar="N",
    help="Push even if up to N rows are rejected.",
)
@click.option("--draft", is_flag=True, help="Leave a draft on the portal for review.")
@click.option("--note", default="", metavar="TEXT", help="A note to show in the portal's history.")
@click.option(
    "--transport", type=click.Choice(["soda2", "publishing"]), help="Force an upload method."
)
@click.option(
    "--after-trial",
    cls=RenamedOption,
    old=["--rest-of"],
    metavar="RUN",
    help="Send the rows remaining after trial RUN.",
)
@click.option(
    "--skip-guard",
    "skipped_guards",
    cls=RenamedOption,
    old=["--override"],
    multiple=True,
    metavar="GUARD",
    help="Skip a guard, e.g. shrink. May be repeated.",
)
@click.option(
    "--allow-duplicate-append",
    "duplicate_append",
    cls=RenamedOption,
    old=["--again"],
    is_flag=True,
    help="Append a source that was appended before.",
)
@click.option(
    "--resume",
    metavar="RUN",
    help="Resume an interrupted run: ask the portal what landed, then send only what did not.",
)
@only_option
@as_json
@takes(PushOptions)
def command(options: PushOptions) -> int:
    """Push the rows of JOB to its dataset and report what happened to them.

    --resume RUN, without a JOB, resumes a run that was interrupted.

    --draft changes nothing: the rows wait on the portal until someone applies the draft, there or
    with sodasheet drafts.

    Exit codes: 0 all rows landed or the draft is ready, 3 some were rejected, 4 stopped before
    anything was sent, 5 outcome unknown, 1 failed, 130 cancelled.

    Example: sodasheet push permits.json --yes
    """
    from sodasheet.commands.terminal.output import print_json

    if (options.job_path is None) == (options.resume is None):
        raise UsageProblem(
            "Specify a job file or --resume RUN.",
            "Write sodasheet push JOB, or sodasheet push --resume RUN.",
        )
    if options.job_path is not None:
        report, job = _pushed(options.job_path, options)
    else:
        report, job = _resumed(str(options.resume), options)
    if options.as_json:
        print_json(report.to_json())
    else:
        print_report(report)
    _log(report, job, str(options.job_path or ""))
    return int(report.outcome.exit_code)


def _log(report: Report, job: Job, name: str) -> None:
    """Write the row of the log dataset, and remove the files of old runs."""
    from sodasheet.push.runs.journal import has_older_runs

    if job.notify.get("log_dataset"):
        from sodasheet.notifications.notify import log

        for note in log(report, job, name):
            say("\n".join([note.text, *step_lines(note.steps, invoked())]), err=True)
    if has_older_runs():
        from sodasheet.push.run_retention import prune_daily

        prune_daily()


def _pushed(job_path: Path, options: PushOptions) -> tuple[Report, Job]:
    from sodasheet.commands.terminal.session import open_desk
    from sodasheet.jobs.push_resume_undo import execute

    request = _request(job_path, options)
    with open_desk(request.job.portal, _answer(options)) as context:
        return execute(request, context, settled=say_settled), request.job


def _request(job_path: Path, options: PushOptions) -> PushRequest:
    from sodasheet.commands.terminal.session import limited_to, load_job
    from sodasheet.jobs.last_preview import seen_by_preview
    from sodasheet.jobs.push_resume_undo import with_memo
    from sodasheet.push.guards import known_overrides
    from sodasheet.push.request import PushRequest, RunOptions

    job, base = load_job(job_path, options.only, options.method)
    job = limited_to(job, options.within)
    if options.sends is not None:
        job = replace(job, send=options.sends)
    return with_memo(
        PushRequest(
            job,
            base,
            RunOptions(
                limit=options.limit,
                after_trial=_trial(options.after_trial),
                allow_rejected=options.allow_rejected,
                transport=options.transport,
                draft=options.draft,
                remark=options.note.strip(),
                allow_duplicate_append=options.duplicate_append,
                skipped_guards=known_overrides(options.skipped_guards),
            ),
            seen_by_preview(job),
        )
    )


def _trial(run: str | None) -> str | None:
    """Return the trial whose remaining rows are sent; raises UsageProblem if there is none."""
    from sodasheet.push.request_adjustments import require_trial

    if run is not None:
        require_trial(known_run(run).run)
    return run


def _resumed(run: str, options: PushOptions) -> tuple[Report, Job]:
    from sodasheet.commands.terminal.session import open_desk
    from sodasheet.jobs.push_resume_undo import resume

    record = known_run(run)
    if record.outcome not in (None, "unknown"):
        raise UsageProblem(
            f"Run {run} has ended ({record.outcome}): {record.summary}",
            "There is nothing to resume; push the job again if its rows have changed.",
        )
    with open_desk(record.portal, _answer(options)) as context:
        return resume(record, context)


def _answer(options: PushOptions) -> Agreed | Prompt:
    if options.yes:
        from sodasheet.push.questions_to_user import Agreed

        return Agreed()
    from sodasheet.commands.terminal.confirm_prompt import Prompt

    return Prompt()
