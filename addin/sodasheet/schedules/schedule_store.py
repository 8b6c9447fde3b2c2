"""Store of schedules and the outcomes of their last runs: files in SodaSheet's home."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.next_step import Action, NextStep
from sodasheet.schedules.recurrence import When
from sodasheet.schedules.schedule import Schedule, slug_of
from sodasheet.system.folders import home, make_private

_RECORD, _LAST = ".json", ".last"


@dataclass(frozen=True, slots=True)
class Last:
    """Last run of a schedule; `outcome` is None during the run or if the run was killed.

    Times are ISO 8601 in UTC. Of several jobs the most urgent outcome counts.
    """

    started: str
    ended: str | None = None
    outcome: str | None = None
    summary: str | None = None
    run: str | None = None


def folder() -> Path:
    """Folder of the schedules."""
    return home() / "schedules"


def keep(schedule: Schedule) -> None:
    """Store the schedule. Raises SodaSheetError if the file cannot be written."""
    when = schedule.when
    _write(
        schedule.slug + _RECORD,
        {
            "sodasheet": 1,
            "name": schedule.name,
            "job": str(schedule.job),
            "time": when.time,
            "days": list(when.days),
            "hourly": when.hourly,
            "minutes": schedule.minutes,
            "only": schedule.only,
            "in_excel": schedule.in_excel,
            "system": schedule.system,
        },
    )


def known(name: str) -> Schedule:
    """Return the schedule with this name or slug. Raises UsageProblem if there is none."""
    try:
        return _read(folder() / (slug_of(name) + _RECORD))
    except FileNotFoundError:
        raise UsageProblem(
            f'There is no schedule "{name}" on this computer.',
            "Choose one of the schedules on this computer.",
            (NextStep(Action.LIST_SCHEDULES),),
        ) from None


def schedules() -> list[Schedule]:
    """Return all schedules by name. Raises UsageProblem for a damaged file."""
    found = [_read(path) for path in folder().glob(f"*{_RECORD}")]
    return sorted(found, key=lambda one: one.name.casefold())


def drop(schedule: Schedule) -> None:
    """Remove the schedule and its last run."""
    for end in (_RECORD, _LAST, ".log"):
        with suppress(OSError):
            (folder() / (schedule.slug + end)).unlink(missing_ok=True)


def last(schedule: Schedule) -> Last | None:
    """Return the outcome of the schedule's last run; None if there was none yet."""
    try:
        body = json.loads((folder() / (schedule.slug + _LAST)).read_bytes())
        return Last(**body)
    except (OSError, ValueError, TypeError):
        return None


def begun(slug: str) -> Last:
    """Store the start of a run."""
    return _noted(slug, Last(_now()))


def ended(slug: str, began: Last, outcome: str, summary: str, run: str) -> None:
    """Store the outcome of a run."""
    _noted(slug, Last(began.started, _now(), outcome, summary, run))


def _noted(slug: str, state: Last) -> Last:
    """Store the state of a run; only lists use the state, so a full disk is ignored."""
    with suppress(SodaSheetError):
        _write(slug_of(slug) + _LAST, {name: getattr(state, name) for name in Last.__slots__})
    return state


def _read(path: Path) -> Schedule:
    try:
        body: Mapping[str, Any] = json.loads(path.read_bytes())
        hour, minute = (int(part) for part in str(body["time"]).split(":"))
        days = tuple(int(day) for day in body["days"])
        when = When(hour, minute, days, bool(body.get("hourly")))
        return Schedule(
            str(body["name"]), Path(str(body["job"])), when, float(body["minutes"]),
            body.get("only"), bool(body.get("in_excel")), str(body.get("system", "")),
        )  # fmt: skip
    except FileNotFoundError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageProblem(
            f"The schedule in {path} cannot be read.",
            "Delete that file and schedule the job again.",
        ) from error


def _write(name: str, body: Mapping[str, Any]) -> None:
    path = folder() / name
    draft = path.with_name(f".{name}.{os.getpid()}.tmp")
    try:
        make_private(path.parent)
        draft.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        draft.replace(path)
    except OSError as error:
        raise SodaSheetError(
            f"The schedule {path} cannot be written: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
        ) from error


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
