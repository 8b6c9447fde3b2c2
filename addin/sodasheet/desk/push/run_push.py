"""The work of a push or an undo, in the process of its task."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.desk.portal_session import open_session
from sodasheet.desk.push.confirmation_words import confirmation
from sodasheet.desk.tasks.ask_user import Asking
from sodasheet.desk.tasks.failure import failure_json
from sodasheet.desk.tasks.progress import TaskProgress
from sodasheet.desk.tasks.question import YesNo
from sodasheet.desk.tasks.task import FAILURE, Task, TaskOptions
from sodasheet.errors import Cancelled, SodaSheetError

if TYPE_CHECKING:
    from sodasheet.model.report import Report
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Proposal, Question
    from sodasheet.push.request import PushRequest

Opener = Callable[..., "PortalSession"]


@dataclass(frozen=True, slots=True)
class PushSetup:
    """The settings of a push for the front end that started the push.

    `opener` opens the portal. `windowed` is False if no window opens and the user has agreed
    beforehand; `opened` is True if the page of the task is there already.
    """

    opener: Opener = open_session
    windowed: bool = True
    opened: bool = False


def run_push(task: Task, setup: PushSetup = PushSetup()) -> Report | SodaSheetError:
    """Push, or undo a run, as the task says; its page asks, and shows progress and the result.

    Writes the report into the folder of the task, or what kept the run from beginning. Never
    raises: an error is returned.
    """
    progress = TaskProgress(task)
    asking = Asking(task, lambda: progress.stop, opened=setup.opened or not setup.windowed)
    with progress.pulse():
        try:
            if setup.windowed:
                asking.open()
            report = _Push(task, progress, asking, setup).run()
        except SodaSheetError as error:
            task.write(FAILURE, failure_json(error))
            return error
        except Exception as error:
            from sodasheet.crash_report import crash_report

            known = crash_report(error)
            # Rows may have been sent before it.
            task.write(FAILURE, {**failure_json(known), "kind": "unexpected"})
            return known
        task.write("report.json", report.to_json())
        return report


class _Push:
    """The attempts of a push: a trial instead, or the rest of a trial, is a new attempt."""

    def __init__(
        self, task: Task, progress: TaskProgress, asking: Asking, setup: PushSetup
    ) -> None:
        self._task, self._progress, self._asking, self._setup = task, progress, asking, setup
        self._instead: TaskOptions | None = None

    def run(self) -> Report:
        """Push until an attempt ends that the user does not replace with another attempt."""
        while True:
            order = order_of(self._task)
            report = self._attempt(order)
            if self._instead is None or self._progress.stop:
                return report
            self._task.change(options=self._instead)
            self._instead = None
            self._progress.restart()

    def _attempt(self, order: PushRequest) -> Report:
        from sodasheet.notifications.notify import logged
        from sodasheet.push.context import PushContext
        from sodasheet.push.questions_to_user import Agreed
        from sodasheet.push.run_retention import prune_daily

        job, progress, opener = order.job, self._progress, self._setup.opener
        with opener(job.portal, lambda: progress.stop, write=True) as session:
            desk = PushContext(session, progress, self if self._setup.windowed else Agreed())
            report = self._work(order, desk)
        if self._instead is None:
            report = logged(report, job, lambda portal: opener(portal, write=True))
        prune_daily()
        return report

    def _work(self, order: PushRequest, desk: PushContext) -> Report:
        from sodasheet.jobs.push_resume_undo import execute
        from sodasheet.push.run import Run
        from sodasheet.push.runs.journal import RunLog

        settles = self._task.record.options.settles
        if settles is not None:
            return Run(order, desk, RunLog.of(settles)).resume(finish=False)
        return execute(order, desk)

    #: The page shows the effect on the rows.
    shows_preview = True

    def go_ahead(self, proposal: Proposal) -> bool:
        """Ask on the page. Raises Cancelled if the user chose something else instead."""
        record = self._task.record
        if record.dataset != proposal.dataset.name:
            record = self._task.change(dataset=proposal.dataset.name)
        if record.options.draft:
            # It was chosen a moment ago, and changes nothing in the dataset.
            return True
        answer = self._asking.ask(confirmation(proposal, record.source))
        choice = answer.choice or {}
        if answer.yes and choice.get("limit"):
            self._instead = replace(record.options, limit=int(choice["limit"]))
            raise Cancelled("You chose to try the first rows.", "Nothing was sent.")
        if answer.yes and choice.get("rest"):
            self._instead = replace(record.options, rest_of=proposal.trial)
            raise Cancelled("You chose to send the rest of a trial.", "Nothing was sent.")
        if answer.yes and choice.get("draft"):
            note = str(choice.get("note") or "").strip()
            self._instead = replace(record.options, draft=True, remark=note)
            raise Cancelled("You chose to leave a draft.", "Nothing was sent.")
        return answer.yes

    def anyway(self, question: Question) -> bool:
        """Ask on the page if the push should continue despite an objection."""
        return self._asking.ask(YesNo(question.text, "Push anyway", "Cancel")).yes


def order_of(task: Task) -> PushRequest:
    """Return the order of a task. Raises SodaSheetError if its folder is incomplete."""
    from sodasheet.jobs import read_job
    from sodasheet.jobs.last_preview import seen_from_json
    from sodasheet.jobs.push_resume_undo import with_memo
    from sodasheet.push.request import PushRequest, RunOptions, UndoTarget

    record = task.record
    options = record.options
    order = PushRequest(
        read_job(task.folder / "job.json"),
        Path(record.base),
        RunOptions(
            limit=options.limit,
            draft=options.draft,
            remark=options.remark,
            after_trial=options.rest_of,
            allow_rejected=options.allow_rejected,
            skipped_guards=frozenset(options.overrides),
        ),
        seen_from_json(record.seen) if record.seen else None,
        UndoTarget(options.undoes, options.forced, leave_conflicts=options.leave)
        if options.undoes
        else None,
    )
    return with_memo(order)
