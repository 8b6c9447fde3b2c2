"""Steps of the packages for Windows, for one user and for a whole computer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from sodasheet.installer import for_computer, for_user
from sodasheet.installer.for_computer import tasks_of
from sodasheet.installer.install_locations import Machine, places
from sodasheet.schedules import schedule_store
from sodasheet.schedules.backends.task_scheduler import task_xml
from sodasheet.schedules.recurrence import When
from sodasheet.schedules.schedule import Schedule, Start


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "home"))
    environ = {"APPDATA": str(tmp_path / "Roaming"), "USERPROFILE": str(tmp_path)}
    made = Machine("Windows", environ, tmp_path, r"C:\Programs\python\python.exe", "cp1252")
    monkeypatch.setattr(Machine, "current", staticmethod(lambda: made))
    return made


def remember(*names: str) -> None:
    for name in names:
        schedule_store.keep(Schedule(name, Path("/data/a.json"), When(6, 0), 360.0, system="cron"))


def test_setup_installs_the_add_in_and_uninstall_removes_it(machine, capsys):
    assert for_user.main(["install"]) == 0
    assert places(machine).addin.is_file()

    assert for_user.main(["uninstall"]) == 0
    assert not places(machine).addin.exists()
    assert "Removed " in capsys.readouterr().out


def test_without_the_add_in_nothing_is_put_there(machine):
    assert for_user.main(["install", "--no-addin"]) == 0
    assert not places(machine).addin.exists()


def test_the_uninstaller_learns_the_names_of_the_schedules(machine, capsys):
    assert for_user.main(["schedules"]) == 0
    assert capsys.readouterr().out == ""

    remember("A", "B", "C", "D", "E", "F", "G")
    assert for_user.main(["schedules"]) == 0
    assert capsys.readouterr().out == "A, B, C, D, E, and 2 more\n"


def test_a_schedule_that_cannot_be_read_keeps_nothing_else_from_being_removed(machine, capsys):
    for_user.main(["install"])
    remember("A")
    (schedule_store.folder() / "b.json").write_text("{", "utf-8")

    assert for_user.main(["uninstall"]) == 1
    assert not places(machine).addin.exists()
    assert (
        f"The schedule in {schedule_store.folder() / 'b.json'} cannot be read."
        in capsys.readouterr().out
    )


def task(folder: Path, name: str, program: Path) -> None:
    start = Start(str(program), ("-m", "sodasheet"), "/", "/log")
    schedule = Schedule(name, Path("/data/a.json"), When(6, 0), 360.0)
    root = task_xml(schedule, start, "OFFICE\\jo", datetime(2026, 1, 1))
    (folder / name).write_bytes(Xml.tostring(root, encoding="utf-16"))


def test_tasks_of_the_program_that_goes_are_told_from_others(tmp_path):
    program = tmp_path / "Program Files" / "SodaSheet"
    task(tmp_path, "ours", program / "python" / "pythonw.exe")
    task(tmp_path, "of-a-user", tmp_path / "Users" / "jo" / "SodaSheet" / "pythonw.exe")
    task(tmp_path, "beside", Path(f"{program}-Old") / "pythonw.exe")
    (tmp_path / "damaged").write_bytes(b"<Task>")
    (tmp_path / "empty").write_bytes(b"")
    (tmp_path / "large").write_bytes(b" " * 2_000_000)

    assert list(tasks_of(program, tmp_path)) == ["ours"]
    assert list(tasks_of(program, tmp_path / "none")) == []


def test_the_computer_has_one_action_only(capsys):
    assert for_computer.main(["install"]) == 2
    assert "for_computer uninstall" in capsys.readouterr().err
