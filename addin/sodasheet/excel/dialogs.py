"""Messages and questions from the ribbon.

Small questions are the program's own. What takes more than one opens a page in a separate process,
because Excel waits for the process of a button and would be frozen meanwhile.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sodasheet.errors import SodaSheetError

if TYPE_CHECKING:
    import xlwings

TITLE = "SodaSheet"

#: Characters of a question in Excel's input box (Application.InputBox), and in a message box.
_PROMPT, _MESSAGE = 255, 1000


class Dialogs(Protocol):
    """Messages and questions of a button."""

    @property
    def no_windows(self) -> SodaSheetError | None:
        """The reason why no SodaSheet window can be opened; None if windows can be opened."""

    @property
    def page_open(self) -> bool:
        """True if the user is on a page of the desk, so tasks do not open a window."""

    def tell(self, text: str) -> None:
        """Show a message that needs no answer."""

    def ask_yes_no(self, text: str) -> bool:
        """Ask whether to continue; closing the question means no."""

    def ask_text(self, text: str, given: str = "", *, secret: bool = False) -> str | None:
        """Ask for a line of text; None if the user changed their mind."""


class AppDialogs:
    """Questions in the spreadsheet program's own dialogs."""

    page_open = False

    def __init__(self, app: xlwings.App) -> None:
        self._app = app

    @property
    def no_windows(self) -> SodaSheetError | None:
        """An unattended run, or no screen."""
        from sodasheet.desk.open_desk_at_page import no_desk

        return no_desk()

    def tell(self, text: str) -> None:
        """Show a message box with OK."""
        self._app.alert(_short(text), TITLE, "ok")

    def ask_yes_no(self, text: str) -> bool:
        """Show a message box with Yes and No."""
        return self._app.alert(_short(text), TITLE, "yes_no") == "yes"

    def ask_text(self, text: str, given: str = "", *, secret: bool = False) -> str | None:
        """Show the program's own input box; text that is too long for the box is shown first.

        Raises SodaSheetError for a secret, which the box would show, and if there is no such box.
        """
        box: Any = None if secret else getattr(self._app.api, "InputBox", None)
        if box is None:
            raise SodaSheetError(
                "This spreadsheet program cannot ask for a line of text.",
                "Use SodaSheet's own window or the command line for this.",
            )
        question, _, rest = text.partition("\n\n")
        if len(text) > _PROMPT:
            if rest or len(question) > _PROMPT:
                self.tell(text)
            text = question if len(question) <= _PROMPT else f"{question[: _PROMPT - 1]}…"
        answer = box(text, TITLE, given, Type=2)  # 2: text; False if it was canceled
        return None if answer is False else str(answer)


def _short(text: str) -> str:
    """Return text cut to the length that a message box shows."""
    return text if len(text) <= _MESSAGE else f"{text[: _MESSAGE - 1]}…"
