"""Next steps at the desk: the page for each step."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlencode

from sodasheet.model.next_step import Action, NextStep

#: Action -> page and link text. Steps on the current page have no entry.
_PAGES = {
    Action.SIGN_IN: ("/sign-in", "Sign in to the portal"),
    Action.CREATE_JOB: ("/file", "Choose a file"),
    Action.IMPORT_JOB: ("/file", "Choose a file"),
    Action.NAME_JOB: ("/file", "Choose a file"),
    Action.SHOW_HISTORY: ("/history", "See History"),
    Action.SHOW_RUN: ("/history/{run}", "See the run"),
    Action.RESUME_RUN: ("/history/{run}", "See the run"),
    Action.MARK_RESOLVED: ("/history/{run}", "See the run"),
    Action.UNDO_RUN: ("/history/{run}", "See the run"),
    Action.OVERWRITE_CONFLICTS: ("/history/{run}", "See the run"),
    Action.LIST_SCHEDULES: ("/schedule", "See all schedules"),
    Action.NAME_SCHEDULE: ("/schedule", "See all schedules"),
    Action.REMOVE_SCHEDULE: ("/schedule", "See all schedules"),
    Action.SHOW_SETTINGS: ("/settings", "Open Settings"),
    Action.CHANGE_SETTING: ("/settings", "Open Settings"),
    Action.SIGN_IN_MAIL: ("/settings", "Open Settings"),
    Action.TEST_MAIL: ("/settings", "Open Settings"),
    Action.INSTALL_ADDIN: ("/computer", "Check this computer"),
    Action.REMOVE_ADDIN: ("/computer", "Check this computer"),
    Action.CHECK_ADDIN: ("/computer", "Check this computer"),
}


@dataclass(frozen=True, slots=True)
class StepLink:
    """A page where a step can be taken."""

    page: str
    label: str


def step_links(steps: Iterable[NextStep]) -> list[StepLink]:
    """Return a link for each step on another page, each only once."""
    found = [
        StepLink(_page(step), _PAGES[step.action][1]) for step in steps if step.action in _PAGES
    ]
    return list(dict.fromkeys(found))


def _page(step: NextStep) -> str:
    page = _PAGES[step.action][0].format(run=step.run)
    if step.action is Action.SIGN_IN and step.portal:
        return f"{page}?{urlencode({'portal': step.portal})}"
    return page
