"""Next steps in a terminal, as commands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import click

from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.dataset_address import display_host
from sodasheet.system.pasteable_command_line import command_line

#: Commands whose first argument is a job, and whose flags a repeated command keeps.
_TAKES_JOB = ("push", "run", "preview", "check")


@dataclass(frozen=True, slots=True)
class Invocation:
    """The current command line; `arguments` are the arguments after the program."""

    arguments: tuple[str, ...] = ()

    def pushed_with(self, step: NextStep, *flags: str) -> list[str]:
        """Return this push with more flags, or a push of the step's job if this is not a push."""
        if self.arguments[:1] == ("push",):
            return [*self.arguments, *flags]
        return ["push", step.file or step.job or self._job, *flags]

    def without(self, *names: str, value: bool) -> list[str]:
        """Return the arguments without an option and its `value`, if any."""
        kept, skip = list[str](), False
        for argument in self.arguments:
            if skip:
                skip = False
            elif argument in names:
                skip = value
            elif argument.partition("=")[0] not in names:
                kept.append(argument)
        return kept

    @property
    def _job(self) -> str:
        behind = self.arguments[1:2]
        named = self.arguments[:1] and self.arguments[0] in _TAKES_JOB and behind
        return behind[0] if named and not behind[0].startswith("-") else "JOB"


def invoked() -> tuple[str, ...]:
    """Return the arguments of the running command line; empty if there is none."""
    context = click.get_current_context(silent=True)
    return context.obj if context is not None and isinstance(context.obj, tuple) else ()


def step_lines(steps: Iterable[NextStep], invoked: Sequence[str] = ()) -> list[str]:
    """Return one line for each step, such as `Sign in: sodasheet sign-in data.example.org`."""
    invocation = Invocation(tuple(invoked))
    skips, others = list[NextStep](), list[NextStep]()
    for step in steps:
        (skips if step.action is Action.SKIP_GUARD else others).append(step)
    if len(skips) > 1:
        flags = [word for step in skips for word in ("--skip-guard", step.guard)]
        words, _ = _COMMANDS[Action.SKIP_GUARD]
        skipping = f"{words}: {command_line(invocation.pushed_with(skips[0], *flags))}"
        return [*step_lines(others, invoked), skipping]
    steps = [*others, *skips]
    return [
        f"{words}: {command_line(arguments)}"
        for words, arguments in (_said(step, invocation) for step in steps)
    ]


def _said(step: NextStep, invocation: Invocation) -> tuple[str, list[str]]:
    words, make = _COMMANDS[step.action]
    return words, make(step, invocation)


def _sign_in(step: NextStep, _: Invocation) -> list[str]:
    return ["sign-in", display_host(step.portal) or "HOST"]


def _sign_in_mail(step: NextStep, _: Invocation) -> list[str]:
    return ["sign-in", step.host, "--for", "mail", "--user", step.user or "USER"]


def _sign_in_webhook(step: NextStep, _: Invocation) -> list[str]:
    return ["sign-in", step.host, "--for", "webhook"]


def _sign_in_proxy(step: NextStep, _: Invocation) -> list[str]:
    return ["sign-in", step.host or "PROXY:PORT", "--for", "proxy", "--user", step.user or "USER"]


def _create_job(step: NextStep, _: Invocation) -> list[str]:
    target = (
        f"{display_host(step.portal)}/{step.dataset}" if step.portal and step.dataset else "DATASET"
    )
    return ["map", step.file or "SOURCE", target, "-o", step.job or "JOB.json"]


def _import_job(step: NextStep, _: Invocation) -> list[str]:
    portal = ["--portal", display_host(step.portal)] if step.portal else []
    return ["job", "import", step.file or "FILE", *portal]


def _name_job(step: NextStep, invocation: Invocation) -> list[str]:
    return [*invocation.arguments, "--only", step.name or "NAME"]


def _accept(step: NextStep, invocation: Invocation) -> list[str]:
    job = invocation.pushed_with(step)[1]
    return ["job", "accept", job, step.name, "--field", step.value]


def _change(step: NextStep, invocation: Invocation) -> list[str]:
    job = step.file or step.job or invocation.pushed_with(step)[1]
    value = step.value + step.name.upper() if step.value.endswith("=") else step.value
    value = f"HEADER{value}" if value.startswith("=") else value
    return ["job", "change", job, f"--{step.name}", value]


def _preview(step: NextStep, invocation: Invocation) -> list[str]:
    return ["preview", *invocation.pushed_with(step)[1:2]]


def _save_changes(step: NextStep, _: Invocation) -> list[str]:
    only = ["--only", step.name] if step.name else []
    return ["preview", step.file or "JOB", *only, "--csv", "changes.csv"]


def _upload_method(step: NextStep, invocation: Invocation) -> list[str]:
    plain = Invocation(tuple(invocation.without("--transport", value=True)))
    return plain.pushed_with(step, *(() if step.value == "auto" else ("--transport", step.value)))


def _all_rows(step: NextStep, invocation: Invocation) -> list[str]:
    names = ("--limit", "--rows", "--after-trial", "--rest-of")
    return Invocation(tuple(invocation.without(*names, value=True))).pushed_with(step)


