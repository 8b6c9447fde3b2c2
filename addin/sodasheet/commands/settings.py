"""`sodasheet settings`: the mail server, and how long run logs are kept."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.options import as_json
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.settings import MailServer, Settings


@click.command("settings")
@click.option("--mail-server", metavar="HOST[:PORT]", help="Where mail is handed in.")
@click.option(
    "--mail-security",
    type=click.Choice(["starttls", "tls", "none"]),
    help="How the way there is protected; none only for a server on this computer.",
)
@click.option("--mail-user", metavar="USER", help='Who signs in there; "" for nobody.')
@click.option("--mail-from", metavar="ADDRESS", help="Whom mail comes from, if not from the user.")
@click.option(
    "--mail-to", metavar="ADDRESSES", help="Who is told where a job names nobody; commas between."
)
@click.option("--no-mail", is_flag=True, help="Forget the mail server.")
@click.option("--test-mail", metavar="ADDRESS", help="Send a mail to try it.")
@click.option("--keep-days", metavar="N", type=click.IntRange(min=1), help="Age of run logs.")
@click.option(
    "--keep-megabytes", metavar="N", type=click.IntRange(min=1), help="Room for all run logs."
)
@as_json
def command(test_mail: str | None, as_json: bool, **options: object) -> None:
    """Show the settings of this computer, and change those that are given.

    The password of the mail server is no setting: keep it with
    sodasheet sign-in HOST --for mail --user USER.

    Example: sodasheet settings --mail-server smtp.example.org:587 --mail-user ann@example.org
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.settings import read_settings, write_settings

    settings = read_settings()
    changed = _changed(settings, options)
    if changed != settings:
        write_settings(changed)
    if test_mail is not None:
        _try(changed.mail, test_mail)
    if as_json:
        print_json(asdict(changed))
    else:
        _show(changed)


def _changed(settings: Settings, options: dict[str, object]) -> Settings:
    keep = {
        name: options[f"keep_{name}"]
        for name in ("days", "megabytes")
        if options[f"keep_{name}"] is not None
    }
    given = {
        name.removeprefix("mail_"): str(value)
        for name, value in options.items()
        if name.startswith("mail_") and value is not None
    }
    if options["no_mail"] and given:
        raise UsageProblem(
            "--no-mail forgets what the other options set.", "Give one or the other."
        )
    mail = None if options["no_mail"] else _mail(settings.mail, given)
    return replace(settings, mail=mail, keep=replace(settings.keep, **keep))  # type: ignore[arg-type]


def _mail(known: MailServer | None, given: dict[str, str]) -> MailServer | None:
    """The mail server with what was given put in; a new protection brings its usual port along."""
    from sodasheet.settings import PORTS, mail_server

    if not given:
        return known
    if known is None and "server" not in given:
        raise UsageProblem("There is no mail server yet.", "Name it too: --mail-server HOST:PORT")
    security = given.get("security") or (known.security if known else "starttls")
    place = given.get("server")
    if place is None and known is not None:
        usual = known.port == PORTS[known.security]
        host = f"[{known.host}]" if ":" in known.host else known.host
        place = host if usual else f"{host}:{known.port}"
    old = {"user": known.user, "sender": known.sender, "to": known.to} if known else {}
    names = {"user": "user", "from": "sender", "to": "to"}
    new = {name: given[option] for option, name in names.items() if option in given}
    return mail_server(place or "", security, **{**old, **new})


def _try(server: MailServer | None, address: str) -> None:
    """Send a mail that says where it comes from."""
    import platform

    from sodasheet.model.mail_addresses import ALLOWED, addresses
    from sodasheet.notifications.mail import Letter, send

    if server is None:
        raise UsageProblem("There is no mail server yet.", "Name it: --mail-server HOST:PORT")
    try:
        to = addresses(address)
    except ValueError:
        to = ()
    if not to:
        raise UsageProblem(f'--test-mail "{address}" is no mail address.', f"Give {ALLOWED} there.")
    body = (
        f"This is a test from SodaSheet on {platform.node()}. Whoever is named in a job gets its"
        " mail the same way.\n"
    )
    for problem in send(Letter(to, "SodaSheet: test", body), server):
        say(problem, err=True)
    say(f"{server.host} took the mail for {', '.join(to)}. Look whether it arrives.", err=True)


def _show(settings: Settings) -> None:
    from sodasheet.commands.terminal.output import print_table
    from sodasheet.settings import settings_file

    mail, keep = settings.mail, settings.keep
    rows = [
        ["mail server", "none: nobody gets mail" if mail is None else f"{mail.host}:{mail.port}"]
    ]
    if mail is not None:
        rows += [
            ["mail security", mail.security],
            ["mail user", mail.user or "none: no sign-in"],
            ["mail from", mail.address],
            ["mail to, where a job names nobody", mail.to or "nobody"],
        ]
    rows += [
        ["run logs are kept", f"{keep.days:,} days, at most {keep.megabytes:,} MB"],
    ]
    print_table("Settings", ["setting", "value"], rows)
    say(f"They are kept in {settings_file()}")  # a table would break a long path
