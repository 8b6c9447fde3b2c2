"""`sodasheet push`: send a job's rows, watched by somebody."""

from __future__ import annotations

import signal
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.history import known_run
from sodasheet.commands.terminal.next_steps import invoked, step_lines
from sodasheet.commands.terminal.options import as_json, method_option, only_option
from sodasheet.commands.terminal.output import say
from sodasheet.errors import Cancelled, UsageProblem

if TYPE_CHECKING:
    from sodasheet.model.job import Job
    from sodasheet.model.report import Report
    from sodasheet.push.prompt import Agreed, Proposal, Question
    from sodasheet.push.request import PushRequest


@click.command("push")
@click.argument("job_path", metavar="[JOB]", type=click.Path(path_type=Path), required=False)
@method_option
@click.option(
    "--send",
    type=click.Choice(["all", "changes"]),
    help="All rows, or only those that differ from the dataset's, whatever the job says.",
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
@click.option(
    "--transport",
    type=click.Choice(["soda2", "publishing"]),
    help="How rows travel, where the choice is not to be left to SodaSheet.",
)
@click.option(
    "--rest-of", metavar="RUN", help="Send the rows behind those that the trial RUN sent."
)
@click.option(
    "--override",
    "overrides",
    multiple=True,
    metavar="GUARD",
    help="Set a guard aside, e.g. shrink; may be given more than once.",
)
@click.option("--again", is_flag=True, help="Append a source that has been appended before.")
@click.option("--resume", metavar="RUN", help="Settle a run that died, and finish it.")
@only_option
@as_json
def command(job_path: Path | None, **options: object) -> int:
    """Push the rows of JOB to its dataset and report what happened to them.

    A run that died (the power, the network) is gone on with by --resume RUN, without a JOB: the
    portal is asked first, and rows are sent only where they have not landed.

    Exit codes: 0 all rows landed, 3 some were rejected, 4 stopped before anything was sent,
    5 the outcome is not known, 1 failed, 130 cancelled.

    Example: sodasheet push permits.json --yes
    """
    from sodasheet.commands.terminal.output import print_json

    resume = options["resume"]
    if (job_path is None) == (resume is None):
        raise UsageProblem(
            "A push needs a job file, or a run to go on with, and not both.",
            "Write sodasheet push JOB, or sodasheet push --resume RUN.",
        )
    report, job = _pushed(job_path, options) if job_path else _resumed(str(resume), options)
    if options["as_json"]:
        print_json(report.to_json())
    else:
        print_report(report)
    _log(report, job, str(job_path or ""))
    return int(report.outcome.exit_code)


def _log(report: Report, job: Job, name: str) -> None:
    """What comes after a push: the log dataset's row, and what old runs have left behind."""
    from sodasheet.notifications.notify import log
    from sodasheet.push.retention import prune_daily

    for note in log(report, job, name):
        say("\n".join([note.text, *step_lines(note.steps, invoked())]), err=True)
    prune_daily()


def _pushed(job_path: Path, options: dict[str, object]) -> tuple[Report, Job]:
    from sodasheet.commands.terminal.options import open_desk
    from sodasheet.jobs.saved_request import order_from_memo
    from sodasheet.push.recovery import settle_unfinished
    from sodasheet.push.run import Run

    order = _order(job_path, options)
    with open_desk(order.job.portal, _answer(options)) as desk:
        for earlier in settle_unfinished(order, desk, lambda past: order_from_memo(past.order)):
            say(f"Run {earlier.run} had not ended: {earlier.summary}", err=True)
        return Run(order, desk).execute(), order.job


def _order(job_path: Path, options: dict[str, object]) -> PushRequest:

    from sodasheet.commands.terminal.options import load_job
    from sodasheet.jobs.last_preview import seen_by_preview
    from sodasheet.jobs.saved_request import with_memo
    from sodasheet.push.request import PushRequest, RunOptions

    only = options["only"]
    job, base = load_job(job_path, None if only is None else str(only), options["method"])
    if options["send"] is not None:
        job = replace(job, send=str(options["send"]))
    limit, transport = options["limit"], options["transport"]
    return with_memo(
        PushRequest(
            job,
            base,
            RunOptions(
                limit=limit if isinstance(limit, int) else None,
                after_trial=_trial(options["rest_of"]),
                allow_rejected=int(str(options["allow_rejected"])),
                transport=None if transport is None else str(transport),
                allow_duplicate_append=bool(options["again"]),
                skipped_guards=_overrides(options["overrides"]),
            ),
            seen_by_preview(job),
        )
    )


def _overrides(names: object) -> frozenset[str]:
    from sodasheet.push.guards.registry import known_overrides

    return known_overrides(names if isinstance(names, tuple) else ())


def _trial(run: object) -> str | None:
    """The run whose rest is to be sent; raises UsageProblem where there is no rest of it."""
    from sodasheet.push.adjustments import require_trial

    if run is not None:
        require_trial(known_run(str(run)).run)
    return None if run is None else str(run)


def _resumed(run: str, options: dict[str, object]) -> tuple[Report, Job]:
    from sodasheet.commands.terminal.options import open_desk
    from sodasheet.jobs.saved_request import order_from_memo
    from sodasheet.push.run import Run
    from sodasheet.push.runs.run_folder import RunLog

    record = known_run(run)
    if record.outcome not in (None, "unknown"):
        raise UsageProblem(
            f"Run {run} has ended ({record.outcome}): {record.summary}",
            "There is nothing to go on with; push the job again if its rows have changed.",
        )
    order = order_from_memo(record.order)
    with open_desk(order.job.portal, _answer(options)) as desk:
        return Run(order, desk, RunLog.of(run)).resume(), order.job


def _answer(options: dict[str, object]) -> Agreed | Prompt:
    from sodasheet.push.prompt import Agreed

    return Agreed() if options["yes"] else Prompt()


class Prompt:
    """Asks on the terminal; where there is none, the answer is no."""

    def go_ahead(self, proposal: Proposal) -> bool:
        """Show the proposal and wait for y. Raises Cancelled where nobody can be asked."""
        say(proposal.sentence, err=True)
        if not sys.stdin.isatty():
            raise Cancelled("Nobody is here to agree.", "Use --yes to go on without being asked.")
        return self._yes("Go ahead?")

    def anyway(self, question: Question) -> bool:
        """Show what stands against it and wait for y; without a terminal the answer is no."""
        say(question.text, err=True)
        return sys.stdin.isatty() and self._yes("Push all the same?")

    def _yes(self, question: str) -> bool:
        # Nothing is under way while the question stands, so Ctrl-C is simply a no.
        waiting = signal.signal(signal.SIGINT, signal.default_int_handler)
        try:
            return self._answered(question)
        except (click.Abort, KeyboardInterrupt):
            return False
        finally:
            signal.signal(signal.SIGINT, waiting)

    def _answered(self, question: str) -> bool:
        while True:
            told = str(click.prompt(f"{question} [y/N]", "n", show_default=False, err=True))
            if (answer := told.strip().lower()) in ("y", "yes", "n", "no"):
                return answer in ("y", "yes")
            say("Please answer y (yes) or n (no).", err=True)


def print_report(report: Report) -> None:
    """The report for people: the outcome first, then what was left out and where to read on."""
    from sodasheet.commands.check import print_findings
    from sodasheet.commands.terminal.output import print_table

    print_findings(report.findings)
    if report.rejected and report.transport:
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
    say(f"{report.outcome.value}: {report.summary}")
    for line in step_lines(report.steps, invoked()):
        say(line)
    if report.rejected_file:
        say(f"Every finding: {report.rejected_file}")
    if report.transport:
        reason = (report.transport_reason or "as the run had begun").rstrip(".")
        say(f"Sent over {report.transport}: {reason}.")
    say(
        f"Run {report.run}: {report.traffic.requests} request"
        f"{'' if report.traffic.requests == 1 else 's'}, "
        f"{report.traffic.bytes_sent:,} bytes, {report.traffic.seconds:.1f} s. "
        f"Dataset: {report.portal}/d/{report.dataset}"
    )
