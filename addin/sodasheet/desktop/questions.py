"""Small questions: a sentence to read, yes or no, one line of text."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk

from sodasheet.desktop.look import GAP
from sodasheet.desktop.page import Action, Page
from sodasheet.desktop.shell import Shell

TITLE = "SodaSheet"


class WindowDialogs:
    """Tells and asks in windows of our own; each raises SodaSheetError where none may be opened."""

    #: They open wherever these do (excel/dialogs.py asks).
    no_windows = None

    def tell(self, text: str) -> None:
        """Say something; it needs no answer."""
        _asked(lambda shell: TellPage(shell, text))

    def ask_yes_no(self, text: str) -> bool:
        """Ask whether to go on; closing the question means no."""
        answers: list[bool] = []
        _asked(lambda shell: YesNoPage(shell, text, answers.append))
        return answers == [True]

    def ask_text(self, text: str, given: str = "", *, secret: bool = False) -> str | None:
        """Ask for a line of text; None where the user changed their mind."""
        answers: list[str] = []
        _asked(lambda shell: LinePage(shell, text, (given, secret), answers.append))
        return answers[0] if answers else None


def _asked(page: Callable[[Shell], Page]) -> None:
    with Shell(TITLE) as shell:
        shell.show(page(shell))
        shell.run()


class TellPage(Page):
    """A sentence and OK."""

    def __init__(self, shell: Shell, text: str) -> None:
        super().__init__(shell, text)
        self.heading.configure(style="TLabel")
        self._ok = self.add_buttons([Action("OK", shell.close, default=True)])[0]

    def first_focus(self) -> None:
        """OK."""
        self._ok.focus_set()


class YesNoPage(Page):
    """A question; No is the default."""

    def __init__(self, shell: Shell, text: str, answer: Callable[[bool], None]) -> None:
        super().__init__(shell, text)
        self.heading.configure(style="TLabel")

        def yes() -> None:
            answer(True)
            shell.close()

        actions = [Action("&Yes", yes), Action("&No", shell.close, default=True)]
        self._no = self.add_buttons(actions)[1]

    def first_focus(self) -> None:
        """No, so that Return does no harm."""
        self._no.focus_set()


class LinePage(Page):
    """A question with a line to type in; `given` is what stands there, and whether it is secret."""

    def __init__(
        self, shell: Shell, text: str, given: tuple[str, bool], answer: Callable[[str], None]
    ) -> None:
        super().__init__(shell, text)
        self.heading.configure(style="TLabel")
        self.body.columnconfigure(0, weight=1)
        self._line = ttk.Entry(self.body, show="\u2022" if given[1] else "")
        self._line.insert(0, given[0])
        self._line.grid(sticky="ew", pady=(0, GAP))

        def ok() -> None:
            answer(self._line.get())
            shell.close()

        self.add_buttons([Action("OK", ok, default=True), Action("Cancel", shell.close)])

    def first_focus(self) -> None:
        """The line, with what stands there marked."""
        self._line.focus_set()
        self._line.selection_range(0, "end")
