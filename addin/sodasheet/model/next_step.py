"""Next steps of a user after an error, a finding, a guard or a report, as data.

Each front end shows a step in its own words: the terminal a command, the ribbon a button. Code
below the front ends writes a sentence that is true everywhere and attaches the steps to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum


class Action(StrEnum):
    """Kinds of next steps; the values are part of the JSON of reports and errors."""

    # Accounts
    SIGN_IN = "sign-in"
    SIGN_IN_MAIL = "sign-in-mail"
    SIGN_IN_PROXY = "sign-in-proxy"
    SIGN_IN_WEBHOOK = "sign-in-webhook"
    # Jobs and mappings
    CREATE_JOB = "create-job"
    IMPORT_JOB = "import-job"
    NAME_JOB = "name-job"
    MAP_AGAIN = "map-again"
    CONFIRM_MATCHES = "confirm-matches"
    ALLOW_REJECTED = "allow-rejected"
    ACCEPT_FINDING = "accept-finding"
    CHANGE_JOB = "change-job"
    # Pushes
    PREVIEW = "preview"
    PUSH = "push"
    PUSH_ALL_ROWS = "push-all-rows"
    PUSH_FEWER_ROWS = "push-fewer-rows"
    SEND_REMAINING = "send-remaining"
    SKIP_GUARD = "skip-guard"
    ALLOW_DUPLICATE_APPEND = "allow-duplicate-append"
    CHOOSE_UPLOAD_METHOD = "choose-upload-method"
    SAVE_CHANGES = "save-changes"
    # Runs
    SHOW_HISTORY = "show-history"
    SHOW_RUN = "show-run"
    RESUME_RUN = "resume-run"
    MARK_RESOLVED = "mark-resolved"
    UNDO_RUN = "undo-run"
    OVERWRITE_CONFLICTS = "overwrite-conflicts"
    # Unattended runs and schedules
    RUN_UNATTENDED = "run-unattended"
    RUN_WITHOUT_EXCEL = "run-without-excel"
    LIST_SCHEDULES = "list-schedules"
    NAME_SCHEDULE = "name-schedule"
    REMOVE_SCHEDULE = "remove-schedule"
    # This computer
    SHOW_SETTINGS = "show-settings"
    CHANGE_SETTING = "change-setting"
    TEST_MAIL = "test-mail"
    INSTALL_ADDIN = "install-addin"
    REMOVE_ADDIN = "remove-addin"
    CHECK_ADDIN = "check-addin"
    READ_PREFERENCES = "read-preferences"
    USE_COMMAND_LINE = "use-command-line"


#: Required fields of a step by action; a test checks every step in the sources.
REQUIRED: Mapping[Action, frozenset[str]] = {
    Action.SIGN_IN_MAIL: frozenset({"host"}),
    Action.SIGN_IN_WEBHOOK: frozenset({"host"}),
    Action.ACCEPT_FINDING: frozenset({"name", "value"}),
    Action.CHANGE_JOB: frozenset({"name", "value"}),
    Action.SEND_REMAINING: frozenset({"run"}),
    Action.SKIP_GUARD: frozenset({"guard"}),
    Action.CHOOSE_UPLOAD_METHOD: frozenset({"value"}),
    Action.SHOW_RUN: frozenset({"run"}),
    Action.RESUME_RUN: frozenset({"run"}),
    Action.MARK_RESOLVED: frozenset({"run"}),
    Action.UNDO_RUN: frozenset({"run"}),
    Action.OVERWRITE_CONFLICTS: frozenset({"run"}),
    Action.CHANGE_SETTING: frozenset({"name"}),
}


@dataclass(frozen=True, slots=True)
class NextStep:
    """One action that the user can take next, with its data.

    An empty field is unknown, and a front end that needs the value writes a placeholder. `portal`
    is a base address, `host` that of a mail server or proxy. `name` is the key of a setting such
    as `mail.from`, the name of a schedule, the reason of a finding, or a part of a job: `format`,
    `blank`, `map`, `rows`; `value` is the choice, `Fee=$1,234.50` or only `Fee=` if the user knows
    it, or the finding's field. No field contains a secret.
    """

    action: Action
    run: str = ""
    job: str = ""
    file: str = ""
    sheet: str = ""
    portal: str = ""
    dataset: str = ""
    host: str = ""
    user: str = ""
    guard: str = ""
    name: str = ""
    value: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the step as one JSON object without its empty fields."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: str(value) for name, value in values.items() if value}
