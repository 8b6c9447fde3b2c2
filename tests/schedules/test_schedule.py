"""Times of a job's runs; the job's name is never part of another program's syntax."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.schedules import creation_and_removal, schedule_store
from sodasheet.schedules.recurrence import When, daily, hourly, weekly
from sodasheet.schedules.schedule import Schedule, checked_name, slug_of, start_of

from .conftest import HOSTILE


@pytest.mark.parametrize(
    ("when", "now", "following"),
    [
        (daily("06:00"), "2024-02-28 05:59", "2024-02-28 06:00"),
        (daily("6:00"), "2024-02-28 06:00", "2024-02-29 06:00"),
        (daily("23:59"), "2024-12-31 23:59", "2025-01-01 23:59"),
        (weekly("MON,THU@06:00"), "2024-02-28 12:00", "2024-02-29 06:00"),  # a Wednesday
        (weekly("mon, thu@6:30"), "2024-02-29 06:30", "2024-03-04 06:30"),
        (weekly("THU@06:00"), "2024-02-29 06:00", "2024-03-07 06:00"),
        (hourly("15"), "2024-02-29 06:14", "2024-02-29 06:15"),
        (hourly(":05"), "2024-12-31 23:05", "2025-01-01 00:05"),
    ],
)
def test_the_next_run_is_the_first_time_after_now(when: When, now: str, following: str) -> None:
    assert when.after(datetime.fromisoformat(now)) == datetime.fromisoformat(following)


@pytest.mark.parametrize(
    ("read", "text", "sentence"),
    [
        (daily, "25:00", '"25:00" is not a time of day.'),
        (daily, "6", '"6" is not a time of day.'),
        (daily, "06:00\n* * * * * reboot", "is not a time of day."),
        (daily, "٠٦:٠٠", "is not a time of day."),
        (weekly, "MON 06:00", "is not a list of days with a time."),
        (weekly, "MON,FUNDAY@06:00", "is not a list of days with a time."),
        (weekly, "@06:00", "is not a list of days with a time."),
        (weekly, "MON@24:00", '"24:00" is not a time of day.'),
        (hourly, "60", '"60" is not a minute of the hour.'),
        (hourly, "06:15", '"06:15" is not a minute of the hour.'),
        (hourly, "", '"" is not a minute of the hour.'),
    ],
)
def test_a_time_that_is_none_is_wrong_usage(read: object, text: str, sentence: str) -> None:
    with pytest.raises(UsageProblem) as raised:
        read(text)  # type: ignore[operator]

    assert sentence in raised.value.what


def test_days_are_said_in_their_order() -> None:
    assert str(weekly("thu,mon,THU@6:05")) == "weekly on MON and THU at 06:05"
    assert str(daily("6:05")) == "daily at 06:05"
    assert str(hourly("5")) == "hourly at :05"


def test_every_name_has_a_name_for_machines_of_its_own() -> None:
    slugs = [slug_of(name) for name in HOSTILE]

    assert len(set(slugs)) == len(HOSTILE)
    assert slugs[0] == "permits"
    assert slug_of("PERMITS") == "permits"


@given(st.text(max_size=200))
def test_a_name_for_machines_is_letters_digits_and_hyphens(name: str) -> None:
    slug = slug_of(name)

    assert re.fullmatch("[a-z0-9][a-z0-9-]{0,39}", slug)
    assert slug_of(slug) == slug


@pytest.mark.parametrize("name", ["", "  ", "a\0b", "x" * 101, "\u202eevil"])
def test_a_name_that_cannot_be_shown_is_refused(name: str) -> None:
    with pytest.raises(UsageProblem):
        checked_name(name)


def test_the_command_holds_nothing_that_anybody_made_up(own_home: Path) -> None:
    for name in HOSTILE:
        start = start_of(slug_of(name))

        assert start.arguments == (
            "-P", "-m", "sodasheet", "run", "--schedule", slug_of(name), "--home", str(own_home),
        )  # fmt: skip
        assert start.folder == str(own_home)


def test_a_folder_with_a_line_break_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SODASHEET_HOME", str(tmp_path / "a\nExecStart=reboot"))

    with pytest.raises(UsageProblem, match="that schedulers cannot handle"):
        start_of("permits")


class Refusing:
    """A scheduler that refuses every new task."""

    NAME = "refusing"

    def create(self, wanted: Schedule) -> None:
        raise SodaSheetError("No.", "")


def test_a_schedule_that_is_not_taken_leaves_the_earlier_one(
    own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    earlier = Schedule("permits", Path("/data/permits.json"), hourly("5"), 60.0, system="cron")
    changed = replace(earlier, when=daily("07:00"))
    monkeypatch.setattr(creation_and_removal, "system_here", lambda _: Refusing())

    for known in ([], [earlier]):
        for one in known:
            schedule_store.keep(one)
        with pytest.raises(SodaSheetError, match="No"):
            creation_and_removal.make(changed)

        assert schedule_store.schedules() == known


def test_a_damaged_record_is_named(own_home: Path) -> None:
    schedule_store.folder().mkdir(parents=True)
    (schedule_store.folder() / "permits.json").write_text('{"name": "permits"}')

    with pytest.raises(UsageProblem, match=r"permits\.json cannot be read"):
        schedule_store.schedules()
    with pytest.raises(UsageProblem, match=r"permits\.json cannot be read"):
        schedule_store.known("permits")


@pytest.mark.parametrize("name", ["con", "CON", "nul", "Aux", "prn", "com1", "LPT9"])
def test_a_schedule_is_no_device_of_windows(name: str) -> None:
    slug = slug_of(name)

    assert slug.startswith(f"{name.lower()}-")
    assert slug_of(slug) == slug
