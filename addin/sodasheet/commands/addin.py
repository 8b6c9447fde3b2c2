"""`sodasheet addin`: the ribbon add-in for Excel, installed for the current user."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json
from sodasheet.model.exit_code import ExitCode

if TYPE_CHECKING:
    from sodasheet.installer.doctor.check_result import Check


@click.group("addin")
def command() -> None:
    """Install, remove or examine the ribbon add-in for Excel.

    Example: sodasheet addin install
    """


@command.command("install")
@click.option(
    "--force", is_flag=True, help="Overwrite an add-in that someone else installed there."
)
@as_json
def install(force: bool, as_json: bool) -> None:
    """Put the add-in where Excel trusts add-ins, and tell Excel which Python to start.

    For this user only; no administrator rights are needed. Close Excel first.

    Example: sodasheet addin install
    """
    from sodasheet.installer.addin_installation import install as put
    from sodasheet.installer.install_locations import Machine

    _say(put(Machine.current(), force=force), as_json=as_json)


@command.command("uninstall")
@as_json
def uninstall(as_json: bool) -> None:
    """Remove only the files that install added. Close Excel first.

    Example: sodasheet addin uninstall
    """
    from sodasheet.installer.addin_installation import uninstall as take_away
    from sodasheet.installer.install_locations import Machine

    _say(take_away(Machine.current()), as_json=as_json)


@command.command("doctor")
@click.argument("host", required=False)
@as_json
def doctor(host: str | None, as_json: bool) -> int:
    """Check this computer for everything that the add-in needs; with HOST, also check that portal.

    Example: sodasheet addin doctor data.ct.gov
    """
    from sodasheet.installer.doctor.examine import answered, examine
    from sodasheet.installer.install_locations import Machine
    from sodasheet.system.windows_registry import WindowsRegistry

    checks = examine(Machine.current(), WindowsRegistry(), _store)
    if host is not None:
        checks.append(answered("Portal", _reaching(host)))
    _show(checks, as_json=as_json)
    return int(ExitCode.DONE if all(check.ok for check in checks) else ExitCode.FAILED)


def _store() -> str:
    from sodasheet.commands.terminal.session import patience
    from sodasheet.credentials.keychain import from_environment, store_in_use

    if from_environment() is not None:
        return "are taken from SODASHEET_KEY_ID and SODASHEET_KEY_SECRET"
    return f"are kept by {store_in_use(deadline=patience()).name}"


def _reaching(host: str) -> Callable[[], str]:
    """Ask a portal for one entry, without signing in and with a short timeout."""

    def ask() -> str:
        from sodasheet.portal.catalog_search import search
        from sodasheet.portal.connect import SessionOptions, connect_as
        from sodasheet.portal.dataset_address import parse_portal
        from sodasheet.portal.http.retries import Patience

        options = SessionOptions(patience=Patience(connect=10, read=20, tries=1, unreachable=1))
        with connect_as(parse_portal(host), None, options) as session:
            search(session, "", 1)
            return f"{session.portal} answers"

    return ask


def _say(sentences: list[str], *, as_json: bool) -> None:
    if as_json:
        from sodasheet.commands.terminal.output import print_json

        print_json({"done": sentences})
        return
    for sentence in sentences:
        click.echo(sentence)


def _show(checks: list[Check], *, as_json: bool) -> None:
    if as_json:
        from dataclasses import asdict

        from sodasheet.commands.terminal.output import print_json

        print_json({"checks": [asdict(check) for check in checks]})
        return
    width = max(len(check.name) for check in checks)
    for check in checks:
        remedy = f" {check.remedy}" if check.remedy else ""
        click.echo(f"{'OK ' if check.ok else 'FIX'} {check.name:<{width}}  {check.text}{remedy}")
