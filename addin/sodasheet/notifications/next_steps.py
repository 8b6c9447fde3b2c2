"""Next steps in a mail or a log: a command for the computer that the run was made on."""

from __future__ import annotations

from collections.abc import Iterable

from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.note import Note
from sodasheet.portal.dataset_address import display_host
from sodasheet.system.pasteable_command_line import command_line

#: Action -> words, and arguments with the fields of the step. Steps that are useless in a mail
#: about an unattended run are left out.
_WORDS = {
    Action.SIGN_IN: ("Sign in", "sign-in {portal}"),
    Action.RESUME_RUN: ("Resume the run", "push --resume {run}"),
    Action.MARK_RESOLVED: (
        "After checking the dataset yourself, mark the run as resolved",
        "history {run} --mark-resolved",
    ),
    Action.UNDO_RUN: ("Undo the run", "undo {run}"),
    Action.SHOW_RUN: ("Show the run", "history {run}"),
    Action.SHOW_HISTORY: ("List the runs", "history"),
    Action.SIGN_IN_MAIL: (
        "Sign in to the mail server",
        "sign-in {host} --for mail --user {user}",
    ),
    Action.SIGN_IN_PROXY: ("Sign in to the proxy", "sign-in {host} --for proxy --user {user}"),
    Action.SIGN_IN_WEBHOOK: ("Save the webhook", "sign-in {host} --for webhook"),
    Action.SHOW_SETTINGS: ("Show the settings", "settings"),
    Action.CHANGE_SETTING: ("Change the setting", "settings"),
    Action.TEST_MAIL: ("Send a test email", "settings --test-mail ADDRESS"),
    Action.CHECK_ADDIN: ("Check the installation", "addin doctor"),
}

#: Placeholder for a field that the step does not have.
_PLACEHOLDERS = {"portal": "HOST", "host": "PROXY:PORT", "user": "USER"}


def step_lines(steps: Iterable[NextStep]) -> list[str]:
    """Return one line for each step that can be taken on the computer of the run."""
    return [line for step in steps if (line := _line(step))]


def said(note: Note) -> str:
    """Return a note and its steps as one line of a log or mail."""
    lines = step_lines(note.steps)
    return f"{note.text} ({'; '.join(lines)})" if lines else note.text


def _line(step: NextStep) -> str:
    if step.action not in _WORDS:
        return ""
    words, pattern = _WORDS[step.action]
    values = {name: getattr(step, name) or _PLACEHOLDERS[name] for name in _PLACEHOLDERS}
    values["portal"] = display_host(step.portal) if step.portal else values["portal"]
    arguments = [part.format(run=step.run, **values) for part in pattern.split()]
    return f"{words}: {command_line(arguments)}"
