"""Names and values in two columns."""

from __future__ import annotations

from collections.abc import Iterable
from tkinter import ttk

from sodasheet.desktop.look import GAP, points

#: Width of a value's text in points, before it breaks into lines.
VALUE = 230


def add_facts(parent: ttk.Frame, facts: Iterable[tuple[str, str]], width: int = VALUE) -> ttk.Frame:
    """A frame with one line for each name and its value; the caller places it."""
    frame = ttk.Frame(parent)
    frame.columnconfigure(1, weight=1)
    for row, (name, value) in enumerate(facts):
        label = ttk.Label(frame, text=name, style="Faint.TLabel")
        label.grid(row=row, column=0, sticky="nw", padx=(0, GAP), pady="1p")
        words = ttk.Label(frame, text=value, wraplength=points(frame, width), justify="left")
        words.grid(row=row, column=1, sticky="w", pady="1p")
    return frame
