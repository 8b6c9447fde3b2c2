"""The window Schedule: when a workbook is to be pushed by itself, and what is made for that."""

from __future__ import annotations

import tkinter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from tkinter import ttk

from sodasheet.desktop.facts import add_facts
from sodasheet.desktop.look import CLOSE, GAP
from sodasheet.desktop.notice import Notice, Tone
from sodasheet.desktop.page import Action, Event, Page, add_row
from sodasheet.desktop.schedule_model import (
    DAY_NAMES,
    EVERY_DAY,
    WORKING_DAYS,
    Scheduled,
    Typed,
    in_the_window,
    way,
)
from sodasheet.desktop.shell import Shell
from sodasheet.desktop.summary_model import Summary
from sodasheet.desktop.summary_page import SummaryPage, Ways
from sodasheet.errors import SodaSheetError
from sodasheet.schedules import store

HOURLY, DAILY, WEEKLY = "hourly", "daily", "weekly"

#: Saves the workbook, in a thread of its own.
Save = Callable[[], None]


def schedule_workbook(path: Path, save: Save) -> None:
    """Ask when a workbook is to be pushed by itself, save it, and have the system do that.

    Returns when the window is closed. Raises SodaSheetError where no window may be opened here.
    """
    there = tuple(one for one in store.schedules() if one.job == path)
    with Shell("Schedule - SodaSheet") as shell:
        shell.show(SchedulePage(shell, Scheduled(path, there), save))
        shell.run()


