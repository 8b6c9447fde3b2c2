"""`sodasheet accounts`: list the accounts and the credential store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, what_for

if TYPE_CHECKING:
    from sodasheet.credentials.keychain import Account, Kind


@click.command("accounts")
@click.option(
    "--use",
    nargs=2,
    metavar="HOST ID",
    help="Use this account for HOST from now on.",
)
@what_for
@as_json
def command(use: tuple[str, str] | None, kind: Kind, as_json: bool) -> None:
    """List the accounts that are signed in, and the store that keeps their keys.

    Where several are signed in to one portal, the one in use is the last that signed in, or the
    one named with --use; --for says what its HOST is.

    Example: sodasheet accounts --use data.example.gov abc123
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.commands.terminal.session import place_of
    from sodasheet.credentials.account_list import list_accounts
    from sodasheet.credentials.keychain import choose, from_environment

    if use is not None:
        choose(place_of(use[0], kind), use[1], kind)
    known, surroundings = list_accounts(), from_environment()
    store = _store()
    if as_json:
        print_json(
            {
                "accounts": [_body(account) for account in known],
                "environment": surroundings.key_id if surroundings else None,
                "store": store,
            }
        )
        return
    _print(known)
    if surroundings:
        click.echo(
            f"The key in the environment ({surroundings.key_id}) takes precedence over these."
        )
    click.echo(_sentence(store))


def _body(account: Account) -> dict[str, object]:
    return {
        "kind": account.kind,
        "host": account.host,
        "key_id": account.key_id,
        "store": account.store,
        "default": account.default,
    }


def _store() -> dict[str, str | None]:
    """Return the store's name and what chose the store, or the problem with the store."""
    from sodasheet.commands.terminal.session import patience
    from sodasheet.credentials.keychain import CredentialError, store_in_use

    try:
        store = store_in_use(patience())
    except CredentialError as error:
        return {"name": None, "chosen_by": None, "problem": str(error)}
    return {"name": store.name, "chosen_by": store.chosen_by or None, "problem": None}


def _sentence(store: dict[str, str | None]) -> str:
    if store["problem"]:
        return f"Credential store: none. {store['problem']}"
    chosen = f", chosen by {store['chosen_by']}" if store["chosen_by"] else ""
    return f"Credential store: {store['name']}{chosen}."


def _print(known: tuple[Account, ...]) -> None:
    from sodasheet.commands.terminal.output import print_table

    if not known:
        click.echo("Nobody is signed in. To sign in: sodasheet sign-in HOST")
        return
    rows = [
        [
            account.host,
            account.key_id,
            "yes" if account.default else "",
            account.store,
            account.kind,
        ]
        for account in known
    ]
    print_table("Accounts", ["host", "key id", "in use", "kept in", "for"], rows)
