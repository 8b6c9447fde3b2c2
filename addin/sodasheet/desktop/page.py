"""What all pages have: a heading, a body, a notice, a row of buttons, and keys for all of it.

An ampersand in a text stands before the letter that works with Alt.
"""

from __future__ import annotations

import tkinter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from tkinter import ttk
from typing import Any, TypeAlias

from sodasheet.desktop.look import CLOSE, EDGE, GAP, TEXT, points
from sodasheet.desktop.notice import NOTHING, Notice
from sodasheet.desktop.shell import Shell

Event: TypeAlias = "tkinter.Event[Any]"


@dataclass(frozen=True, slots=True)
class Action:
    """A button: its text, what it does, and whether Return does it too."""

    text: str
    does: Callable[[], object]
    default: bool = False


class Page(ttk.Frame):
    """A page of a window; `body` is where its own widgets go."""

    def __init__(self, shell: Shell, heading: str, width: int = TEXT) -> None:
        super().__init__(shell.root, padding=EDGE)
        self.shell = shell
        self.width = points(self, width)
        self._keys: list[str] = []
        self._letters: dict[str, Callable[[], None]] = {}
        self._default: ttk.Button | None = None
        self.columnconfigure(0, weight=1, minsize=self.width)
        self.rowconfigure(1, weight=1)
        self.heading = self.words(self, heading, "Heading.TLabel")
        self.heading.grid(row=0, sticky="ew", pady=(0, GAP))
        self.body = ttk.Frame(self)
        self.body.grid(row=1, sticky="nsew")
        self.notice = self.words(self, "")

    def words(self, parent: ttk.Frame, text: str, style: str = "TLabel") -> ttk.Label:
        """Text that breaks into lines at the width of the page; the caller places it."""
        return ttk.Label(parent, text=text, style=style, wraplength=self.width, justify="left")

    def say(self, notice: Notice) -> None:
        """Show a notice above the buttons, or none."""
        self.notice.configure(text=notice.text, style=f"{notice.tone}.TLabel")
        if notice.text:
            self.notice.grid(row=2, sticky="ew", pady=(GAP, 0))
        else:
            self.notice.grid_remove()

    def hush(self) -> None:
        """Take the notice away."""
        self.say(NOTHING)

    def add_buttons(self, actions: Sequence[Action]) -> list[ttk.Button]:
        """The row of buttons at the foot, the last one at the right."""
        row = ttk.Frame(self)
        row.grid(row=3, sticky="e", pady=("14p", 0))
        buttons = []
        for place, action in enumerate(actions):
            button = self.button(row, action)
            button.grid(row=0, column=place, padx=(GAP if place else 0, 0))
            buttons.append(button)
        return buttons

    def button(self, parent: tkinter.Misc, action: Action) -> ttk.Button:
        """A button with its letter; the caller places it."""
        text, underline = parted(action.text)
        button = ttk.Button(parent, text=text, underline=underline, command=action.does)
        if action.default:
            button.configure(style="Default.TButton", default="active")
            self._default = button
        self.letter(action.text, button.invoke)
        return button

    def label(self, parent: tkinter.Misc, text: str, target: ttk.Widget) -> ttk.Label:
        """A label whose letter leads to its field."""
        words, underline = parted(text)
        self.letter(text, target.focus_set)
        return ttk.Label(parent, text=words, underline=underline)

    def letter(self, text: str, does: Callable[[], Any]) -> None:
        """Let Alt and the letter after the ampersand of `text` do something."""
        words, underline = parted(text)
        if underline >= 0:
            self._letters[words[underline].lower()] = does

    def bind_keys(self) -> None:
        """Let the keys of this page work; the shell calls it."""
        self._bind("<Return>", self._return)
        self._bind("<KP_Enter>", self._return)
        self._bind("<Escape>", lambda _: self.cancel())
        for letter in self._letters:
            self._bind(f"<Alt-{letter}>", self._alt)

    def forget_keys(self) -> None:
        """The keys go with the page."""
        for sequence in self._keys:
            self.shell.root.unbind(sequence)

    def _bind(self, sequence: str, does: Callable[[Event], Any]) -> None:
        self._keys.append(sequence)
        self.shell.root.bind(sequence, does)

    def _alt(self, event: Event) -> str:
        self._letters[event.keysym.lower()]()
        return "break"

    def _return(self, event: Event) -> None:  # noqa: ARG002
        """Return presses the button that has the focus, else the default one."""
        focused = self.shell.root.focus_get()
        button = focused if isinstance(focused, ttk.Button) else self._default
        if button is not None:
            button.invoke()

    def cancel(self) -> None:
        """Escape was pressed, or the window closed."""
        self.shell.close()

    def first_focus(self) -> None:
        """Put the focus where work begins."""


class Link(ttk.Label):
    """An address that opens in the browser, by mouse or by keyboard."""

    def __init__(self, parent: ttk.Frame, opens: Callable[[str], object]) -> None:
        super().__init__(parent, style="Link.TLabel", cursor="hand2", takefocus=True)
        self._opens = opens
        for key in ("<Button-1>", "<space>", "<Return>"):
            self.bind(key, self._open)
        self.bind("<FocusIn>", lambda _: self.configure(style="LinkFocus.TLabel"))
        self.bind("<FocusOut>", lambda _: self.configure(style="Link.TLabel"))

    def address(self, text: str) -> None:
        """Show an address; an empty one cannot be reached."""
        self.configure(text=text, takefocus=bool(text))

    def _open(self, event: Event) -> str:  # noqa: ARG002
        if text := str(self.cget("text")):
            self._opens(text)
        return "break"


def parted(text: str) -> tuple[str, int]:
    """The text without its ampersand, and where that stood; -1 where there is none."""
    return text.replace("&", "", 1), text.find("&")


def add_row(page: Page, row: int, text: str, field: ttk.Widget) -> None:
    """A label and its field beside it, in the page's body."""
    label = page.label(page.body, text, field)
    label.grid(row=row, column=0, sticky="w", padx=(0, GAP), pady=CLOSE)
    field.grid(row=row, column=1, sticky="ew", pady=CLOSE)
