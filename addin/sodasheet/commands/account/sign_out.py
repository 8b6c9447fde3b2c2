"""`sodasheet sign-out`: remove saved keys from this computer's store."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, what_for

if TYPE_CHECKING:
    from sodasheet.credentials.keychain import Kind


@click.command("sign-out")
@click.argument("host")
@click.option(
    "--key-id",
    "--user",
    "key_id",
    metavar="ID",
    help="Only this account; by default, all accounts on HOST.",
)
@what_for
@as_json
def command(host: str, key_id: str | None, kind: Kind, as_json: bool) -> None:
    """Sign out of the portal HOST: its keys leave this computer's credential store.

    The portal still knows them; take a key back on the portal's own page. Signing out where
    nobody is signed in does no harm.

    Example: sodasheet sign-out data.example.gov
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.commands.terminal.session import patience, place_of
    from sodasheet.credentials.account_list import list_accounts
    from sodasheet.credentials.keychain import forget
    from sodasheet.credentials.store_entry import Entry

    place = place_of(host, kind)
    gone = forget(place, key_id, kind, deadline=patience())
    entry = Entry.of(place, kind)
    used = next((one.key_id for one in list_accounts() if one.entry == entry and one.default), None)
    if as_json:
        print_json({"kind": kind, "host": entry.host, "signed_out": list(gone), "in_use": used})
        return
    told = (
        f"You are signed out of {entry.host} ({', '.join(gone)})."
        if gone
        else f"You were not signed in to {entry.host}{f' as {key_id}' if key_id else ''}."
    )
    click.echo(told + (f" The account in use there is {used}." if used else ""))
