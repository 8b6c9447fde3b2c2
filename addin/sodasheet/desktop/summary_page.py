"""What is shown at the end of a push, or in place of one that could not begin."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from tkinter import ttk

from sodasheet.desktop.facts import add_facts
from sodasheet.desktop.look import GAP
from sodasheet.desktop.notice import Notice
from sodasheet.desktop.page import Action, Page
from sodasheet.desktop.shell import Shell
from sodasheet.desktop.summary_model import Summary
from sodasheet.errors import SodaSheetError


@dataclass(frozen=True, slots=True)
class Ways:
    """What can be done next; a way that is None is not offered."""

    close: Callable[[], None]
    results: Callable[[], object] | None = None
    dataset: Callable[[], object] | None = None
    anyway: Callable[[], None] | None = None
    leave_out: Callable[[], None] | None = None
    find_out: Callable[[], None] | None = None
    force: Callable[[], None] | None = None
    rest: Callable[[], None] | None = None
    back: Callable[[], None] | None = None
    sign_in: Callable[[], None] | None = None


class SummaryPage(Page):
    """The outcome, its sentence and its counts."""

    def __init__(self, shell: Shell, told: Summary, ways: Ways) -> None:
        super().__init__(shell, told.heading)
        self.heading.configure(foreground=_colour(shell, told.notice))
        self._ways = ways
        self.body.columnconfigure(0, weight=1)
        self.words(self.body, told.notice.text).grid(row=0, sticky="ew")
        add_facts(self.body, told.facts).grid(row=1, sticky="ew", pady=(GAP, 0))
        if told.findings:
            ttk.Label(self.body, text="Findings", style="Strong.TLabel").grid(
                row=2, sticky="w", pady=(GAP, 0)
            )
            self.words(self.body, "\n".join(told.findings)).grid(row=3, sticky="ew")
        self._last = self.add_buttons(_actions(ways))[-1]

    def first_focus(self) -> None:
        """Close, which harms nothing."""
        self._last.focus_set()

    def cancel(self) -> None:
        """Close the window."""
        self._ways.close()


def failure(error: SodaSheetError, heading: str = "The push did not begin") -> Summary:
    """In place of a summary where nothing could begin."""
    return Summary(heading, Notice.of(error), (), ())


def _actions(ways: Ways) -> list[Action]:
    offered = (
        ("Push &without them", ways.leave_out),
        ("Push &anyway", ways.anyway),
        ("&Find out", ways.find_out),
        ("Take &back anyway", ways.force),
        ("Send the r&est", ways.rest),
        ("Take trial &back", ways.back),
        ("&Sign in", ways.sign_in),
        ("Show &results", ways.results),
        ("&Open dataset", ways.dataset),
    )
    actions = [Action(text, does) for text, does in offered if does is not None]
    return [*actions, Action("&Close", ways.close, default=True)]


def _colour(shell: Shell, notice: Notice) -> str:
    return str(ttk.Style(shell.root).lookup(f"{notice.tone}.TLabel", "foreground"))
