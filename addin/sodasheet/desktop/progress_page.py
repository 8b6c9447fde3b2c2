"""The window Progress: how far a push is, and a Cancel that answers at once."""

from __future__ import annotations

from tkinter import ttk

from sodasheet.desktop.facts import add_facts
from sodasheet.desktop.look import CLOSE, GAP
from sodasheet.desktop.notice import Notice, Tone
from sodasheet.desktop.page import Action, Page
from sodasheet.desktop.push_progress import PushProgress
from sodasheet.desktop.shell import Shell

#: Milliseconds between two looks at the progress.
GLANCE = 150


class ProgressPage(Page):
    """Stage, rows, speed, findings so far."""

    def __init__(
        self, shell: Shell, progress: PushProgress, heading: str, findings: str = ""
    ) -> None:
        super().__init__(shell, heading)
        self._progress = progress
        self._findings = findings
        self.body.columnconfigure(0, weight=1)
        self._stage = self.words(self.body, "", "Strong.TLabel")
        self._stage.grid(row=0, sticky="ew")
        self._bar = ttk.Progressbar(self.body, mode="determinate", maximum=1000)
        self._bar.grid(row=1, sticky="ew", pady=GAP)
        self._rows = self.words(self.body, "")
        self._rows.grid(row=2, sticky="ew")
        self._speed = self.words(self.body, "")
        self._speed.grid(row=3, sticky="ew", pady=(0, CLOSE))
        self._facts: ttk.Frame | None = None
        self._told: tuple[tuple[str, str], ...] = ()
        self._cancel = self.add_buttons([Action("&Cancel", self.cancel)])[0]
        self._glance()

    def first_focus(self) -> None:
        """There is only Cancel."""
        self._cancel.focus_set()

    def cancel(self) -> None:
        """Ask the push to stop; the answer is there before it has."""
        self._progress.ask_to_stop()
        self._show()

    def _glance(self) -> None:
        self._show()
        self._timer = self.after(GLANCE, self._glance)

    def destroy(self) -> None:
        """Stop looking."""
        self.after_cancel(self._timer)
        super().destroy()

    def _show(self) -> None:
        shown = self._progress.shown()
        self._stage.configure(text=shown.stage)
        self._rows.configure(text=shown.count)
        self._speed.configure(text=shown.speed)
        self._fill(shown.share)
        facts = (("Findings so far", self._findings), ("Time so far", shown.elapsed))
        self._tell(tuple(fact for fact in facts if fact[1]))
        if shown.stopping:
            self._cancel.state(["disabled"])
            self.say(Notice(shown.stopping, Tone.CARE))

    def _fill(self, share: float | None) -> None:
        """A bar that wanders to and fro where nobody knows how much there is to do."""
        unknown = share is None
        if str(self._bar.cget("mode")) != ("indeterminate" if unknown else "determinate"):
            self._bar.stop()
            self._bar.configure(mode="indeterminate" if unknown else "determinate")
            if unknown:
                self._bar.start(20)
        if share is not None:
            self._bar.configure(value=round(1000 * share))

    def _tell(self, facts: tuple[tuple[str, str], ...]) -> None:
        if facts == self._told:
            return
        if self._facts is not None:
            self._facts.destroy()
        self._told, self._facts = facts, add_facts(self.body, facts)
        self._facts.grid(row=4, sticky="ew", pady=(GAP, 0))
