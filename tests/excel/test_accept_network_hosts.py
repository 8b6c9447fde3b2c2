"""A source on another computer needs confirmation before Windows sends the user's identity."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from sodasheet.errors import UsageProblem
from sodasheet.excel.accept_network_hosts import accepted_hosts, require_accepted
from sodasheet.model.job import SourceSpec

SHARE = SourceSpec(kind="file", path=r"\\Evil\share\a.csv")


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path))


def press(answer: bool, book: str = r"C:\data\book.xlsx") -> Any:
    asked: list[str] = []
    dialogs = SimpleNamespace(ask_yes_no=lambda text: asked.append(text) or answer)
    return SimpleNamespace(path=book, dialogs=dialogs, asked=asked)


def test_no_means_no_and_says_what_to_do() -> None:
    pressed = press(answer=False)

    with pytest.raises(UsageProblem, match="you have not accepted that computer"):
        require_accepted(pressed, SHARE)

    assert r"\\Evil\share\a.csv" in pressed.asked[0]
    assert accepted_hosts() == frozenset()


def test_yes_counts_for_the_computer_from_then_on() -> None:
    require_accepted(press(answer=True), SHARE)
    later = press(answer=False)

    require_accepted(later, SourceSpec(kind="workbook", path="//EVIL/other/b.xlsx"))

    assert later.asked == []
    assert accepted_hosts() == {"evil"}


@pytest.mark.parametrize(
    ("spec", "book"),
    [
        (SourceSpec(kind="file", path="a.csv"), r"C:\data\book.xlsx"),
        (SourceSpec(kind="active", sheet="Data"), r"C:\data\book.xlsx"),
        (SHARE, r"\\evil\other\book.xlsx"),
    ],
)
def test_other_sources_and_the_workbooks_own_computer_need_no_question(
    spec: SourceSpec, book: str
) -> None:
    pressed = press(answer=False, book=book)

    require_accepted(pressed, spec)

    assert pressed.asked == []
