"""`sodasheet undo`: undo a push."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import RenamedOption, as_json, takes, yes_option
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem
from sodasheet.wording import counted_rows

if TYPE_CHECKING:
    from sodasheet.model.report import Report
    from sodasheet.push.questions_to_user import Ask
    from sodasheet.push.runs.journal import RunRecord


@dataclass(frozen=True, slots=True)
class UndoOptions:
    """Options of an undo; an empty `run` is the last push from this computer that landed."""

    run: str
    yes: bool
    preview: bool
    overwrite_conflicts: bool
    leave_conflicts: bool
    as_json: bool


@click.command("undo")
@click.argument("run", default="", metavar="[RUN]")
@yes_option
@click.option("--preview", is_flag=True, help="Only show what would be done.")
@click.option(
    "--overwrite-conflicts",
    cls=RenamedOption,
    old=["--force"],
    is_flag=True,
    help="Also restore rows that others have changed since.",
)
@click.option(
    "--leave-conflicts",
    is_flag=True,
    help="Leave rows that others have changed since, and undo the rest.",
)
@as_json
@takes(UndoOptions)
def command(options: UndoOptions) -> int:
    """Undo RUN, or the last push from this computer that landed.

    Rows that it added are deleted, rows that it changed or deleted are restored, all in one
    transaction. An undo is a separate run and can be undone like any other.

    With --yes, name RUN if the last run did not land or was itself an undo.

    Example: sodasheet undo --preview
    """
    from sodasheet.commands.history import known_run
    from sodasheet.commands.terminal.output import print_json, print_report
    from sodasheet.push.undo.undoable_run import last_run

    if options.overwrite_conflicts and options.leave_conflicts:
        raise UsageProblem(
            "--overwrite-conflicts and --leave-conflicts cannot be combined.",
            "Use only one of them.",
        )
    record = known_run(options.run or last_run())
    if options.yes and not options.run:
        _require_meant(record)
    if undoes := record.order.get("undoes"):
        say(f"Run {record.run} undid run {undoes}: undoing it restores those changes.", err=True)
    if options.preview:
        return _show(record, options)
    report = _undone(record, options)
    if options.as_json:
        print_json(report.to_json())
    else:
        print_report(report)
    return int(report.outcome.exit_code)


#: Outcomes of runs that changed nothing, or may have changed nothing.
_NOT_LANDED = (None, "refused", "failed", "cancelled", "unknown")


def _require_meant(last: RunRecord) -> None:
    """Raise UsageProblem if the user may not mean the last run that landed."""
    from sodasheet.model.next_step import Action, NextStep
    from sodasheet.push.runs.journal import Journal, runs_folder

    steps = (NextStep(Action.SHOW_HISTORY),)
    undoes = last.order.get("undoes")
    if undoes:
        raise UsageProblem(
            f"The last run that landed, {last.run}, is itself the undo of run {undoes}.",
            "Specify the run to undo.",
            steps,
        )
    newest = Journal(runs_folder()).last_begun()
    if newest is not None and newest.run != last.run and newest.outcome in _NOT_LANDED:
        raise UsageProblem(
            f"The last run, {newest.run}, has not landed ({newest.outcome or 'unknown'}); the last"
            f" that landed is {last.run}: {last.summary}",
            "Specify the run to undo.",
            steps,
        )


def _answer(*, yes: bool) -> Ask:
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.push.questions_to_user import Agreed

    return Agreed() if yes else Prompt()


def _show(record: RunRecord, options: UndoOptions) -> int:
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.commands.terminal.session import open_desk
    from sodasheet.model.exit_code import ExitCode
    from sodasheet.push.undo.undo import plan_undo
    from sodasheet.system.folders import scratch_folder

    with (
        scratch_folder() as folder,
        open_desk(record.portal, _answer(yes=False)) as context,
    ):
        plan = plan_undo(
            record.run,
            context,
            folder,
            force=options.overwrite_conflicts,
            leave=options.leave_conflicts,
        )
    if options.as_json:
        print_json(plan.to_json())
    else:
        say(
            f"Undoing run {plan.run} would restore {counted_rows(plan.back)} of"
            f" {plan.dataset.name} and delete {plan.going:,}."
        )
        if plan.changed and options.leave_conflicts:
            say(f"{plan.changed:,} changed by others since then would not be restored.")
        elif plan.changed:
            were = "was" if plan.changed == 1 else "were"
            say(f"{plan.changed:,} of these rows {were} changed by others since.")
    return int(ExitCode.DONE)


def _undone(record: RunRecord, options: UndoOptions) -> Report:
    from sodasheet.commands.terminal.output import say_settled
    from sodasheet.commands.terminal.session import open_desk
    from sodasheet.jobs.push_resume_undo import undo_target
    from sodasheet.push.request import UndoTarget
    from sodasheet.push.undo.undoable_run import past_run

    past_run(record.run)
    with open_desk(record.portal, _answer(yes=options.yes)) as context:
        target = UndoTarget(
            record.run, options.overwrite_conflicts, leave_conflicts=options.leave_conflicts
        )
        return undo_target(target, context, settled=say_settled)
