"""Runs one window and keeps writing down what it shows: `python harness.py NAME STATE < SETTINGS`.

The window is the real one and is driven by real keys from outside; this only reads its widgets.
"""

from __future__ import annotations

import json
import sys
import tkinter
from dataclasses import asdict
from pathlib import Path
from tkinter import ttk
from typing import Any

from sodasheet.desktop.shell import Shell
from sodasheet.errors import SodaSheetError

STATE = Path(sys.argv[2])


def watch(shell: Shell) -> None:
    """Look at the window twenty times a second."""
    try:
        draft = STATE.with_suffix(".tmp")
        draft.write_text(json.dumps(state_of(shell.root)))
        draft.replace(STATE)
        shell.root.after(50, watch, shell)
    except tkinter.TclError:
        return


def state_of(root: tkinter.Tk) -> dict[str, Any]:
    seen: dict[str, Any] = {"texts": [], "fields": [], "buttons": {}, "lines": [], "cut": []}
    for widget in every(root):
        if widget.winfo_viewable():
            note(widget, seen)
    focus = root.focus_displayof()
    return {
        **seen,
        "focus": text_of(focus) if focus else "",
        "id": str(root.winfo_id()),
        "size": [root.winfo_width(), root.winfo_height()],
        "title": root.title(),
    }


def note(widget: tkinter.Misc, seen: dict[str, Any]) -> None:
    if isinstance(widget, ttk.Button):
        seen["buttons"][text_of(widget)] = not widget.instate(["disabled"])
    elif isinstance(widget, ttk.Treeview):
        seen["lines"] = [list(widget.item(line, "values")) for line in widget.get_children()]
    elif isinstance(widget, ttk.Entry):
        seen["fields"].append({"text": widget.get(), "show": str(widget.cget("show"))})
    elif isinstance(widget, ttk.Label):
        seen["texts"].append(text_of(widget))
    if isinstance(widget, ttk.Button | ttk.Label | ttk.Entry) and too_small(widget):
        seen["cut"].append(text_of(widget))


def too_small(widget: tkinter.Misc) -> bool:
    """Whether a widget has less room than it needs, so that some of it cannot be read."""
    return (
        widget.winfo_height() < widget.winfo_reqheight()
        or widget.winfo_width() < widget.winfo_reqwidth() - 1
    )


def every(widget: tkinter.Misc) -> list[tkinter.Misc]:
    return [one for child in widget.winfo_children() for one in (child, *every(child))]


def text_of(widget: Any) -> str:
    if isinstance(widget, ttk.Entry):
        return "field " + widget.winfo_name()
    if isinstance(widget, ttk.Treeview):
        return "list"
    return str(widget.cget("text")) if "text" in widget.keys() else type(widget).__name__  # noqa: SIM118


def run_watched(self: Shell) -> None:
    watch(self)
    self._poll()
    self.root.mainloop()


def sign_in(settings: dict[str, Any]) -> Any:
    from sodasheet.desktop.sign_in_window import sign_in

    account = sign_in(settings["portal"])
    return asdict(account) if account else None


def choose(settings: dict[str, Any]) -> Any:
    from sodasheet.desktop.dataset_window import choose_dataset

    dataset = choose_dataset(settings["portal"])
    return dataset.id if dataset else None


def confirm(settings: dict[str, Any]) -> Any:
    from proposals import proposal

    from sodasheet.desktop.confirm_page import confirm

    return confirm(proposal(**settings))


def push(settings: dict[str, Any]) -> Any:
    from sodasheet.desktop.push_window import run_push
    from sodasheet.jobs.orders import order_from_memo

    return run_push(order_from_memo(settings["order"])).to_json()


def progress(settings: dict[str, Any]) -> Any:
    from slow_push import show

    return show(**settings)


def question(settings: dict[str, Any]) -> Any:
    from sodasheet.desktop.questions import WindowDialogs

    return getattr(WindowDialogs(), settings.pop("kind"))(**settings)


def main() -> None:
    Shell.run = run_watched  # type: ignore[method-assign]
    settings = json.load(sys.stdin)
    try:
        came = globals()[sys.argv[1]](settings)
    except SodaSheetError as error:
        came = {"error": str(error)}
    sys.stdout.write(json.dumps(came))


main()
