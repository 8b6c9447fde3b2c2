"""The window Preview: how far it is, and a sentence where it came to nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sodasheet.desktop.progress_page import ProgressPage
from sodasheet.desktop.push_progress import PushProgress
from sodasheet.desktop.shell import Shell
from sodasheet.desktop.sign_in_window import SignInPage
from sodasheet.desktop.summary_page import SummaryPage, Ways, failure
from sodasheet.errors import Cancelled, SignInError, SodaSheetError

if TYPE_CHECKING:
    from sodasheet.credentials.keychain import Account
    from sodasheet.model.progress import Progress

#: Does the work with a progress, beside the window.
Work = Callable[["Progress"], Any]


def run_preview(work: Work, dataset: str, portal: str, also: Progress | None = None) -> Any:
    """Do the work with a window that shows how far it is, and give what came of it.

    The window closes by itself when it is done; it is None where the user left it. Raises
    SodaSheetError where no window may be opened here.
    """
    with Shell("Preview - SodaSheet") as shell:
        window = _PreviewWindow(shell, work, (dataset, portal), also)
        window.start()
        shell.run()
    return window.found


class _PreviewWindow:
    def __init__(
        self, shell: Shell, work: Work, place: tuple[str, str], also: Progress | None
    ) -> None:
        self._shell, self._work, self._also = shell, work, also
        self._dataset, self._portal = place
        self.found: Any = None

    def start(self) -> None:
        progress = PushProgress(self._also)
        heading = f"Working out what would change in {self._dataset}"
        self._shell.show(ProgressPage(self._shell, progress, heading))
        self._shell.work(lambda: self._work(progress), self._done, self._failed)

    def _done(self, found: Any) -> None:
        self.found = found
        self._shell.close()

    def _failed(self, error: SodaSheetError) -> None:
        if isinstance(error, Cancelled):
            self._shell.close()
            return
        refused = isinstance(error, SignInError)
        ways = Ways(close=self._shell.close, sign_in=self._sign_in if refused else None)
        told = failure(error, "There is no preview")
        self._shell.show(SummaryPage(self._shell, told, ways))

    def _sign_in(self) -> None:
        self._shell.show(SignInPage(self._shell, self._portal, self._signed_in))

    def _signed_in(self, account: Account | None) -> None:
        if account is None:
            self._shell.close()
        else:
            self.start()
