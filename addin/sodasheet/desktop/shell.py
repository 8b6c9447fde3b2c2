"""The window itself: it shows one page at a time and lets slow work happen elsewhere."""

from __future__ import annotations

import gc
import queue
import threading
import tkinter
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from types import TracebackType
from typing import Any, Protocol

from sodasheet.crash_report import unexpected
from sodasheet.desktop.display import no_display, require_display
from sodasheet.desktop.look import dress, sharpen
from sodasheet.desktop.notice import Notice
from sodasheet.errors import SodaSheetError

#: Milliseconds between two looks at what other threads have to say.
LOOK = 40

Done = Callable[[Any], None]


class Shown(Protocol):
    """What a window asks of the page that it shows; pages have it from `Page`."""

    def grid(self, *, row: int, column: int, sticky: str) -> None:
        """Take the place that the window has for it."""

    def destroy(self) -> None:
        """Be gone."""

    def bind_keys(self) -> None:
        """Let the keys of this page work."""

    def forget_keys(self) -> None:
        """Let them work no longer."""

    def first_focus(self) -> None:
        """Put the focus where work begins."""

    def say(self, notice: Notice) -> None:
        """Show a notice."""

    def cancel(self) -> None:
        """Escape was pressed, or the window closed."""


class Shell:
    """A window with one page; everything but `soon` is for the thread that made it.

    Raises SodaSheetError where no window may be opened here.
    """

    def __init__(self, title: str) -> None:
        require_display()
        sharpen()
        try:
            self.root = tkinter.Tk(className="SodaSheet")
        except tkinter.TclError as error:
            raise no_display() from error
        self.root.withdraw()
        self.root.title(title)
        dress(self.root)
        self.root.report_callback_exception = self._callback_failed
        self.root.protocol("WM_DELETE_WINDOW", self._leave)
        self.root.columnconfigure(0, weight=1)
        self.root.rowconfigure(0, weight=1)
        self.page: Shown | None = None
        self._open = True
        self._calls: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        # Kept here, not in the threads: a thread that drops the last reference to a widget
        # would end the interpreter.
        self._waiting: dict[int, tuple[Done, Done]] = {}
        self._numbers = count()

    def show(self, page: Shown) -> None:
        """Put a page in the place of the one that is shown."""
        if self.page is not None:
            self.page.forget_keys()
            self.page.destroy()
        self.page = page
        page.grid(row=0, column=0, sticky="nsew")
        page.bind_keys()
        self.root.geometry("")
        self.root.update_idletasks()
        self._come_to_front()
        page.first_focus()

    def run(self) -> None:
        """Show the window until it is closed."""
        self._poll()
        self.root.mainloop()

    def close(self) -> None:
        """Close the window; what other threads still bring is dropped."""
        if self._open:
            self._open = False
            self._waiting.clear()
            self.page = None
            self.root.destroy()

    def __enter__(self) -> Shell:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
        gc.collect()  # here, not later in some other thread

    def soon(self, action: Callable[[], None]) -> None:
        """Do it in the window's own thread, from any thread."""
        self._calls.put(action)

    def work(self, action: Callable[[], Any], done: Done, failed: Done) -> None:
        """Do `action`, which must not touch the window, in a thread; then one of the others here.

        `done` is given its result, `failed` a SodaSheetError.
        """
        number = next(self._numbers)
        self._waiting[number] = (done, failed)
        threading.Thread(target=self._worked, args=(number, action), daemon=True).start()

    def _worked(self, number: int, action: Callable[[], Any]) -> None:
        try:
            result, good = action(), True
        except SodaSheetError as error:
            result, good = error, False
        except Exception as error:
            result, good = unexpected(error), False
        self.soon(lambda: self._answered(number, result, good))

    def _answered(self, number: int, result: Any, good: bool) -> None:
        pair = self._waiting.pop(number, None)
        if pair is not None:
            pair[0 if good else 1](result)

    def _poll(self) -> None:
        while self._open:
            try:
                call = self._calls.get_nowait()
            except queue.Empty:
                break
            try:
                call()
            except Exception as error:
                self._say(error)
        if self._open:
            self.root.after(LOOK, self._poll)

    def _leave(self) -> None:
        if self.page is not None:
            self.page.cancel()

    def _callback_failed(self, _kind: object, error: BaseException, _trace: object) -> None:
        self._say(error)

    def _say(self, error: BaseException) -> None:
        told = error if isinstance(error, SodaSheetError) else unexpected(error)
        if self.page is not None:
            self.page.say(Notice.of(told))

    def _come_to_front(self) -> None:
        """A window that another program has started opens behind that program by itself."""
        self.root.deiconify()
        self.root.lift()
        with suppress(tkinter.TclError):
            self.root.attributes("-topmost", True)
            self.root.after(300, lambda: self._open and self.root.attributes("-topmost", False))
        self.root.focus_force()
