"""How the user is told and asked from the ribbon; windows of our own may take the place of this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import xlwings

TITLE = "SodaSheet"

#: Characters that Excel's input box takes as its question (Application.InputBox).
_PROMPT = 255


class Dialogs(Protocol):
    """What a button may say and ask."""

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
