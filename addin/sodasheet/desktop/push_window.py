"""A whole push in one window: progress, confirm, progress again, summary."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from sodasheet.credentials.keychain import ATTENDED, find
from sodasheet.desktop.confirm_model import confirmation
from sodasheet.desktop.confirm_page import Answer, AnywayPage, ConfirmPage
from sodasheet.desktop.progress_page import ProgressPage
from sodasheet.desktop.push_progress import PushProgress
from sodasheet.desktop.shell import Shell
from sodasheet.desktop.sign_in_window import SignInPage
from sodasheet.desktop.summary_model import changed_since, summary
from sodasheet.desktop.summary_page import SummaryPage, Ways, failure
from sodasheet.desktop.trial_model import after_trial
from sodasheet.desktop.trial_offer import TrialWays
from sodasheet.desktop.window_ask import WindowAsk
from sodasheet.errors import SignInError, SodaSheetError
from sodasheet.model.report import Outcome, Report
from sodasheet.portal.trust import not_signed_in

if TYPE_CHECKING:
    from sodasheet.credentials.keychain import Account
    from sodasheet.model.progress import Progress
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.push.context import PushContext
    from sodasheet.push.prompt import Proposal, Question
    from sodasheet.push.request import PushRequest
    from sodasheet.push.undo.conflicts import ConflictError

Stop = Callable[[], bool]


def session_for(portal: str, stop: Stop) -> PortalSession:
    """A session that may write, as whoever is signed in. Raises SignInError where nobody is."""
    from sodasheet.portal.http.session import PortalSession

    found = find(portal, deadline=ATTENDED)
    if found is None:
        raise not_signed_in(portal, "Press Sign in.")
    return PortalSession(portal, found, stop=stop)


def open_results(report: Report) -> None:
    """Open the list of every finding where there is one, else the report, as the system does."""
    import click

    from sodasheet.push.runs.run_folder import REPORT_NAME, runs_folder

    click.launch(report.rejected_file or str(runs_folder() / report.run / REPORT_NAME))


@dataclass(frozen=True, slots=True)
class PushOptions:
    """How a push in a window meets the rest of the program.

    `open_session` is called in the thread that pushes. `also` is a second progress, such as one
    that another process reads. `show_results` is what Show results does. `ended` hears of every
    end that the window shows, in the window's thread.
    """

    open_session: Callable[[str, Stop], PortalSession] = session_for
    also: Progress | None = None
    show_results: Callable[[Report], None] = open_results
    ended: Callable[[Report | SodaSheetError], None] = lambda _: None


def run_push(order: PushRequest, options: PushOptions = PushOptions()) -> Report:
    """Push, or take back a run, with a window that asks, shows how far it is and says the end.

    Returns when the window is closed. Raises SodaSheetError where no window may be opened here,
    or where no run could begin, which the window has then said.
    """
    with Shell(_title(order)) as shell:
        window = PushWindow(shell, order, options)
        window.start()
        shell.run()
    return window.result()


def _title(order: PushRequest) -> str:
    return f"{'Push' if order.undoes is None else 'Undo'} - SodaSheet"


class PushWindow:
    """The order of the pages; the push itself runs in a thread."""

    def __init__(self, shell: Shell, order: PushRequest, options: PushOptions) -> None:
        self._shell, self._order, self._options = shell, order, options
        self._progress = PushProgress(options.also)
        self._name = order.job.dataset
        self._ended: Report | SodaSheetError | None = None
        self._instead: PushRequest | None = None

    def start(self) -> None:
        """Begin the push, or begin it again."""
        self._begin(self._push)

    def result(self) -> Report:
        """The report; raises what kept a run from beginning."""
        assert self._ended is not None  # noqa: S101 - the window closes only after an end
        if isinstance(self._ended, SodaSheetError):
            raise self._ended
        return self._ended

    def _begin(self, work: Callable[[PushContext], Report]) -> None:
        self._progress = PushProgress(self._options.also)
        self._shell.show(self._progress_page())
        job, progress = self._order.job, self._progress
        ask = WindowAsk(self._shell, self._ask, self._ask_anyway, lambda: progress.stop)
        opener = self._options.open_session

        def act() -> Report:
            from sodasheet.notifications.notify import logged
            from sodasheet.push.context import PushContext
            from sodasheet.push.retention import prune_daily

            with opener(job.portal, lambda: progress.stop) as session:
                report = work(PushContext(session, progress, ask))
            if self._instead is None:
                report = logged(report, job, lambda portal: opener(portal, lambda: progress.stop))
            prune_daily()
            return report

        self._shell.work(act, self._reported, self._failed)

    def _push(self, desk: PushContext) -> Report:
        from sodasheet.jobs.execute import execute

        return execute(self._order, desk)

    def _settle(self, run: str, desk: PushContext) -> Report:
        """Ask the portal what became of a run; nothing is sent."""
        from sodasheet.push.run import Run
        from sodasheet.push.runs.run_folder import RunLog

        return Run(self._order, desk, RunLog.of(run)).resume(finish=False)

    def _progress_page(self, findings: str = "") -> ProgressPage:
        if self._order.undoes is not None:
            heading = f"Taking back run {self._order.undoes}"
            return ProgressPage(self._shell, self._progress, heading, findings)
        source = PurePath(self._order.job.source.path).name
        what = source if self._order.job.source.kind != "spool" and source else "the sheet"
        heading = f"Pushing {what} to {self._name}"
        return ProgressPage(self._shell, self._progress, heading, findings)

    def _ask(self, proposal: Proposal, answer: Answer) -> None:
        """Show Confirm, then progress again."""
        self._name = proposal.dataset.name
        counted = sum(group.count for group in proposal.findings)
        told = f"{counted:,}; {proposal.rejected:,} rows are left out" if counted else "none"
        told = "" if proposal.way_back else told

        def answered(yes: bool | str) -> None:
            self._shell.show(self._progress_page(told))
            answer(yes)

        def first(rows: int) -> None:
            self._instead = self._order.with_options(limit=rows)
            answered("You chose to try the first rows.")

        def rest() -> None:
            self._instead = self._order.with_options(after_trial=proposal.trial)
            answered("You chose to send the rest of a trial.")

        asked, trial = confirmation(proposal), TrialWays(first, rest)
        self._shell.show(ConfirmPage(self._shell, asked, answered, trial))

    def _ask_anyway(self, question: Question, answer: Answer) -> None:
        """Show what stands against it, then progress again."""

        def answered(yes: bool | str) -> None:
            self._shell.show(self._progress_page())
            answer(yes)

        self._shell.show(AnywayPage(self._shell, question.text, answered))

    def _reported(self, report: Report) -> None:
        instead, self._instead = self._instead, None
        if instead is not None and not self._progress.stop:
            self._again(instead)
            return
        self._end(report)
        after = after_trial(self._order, report)
        told, unknown = summary(report, after.told), report.outcome is Outcome.UNKNOWN
        ways = Ways(
            close=self._shell.close,
            results=partial(self._options.show_results, report),
            dataset=partial(webbrowser.open, f"{report.portal}/d/{report.dataset}"),
            leave_out=partial(self._without, told.spare) if told.spare else None,
            anyway=partial(self._despite, told.aside) if told.aside else None,
            find_out=partial(self._begin, partial(self._settle, report.run)) if unknown else None,
            rest=partial(self._again, after.rest) if after.rest else None,
            back=partial(self._again, after.back) if after.back else None,
        )
        self._shell.show(SummaryPage(self._shell, told, ways))

    def _without(self, rows: int) -> None:
        """Push again and leave out as many rows as have findings now, and no more."""
        self._again(self._order.with_options(allow_rejected=rows))

    def _despite(self, guard: str) -> None:
        """Push again with this guard set aside, and no other."""
        aside = self._order.options.skipped_guards | {guard}
        self._again(self._order.with_options(skipped_guards=aside))

    def _again(self, order: PushRequest) -> None:
        from sodasheet.jobs.saved_request import with_memo

        self._order = with_memo(order)
        self._shell.root.title(_title(order))
        self.start()

    def _end(self, end: Report | SodaSheetError) -> None:
        self._ended = end
        self._options.ended(end)

    def _failed(self, error: SodaSheetError) -> None:
        from sodasheet.push.undo.conflicts import ConflictError

        self._instead = None
        self._end(error)
        if isinstance(error, ConflictError):
            self._offer_to_force(error)
            return
        refused = isinstance(error, SignInError)
        ways = Ways(close=self._shell.close, sign_in=self._sign_in if refused else None)
        heading = (
            "The push did not begin" if self._order.undoes is None else "Nothing was taken back"
        )
        self._shell.show(SummaryPage(self._shell, failure(error, heading), ways))

    def _offer_to_force(self, error: ConflictError) -> None:
        """Say what others have done since; taking the run back all the same is a second choice."""
        from sodasheet.push.request import UndoTarget

        ways = Ways(
            close=self._shell.close,
            dataset=partial(webbrowser.open, error.url),
            force=lambda: self._again(
                replace(self._order, undo=UndoTarget(self._order.undoes or "", True))
            ),
        )
        self._shell.show(SummaryPage(self._shell, changed_since(error), ways))

    def _sign_in(self) -> None:
        self._shell.show(SignInPage(self._shell, self._order.job.portal, self._signed_in))

    def _signed_in(self, account: Account | None) -> None:
        if account is not None:
            self.start()
        elif isinstance(self._ended, SodaSheetError):
            self._failed(self._ended)
