"""Files on a lost network share are refused with the operating system's message."""

from __future__ import annotations

import builtins
import io
import os
from collections.abc import Callable
from typing import Any

import pytest

from ..conftest import Terminal


def refusing(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return the function, which refuses paths of the lost share."""

    def called(path: Any, *given: Any, **options: Any) -> Any:
        if isinstance(path, str | os.PathLike) and "gone" in os.fspath(path):
            raise OSError(22, "The network location cannot be reached", str(path))
        return function(path, *given, **options)

    return called


@pytest.fixture
def lost(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for module, name in ((os, "stat"), (os, "lstat"), (os, "open"), (io, "open"),
                         (builtins, "open")):  # fmt: skip
        monkeypatch.setattr(module, name, refusing(getattr(module, name)))
    return terminal


@pytest.mark.parametrize("command", ["check", "preview", "push", "run", "job validate"])
def test_a_job_on_a_lost_share_is_named(lost: Terminal, command: str) -> None:
    said = lost(*command.split(), "gone.json")

    assert said.code in (2, 4), said.err
    assert "The network location cannot be reached" in said.out + said.err
    assert "nexpected" not in said.out + said.err


def test_a_workbook_for_a_lost_share_is_not_made(lost: Terminal) -> None:
    said = lost("template", lost.permits, "-o", "gone.xlsx")

    assert said.code == 2
    assert "gone.xlsx cannot be written: The network location cannot be reached." in said.err