def _setting(step: NextStep, _: Invocation) -> list[str]:
    return ["settings", f"--{step.name.replace('.', '-').replace('_', '-')}", step.value or "VALUE"]


#: Action -> words before the command, and the arguments of the command.
_COMMANDS: dict[Action, tuple[str, Callable[[NextStep, Invocation], list[str]]]] = {
    Action.SIGN_IN: ("Sign in", _sign_in),
    Action.SIGN_IN_MAIL: ("Sign in to the mail server", _sign_in_mail),
    Action.SIGN_IN_PROXY: ("Sign in to the proxy", _sign_in_proxy),
    Action.SIGN_IN_WEBHOOK: ("Save the webhook", _sign_in_webhook),
    Action.CREATE_JOB: ("Create a job", _create_job),
    Action.IMPORT_JOB: ("Import the job", _import_job),
    Action.NAME_JOB: ("Choose one job", _name_job),
    Action.MAP_AGAIN: ("Map the columns again", _create_job),
    Action.CONFIRM_MATCHES: ("Confirm the matches", lambda s, i: [*_create_job(s, i), "--confirm"]),
    Action.ALLOW_REJECTED: (
        "Skip those rows",
        lambda s, i: i.pushed_with(s, "--allow-rejected", s.value or "N"),
    ),
    Action.ACCEPT_FINDING: ("If the data may be public, accept the finding", _accept),
    Action.CHANGE_JOB: ("Change the job", _change),
    Action.PREVIEW: ("Preview the changes", _preview),
    Action.PUSH: ("Push", lambda s, i: i.pushed_with(s)),
    Action.PUSH_ALL_ROWS: ("Push all rows", _all_rows),
    Action.PUSH_FEWER_ROWS: (
        "Push fewer rows",
        lambda s, i: i.pushed_with(s, "--limit", s.value or "N"),
    ),
    Action.SEND_REMAINING: (
        "Send the remaining rows",
        lambda s, i: Invocation(tuple(_all_rows(s, i))).pushed_with(s, "--after-trial", s.run),
    ),
    Action.SKIP_GUARD: (
        "Push anyway, if this is intended",
        lambda s, i: i.pushed_with(s, "--skip-guard", s.guard),
    ),
    Action.ALLOW_DUPLICATE_APPEND: (
        "Append the rows again, if this is intended",
        lambda s, i: i.pushed_with(s, "--allow-duplicate-append"),
    ),
    Action.CHOOSE_UPLOAD_METHOD: ("Choose another upload method", _upload_method),
    Action.SAVE_CHANGES: ("Save all changes to a file", _save_changes),
    Action.SHOW_HISTORY: ("List the runs", lambda _s, _i: ["history"]),
    Action.SHOW_RUN: ("Show the run", lambda s, _: ["history", s.run]),
    Action.RESUME_RUN: ("Resume the run", lambda s, _: ["push", "--resume", s.run]),
    Action.MARK_RESOLVED: (
        "After checking the dataset yourself, mark the run as resolved",
        lambda s, _: ["history", s.run, "--mark-resolved"],
    ),
    Action.UNDO_RUN: ("Undo the run", lambda s, _: ["undo", s.run]),
    Action.OVERWRITE_CONFLICTS: (
        "Undo the run and overwrite the later edits",
        lambda s, _: ["undo", s.run, "--overwrite-conflicts"],
    ),
    Action.RUN_UNATTENDED: ("Run the job unattended", lambda s, _: ["run", s.file or "JOB"]),
    Action.RUN_WITHOUT_EXCEL: (
        "Run the workbook as it was last saved, without Excel",
        lambda s, i: i.without("--in-excel", value=False) or ["run", s.file or "JOB"],
    ),
    Action.LIST_SCHEDULES: ("List the schedules", lambda _s, _i: ["schedule", "--list"]),
    Action.NAME_SCHEDULE: (
        "Use another name for the schedule",
        lambda s, i: [*i.without("--name", value=True), "--name", s.name or "NAME"],
    ),
    Action.REMOVE_SCHEDULE: (
        "Remove the schedule",
        lambda s, _: ["schedule", "--remove", s.name or "NAME"],
    ),
    Action.SHOW_SETTINGS: ("Show the settings", lambda _s, _i: ["settings"]),
    Action.CHANGE_SETTING: ("Change the setting", _setting),
    Action.TEST_MAIL: (
        "Send a test email",
        lambda s, _: ["settings", "--test-mail", s.value or "ADDRESS"],
    ),
    Action.INSTALL_ADDIN: ("Install the add-in", lambda _s, _i: ["addin", "install"]),
    Action.REMOVE_ADDIN: ("Remove the add-in", lambda _s, _i: ["addin", "uninstall"]),
    Action.CHECK_ADDIN: ("Check the installation", lambda _s, _i: ["addin", "doctor"]),
    Action.READ_PREFERENCES: (
        "Read DataSync's preferences",
        lambda s, _: ["datasync", "-t", "LoadPreferences", "-c", s.file or "config.json"],
    ),
    Action.USE_COMMAND_LINE: ("List the commands", lambda _s, _i: ["--help"]),
}
