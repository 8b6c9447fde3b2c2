"""How the user is told and asked from the ribbon.

Small questions are the program's own. What takes more than one opens a window of ours in a process
of its own, because Excel waits for the process of a button and would stand still meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import xlwings

    from sodasheet.errors import SodaSheetError

TITLE = "SodaSheet"

#: Characters that Excel's input box takes as its question (Application.InputBox).
_PROMPT = 255


class Dialogs(Protocol):
    """What a button may say and ask."""

    @property
    def no_windows(self) -> SodaSheetError | None:
        """What keeps windows of our own from opening; None where they may."""

    def tell(self, text: str) -> None:
        """Say something; it needs no answer."""

    def ask_yes_no(self, text: str) -> bool:
        """Ask whether to go on; closing the question means no."""

    def ask_text(self, text: str, given: str = "", *, secret: bool = False) -> str | None:
        """Ask for a line of text; None where the user changed their mind."""


class AppDialogs:
    """Questions in the manner of the spreadsheet program itself."""

    def __init__(self, app: xlwings.App) -> None:
        self._app = app

    @property
    def no_windows(self) -> SodaSheetError | None:
        """Nobody watching, no display, or a Python without tkinter."""
        from sodasheet.desktop.display import no_windows

        return no_windows()

    def tell(self, text: str) -> None:
        """A message box with OK."""
        self._app.alert(text, TITLE, "ok")

    def ask_yes_no(self, text: str) -> bool:
        """A message box with Yes and No."""
        return self._app.alert(text, TITLE, "yes_no") == "yes"

    def ask_text(self, text: str, given: str = "", *, secret: bool = False) -> str | None:
        """The program's own input box where it has one, else in a window of ours.

        A secret is never asked for in the program's box, which shows what is typed.
        """
        box: Any = None if secret else getattr(self._app.api, "InputBox", None)
        if box is None:
            from sodasheet.desktop.questions import WindowDialogs

            return WindowDialogs().ask_text(text, given, secret=secret)
        short = text if len(text) <= _PROMPT else f"{text[: _PROMPT - 1]}…"
        answer = box(short, TITLE, given, Type=2)  # 2: text; False where it was cancelled
        return None if answer is False else str(answer)
