"""Dates, times and durations in the words of the sheets."""

from __future__ import annotations

from datetime import datetime

#: English on every computer: strftime would use the system's language.
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_MINUTE = 60


def date_words(day: datetime) -> str:
    """Return a date as `Nov 29, 2026`."""
    return f"{_MONTHS[day.month - 1]} {day.day}, {day.year}"


def moment_words(moment: datetime) -> str:
    """Return a date and time as `Nov 29, 2026, 2:10 PM`."""
    hour = moment.hour % 12 or 12
    half = "AM" if moment.hour < 12 else "PM"
    return f"{date_words(moment)}, {hour}:{moment.minute:02} {half}"


def local(moment: str) -> datetime | None:
    """Return an ISO 8601 time in this computer's time zone; None for other strings."""
    try:
        return datetime.fromisoformat(moment).astimezone()
    except ValueError:
        return None


def local_words(moment: str) -> str:
    """Return an ISO 8601 time in words, in this computer's time zone; other strings unchanged."""
    found = local(moment)
    return moment_words(found) if found else moment


def now_words() -> str:
    """Return the current time in words."""
    return moment_words(datetime.now().astimezone())


def duration_words(seconds: float) -> str:
    """Return a duration as `1 second`, `12 seconds` or `1 min 2 s`."""
    whole = max(1, round(seconds))
    if whole < _MINUTE:
        return "1 second" if whole == 1 else f"{whole} seconds"
    minutes, rest = divmod(whole, _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if rest else f"{minutes} min"
