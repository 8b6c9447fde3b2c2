"""Schedules across an uninstall: tasks go, records stay, and a later setup resumes both."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sodasheet.errors import SodaSheetError
from sodasheet.schedules import schedule_store
from sodasheet.schedules.backends.select_scheduler import system_of
from sodasheet.schedules.schedule import Schedule


def withdraw(schedules: Iterable[Schedule]) -> list[SodaSheetError]:
    """Remove the schedules from the system's scheduler and keep their records.

    A task that starts a program that is gone would fail without anybody being told. Returns the
    schedules' errors; one of them does not keep the others from being removed.
    """
    return _each(schedules, lambda one: system_of(one.system).remove(one))


def resume(schedules: Iterable[Schedule], *, moved: bool) -> list[SodaSheetError]:
    """Pass the recorded schedules to the system's scheduler again, and return their errors.

    A task that still exists is left unchanged, because it may have been disabled on purpose,
    unless the program was `moved` to another folder.
    """

    def again(one: Schedule) -> None:
        system = system_of(one.system)
        if moved or not system.present(one):
            system.create(one)

    return _each(schedules, again)


def recorded() -> list[Schedule]:
    """Return all recorded schedules. Raises UsageProblem for a damaged record."""
    return schedule_store.schedules()


def _each(schedules: Iterable[Schedule], act: Callable[[Schedule], None]) -> list[SodaSheetError]:
    failed = []
    for one in schedules:
        try:
            act(one)
        except SodaSheetError as error:
            failed.append(SodaSheetError(f"{one.name}: {error.what}", error.remedy))
    return failed
