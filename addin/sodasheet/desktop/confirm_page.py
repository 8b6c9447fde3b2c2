"""The window Confirm: what is about to happen, and a way out that is the default."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk

from sodasheet.desktop.confirm_model import Confirmation, confirmation
from sodasheet.desktop.facts import add_facts
from sodasheet.desktop.look import CLOSE, GAP
from sodasheet.desktop.page import Action, Event, Page
from sodasheet.desktop.shell import Shell
from sodasheet.desktop.trial_offer import TrialWays, add_trial
from sodasheet.push.prompt import Proposal

#: Hears yes or no, or in a sentence what was chosen instead.
Answer = Callable[[bool | str], None]


class ConfirmPage(Page):
    """Asks once; `answer` hears yes or no."""

    def __init__(
        self, shell: Shell, asked: Confirmation, answer: Answer, trial: TrialWays | None = None
    ) -> None:
        super().__init__(shell, asked.heading)
        self._asked, self._answer = asked, answer
        self.body.columnconfigure(0, weight=1)
        self.words(self.body, asked.sentence).grid(row=0, sticky="ew")
        add_facts(self.body, asked.facts).grid(row=1, sticky="ew", pady=(GAP, 0))
        self._list_findings()
        if trial is not None and (asked.most or asked.rest):
            add_trial(self, asked, trial).grid(row=4, sticky="ew", pady=(GAP, 0))
        self._name = self._ask_name() if asked.name else None
        buttons = [Action(asked.verb, self._agree), Action("Cancel", self.cancel, default=True)]
        self._go, self._stop = self.add_buttons(buttons)
        self._edited()

    def first_focus(self) -> None:
        """The name where it has to be typed; else Cancel, so that Return does no harm."""
        (self._name or self._stop).focus_set()

    def cancel(self) -> None:
        """No."""
        self._answer(False)

    def _agree(self) -> None:
        self._answer(True)

    def _list_findings(self) -> None:
        if not self._asked.findings:
            return
        ttk.Label(self.body, text="Findings", style="Strong.TLabel").grid(
            row=2, sticky="w", pady=(GAP, 0)
        )
        self.words(self.body, "\n".join(self._asked.findings)).grid(row=3, sticky="ew")

    def _ask_name(self) -> ttk.Entry:
        self.words(self.body, self._asked.warning, "bad.TLabel").grid(
            row=5, sticky="ew", pady=(GAP, 0)
        )
        field = ttk.Entry(self.body)
        told = f"To go ahead, type the dataset's &name: {self._asked.name}"
        label = self.label(self.body, told, field)
        label.configure(wraplength=self.width)
        label.grid(row=6, sticky="ew", pady=(GAP, CLOSE))
        field.grid(row=7, sticky="ew")
        field.bind("<KeyRelease>", self._edited)
        field.bind("<<Paste>>", lambda _: self.after_idle(self._edited))
        for key in ("<Return>", "<KP_Enter>"):
            field.bind(key, self._onwards)
        return field

    def _edited(self, event: Event | None = None) -> None:  # noqa: ARG002
        typed = self._name.get() if self._name else ""
        self._go.state(["!disabled" if self._asked.unlocked(typed) else "disabled"])

    def _onwards(self, event: Event) -> str:
        """Return in the field leads to the button that it unlocked, and presses none."""
        self._edited(event)
        if not self._go.instate(["disabled"]):
            self._go.focus_set()
        return "break"


class AnywayPage(Page):
    """Something stands against it; Cancel is the default."""

    def __init__(self, shell: Shell, text: str, answer: Answer) -> None:
        super().__init__(shell, "Go on all the same?")
        self._answer = answer
        self.body.columnconfigure(0, weight=1)
        self.words(self.body, text, "care.TLabel").grid(row=0, sticky="ew")
        go = Action("&Go on", lambda: answer(True))
        self._stop = self.add_buttons([go, Action("Cancel", self.cancel, default=True)])[1]

    def first_focus(self) -> None:
        """Cancel, so that Return does no harm."""
        self._stop.focus_set()

    def cancel(self) -> None:
        """No."""
        self._answer(False)


def confirm(proposal: Proposal) -> bool:
    """Ask in a window of its own. Raises SodaSheetError where no window may be opened here."""
    answers: list[bool] = []
    with Shell("Confirm - SodaSheet") as shell:

        def answer(yes: bool | str) -> None:
            answers.append(yes is True)
            shell.close()

        shell.show(ConfirmPage(shell, confirmation(proposal), answer))
        shell.run()
    return answers == [True]
