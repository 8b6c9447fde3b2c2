"""Keeps writing down what a window shows, from inside its process; it only reads the widgets."""

from __future__ import annotations

import json
import tkinter
from pathlib import Path
from tkinter import ttk
from typing import Any

from sodasheet.desktop.shell import Shell


def watch(shell: Shell, path: Path) -> None:
    """Look at the window twenty times a second."""
    try:
        draft = path.with_suffix(".tmp")
        draft.write_text(json.dumps(state_of(shell.root)))
        draft.replace(path)
        shell.root.after(50, watch, shell, path)
    except tkinter.TclError:
        return


def run_watched(shell: Shell, path: Path) -> None:
    """What `Shell.run` does, watched."""
    watch(shell, path)
    shell._poll()
    shell.root.mainloop()


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
