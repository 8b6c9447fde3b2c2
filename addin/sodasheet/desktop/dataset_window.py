"""The window Choose dataset."""

from __future__ import annotations

from collections.abc import Callable
from tkinter import ttk
from typing import TYPE_CHECKING

from sodasheet.desktop.dataset_model import (
    Catalogue,
    Details,
    Opener,
    Search,
    as_signed_in,
    moment,
    portals,
    wanted,
)
from sodasheet.desktop.facts import add_facts
from sodasheet.desktop.look import CLOSE, GAP, points
from sodasheet.desktop.notice import NOTHING, Notice
from sodasheet.desktop.page import Action, Event, Page, add_row
from sodasheet.desktop.shell import Shell
from sodasheet.errors import SodaSheetError
from sodasheet.portal.address import Address, host_of

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset
    from sodasheet.portal.catalog import CatalogEntry

#: Milliseconds of rest after a key before the portal is asked.
REST = 350

#: Widths in points: the page, the details and their values, the columns of the list.
WIDE, BESIDE, VALUE, NAME, UPDATED = 570, 200, 115, 200, 110


def choose_dataset(portal: str = "", opener: Opener = as_signed_in) -> Dataset | None:
    """Let a dataset be found; None where it was cancelled.

    Raises SodaSheetError where no window may be opened here.
    """
    chosen: list[Dataset | None] = []
    catalogue = Catalogue(opener)
    with Shell("Choose dataset - SodaSheet") as shell:

        def ended(dataset: Dataset | None) -> None:
            chosen.append(dataset)
            shell.close()

        shell.show(DatasetPage(shell, portal, catalogue, ended))
        shell.run()
    catalogue.close()
    return chosen[0] if chosen else None


