"""A rehearsal on a live portal: everything that SodaSheet does, on a private draft."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from socrata_contract import GUESSES
from sodasheet.doctor.check_guesses_by_writing import CHECKS
from sodasheet.doctor.plain_requests import Probe
from sodasheet.doctor.private_draft import draft, require_private
from sodasheet.doctor.rehearsal_pushes import PUSHES, RehearsalStage, push_line
from sodasheet.doctor.result_line import Line, count_sentence, guess_line, line_from_json
from sodasheet.errors import PortalError
from sodasheet.model.progress import Progress
from sodasheet.portal.learned_facts import remember
from sodasheet.system.folders import home, scratch_folder, write_whole


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A rehearsal that has ended; `when` is in UTC."""

    portal: str
    when: datetime
    lines: tuple[Line, ...]

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        return f"rehearsed on {self.when:%Y-%m-%d}: {count_sentence(self.lines)}"

    def to_json(self) -> dict[str, Any]:
        """Return the rehearsal as JSON."""
        return {
            "portal": self.portal,
            "when": self.when.isoformat(),
            "lines": [line.to_json() for line in self.lines],
        }


def rehearse(probe: Probe, progress: Progress) -> Rehearsal:
    """Rehearse on a portal, store the learned facts, and return the result.

    Only its own drafts are changed, and they are deleted whatever happens. Raises
    PortalError if no draft can be made, NotPrivateError if the draft is not private.
    """
    lines: list[Line] = []
    progress.begin("rehearsing", len(PUSHES) + len(CHECKS))
    with draft(probe) as dataset, scratch_folder() as folder:
        stage = RehearsalStage(probe, dataset, folder)
        for name in PUSHES:
            lines.append(push_line(name, stage))
            require_private(probe, dataset)
            progress.advance(1)
        for name in CHECKS:
            lines.append(_guess(name, probe, dataset))
            require_private(probe, dataset)
            progress.advance(1)
    found = Rehearsal(probe.session.portal, datetime.now(UTC), tuple(lines))
    _store(found)
    learned = {line.name: line.found for line in lines if line.name in GUESSES and line.found}
    remember(probe.session.portal, {k: str(v) for k, v in learned.items()})
    return found


def _guess(name: str, probe: Probe, dataset: str) -> Line:
    try:
        found = CHECKS[name](probe, dataset)
    except PortalError as error:
        return guess_line(GUESSES[name], None, str(error.what))
    note = "" if found is not None else "did not occur here"
    return guess_line(GUESSES[name], found, note)


def _path(portal: str) -> Path:
    return home() / "rehearsals" / f"{portal.partition('://')[2].replace(':', '_')}.json"


def _store(found: Rehearsal) -> None:
    with suppress(OSError):
        write_whole(_path(found.portal), json.dumps(found.to_json(), indent=1))


def last_rehearsal(portal: str) -> Rehearsal | None:
    """Return the last rehearsal on a portal, or None."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        data = json.loads(_path(portal).read_text("utf-8"))
        lines = tuple(line_from_json(one) for one in data["lines"])
        return Rehearsal(str(data["portal"]), datetime.fromisoformat(data["when"]), lines)
    return None
