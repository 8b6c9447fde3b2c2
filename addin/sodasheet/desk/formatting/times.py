"""Times in everyday words, in this computer's time zone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from sodasheet.wording import counted


def moment(when: str | datetime | None, now: datetime | None = None) -> str:
    """Return a time such as `today at 8:15 AM`, `Friday at 6:00 AM` or `November 3`."""
    then = local_time(when)
    if then is None:
        return "not known"
    today = (now or datetime.now(UTC)).astimezone().date()
    clock = f"{then:%I:%M %p}".lstrip("0")
    near = _near(then.date(), today)
    return f"{near} at {clock}" if near else _date(then.date(), today)


def day(when: str | datetime | None, now: datetime | None = None) -> str:
    """Return the day of a time: `today`, `Friday`, `November 3`, `March 2, 2025`."""
    then = local_time(when)
    if then is None:
        return "not known"
    today = (now or datetime.now(UTC)).astimezone().date()
    return _near(then.date(), today) or _date(then.date(), today)


def exact(when: str | datetime | None) -> str:
    """Return a time with seconds, for the log of a run."""
    then = local_time(when)
    if then is None:
        return ""
    return f"{then:%I:%M:%S %p}".lstrip("0")


def duration(seconds: float | None) -> str:
    """Return a length of time, rounded to a useful precision."""
    if seconds is None:
        return "not known"
    if seconds < 1:
        return "less than a second"
    for size, name in ((86400, "day"), (3600, "hour"), (60, "minute"), (1, "second")):
        if seconds >= size * (1.5 if size > 1 else 1):
            return counted(round(seconds / size), name)
    return "1 second"


def local_time(when: str | datetime | None) -> datetime | None:
    """Return a time in this computer's time zone; None if missing or invalid."""
    try:
        then = datetime.fromisoformat(when) if isinstance(when, str) else when
        if then is None:
            return None
        return (then if then.tzinfo else then.replace(tzinfo=UTC)).astimezone()
    except (ValueError, OverflowError, OSError):
        return None


def _near(then: date, today: date) -> str:
    if then == today:
        return "today"
    if then == today - timedelta(days=1):
        return "yesterday"
    if then == today + timedelta(days=1):
        return "tomorrow"
    return f"{then:%A}" if abs((today - then).days) < 7 else ""


def _date(then: date, today: date) -> str:
    year = "" if then.year == today.year else f", {then.year}"
    return f"{then:%B} {then.day}{year}"
