"""How the windows look: fonts, colours and distances, at every scaling of the screen.

Distances are Tk's printer's points ("6p"), which it turns into pixels by the screen's own
resolution; only what Tk takes in pixels is computed here.
"""

from __future__ import annotations

import sys
import tkinter
from contextlib import suppress
from functools import partial
from tkinter import font, ttk

#: Between two things that belong together, between groups, and around a page.
CLOSE, GAP, EDGE = "3p", "8p", "14p"

#: How wide a page's text runs, in points.
TEXT = 330

PAPER, FIELD, INK, FAINT = "#f6f7f9", "#ffffff", "#1b1f24", "#57606a"
LINE, ACCENT, ACCENT_DARK, HOVER = "#c3c9d1", "#0b5cad", "#084682", "#e7ebf0"

#: Each at least 4.5 : 1 against the paper.
TONES = {"plain": INK, "good": "#0b6a2b", "care": "#7a4b00", "bad": "#a4161a"}


def sharpen() -> None:
    """Tell Windows that the windows scale themselves; it would blow them up otherwise, blurred.

    By the system's scaling rather than each monitor's: Tk 8.6 cannot follow a window to a
    monitor of another scaling, so that step is left to Windows.
    """
    if sys.platform == "win32":
        import ctypes

        with suppress(AttributeError, OSError):
            ctypes.windll.shcore.SetProcessDpiAwareness(1)


def points(root: tkinter.Misc, number: float) -> int:
    """So many printer's points in pixels of this screen."""
    return round(root.winfo_fpixels(f"{number}p"))


def dress(root: tkinter.Tk) -> None:
    """Set fonts and styles up for every widget of this window."""
    style = ttk.Style(root)
    _fonts(root)
    native = root.tk.call("tk", "windowingsystem") in ("win32", "aqua")
    if not native:
        _plain_theme(root, style)
    paper = style.lookup("TFrame", "background") or PAPER
    root.configure(background=paper)
    style.configure("Heading.TLabel", font="SodaSheetHeading")
    style.configure("Strong.TLabel", font="SodaSheetStrong")
    style.configure("Faint.TLabel", foreground=FAINT)
    style.configure("Link.TLabel", foreground=ACCENT, font="SodaSheetLink")
    style.configure("LinkFocus.TLabel", foreground=FIELD, background=ACCENT, font="SodaSheetLink")
    for tone, colour in TONES.items():
        style.configure(f"{tone}.TLabel", foreground=colour)
    style.configure("Treeview", rowheight=_line(root) + points(root, 4))


def _fonts(root: tkinter.Tk) -> None:
    base = font.nametofont("TkDefaultFont", root).actual()
    if root.tk.call("tk", "windowingsystem") == "x11":
        for name in ("TkDefaultFont", "TkTextFont", "TkHeadingFont", "TkMenuFont"):
            font.nametofont(name, root).configure(size=10)
        base["size"] = 10
    family, size = str(base["family"]), abs(int(base["size"]))
    # Not font.Font, which takes its font away again when it is collected.
    create = partial(root.tk.call, "font", "create")
    create("SodaSheetHeading", "-family", family, "-size", size + 4, "-weight", "bold")
    create("SodaSheetStrong", "-family", family, "-size", size, "-weight", "bold")
    create("SodaSheetLink", "-family", family, "-size", size, "-underline", True)


def _line(root: tkinter.Tk) -> int:
    return int(font.nametofont("TkDefaultFont", root).metrics("linespace"))


def _plain_theme(root: tkinter.Tk, style: ttk.Style) -> None:
    """Calm colours where the system has no look of its own for Tk."""
    style.theme_use("clam")
    style.configure(".", background=PAPER, foreground=INK, bordercolor=LINE, focuscolor=ACCENT)
    style.configure(".", lightcolor=PAPER, darkcolor=PAPER, troughcolor=HOVER)
    style.configure("TEntry", fieldbackground=FIELD, padding="4p 3p", lightcolor=FIELD)
    style.configure("TCombobox", fieldbackground=FIELD, padding="4p 3p", lightcolor=FIELD)
    style.configure("TCombobox", arrowsize=points(root, 9), arrowcolor=INK, background=FIELD)
    for kind in ("TEntry", "TCombobox"):
        style.map(kind, bordercolor=[("focus", ACCENT)], lightcolor=[("focus", ACCENT)])
    style.configure("TButton", padding="10p 4p", background=FIELD, anchor="center")
    style.map("TButton", background=[("disabled", PAPER), ("active", HOVER)])
    style.map("TButton", foreground=[("disabled", "#8a939d")], bordercolor=[("focus", ACCENT)])
    _default_button(style)
    for kind in ("TCheckbutton", "TRadiobutton"):
        style.configure(kind, indicatorsize=points(root, 9), indicatormargin="2p 2p 4p 2p")
        style.map(kind, background=[("active", PAPER)])
    style.configure("Horizontal.TProgressbar", background=ACCENT, thickness=points(root, 8))
    style.configure("Horizontal.TProgressbar", bordercolor=LINE, lightcolor=ACCENT)
    style.configure("Horizontal.TProgressbar", darkcolor=ACCENT)
    style.configure("Treeview", fieldbackground=FIELD, background=FIELD, borderwidth=1)
    style.map("Treeview", background=[("selected", ACCENT)], foreground=[("selected", FIELD)])
    style.configure("Treeview.Heading", background=HOVER, padding="4p 2p", relief="flat")
    style.configure("Vertical.TScrollbar", arrowsize=points(root, 9), background=FIELD)


def _default_button(style: ttk.Style) -> None:
    style.configure("Default.TButton", background=ACCENT, foreground=FIELD, bordercolor=ACCENT)
    style.map(
        "Default.TButton",
        background=[("disabled", HOVER), ("active", ACCENT_DARK)],
        foreground=[("disabled", "#8a939d")],
        bordercolor=[("disabled", LINE), ("focus", ACCENT_DARK)],
        focuscolor=[("!disabled", FIELD)],
    )
