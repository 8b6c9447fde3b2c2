"""Dates: what is accepted by default or with a declared format, and the effect of zones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import duckdb
import pytest

from sodasheet.errors import UsageProblem
from sodasheet.staging.check.fitting_formats import DATES
from sodasheet.staging.types.date import readings
from sodasheet.staging.types.date_format import date_words, read_pattern

Judge = Callable[..., list[Any]]

ISO = {
    "2001-01-02": "2001-01-02T00:00:00.000",
    "2001-01-02T03:04": "2001-01-02T03:04:00.000",
    "2001-01-02 03:04:05": "2001-01-02T03:04:05.000",
    "2001-01-02T03:04:05.1": "2001-01-02T03:04:05.100",
    "2001-01-02T03:04:05.123999999": "2001-01-02T03:04:05.123",
    "0001-01-01": "0001-01-01T00:00:00.000",
    "9999-12-31T23:59:59": "9999-12-31T23:59:59.000",
    "2024-02-29": "2024-02-29T00:00:00.000",
}


def test_iso_dates_need_no_format(judge: Judge) -> None:
    assert judge("calendar_date", list(ISO)) == list(ISO.values())


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("2023-02-29", "no-such-date"),
        ("2023-13-01", "no-such-date"),
        ("0000-01-01", "no-such-date"),
        ("2023-01-01T24:00:00", "not-a-date"),
        ("2023-01-01T10:60", "not-a-date"),
        ("2023-01-01T", "not-a-date"),
        ("2023-1-1", "not-a-date"),
        ("20230101", "not-a-date"),
        ("24-01-01", "ambiguous-date"),
        ("soon", "not-a-date"),
        ("45000", "not-a-date"),
        ("01/02/2024", "ambiguous-date"),
        ("13/02/2024", "ambiguous-date"),
        ("13/45/2024", "not-a-date"),
        ("1.2.24 10:00", "ambiguous-date"),
        ("2024-01-01T10:00:00Z", "zone-in-calendar-date"),
        ("2024-01-01 10:00+02:00", "zone-in-calendar-date"),
        ("2024-01-01T10:00:00.5-0500", "zone-in-calendar-date"),
    ],
)
def test_what_is_no_calendar_date_says_why(judge: Judge, value: str, reason: str) -> None:
    assert judge("calendar_date", [value]) == [reason]


@pytest.mark.parametrize(
    ("form", "value", "wanted"),
    [
        ("%m/%d/%Y", "1/2/2024", "2024-01-02T00:00:00.000"),
        ("%d/%m/%Y", "01/02/2024", "2024-02-01T00:00:00.000"),
        ("%m/%d/%Y", "1/2/24", "not-a-date"),
        ("%m/%d/%Y", "2024-01-02", "other-date-format"),
        ("%m/%d/%Y", "1 / 2/2024", "not-a-date"),
        ("%m/%d/%Y", "13/02/2024", "other-date-order"),
        ("M/D/YYYY", "13/02/2024", "other-date-order"),
        ("D/M/YYYY h:mm AM/PM", "2/13/2024 1:30 pm", "other-date-order"),
        ("%m/%d/%Y", "31/02/2024", "no-such-date"),
        ("%m/%d/%Y", "2024-02-31", "not-a-date"),
        ("%m/%d/%y", "1/2/68", "2068-01-02T00:00:00.000"),
        ("%m/%d/%y", "1/2/69", "1969-01-02T00:00:00.000"),
        ("%Y%m%d", "20240131", "2024-01-31T00:00:00.000"),
        ("%Y%m%d", "2024131", "not-a-date"),
        ("%d-%b-%Y", "5-jan-2024", "2024-01-05T00:00:00.000"),
        ("%B %d, %Y", "December 5, 2024", "2024-12-05T00:00:00.000"),
        ("%a %d %b %Y", "Mon 1 Jan 2024", "2024-01-01T00:00:00.000"),
        ("%m/%d/%Y %I:%M %p", "1/2/2024 12:30 am", "2024-01-02T00:30:00.000"),
        ("%m/%d/%Y %I:%M %p", "1/2/2024 13:30 pm", "no-such-date"),
        ("%F %T", "2024-01-02 03:04:05", "2024-01-02T03:04:05.000"),
        ("%Y-%m-%d %H:%M:%S.%f", "2024-01-02 03:04:05.25", "2024-01-02T03:04:05.250"),
        ("MM/dd/yyyy", "1/2/2024", "2024-01-02T00:00:00.000"),
        ("dd-MMM-yyyy", "05-Jan-2024", "2024-01-05T00:00:00.000"),
        ("MM/dd/yy", "01/02/24", "2024-01-02T00:00:00.000"),
        ("MM/dd/yyyy hh:mm:ss a", "01/02/2024 01:02:03 PM", "2024-01-02T13:02:03.000"),
        ("MM/dd/yyyy hh:mm:ss a Z", "01/02/2024 01:02:03 PM -0500", "zone-in-calendar-date"),
        ("yyyy-MM-dd'T'HH:mm:ss.SSS", "2024-01-02T03:04:05.250", "2024-01-02T03:04:05.250"),
        ("EEEE d MMMM yyyy 'o''clock' H", "Monday 1 January 2024 o'clock 5",
         "2024-01-01T05:00:00.000"),
        ("ISO8601", "2024-01-02", "2024-01-02T00:00:00.000"),
    ],
)  # fmt: skip
def test_a_declared_format_reads_its_dates_and_no_others(
    judge: Judge, form: str, value: str, wanted: str
) -> None:
    assert judge("calendar_date", [value], formats=(form,)) == [wanted]


def test_formats_are_tried_in_order(judge: Judge) -> None:
    formats = ("ISO8601", "MM/dd/yy", "MM/dd/yyyy", "dd-MMM-yyyy")
    values = ["2024-01-02", "01/02/24", "01/02/2024", "02-Jan-2024", "2024-01-02T00:00:00.000"]

    assert judge("calendar_date", values, formats=formats) == ["2024-01-02T00:00:00.000"] * 5


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ("%m/%d", "'%m/%d' is not a complete date format."),
        ("%Y-%j", "'%j' in the date format '%Y-%j' cannot be read."),
        ("MM/dd/yyyy hh:mm", "is not a complete date format."),
        ("%m/%d/%Y %m", "is not a complete date format."),
        ("xxxx-MM-dd", "'xxxx' in the date format 'xxxx-MM-dd' cannot be read."),
        ("MM/dd/yyyy z", "'z' in the date format"),
        ("%Y-%m-%d %Z", "'%Z' in the date format"),
        ("", "is not a complete date format."),
        ("%Y-%m-%d %", "is not a complete date format"),
    ],
)
def test_a_format_that_is_none_is_told(judge: Judge, form: str, sentence: str) -> None:
    if form.endswith(" %"):
        assert judge("calendar_date", ["2024-01-02 %"], formats=(form,)) == [
            "2024-01-02T00:00:00.000"
        ]
        return
    with pytest.raises(UsageProblem) as raised:
        judge("calendar_date", ["1"], formats=(form,))

    assert sentence in str(raised.value)


@pytest.mark.parametrize(
    ("value", "zone", "wanted"),
    [
        ("2024-07-01T10:00:00Z", "America/New_York", "2024-07-01T10:00:00.000Z"),
        ("2024-07-01T10:00:00.25-0500", "UTC", "2024-07-01T15:00:00.250Z"),
        ("2024-07-01 10:00:00+05:30", "UTC", "2024-07-01T04:30:00.000Z"),
        ("2024-07-01T10:00", "UTC", "2024-07-01T10:00:00.000Z"),
        ("2024-07-01T10:00", "America/New_York", "2024-07-01T14:00:00.000Z"),
        ("2024-01-01", "America/New_York", "2024-01-01T05:00:00.000Z"),
        ("2024-07-01T10:00:00+99:00", "UTC", "not-a-date"),
        ("07/01/2024", "UTC", "ambiguous-date"),
        ("2024-07-01Z", "UTC", "not-a-date"),
    ],
)
def test_a_date_is_a_moment_in_utc(judge: Judge, value: str, zone: str, wanted: str) -> None:
    assert judge("date", [value], timezone=zone) == [wanted]


@pytest.mark.parametrize("written", ["-0500", "-05:00", "-05"])
def test_a_pattern_with_an_offset_reads_every_way_to_write_it(judge: Judge, written: str) -> None:
    formats = ("MM/dd/yyyy hh:mm:ss a Z",)

    assert judge("date", [f"07/01/2024 10:00:00 AM {written}"], formats=formats) == [
        "2024-07-01T15:00:00.000Z"
    ]
    assert judge("date", ["07/01/2024 10:00:00 AM Z"], formats=formats) == [
        "2024-07-01T10:00:00.000Z"
    ]


def test_the_zone_of_the_mapping_is_used_where_the_column_names_none(judge: Judge) -> None:
    rule_zone = judge("date", ["2024-07-01 10:00"], timezone="Asia/Kolkata")

    assert rule_zone == ["2024-07-01T04:30:00.000Z"]


@pytest.mark.parametrize(
    ("value", "options", "notes"),
    [
        ("2024-07-01 20:30", {}, ["zone-assumed"]),
        ("2024-07-01", {}, ["zone-assumed"]),
        ("2024-07-01 20:30Z", {}, []),
        ("2024-07-01T20:30:00+02:00", {}, []),
        ("", {}, []),
        ("2024-07-01 20:30", {"timezone": "UTC"}, []),
        ("2024-07-01 20:30", {"timezone": "America/New_York"}, []),
        ("7/1/2024 -0500", {"formats": ("%m/%d/%Y %z",)}, []),
        ("7/1/2024", {"formats": ("%m/%d/%Y",)}, ["zone-assumed"]),
    ],
)
def test_a_zone_that_nobody_has_chosen_is_noted(
    judge: Judge, value: str, options: dict[str, Any], notes: list[str]
) -> None:
    assert judge("date", [value], notes=True, **options) == notes


def test_an_unknown_zone_is_told(judge: Judge) -> None:
    with pytest.raises(UsageProblem, match="'Nowhere/York' is not a time zone"):
        judge("date", ["2024-07-01"], timezone="Nowhere/York")


@pytest.mark.parametrize(
    ("value", "wanted", "notes"),
    [
        ("2024-03-10 02:30", "2024-03-10T07:30:00.000Z", ["skipped-time"]),
        ("2024-11-03 01:30", "2024-11-03T06:30:00.000Z", ["repeated-time"]),
        ("2024-11-03 00:30", "2024-11-03T04:30:00.000Z", []),
        ("2024-11-03 02:30", "2024-11-03T07:30:00.000Z", []),
        ("2024-03-10 03:30", "2024-03-10T07:30:00.000Z", []),
        ("2024-11-03T01:30-04:00", "2024-11-03T05:30:00.000Z", []),
    ],
)
def test_times_around_a_change_of_the_clocks_are_noted(
    judge: Judge, value: str, wanted: str, notes: list[str]
) -> None:
    assert judge("date", [value], timezone="America/New_York") == [wanted]
    assert judge("date", [value], timezone="America/New_York", notes=True) == notes


def test_an_unlikely_year_is_sent_and_noted(judge: Judge) -> None:
    assert judge("calendar_date", ["0202-01-01"]) == ["0202-01-01T00:00:00.000"]
    assert judge("calendar_date", ["0202-01-01", "2024-01-01"], notes=True) == ["unlikely-year"]


def test_digits_behind_the_milliseconds_are_noted(judge: Judge) -> None:
    kept = ["2024-01-31T00:00:00.123", "2024-01-31T00:00:00.120000", "2024-01-31 10:00"]
    cut = ["2024-01-31T00:00:00.1234567"]

    assert judge("calendar_date", [*kept, *cut], notes=True) == ["seconds-cut"]
    assert judge("calendar_date", kept, notes=True) == []
    zoned = [f"{text}-05:00" for text in (*cut, *kept[:2])]
    assert judge("date", zoned, notes=True) == ["seconds-cut"]


def read_by(form: str, text: str) -> tuple[bool, str | None]:
    """Return if a text fits a format, and the moment that the text means."""
    (way,) = readings("x", (form,))
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT {way.fits}, CAST({way.moment} AS VARCHAR) FROM (SELECT ? AS x)", [text]
        ).fetchone()
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("form", "text", "meant"),
    [
        ("MM/dd/yy", "01/02/46", "1946-01-02 00:00:00"),
        ("MM/dd/yy", "01/02/68", "1968-01-02 00:00:00"),
        ("MM/dd/yy", "01/02/24", "2024-01-02 00:00:00"),
        ("MM/dd/yy", "01/02/2024", "2024-01-02 00:00:00"),
        ("MMddyy", "010246", "1946-01-02 00:00:00"),
        ("d MMM yyyy", "3 January 2024", "2024-01-03 00:00:00"),
        ("EEE MMM d yyyy", "Tuesday Jan 2 2024", "2024-01-02 00:00:00"),
        ("MM/dd/yyyy kk:mm", "01/02/2024 24:05", "2024-01-02 00:05:00"),
        ("MM/dd/yyyy KK:mm a", "01/02/2024 0:05 PM", "2024-01-02 12:05:00"),
        ("DDD yyyy", "060 2024", "2024-02-29 00:00:00"),
        ("DDD yyyy KK a Z", "060 2024 00 PM +0000", "2024-02-29 12:00:00"),
    ],
)
def test_patterns_mean_what_they_mean_to_datasync(form: str, text: str, meant: str) -> None:
    """Joda reads two digits of a year as one up to 19 years ahead, and short names in full."""
    assert read_by(form, text) == (True, meant)


@pytest.mark.parametrize(
    ("form", "text", "meant"),
    [
        ("M/D/YYYY", "1/2/2024", "2024-01-02 00:00:00"),
        ("m/d/yyyy", "01/02/2024", "2024-01-02 00:00:00"),
        ("D-MMM-YY", "2-Jan-24", "2024-01-02 00:00:00"),
        ("MMMM D, YYYY", "January 2, 2024", "2024-01-02 00:00:00"),
        ("DDDD, MMMM D, YYYY", "Tuesday, January 2, 2024", "2024-01-02 00:00:00"),
        ("M/D/YYYY h:mm AM/PM", "1/2/2024 2:05 PM", "2024-01-02 14:05:00"),
        ("m/d/yyyy h:mm:ss am/pm", "1/2/2024 2:05:09 pm", "2024-01-02 14:05:09"),
        ("M/D/YYYY H:mm", "1/2/2024 14:05", "2024-01-02 14:05:00"),
        ("D/M/YYYY h:mm", "1/2/2024 14:05", "2024-02-01 14:05:00"),
        ("YYYYMMDD", "20240102", "2024-01-02 00:00:00"),
    ],
)
def test_a_format_is_read_as_people_write_it(form: str, text: str, meant: str) -> None:
    assert read_by(form, text) == (True, meant)


def test_every_suggested_format_has_words_that_read_the_same_values() -> None:
    for form in DATES:
        words = date_words(form)

        assert "%" not in words
        read, meant = read_pattern(words), read_pattern(form)
        assert read.strptime == meant.strptime.replace("%y", "%Y")
        assert read.zoned == meant.zoned
