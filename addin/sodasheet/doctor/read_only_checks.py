"""Check a portal by reading only: the facts and guesses that SodaSheet relies on."""

from __future__ import annotations

from socrata_contract import GUESSES
from sodasheet.doctor.check_facts import FACTS
from sodasheet.doctor.check_guesses_by_reading import GUESS_CHECKS
from sodasheet.doctor.examined_dataset import Ask, Subject
from sodasheet.doctor.plain_requests import Probe, body_of
from sodasheet.doctor.result_line import Line, guess_line
from sodasheet.errors import PortalError
from sodasheet.portal.catalog_search import search


def examine(probe: Probe, dataset: str | None = None) -> list[Line]:
    """Examine a portal and one of its datasets, using only read requests."""
    subject = _subject(probe, dataset)
    lines = [_fact(name, probe, subject) for name in FACTS]
    lines += [
        guess_line(GUESSES[name], *_asked(check, probe, subject))
        for name, check in GUESS_CHECKS.items()
    ]
    return lines


def _asked(check: Ask, probe: Probe, subject: Subject) -> tuple[str | None, str]:
    try:
        found = check(probe, subject)
    except PortalError as error:
        return None, str(error.what)
    return found, "" if found is not None else "could not be examined here"


def _subject(probe: Probe, dataset: str | None) -> Subject:
    if dataset is None:
        dataset = _any_dataset(probe)
    view = body_of(probe.get(f"/api/views/{dataset}.json")) if dataset else None
    return Subject(dataset, view if isinstance(view, dict) else {})


def _any_dataset(probe: Probe) -> str | None:
    """Return a dataset of the portal that can be read, or None."""
    try:
        found = search(probe.session, "", 1)
    except PortalError:
        return None
    return found[0].id if found else None


def _fact(name: str, probe: Probe, subject: Subject) -> Line:
    about, check = FACTS[name]
    found, note = _asked(check, probe, subject)
    return Line(name, about, "yes", found, note)
