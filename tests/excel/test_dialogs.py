"""Excel's dialogs: a string that is too long for one is shown in the other."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from sodasheet.excel.dialogs import AppDialogs


class App:
    """A program whose input box shows 255 characters, as Excel's does."""

    def __init__(self) -> None:
        self.shown: list[str] = []
        self.api = SimpleNamespace(InputBox=self._ask)

    def alert(self, text: str, title: str, buttons: str) -> str:
        self.shown.append(text)
        return "ok"

    def _ask(self, prompt: str, title: str, given: str, Type: int) -> str:  # noqa: N803
        assert len(prompt) <= 255
        self.shown.append(prompt)
        return "typed"


SHEETS = "\n".join(f"Sheet {number} of the workbook" for number in range(20))


@pytest.mark.parametrize(
    ("text", "boxes"),
    [
        ("Which sheet?", ["Which sheet?"]),
        ("Which sheet?\n\nPermits, Fees", ["Which sheet?\n\nPermits, Fees"]),
        (f"Which sheet?\n\n{SHEETS}", [f"Which sheet?\n\n{SHEETS}", "Which sheet?"]),
        ("Which? " * 40, ["Which? " * 40, ("Which? " * 40)[:254] + "…"]),
    ],
)
def test_a_question_too_long_for_the_input_box_is_shown_whole_before_it_is_asked(text, boxes):
    app = App()

    assert AppDialogs(app).ask_text(text) == "typed"
    assert app.shown == boxes
