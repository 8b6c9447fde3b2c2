"""Schedules across an uninstall and a later setup."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from sodasheet.errors import SodaSheetError
from sodasheet.schedules import schedule_store
from sodasheet.schedules.backends import select_scheduler
from sodasheet.schedules.recurrence import When
from sodasheet.schedules.reinstall import recorded, resume, withdraw
from sodasheet.schedules.schedule import Schedule


class Scheduler:
    """A scheduler that remembers tasks by slug, and refuses tasks on demand."""

    NAME = "remembering"

    def __init__(self) -> None:
        self.tasks: set[str] = set()
        self.created: list[str] = []
        self.refused: set[str] = set()

    def create(self, schedule: Schedule) -> None:
        self._allow(schedule)
        self.tasks.add(schedule.slug)
        self.created.append(schedule.slug)

    def remove(self, schedule: Schedule) -> None:
        self._allow(schedule)
        self.tasks.discard(schedule.slug)

    def present(self, schedule: Schedule) -> bool:
        return schedule.slug in self.tasks

    def _allow(self, schedule: Schedule) -> None:
        if schedule.slug in self.refused:
            raise SodaSheetError("The scheduler refused.", "Ask your IT department.")


@pytest.fixture
def scheduler(own_home: Path, monkeypatch: pytest.MonkeyPatch) -> Scheduler:
    made = Scheduler()
    monkeypatch.setitem(select_scheduler._ALL, made.NAME, SimpleNamespace(
        create=made.create, remove=made.remove, present=made.present
    ))  # fmt: skip
    for name in ("Permits", "Parks"):
        one = Schedule(name, Path(f"/data/{name}.json"), When(6, 0), 360.0, system=Scheduler.NAME)
        schedule_store.keep(one)
        made.create(one)
    made.created.clear()
    return made


def test_an_uninstall_removes_the_tasks_and_a_later_setup_brings_them_back(
    scheduler: Scheduler,
) -> None:
    assert withdraw(recorded()) == []
    assert scheduler.tasks == set()
    assert [one.name for one in recorded()] == ["Parks", "Permits"]

    assert resume(recorded(), moved=False) == []
    assert scheduler.tasks == {"permits", "parks"}


def test_an_update_touches_no_task_that_is_there(scheduler: Scheduler) -> None:
    scheduler.tasks.discard("parks")

    assert resume(recorded(), moved=False) == []
    assert scheduler.created == ["parks"]


def test_another_folder_renews_every_task(scheduler: Scheduler) -> None:
    assert resume(recorded(), moved=True) == []
    assert sorted(scheduler.created) == ["parks", "permits"]


def test_a_task_that_stays_is_named_and_the_others_go(scheduler: Scheduler) -> None:
    scheduler.refused = {"parks"}
    errors = withdraw(recorded())

    assert [error.what for error in errors] == ["Parks: The scheduler refused."]
    assert scheduler.tasks == {"parks"}
