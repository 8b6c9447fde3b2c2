"""The window Sign in."""

from __future__ import annotations

import webbrowser
from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING

from sodasheet.desktop.look import CLOSE, GAP
from sodasheet.desktop.notice import NOTHING, Notice
from sodasheet.desktop.page import Action, Event, Link, Page, add_row
from sodasheet.desktop.shell import Shell
from sodasheet.desktop.sign_in_model import (
    Tried,
    Typed,
    advice,
    attempt,
    keep,
    known_key,
    settings_page,
    where_kept,
)
from sodasheet.errors import SodaSheetError

if TYPE_CHECKING:
    from sodasheet.credentials.keychain import Account

Ended = Callable[["Account | None"], None]


def sign_in(portal: str = "") -> Account | None:
    """Ask for a key of a portal, try it and keep it; the account, or None where it was cancelled.

    Raises SodaSheetError where no window may be opened here.
    """
    kept: list[Account | None] = []
    with Shell("Sign in - SodaSheet") as shell:

        def ended(account: Account | None) -> None:
            kept.append(account)
            shell.close()

        shell.show(SignInPage(shell, portal, ended))
        shell.run()
    return kept[0] if kept else None


class SignInPage(Page):
    """Portal, key id and secret; Test says who that is, Save keeps it."""

    def __init__(self, shell: Shell, portal: str, ended: Ended) -> None:
        super().__init__(shell, "Sign in to a portal")
        self._ended = ended
        self._tried: Tried | None = None
        self._busy = False
        self._portal, self._key_id, self._secret = self._fields()
        self._advice, self._link, self._kept = self._words()
        self._buttons = self.add_buttons(
            [
                Action("&Test", self._test),
                Action("&Save", self._save, default=True),
                Action("Cancel", self.cancel),
            ]
        )
        self._portal.insert(0, portal)
        self._key_id.insert(0, known_key(portal) if portal else "")
        self._edited()
        shell.work(where_kept, self._say_where, self._failed)

    def first_focus(self) -> None:
        """The first field that is still empty."""
        fields = (self._portal, self._key_id, self._secret)
        next((field for field in fields if not field.get()), self._secret).focus_set()

    def cancel(self) -> None:
        """Keep nothing."""
        self._ended(None)

    def _fields(self) -> tuple[ttk.Entry, ttk.Entry, ttk.Entry]:
        self.body.columnconfigure(1, weight=1)
        portal, key_id = ttk.Entry(self.body), ttk.Entry(self.body)
        line = ttk.Frame(self.body)
        line.columnconfigure(0, weight=1)
        secret = ttk.Entry(line, show="\u2022")
        secret.grid(row=0, column=0, sticky="ew")
        show = ttk.Checkbutton(line, text="Show", underline=3, command=self._toggle)
        show.state(["!alternate"])
        show.grid(row=0, column=1, padx=(GAP, 0))
        self.letter("Sho&w", show.invoke)
        add_row(self, 0, "&Portal:", portal)
        add_row(self, 1, "&Key id:", key_id)
        add_row(self, 2, "Se&cret:", line)
        self.letter("Se&cret:", secret.focus_set)
        for field in (portal, key_id, secret):
            field.bind("<KeyRelease>", self._edited)
            field.bind("<<Paste>>", lambda _: self.after_idle(self._edited))
        return portal, key_id, secret

    def _words(self) -> tuple[ttk.Label, Link, ttk.Label]:
        words = self.words(self.body, "", "Faint.TLabel")
        link = Link(self.body, webbrowser.open)
        told = "The secret will be kept in this computer's credential store."
        kept = self.words(self.body, told, "Faint.TLabel")
        words.grid(row=3, column=0, columnspan=2, sticky="ew", pady=(GAP, 0))
        link.grid(row=4, column=0, columnspan=2, sticky="w", pady=(CLOSE, 0))
        kept.grid(row=5, column=0, columnspan=2, sticky="ew", pady=(GAP, 0))
        return words, link, kept

    def _typed(self) -> Typed:
        return Typed(self._portal.get(), self._key_id.get(), self._secret.get())

    def _toggle(self) -> None:
        hidden = str(self._secret.cget("show"))
        self._secret.configure(show="" if hidden else "\u2022")

    def _edited(self, event: Event | None = None) -> None:  # noqa: ARG002
        """What was said of another key does not hold for this one."""
        typed = self._typed()
        self._advice.configure(text=advice(typed.key_id))
        page = settings_page(typed.portal)
        self._link.address(page)
        if self._tried is not None and self._tried.typed != typed:
            self._tried = None
            self.hush()

    def _say_where(self, notice: Notice) -> None:
        style = "Faint.TLabel" if notice.tone == "plain" else f"{notice.tone}.TLabel"
        self._kept.configure(text=notice.text, style=style)

    def _test(self) -> None:
        self._try(lambda _: None)

    def _save(self) -> None:
        """Keep a key that has been tried; one that may be the wrong one takes a second press."""
        if self._tried is not None and self._tried.typed == self._typed():
            self._keep(self._tried)
        else:
            self._try(lambda tried: None if tried.doubtful else self._keep(tried))

    def _try(self, then: Callable[[Tried], None]) -> None:
        typed = self._typed()

        def accepted(tried: Tried) -> None:
            self._rest()
            if tried.typed != self._typed():
                self.say(NOTHING)
                return
            self._tried = tried
            self.say(tried.notice)
            then(tried)

        if not self._busy:
            self._work(f"Asking {typed.portal.strip() or 'the portal'} who this key belongs to ...")
            self.shell.work(lambda: attempt(typed), accepted, self._failed)

    def _keep(self, tried: Tried) -> None:
        self._work("Keeping the key; the credential store may ask you to unlock it ...")
        self.shell.work(lambda: keep(tried), self._ended, self._failed)

    def _work(self, told: str) -> None:
        self._busy = True
        self.say(Notice(told))
        for button in self._buttons[:2]:
            button.state(["disabled"])

    def _rest(self) -> None:
        self._busy = False
        for button in self._buttons[:2]:
            button.state(["!disabled"])

    def _failed(self, error: SodaSheetError) -> None:
        self._rest()
        self.say(Notice.of(error))
