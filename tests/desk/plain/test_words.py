"""The desk's wording of numbers, times, values, progress and outcomes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sodasheet.desk.formatting.numbers import count, rows, size
from sodasheet.desk.formatting.times import duration, moment
from sodasheet.desk.formatting.values import cell_words
from sodasheet.desk.next_steps import StepLink, step_links
from sodasheet.desk.preview.change_pages import title as preview_title
from sodasheet.desk.push.confirmation_words import past_words
from sodasheet.desk.push.push_stages import shown
from sodasheet.desk.push.summary import numbers, spare_rows, summary, title
from sodasheet.desk.push.trial_row_count import first_rows
from sodasheet.desk.schedule.schedule_form import TypedSchedule, when_words
from sodasheet.desk.tasks.progress import EndedStage, ProgressNote
from sodasheet.desk.tasks.remaining_time import LONGEST, SETTLING, Pace
from sodasheet.model.next_step import Action, NextStep
from sodasheet.push.questions_to_user import PastPush
from sodasheet.schedules.recurrence import daily, hourly, weekly
from sodasheet.wording import listed

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC).astimezone()


@pytest.mark.parametrize(
    ("back", "words"),
    [
        (timedelta(0), "today at "),
        (timedelta(days=1), "yesterday at "),
        (timedelta(days=-1), "tomorrow at "),
        (timedelta(days=4), "Friday at "),
        (timedelta(days=21), "November 3"),
        (timedelta(days=400), "October 20, 2025"),
    ],
)
def test_moments_are_said_as_a_person_says_them(back: timedelta, words: str) -> None:
    assert moment(NOW - back, NOW).startswith(words)


def test_a_moment_that_nobody_knows_is_said_to_be_so() -> None:
    assert moment(None) == moment("") == moment("soon") == "not known"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "not known"), (0.2, "less than a second"), (1.2, "1 second"), (14, "14 seconds"),
        (170, "3 minutes"), (7200, "2 hours"), (200_000, "2 days"),
    ],
)  # fmt: skip
def test_lengths_of_time_are_rounded(seconds: float | None, words: str) -> None:
    assert duration(seconds) == words


def test_numbers() -> None:
    assert [rows(0), rows(1), rows(12_300)] == ["no rows", "1 row", "12,300 rows"]
    assert [count(None), count(0), count(1234)] == ["not known", "0", "1,234"]
    assert [size(512), size(46_000), size(1.24e9)] == ["512 bytes", "46 kB", "1.2 GB"]
    assert [listed(["a"]), listed(["a", "b"]), listed(["a", "b", "c"])] == [
        "a", "a and b", "a, b, and c",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "text", "words"),
    [
        ("calendar_date", "2024-01-02T00:00:00.000", "Jan 2, 2024"),
        ("calendar_date", "2024-01-02T08:15:00.000", "Jan 2, 2024, 8:15 AM"),
        ("calendar_date", "soon", "soon"),
        ("number", "34153.45", "34,153.45"),
        ("number", "-1234567", "-1,234,567"),
        ("number", "1e5", "1e5"),
        ("text", "06114", "06114"),
    ],
)
def test_values_are_shown_as_people_write_them(kind: str, text: str, words: str) -> None:
    assert cell_words(kind, text) == words


def report(outcome: str = "done", **more: Any) -> dict[str, Any]:
    return {
        "run": "r", "outcome": outcome, "portal": "https://data.example.gov",
        "dataset": "abcd-1234", "dataset_name": "Fees", "method": "upsert",
        "started": "2026-11-24T08:00:00+00:00",
        "rows": {"sent": 3, "created": 1, "updated": 2, "deleted": 0, "rejected": 0},
        "source": {"name": "fees.csv", "rows": 5}, "findings": [], "guard": None, **more,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (report(), "Fees is up to date"),
        (report(undoes="x"), "The push to Fees was undone"),
        (report(warnings=["3 were expected."]), "Fees needs review"),
        (report(undoes="x", warnings=["3 were expected."]), "Fees needs review"),
        (
            report("done with rejects", rows={"sent": 1, "rejected": 2}),
            "1 row landed, 2 were left out",
        ),
        (report("unknown"), "We don’t know yet if the push landed"),
        (report("refused"), "Nothing was sent to Fees"),
        (report("failed"), "The push to Fees failed"),
        (report("cancelled", rows={"sent": 0}), "Nothing was changed in Fees"),
    ],
)  # fmt: skip
def test_a_title_is_the_outcome_with_the_number_that_matters(
    body: dict[str, Any], words: str
) -> None:
    assert title(body) == words


def test_counts_that_the_portal_did_not_give_are_not_zero() -> None:
    silent = report(rows={"sent": 3, "created": None, "updated": None, "deleted": None})

    assert numbers(silent) == (("Sent", "3"), ("Left out", "not known"))


def test_rows_can_be_left_out_only_if_they_alone_stopped_the_push() -> None:
    stopped = report("refused", rows={"rejected": 2}, guard="too-many-rejected", transport=None)
    stop = {"severity": "stop", "reason": "no-rows", "message": "", "count": 1, "examples": []}

    assert spare_rows(stopped) == 2
    assert spare_rows(stopped | {"guard": "drift"}) == 0
    assert spare_rows(stopped | {"findings": [stop]}) == 0
    assert spare_rows(stopped | {"rows": {"rejected": 5}}) == 0
    assert spare_rows(report()) == 0


def test_rows_that_have_landed_with_a_warning_are_no_plain_success() -> None:
    for more in ({}, {"undoes": "x"}):
        shown = summary(report(warnings=["3 were expected."], **more))
        assert (shown.tone, shown.outcome) == ("warn", "Done, but needs review")
    assert summary(report()).outcome == "Done"
    assert summary(report(undoes="x")).outcome == "Undone"


def test_a_guard_is_set_aside_only_if_it_can_be() -> None:
    assert summary(report("refused", guard="shrink")).aside == "shrink"
    assert summary(report("refused", guard="empty-source")).aside == ""


def test_a_link_leads_to_a_portal_only() -> None:
    assert summary(report()).link == "https://data.example.gov/d/abcd-1234"
    assert summary(report(portal="javascript:alert(1)//x")).link == ""


def test_progress_says_where_it_is_and_what_holds_if_it_stops() -> None:
    past = (EndedStage("Reading fees.csv", 0, 2.0), EndedStage("checking", 5, 1.0))
    note = ProgressNote("sending", 104, 250, seconds=8.0, left=23.0, past=past)

    told = shown(note, stopping=False)
    names = [(line.name, line.state) for line in told.stages]

    assert (told.count, told.left, told.share) == (
        "104 of 250 rows",
        "about 20 seconds left",
        0.416,
    )
    assert names[0] == ("Read the source", "done")
    assert names[4] == ("Send rows", "now")
    assert names[5] == ("The portal loads the rows", "later")
    assert told.spoken == "Sending: 42%. about 20 seconds left"
    assert "either all of these rows or none" in shown(note, stopping=True).note
    assert "Nothing has been sent." in shown(ProgressNote("checking"), stopping=True).note


def test_a_forecast_is_made_only_if_it_can_be_trusted() -> None:
    now = [0.0]
    pace = Pace(1000, lambda: now[0])
    now[0] = SETTLING - 0.1
    pace.advance(100)
    assert pace.left is None
    now[0] = 10.0
    assert pace.left == pytest.approx(90.0)
    pace.total = 10**9
    assert pace.left is None
    assert LONGEST == 2 * 86_400


@pytest.mark.parametrize("typed", ["", "0", "-1", "many", "20", "1.5"])
def test_a_trial_of_no_number_is_refused(typed: str) -> None:
    assert isinstance(first_rows(typed, 19), str)


def test_a_trial_has_the_rows_that_were_typed() -> None:
    assert first_rows(" 1,000 ", 2000) == 1000


def test_when_a_schedule_runs() -> None:
    assert when_words(daily("06:00")) == "every day at 6:00 AM"
    assert when_words(hourly("15")) == "every hour, 15 minutes past"
    assert when_words(weekly("MON,WED,FRI@18:30")) == "Mondays, Wednesdays, and Fridays at 6:30 PM"
    assert when_words(weekly("MON,TUE,WED,THU,FRI@06:00")) == "Monday to Friday at 6:00 AM"


def test_the_fields_of_a_schedule_hold_days_and_nothing_else() -> None:
    typed = TypedSchedule.from_form(
        {"name": ["x"], "often": ["weekly"], "day": ["0", "6", "7", "zz"]}
    )

    assert typed.days == (0, 6)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ((18, 61, 6), "A replace would add 18 rows, change 61, and delete 6"),
        ((1, 2, 0), "A replace would add 1 row and change 2"),
        ((0, 0, 1), "A replace would delete 1 row"),
        ((0, 0, 0), "A replace would change nothing"),
    ],
)
def test_a_preview_says_what_would_change(counts: tuple[int, int, int], words: str) -> None:
    found = dict(zip(("new", "changed", "deleted"), counts, strict=True))

    assert preview_title({"method": "replace", "preview": found}) == words


def test_steps_lead_to_the_pages_that_take_them() -> None:
    steps = [
        NextStep(Action.SIGN_IN, portal="https://data.example.gov"),
        NextStep(Action.SHOW_RUN, run="r1"),
        NextStep(Action.PUSH),
    ]

    assert step_links(steps) == [
        StepLink("/sign-in?portal=https%3A%2F%2Fdata.example.gov", "Sign in to the portal"),
        StepLink("/history/r1", "See the run"),
    ]


def test_the_run_to_undo_is_named_with_the_time_of_this_computer() -> None:
    now = datetime.now().astimezone()
    past = PastPush(now.astimezone(UTC), "Updated Fees: 1 row sent.")

    clock = f"{now:%I:%M %p}".lstrip("0")
    assert past_words(past) == f"Today at {clock}. Updated Fees: 1 row sent."
