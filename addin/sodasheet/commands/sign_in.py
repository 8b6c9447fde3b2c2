"""`sodasheet sign-in`: try a key on its portal, and keep it in this computer's store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sodasheet.commands.options import as_json
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.credentials import Account
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.account import User

#: Nobody's secret is longer; a file given by mistake is not read to its end.
_STDIN_LIMIT = 65_536


@click.command("sign-in")
@click.argument("host")
@click.option("--key-id", metavar="ID", help="Id of the API key, or a user name.")
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the secret from standard input.")
@click.option("--no-check", is_flag=True, help="Keep the key without trying it on the portal.")
@as_json
def command(host: str, key_id: str | None, from_stdin: bool, no_check: bool, as_json: bool) -> None:
    """Sign in to the portal HOST; the secret goes into this computer's credential store.

    HOST is the portal's web address in any form. The secret is asked for, or read from standard
    input with --stdin; never give it on the command line, which other programs can see.

    Example: sodasheet sign-in data.example.gov
    """
    from sodasheet.commands.options import patience
    from sodasheet.commands.screen import print_json
    from sodasheet.credentials import remember, save
    from sodasheet.portal.address import parse_portal
    from sodasheet.portal.sign_in import identify

    portal = parse_portal(host)
    credentials = _asked(portal, key_id, from_stdin)
    remember(credentials)
    user = None if no_check else identify(portal, credentials)
    account = save(portal, credentials, deadline=patience())
    if as_json:
        print_json(_body(account, user))
    else:
        click.echo(_told(account, user))
    _mention_environment()


def _asked(portal: str, key_id: str | None, from_stdin: bool) -> Credentials:
    """The key as it was typed or piped in."""
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.sign_in import developer_settings

    if from_stdin:
        if not key_id:
            raise UsageProblem("--stdin needs --key-id.", "Add --key-id ID to the command.")
        return _from_stdin(key_id)
    if not sys.stdin.isatty():
        raise UsageProblem(
            "The secret cannot be asked for: there is no terminal.",
            "Pipe it in with --stdin and --key-id.",
        )
    if not key_id:
        page = developer_settings(portal)
        click.echo(f"Make an API key at {page}, then copy both parts here.", err=True)
        key_id = str(click.prompt("Key id", err=True))
    key_id = key_id.strip()
    _advise(portal, key_id)
    secret = str(click.prompt("Key secret (not shown)", hide_input=True, err=True))
    return Credentials(key_id, secret.strip())


def _from_stdin(key_id: str) -> Credentials:
    """The secret without the line break that most programs put after it."""
    from sodasheet.model.credentials import Credentials

    try:
        secret = sys.stdin.buffer.read(_STDIN_LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(
            "What came on standard input is no text in UTF-8.",
            "Pipe in the secret alone, in UTF-8.",
        ) from None
    return Credentials(key_id.strip(), secret.strip())


def _advise(portal: str, key_id: str) -> None:
    """A password works, but a key is the better thing to leave on a computer."""
    from sodasheet.portal.sign_in import developer_settings

    if "@" in key_id:
        click.echo(
            "A password works too, but an API key is safer: it survives a change of password, and"
            f" can be taken back by itself. You make one at {developer_settings(portal)}.",
            err=True,
        )


def _body(account: Account, user: User | None) -> dict[str, object]:
    return {
        "host": account.host,
        "key_id": account.key_id,
        "store": account.store,
        "checked": user is not None,
        "user": user.name if user else None,
        "role": user.role if user else None,
        "rights": sorted(user.rights) if user else None,
    }


def _told(account: Account, user: User | None) -> str:
    from sodasheet.commands.screen import printable
    from sodasheet.portal.sign_in import powers

    kept = f"The secret is in this computer's credential store ({account.store})."
    if user is None:
        return f"The key {account.key_id} for {account.host} was kept without trying it. {kept}"
    role = f"role {user.role}" if user.role else "no role"
    return printable(
        f"You are signed in to {account.host} as {user.name} ({role}). {powers(user)} {kept}"
    )


def _mention_environment() -> None:
    """The environment wins, which somebody who has just signed in would not guess."""
    from sodasheet.credentials import from_environment

    if from_environment() is not None:
        click.echo(
            "Note: SODASHEET_KEY_ID is set, and the key in the environment is used before this"
            " one.",
            err=True,
        )