class SchedulePage(Page):
    """Name, days, time and way; beneath them stands what will be made."""

    def __init__(self, shell: Shell, scheduled: Scheduled, save: Save) -> None:
        super().__init__(shell, "Push at fixed times")
        self._scheduled, self._save, self._system = scheduled, save, ""
        given = scheduled.given
        self.body.columnconfigure(1, weight=1)
        add_facts(self.body, scheduled.facts).grid(row=0, columnspan=2, sticky="ew", pady=(0, GAP))
        self._name = self._entry(1, "&Name:", given.name)
        # Another name would be a second schedule of the same workbook.
        self._name.state(["readonly" if scheduled.there else "!readonly"])
        often = HOURLY if given.hourly else DAILY if given.days == EVERY_DAY else WEEKLY
        self._often = tkinter.StringVar(self, value=often)
        marked = WORKING_DAYS if given.days == EVERY_DAY else given.days
        self._days = [tkinter.BooleanVar(self, value=day in marked) for day in EVERY_DAY]
        self._add_days()
        self._time = self._entry(3, "&Time:", given.time)
        self._in_excel = tkinter.BooleanVar(self, value=given.in_excel)
        self._way = self._add_ways()
        self._told = self.words(self.body, "", "Strong.TLabel")
        self._told.grid(row=6, columnspan=2, sticky="ew", pady=(GAP, 0))
        self._buttons = self.add_buttons(self._actions())
        self._edited()
        shell.work(self._find_system, self._found_system, self._failed)

    def first_focus(self) -> None:
        """The time, with what stands there marked."""
        self._time.focus_set()
        self._time.selection_range(0, "end")

    def _actions(self) -> list[Action]:
        remove = [Action("&Remove", self._remove)] if self._scheduled.there else []
        return [
            Action("&Schedule", self._make, default=True),
            *remove,
            Action("Cancel", self.cancel),
        ]

    def _entry(self, row: int, text: str, value: str) -> ttk.Entry:
        field = ttk.Entry(self.body)
        add_row(self, row, text, field)
        field.insert(0, value)
        field.bind("<KeyRelease>", self._edited)
        field.bind("<<Paste>>", lambda _: self.after_idle(self._edited))
        return field

    def _add_days(self) -> None:
        ttk.Label(self.body, text="When:").grid(row=2, column=0, sticky="nw", pady=CLOSE)
        frame = ttk.Frame(self.body)
        frame.grid(row=2, column=1, sticky="w", pady=CLOSE)
        for text, often in (
            ("Every &hour", HOURLY),
            ("Every &day", DAILY),
            ("&Only on:", WEEKLY),
        ):
            self._choice(frame, text, self._often, often).grid(columnspan=7, sticky="w")
        self._boxes = [
            ttk.Checkbutton(frame, text=name, variable=day, command=self._edited)
            for name, day in zip(DAY_NAMES, self._days, strict=True)
        ]
        for place, box in enumerate(self._boxes):
            box.grid(row=3, column=place, padx=(0, CLOSE))

    def _add_ways(self) -> ttk.Label:
        words = self.words(self.body, "", "Faint.TLabel")
        words.grid(row=5, columnspan=2, sticky="ew", pady=(CLOSE, 0))
        if self._scheduled.macros:
            frame = ttk.Frame(self.body)
            frame.grid(row=4, columnspan=2, sticky="w", pady=(GAP, 0))
            for text, in_excel in (("&Without Excel", False), ("In E&xcel", True)):
                choice = self._choice(frame, text, self._in_excel, in_excel)
                choice.grid(row=0, column=int(in_excel), padx=(0, GAP))
        return words

    def _choice(
        self, parent: ttk.Frame, text: str, variable: tkinter.Variable, value: bool | str
    ) -> ttk.Radiobutton:
        words, underline = text.replace("&", ""), text.find("&")
        button = ttk.Radiobutton(
            parent,
            text=words,
            underline=underline,
            variable=variable,
            value=value,
            command=self._edited,
        )

        def choose() -> None:
            button.focus_set()
            button.invoke()

        self.letter(text, choose)
        return button

    def _typed(self) -> Typed:
        chosen = tuple(day for day in EVERY_DAY if self._days[day].get())
        often = self._often.get()
        days = chosen if often == WEEKLY else EVERY_DAY
        name, time, in_excel = self._name.get(), self._time.get(), self._in_excel.get()
        return Typed(name, time, days, in_excel, often == HOURLY)

    def _edited(self, event: Event | None = None) -> None:  # noqa: ARG002
        typed = self._typed()
        for box in self._boxes:
            box.state(["!disabled" if self._often.get() == WEEKLY else "disabled"])
        self._way.configure(text=f"{way(typed.in_excel)} Schedule saves it first.")
        told = self._scheduled.foretold(typed, self._system, datetime.now())
        bad = told.tone is Tone.CARE
        style = "care.TLabel" if bad else "Strong.TLabel"
        self._told.configure(text=told.text, style=style)
        self._buttons[0].state(["disabled" if bad else "!disabled"])

    def _find_system(self) -> str:
        from sodasheet.schedules.backends.select import system_here

        return str(system_here(self._scheduled.path).NAME)

    def _found_system(self, name: str) -> None:
        self._system = name
        self._edited()

    def _make(self) -> None:
        wanted = self._scheduled.wanted(self._typed())

        def act() -> tuple[list[str], list[str]]:
            from sodasheet.jobs.loader import jobs_in
            from sodasheet.schedules.create import doubts, make, runs

            self._save()
            jobs = jobs_in(wanted.job)
            made = make(wanted)
            notes = [note.text for note in doubts(made.system, jobs)]
            return [runs(made, datetime.now()), way(made.in_excel)], notes

        self._begin("Saving the workbook and making the schedule", act)

    def _remove(self) -> None:
        from sodasheet.schedules.create import unmake

        def act() -> tuple[list[str], list[str]]:
            return [unmake(self._scheduled.there)], []

        self._begin("Removing the schedule", act)

    def _begin(self, told: str, act: Callable[[], tuple[list[str], list[str]]]) -> None:
        for button in self._buttons:
            button.state(["disabled"])
        self.say(Notice(f"{told} ..."))
        self.shell.work(act, self._done, self._failed)

    def _done(self, said: tuple[list[str], list[str]]) -> None:
        told, doubts = said
        notice = Notice("\n\n".join([*told, *doubts]), Tone.CARE if doubts else Tone.GOOD)
        heading = "Done, with something to see to" if doubts else "Done"
        summary = Summary(heading, notice, (), ())
        self.shell.show(SummaryPage(self.shell, summary, Ways(close=self.shell.close)))

    def _failed(self, error: SodaSheetError) -> None:
        for button in self._buttons:
            button.state(["!disabled"])
        self.say(Notice(in_the_window(error), Tone.BAD))
