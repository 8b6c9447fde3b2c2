"""On the page Confirm: a trial with the first rows only, or the rest of one that has landed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from tkinter import ttk

from sodasheet.desktop.confirm_model import Confirmation, first_rows
from sodasheet.desktop.look import CLOSE, GAP
from sodasheet.desktop.notice import Notice, Tone
from sodasheet.desktop.page import Action, Event, Page

#: Rows of a trial, unless somebody wants another number.
USUAL = 10


@dataclass(frozen=True, slots=True)
class TrialWays:
    """What begins instead of the push that is asked about."""

    first: Callable[[int], None]
    rest: Callable[[], None]


def add_trial(page: Page, asked: Confirmation, ways: TrialWays) -> ttk.Frame:
    """A frame with what is offered; the caller places it."""
    frame = ttk.Frame(page.body)
    frame.columnconfigure(0, weight=1)
    if asked.rest:
        page.words(frame, asked.rest).grid(row=0, column=0, sticky="ew")
        button = page.button(frame, Action("Send the r&est", ways.rest))
        button.grid(row=1, column=0, sticky="w", pady=(CLOSE, 0))
    if asked.most:
        _FirstRows(page, frame, asked.most, ways.first).grid(
            row=2, column=0, sticky="w", pady=(GAP if asked.rest else 0, 0)
        )
    return frame


class _FirstRows(ttk.Frame):
    """A line with the number of rows and the button that begins the trial."""

    def __init__(
        self, page: Page, parent: ttk.Frame, most: int, first: Callable[[int], None]
    ) -> None:
        super().__init__(parent)
        self._page, self._most, self._first = page, most, first
        self._number = ttk.Entry(self, width=6, justify="right")
        self._number.insert(0, str(min(USUAL, most)))
        self._try = page.button(self, Action("&Try", self._begin))
        label = page.label(self, "Or try it with the &first", self._number)
        parts = (label, self._number, ttk.Label(self, text="rows only:"), self._try)
        for place, part in enumerate(parts):
            part.grid(row=0, column=place, padx=(CLOSE if place else 0, CLOSE))
        self._number.bind("<FocusIn>", lambda _: self._number.selection_range(0, "end"))
        for key in ("<Return>", "<KP_Enter>"):
            self._number.bind(key, self._onwards)

    def _begin(self) -> None:
        number = first_rows(self._number.get(), self._most)
        if isinstance(number, str):
            self._page.say(Notice(number, Tone.BAD))
            self._number.focus_set()
        else:
            self._first(number)

    def _onwards(self, event: Event) -> str:  # noqa: ARG002
        """Return in the field leads to the button and presses none."""
        self._try.focus_set()
        return "break"
