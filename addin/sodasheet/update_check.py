"""Newer versions of SodaSheet: checked once a day, and only if an address is set.

The office sets the address (system/organization_settings.py), or the user in the settings; the
office's counts. Nothing is ever downloaded.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sodasheet import __version__
from sodasheet.errors import SodaSheetError
from sodasheet.settings import read_settings
from sodasheet.system.folders import home, write_whole
from sodasheet.system.organization_settings import office_settings

#: How long an answer, or a missing answer, is valid.
_DUE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Updates:
    """Knowledge of newer versions.

    `address` is empty if the check is off. `asked` is empty before the first answer, `problem` says
    why there was none. `version` and `page` are those of a version that is newer than this one.
    """

    address: str = ""
    asked: str = ""
    problem: str = ""
    version: str = ""
    page: str = ""


def known_updates() -> Updates:
    """Return the last result without asking; a damaged record counts as none."""
    try:
        address = office_settings().updates or read_settings().updates
    except SodaSheetError:
        return Updates()
    record = _record() if address else {}
    if record.get("address") != address:
        return Updates(address)
    return _of(record)


def check_for_updates(now: datetime | None = None) -> Updates:
    """Ask if an address is set and the last answer is older than a day; never raises."""
    from sodasheet.portal.http.newest_release import newest_release

    known = known_updates()
    moment = now or datetime.now(UTC)
    if not known.address or not _is_due(known.asked, moment):
        return known
    record = {"address": known.address, "asked": moment.isoformat(timespec="seconds")}
    try:
        release = newest_release(known.address)
        record |= {"version": release.version, "page": release.page}
    except SodaSheetError as error:
        record["problem"] = str(error)
    try:
        write_whole(_file(), json.dumps(record) + "\n")
    except OSError:
        return _of(record)  # with a full disk, ask again next time
    return _of(record)


def _of(record: dict[str, str]) -> Updates:
    from sodasheet.portal.http.newest_release import NewestRelease

    release = NewestRelease(record.get("version", ""), record.get("page", ""))
    newer = release.version and release.is_newer_than(__version__)
    return Updates(
        record["address"],
        record.get("asked", ""),
        record.get("problem", ""),
        release.version if newer else "",
        release.page if newer else "",
    )


def _is_due(asked: str, now: datetime) -> bool:
    try:
        since = now - datetime.fromisoformat(asked)
    except (ValueError, TypeError):
        return True
    # A clock that was set back must not prevent the check from ever being due.
    return not timedelta() <= since < _DUE


def _record() -> dict[str, str]:
    try:
        body: Any = json.loads(_file().read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(body, dict):
        return {}
    return {str(name): str(value) for name, value in body.items()}


def _file() -> Path:
    return home() / "updates.json"