class DatasetPage(Page):
    """Portal and words, the list of what was found, and details of the one that is marked."""

    def __init__(
        self,
        shell: Shell,
        portal: str,
        catalogue: Catalogue,
        ended: Callable[[Dataset | None], None],
    ) -> None:
        super().__init__(shell, "Choose a dataset", WIDE)
        self._catalogue, self._ended = catalogue, ended
        self._asked: Address | Search | None = None
        self._looked: Address | None = None
        self._found: dict[str, Address] = {}
        self._details: Details | None = None
        self._timer = ""
        self._portal, self._words = self._fields(portal)
        self._list = self._listing()
        self._pane = self._beside()
        buttons = [Action("C&hoose", self._choose, default=True), Action("Cancel", self.cancel)]
        self._chooser = self.add_buttons(buttons)[0]
        self._forget_details()
        self._typed()

    def first_focus(self) -> None:
        """The portal where it is not known, else the words."""
        (self._words if self._portal.get() else self._portal).focus_set()

    def cancel(self) -> None:
        """Choose nothing."""
        self._ended(None)

    def destroy(self) -> None:
        """Ask nothing more."""
        if self._timer:
            self.after_cancel(self._timer)
        super().destroy()

    def _fields(self, portal: str) -> tuple[ttk.Combobox, ttk.Entry]:
        known = portals()
        self.body.columnconfigure(1, weight=1)
        field = ttk.Combobox(self.body, values=known)
        field.set(portal or (known[0] if known else ""))
        words = ttk.Entry(self.body)
        add_row(self, 0, "&Portal:", field)
        add_row(self, 1, "&Address or words:", words)
        for one in (field, words):
            one.bind("<KeyRelease>", self._typed)
            one.bind("<<Paste>>", lambda _: self.after_idle(self._typed))
        field.bind("<<ComboboxSelected>>", self._typed)
        words.bind("<Down>", self._into_list)
        return field, words

    def _listing(self) -> ttk.Treeview:
        self.body.rowconfigure(2, weight=1)
        frame = ttk.Frame(self.body)
        frame.grid(row=2, column=0, columnspan=2, sticky="nsew", pady=(GAP, 0))
        frame.columnconfigure(0, weight=1)
        frame.rowconfigure(0, weight=1)
        listing = ttk.Treeview(
            frame, columns=("name", "updated"), show="headings", height=8, selectmode="browse"
        )
        for column, text, width in (("name", "Dataset", NAME), ("updated", "Updated", UPDATED)):
            listing.heading(column, text=text, anchor="w")
            listing.column(column, width=points(self, width), stretch=column == "name")
        bar = ttk.Scrollbar(frame, command=listing.yview)
        listing.configure(yscrollcommand=bar.set)
        listing.grid(row=0, column=0, sticky="nsew")
        bar.grid(row=0, column=1, sticky="ns")
        listing.bind("<<TreeviewSelect>>", self._marked)
        listing.bind("<Double-1>", lambda _: self._chooser.invoke())
        self.letter("&List", lambda: self._into_list(None))
        return listing

    def _beside(self) -> ttk.Frame:
        """The details, to the right of the list."""
        pane = ttk.Frame(self.body)
        pane.grid(row=2, column=2, sticky="nsew", padx=(GAP, 0), pady=(GAP, 0))
        pane.columnconfigure(0, minsize=points(self, BESIDE))
        for field in (self._portal, self._words):
            field.grid(columnspan=2)
        return pane

    def _typed(self, event: Event | None = None) -> None:
        """Something was typed; the portal is asked after a moment of rest."""
        if event is not None and event.keysym in ("Down", "Up", "Tab", "Return", "Escape"):
            return
        if self._timer:
            self.after_cancel(self._timer)
        self._timer = self.after(REST, self._ask)

    def _ask(self) -> None:
        self._timer = ""
        try:
            now = wanted(self._words.get(), self._portal.get())
        except SodaSheetError as error:
            self._clear(Notice.of(error))
            return
        if now == self._asked:
            return
        self._asked = now
        self._clear(NOTHING, keep=True)
        if isinstance(now, Address):
            self._list.delete(*self._list.get_children())
            self._look(now)
        elif now is not None:
            self.say(Notice(f"Looking through {host_of(now.portal)} ..."))
            found = self._catalogue
            self.shell.work(
                lambda: found.search(now),
                lambda entries: self._show(now, entries),
                lambda error: self._failed(now, error),
            )

    def _clear(self, notice: Notice, *, keep: bool = False) -> None:
        if not keep:
            self._asked = None
            self._list.delete(*self._list.get_children())
        self._looked = None
        self._forget_details()
        self.say(notice)

    def _show(self, search: Search, entries: list[CatalogEntry]) -> None:
        """List what was found, unless something else is wanted by now."""
        if search != self._asked:
            return
        self._list.delete(*self._list.get_children())
        self._found = {entry.id: Address(search.portal, entry.id) for entry in entries}
        for entry in entries:
            values = (entry.name, moment(entry.updated))
            if not self._list.exists(entry.id):
                self._list.insert("", "end", iid=entry.id, values=values)
        words = f' with "{search.words}"' if search.words else ""
        none = Notice(f"{host_of(search.portal)} shows no dataset{words}.")
        self.say(NOTHING if entries else none)

    def _into_list(self, event: Event | None) -> str:  # noqa: ARG002
        """From the words down to the first line."""
        lines = self._list.get_children()
        if lines:
            line = (self._list.selection() or lines)[0]
            self._list.focus_set()
            self._list.focus(line)
            self._list.selection_set(line)
        return "break"

    def _marked(self, event: Event) -> None:  # noqa: ARG002
        line = next(iter(self._list.selection()), None)
        if line is not None and self._found[line] != self._looked:
            self._look(self._found[line])

    def _look(self, address: Address) -> None:
        """Ask for the details of one dataset."""
        self._looked = address
        self._forget_details("Reading ...")
        self.hush()
        catalogue = self._catalogue
        self.shell.work(
            lambda: catalogue.details(address),
            lambda details: self._seen(address, details),
            lambda error: self._unseen(address, error),
        )

    def _seen(self, address: Address, details: Details) -> None:
        if address != self._looked:
            return
        self._details = details
        self._tell(details.dataset.name, details.facts)
        self.say(details.notice)
        self._chooser.state(["disabled" if details.refusal else "!disabled"])

    def _unseen(self, address: Address, error: SodaSheetError) -> None:
        if address == self._looked:
            self._looked = None
            self._forget_details()
            self.say(Notice.of(error))

    def _failed(self, search: Search, error: SodaSheetError) -> None:
        if search == self._asked:
            self._clear(Notice.of(error))

    def _forget_details(self, told: str = "") -> None:
        self._details = None
        self._chooser.state(["disabled"])
        self._tell(told or "Mark a dataset to see what it is.")

    def _tell(self, name: str, facts: tuple[tuple[str, str], ...] = ()) -> None:
        """Show the name and what is known of it beside the list."""
        for child in self._pane.winfo_children():
            child.destroy()
        head = ttk.Label(self._pane, text=name, style="Strong.TLabel" if facts else "Faint.TLabel")
        head.configure(wraplength=points(self, BESIDE), justify="left")
        head.grid(sticky="w", pady=(0, CLOSE))
        add_facts(self._pane, facts, VALUE).grid(sticky="ew")

    def _choose(self) -> None:
        if self._details is not None and not self._details.refusal:
            self._ended(self._details.dataset)
