"""`sodasheet erase`."""

from __future__ import annotations

from pathlib import Path

from .conftest import Terminal


def test_everything_of_the_user_is_removed_and_jobs_stay(terminal: Terminal) -> None:
    home = Path(terminal.folder / "home")
    home.mkdir()
    (home / "settings.json").write_text("{}", encoding="utf-8")
    job = terminal.folder / "job.json"
    job.write_text("{}", encoding="utf-8")
    said = terminal("erase", "--yes")

    assert said.code == 0, said.err
    assert said.out == f"Erased {home}, 0 schedules, and 0 saved keys.\n"
    assert not home.exists()
    assert job.exists()


def test_without_a_yes_nothing_is_removed(terminal: Terminal) -> None:
    home = Path(terminal.folder / "home")
    home.mkdir()
    said = terminal("erase")

    assert said.code != 0
    assert home.is_dir()


def test_there_may_be_nothing_to_erase(terminal: Terminal) -> None:
    said = terminal("erase", "--yes", "--json")

    assert said.code == 0
    assert said.json["schedules"] == said.json["keys"] == []
