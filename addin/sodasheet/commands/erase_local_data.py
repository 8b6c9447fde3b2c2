"""`sodasheet erase`: remove everything that SodaSheet has stored for this user."""

from __future__ import annotations

import shutil

import click

from sodasheet.commands.terminal.command_line import as_json
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.wording import counted, listed


@click.command("erase")
@click.option("--yes", is_flag=True, help="Erase without asking for confirmation.")
@as_json
def command(yes: bool, as_json: bool) -> None:
    """Remove your schedules, saved keys, settings, and the records of all pushes.

    Pushes can no longer be undone or resumed afterwards. Job files and workbooks stay.

    Example: sodasheet erase
    """
    from sodasheet.commands.terminal.output import print_json, say
    from sodasheet.desk.practice_portal import portal_control
    from sodasheet.system.folders import home

    folder = home()
    question = f"Erase everything in {folder}, all schedules, and all saved keys?"
    if not yes and not click.confirm(question):
        raise UsageProblem("Nothing was erased.", "")
    portal_control.stop()
    schedules, keys = _remove_schedules(), _remove_keys()
    try:
        if folder.exists():
            shutil.rmtree(folder)
    except OSError as error:
        raise SodaSheetError(
            f"{error.filename or folder} cannot be removed: {error.strerror or error}.",
            "Close the desk and any program that has a file in that folder open, then try again.",
        ) from error
    if as_json:
        print_json({"folder": str(folder), "schedules": schedules, "keys": keys})
        return
    erased = [str(folder), counted(len(schedules), "schedule"), counted(len(keys), "saved key")]
    say(f"Erased {listed(erased)}.")


def _remove_schedules() -> list[str]:
    from sodasheet.schedules import schedule_store
    from sodasheet.schedules.backends.select_scheduler import system_of

    names = []
    for schedule in schedule_store.schedules():
        system_of(schedule.system).remove(schedule)
        schedule_store.drop(schedule)
        names.append(schedule.name)
    return names


def _remove_keys() -> list[str]:
    from sodasheet.commands.terminal.session import patience
    from sodasheet.credentials.account_list import list_accounts
    from sodasheet.credentials.keychain import forget

    hosts = []
    for account in list_accounts():
        forget(account.host, account.key_id, account.kind, deadline=patience())
        hosts.append(account.host)
    return hosts
