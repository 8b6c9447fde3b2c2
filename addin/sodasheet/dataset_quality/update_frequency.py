"""The declared update frequency of a dataset, and the timeliness of its rows."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

#: Days between updates, by the first word that a declaration contains.
_PERIODS = (
    (r"real.?time|continuous|live|minute", 1),
    (r"hour", 1),
    (r"twice a day|daily|every day|each day|\bdays?\b", 1),
    (r"twice a week|semi.?weekly", 4),
    (r"bi.?weekly|fortnight|every (?:two|2|other) weeks", 14),
    (r"week", 7),
    (r"twice a month|semi.?monthly", 16),
    (r"bi.?monthly|every (?:two|2|other) months", 62),
    (r"month", 31),
    (r"quarter|every three months", 92),
    (r"semi.?annual|bi.?annual|twice a year|half.?year|every six months", 183),
    (r"biennial|every (?:two|2|other) years", 731),
    (r"annual|year", 366),
)

#: Periods as DCAT-US writes them: `R/P1M`, `R/PT1H`.
_REPEATING = re.compile(r"R/P(?:(\d+(?:\.\d+)?)Y)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)W)?"
                        r"(?:(\d+(?:\.\d+)?)D)?(T.+)?")  # fmt: skip

_FIELD = re.compile(r"(?i)frequency|accrual ?periodicity|update ?(?:cycle|schedule|interval)")

#: Share of a period that an update may be late, and the least of it in days.
_GRACE = 0.25
_LEAST_GRACE = 1.0


@dataclass(frozen=True, slots=True)
class UpdateFrequency:
    """A declaration such as `Monthly`; `days` is None without a period."""

    words: str
    days: float | None

    def late(self, updated: datetime, now: datetime) -> float:
        """Return by how many days an update is overdue, else 0."""
        if self.days is None:
            return 0.0
        age = (now - updated).total_seconds() / 86_400
        return age - self.days if age > self.days + max(_GRACE * self.days, _LEAST_GRACE) else 0.0


def declared_frequency(custom: Mapping[tuple[str, str], str]) -> UpdateFrequency | None:
    """Return the frequency in a dataset's custom fields, None if there is none."""
    for (_, name), value in custom.items():
        if _FIELD.search(name) and value.strip():
            return UpdateFrequency(value.strip(), period(value))
    return None


def period(words: str) -> float | None:
    """Return the days between updates; None for words that name no period, such as `As needed`."""
    text = words.strip().lower()
    if found := _REPEATING.fullmatch(words.strip().upper()):
        years, months, weeks, days = (float(part or 0) for part in found.groups()[:4])
        total = 366 * years + 31 * months + 7 * weeks + days
        return max(total, 1.0) if total or found[5] else None
    return next((float(days) for pattern, days in _PERIODS if re.search(pattern, text)), None)
