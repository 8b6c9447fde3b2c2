"""`sodasheet sign-in`: test a key on its portal, and save the key in this computer's store."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, what_for
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.credentials.keychain import Account, Kind
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.connect import User

#: Longer than any secret; a file given by mistake is not read completely.
_STDIN_LIMIT = 65_536


@click.command("sign-in")
@click.argument("host")
@click.option(
    "--key-id", "--user", "key_id", metavar="ID", help="Id of the API key, or a user name."
)
@click.option("--stdin", "from_stdin", is_flag=True, help="Read the secret from standard input.")
@click.option("--no-check", is_flag=True, help="Save the key without testing it on the portal.")
@what_for
@as_json
def command(
    host: str, key_id: str | None, from_stdin: bool, no_check: bool, kind: Kind, as_json: bool
) -> None:
    """Sign in to the portal HOST; the secret goes into this computer's credential store.

    HOST is the portal's web address in any form. The secret is asked for, or read from standard
    input with --stdin; never give it on the command line, which other programs can see.

    With --for mail or --for proxy HOST is the mail server that sends reports, or your network's
    proxy, with its port if it has one; user name and password are kept without trying them.

    With --for webhook HOST is the host of the webhook, such as hooks.slack.com, and its whole
    address is the secret.

    Example: sodasheet sign-in data.example.gov
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.commands.terminal.session import patience, place_of
    from sodasheet.credentials.keychain import register_secret, save, store_in_use
    from sodasheet.credentials.store_entry import require_storable

    place = place_of(host, kind)
    store_in_use(patience())  # do not ask for a key that cannot be saved
    if kind == "webhook":
        key_id = key_id or "webhook"
    credentials = _from_stdin(key_id, kind) if from_stdin else _asked(place, key_id, kind)
    if kind == "webhook":
        _require_webhook(credentials, place)
    require_storable(credentials, kind)  # before the portal is asked about it
    register_secret(credentials)
    user = None if no_check or kind != "portal" else _tried(place, credentials)
    account = save(place, credentials, kind, deadline=patience())
    if as_json:
        print_json(_body(account, user))
    else:
        say(_told(account, user))
    _mention_what_stands_against_it(account)


def _require_webhook(credentials: Credentials, place: str) -> None:
    """Raise UsageProblem, without the secret, unless the secret is an https address on the host."""
    from sodasheet.portal.http.webhook import webhook_host

    if webhook_host(credentials.secret) != place:
        raise UsageProblem(
            f"That is not an https address on {place}.",
            "Copy the webhook's full address from the service, and give its host.",
        )


def _tried(portal: str, credentials: Credentials) -> User:
    from sodasheet.portal.sign_in import identify

    return identify(portal, credentials)


def _asked(place: str, key_id: str | None, kind: Kind) -> Credentials:
    """Ask for the key on the terminal."""
    from sodasheet.model.credentials import Credentials

    if not sys.stdin.isatty():
        raise UsageProblem(
            "The secret cannot be entered: there is no terminal.",
            f"Pipe it in with --stdin and {_option(kind)}.",
        )
    if kind == "webhook":
        return Credentials(str(key_id), _prompt("Address of the webhook").strip())
    if kind != "portal":
        name = (key_id or str(click.prompt("User name", err=True))).strip()
        return Credentials(name, str(_prompt("Password")))
    if not key_id:
        say(f"Create an API key at {_page(place)}, then copy both parts here.", err=True)
        key_id = str(click.prompt("Key id", err=True))
    key_id = key_id.strip()
    _advise(place, key_id)
    return Credentials(key_id, _prompt("Key secret").strip())


def _prompt(what: str) -> str:
    return str(click.prompt(f"{what} (not shown)", hide_input=True, err=True))


def _from_stdin(key_id: str | None, kind: Kind) -> Credentials:
    """Return the secret on standard input without the final line break."""
    from sodasheet.model.credentials import Credentials

    if not key_id:
        option = _option(kind)
        raise UsageProblem(f"--stdin needs {option}.", f"Add {option} ID to the command.")
    try:
        secret = sys.stdin.buffer.read(_STDIN_LIMIT).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageProblem(
            "Standard input is not UTF-8.",
            "Pipe in only the secret, in UTF-8.",
        ) from None
    # A password may begin or end with a space, an API key never does.
    return Credentials(
        key_id.strip(), secret.strip() if kind in ("portal", "webhook") else secret.rstrip("\r\n")
    )


def _option(kind: Kind) -> str:
    return "--key-id" if kind == "portal" else "--user"


def _page(portal: str) -> str:
    from sodasheet.portal.sign_in import developer_settings

    return developer_settings(portal)


def _advise(portal: str, key_id: str) -> None:
    """Recommend an API key instead of a saved password."""
    if "@" in key_id:
        say(
            "A password works too, but an API key is safer: it keeps working after a password"
            f" change and can be revoked separately. Create one at {_page(portal)}.",
            err=True,
        )


def _body(account: Account, user: User | None) -> dict[str, object]:
    return {
        "kind": account.kind,
        "host": account.host,
        "key_id": account.key_id,
        "store": account.store,
        "checked": user is not None,
        "user": user.name if user else None,
        "role": user.role if user else None,
        "rights": sorted(user.rights) if user else None,
    }


def _told(account: Account, user: User | None) -> str:
    from sodasheet.commands.terminal.output import printable
    from sodasheet.portal.sign_in import powers

    kept = f"this computer's credential store ({account.store})."
    if account.kind == "webhook":
        return (
            f"The webhook on {account.host} was saved without testing it. Its address is in {kept}"
        )
    if account.kind != "portal":
        server = {"mail": "mail server", "proxy": "proxy"}[account.kind]
        return (
            f"The password of {account.key_id} for the {server} {account.host} was saved without "
            f"testing it. It is in {kept}"
        )
    if user is None:
        return (
            f"The key {account.key_id} for {account.host} was saved without testing it. The secret"
            f" is in {kept}"
        )
    role = f"role {user.role}" if user.role else "no role"
    return printable(
        f"You are signed in to {account.host} as {user.name} ({role}). {powers(user)} The secret is"
        f" in {kept}"
    )


def _mention_what_stands_against_it(account: Account) -> None:
    """Print notes about settings that override the account."""
    from sodasheet.credentials.keychain import from_environment

    if account.kind == "portal" and from_environment() is not None:
        say(
            "Note: SODASHEET_KEY_ID is set, and the key in the environment is used before this"
            " one.",
            err=True,
        )
    if account.kind == "proxy" and not _is_proxy_here(account.host):
        say(
            f"Note: the system's proxy settings (HTTPS_PROXY) do not name {account.host}; this "
            "sign-in is used once they do.",
            err=True,
        )


def _is_proxy_here(host: str) -> bool:
    """True if this computer sends requests through that proxy."""
    from urllib.parse import urlsplit
    from urllib.request import getproxies

    addresses = [urlsplit(one if "//" in one else f"//{one}") for one in getproxies().values()]
    names = {(one.hostname or "", one.netloc.rpartition("@")[2].lower()) for one in addresses}
    return any(host in pair for pair in names)
