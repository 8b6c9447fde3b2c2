"""A single environment variable, inherited by child processes, prevents all questions."""

from __future__ import annotations

import os

import pytest

from sodasheet.system.interactive_session import UNATTENDED, attended, unattended


@pytest.mark.parametrize("before", [None, "yes"])
def test_a_block_without_anybody_leaves_the_environment_as_it_was(
    monkeypatch: pytest.MonkeyPatch, before: str | None
) -> None:
    monkeypatch.delenv(UNATTENDED, raising=False)
    if before:
        monkeypatch.setenv(UNATTENDED, before)

    with unattended():
        assert not attended()

    assert os.environ.get(UNATTENDED) == before
    assert attended() is (before is None)
