"""`sodasheet settings`: the SMTP server, the limits of run logs, and the check for updates."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, takes
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem
from sodasheet.wording import counted

if TYPE_CHECKING:
    from sodasheet.settings import MailServer, Settings


@dataclass(frozen=True, slots=True)
class SettingsOptions:
    """Options of the settings; None leaves a setting unchanged."""

    mail_server: str | None
    mail_security: str | None
    mail_user: str | None
    mail_from: str | None
    mail_to: str | None
    no_mail: bool
    test_mail: str | None
    keep_days: int | None
    keep_megabytes: int | None
    updates: str | None
    no_updates: bool
    as_json: bool

    @property
    def mail(self) -> dict[str, str]:
        """The given mail settings, by their keys in the file."""
        given = {
            "server": self.mail_server,
            "security": self.mail_security,
            "user": self.mail_user,
            "from": self.mail_from,
            "to": self.mail_to,
        }
        return {name: text for name, text in given.items() if text is not None}


@click.command("settings")
@click.option("--mail-server", metavar="HOST[:PORT]", help="SMTP server.")
@click.option(
    "--mail-security",
    type=click.Choice(["starttls", "tls", "none"]),
    help="Encryption; none is allowed only for a server on this computer.",
)
@click.option("--mail-user", metavar="USER", help='User of the SMTP server; "" for no sign-in.')
@click.option(
    "--mail-from", metavar="ADDRESS", help="From address; by default, the address of the user."
)
@click.option(
    "--mail-to",
    metavar="ADDRESSES",
    help="Recipients for jobs that name none, separated by commas.",
)
@click.option("--no-mail", is_flag=True, help="Remove the SMTP server.")
@click.option("--test-mail", metavar="ADDRESS", help="Send a test email.")
@click.option("--keep-days", metavar="N", type=click.IntRange(min=1), help="Days to keep run logs.")
@click.option(
    "--keep-megabytes",
    metavar="N",
    type=click.IntRange(min=1),
    help="Maximum size of all run logs.",
)
@click.option(
    "--updates",
    metavar="ADDRESS",
    help="Ask this address once a day for a newer version; nothing is downloaded.",
)
@click.option("--no-updates", is_flag=True, help="Do not ask for newer versions.")
@as_json
@takes(SettingsOptions)
def command(options: SettingsOptions) -> None:
    """Show the settings of this computer, and change the given settings.

    The password of the SMTP server is not a setting: save it with
    sodasheet sign-in HOST --for mail --user USER.

    Example: sodasheet settings --mail-server smtp.example.org:587 --mail-user ann@example.org
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.settings import read_settings, write_settings

    settings = read_settings()
    changed = _changed(settings, options)
    if changed != settings:
        write_settings(changed)
    if options.test_mail is not None:
        _try(changed.mail, options.test_mail)
    if options.as_json:
        print_json(asdict(changed))
    else:
        _show(changed)


def _changed(settings: Settings, options: SettingsOptions) -> Settings:
    keep = settings.keep
    keep = replace(
        keep,
        days=options.keep_days or keep.days,
        megabytes=options.keep_megabytes or keep.megabytes,
    )
    if options.no_mail and options.mail:
        raise UsageProblem("--no-mail removes what the other options set.", "Use only one of them.")
    mail = None if options.no_mail else _mail(settings.mail, options.mail)
    return replace(settings, mail=mail, keep=keep, updates=_updates(settings.updates, options))


def _updates(known: str, options: SettingsOptions) -> str:
    from sodasheet.portal.http.newest_release import checked_address

    if options.no_updates and options.updates:
        raise UsageProblem("--no-updates removes what --updates sets.", "Use only one of them.")
    if options.no_updates:
        return ""
    return known if options.updates is None else checked_address(options.updates)


def _mail(known: MailServer | None, given: dict[str, str]) -> MailServer | None:
    """Return the mail server with the given values; new encryption sets its default port."""
    from sodasheet.settings import PORTS, mail_server

    if not given:
        return known
    if known is None and "server" not in given:
        raise UsageProblem("No SMTP server is set.", "Also specify --mail-server HOST:PORT")
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
    """Send a mail that names this computer."""
    import socket

    from sodasheet.model.mail_addresses import ALLOWED, addresses
    from sodasheet.notifications.mail import Letter, send

    if server is None:
        raise UsageProblem("No SMTP server is set.", "Specify --mail-server HOST:PORT")
    try:
        to = addresses(address)
    except ValueError:
        to = ()
    if not to:
        raise UsageProblem(f'--test-mail "{address}" is not an email address.', f"Enter {ALLOWED}.")
    body = (
        f"This is a test from SodaSheet on {socket.gethostname()}. Mail about jobs is sent the same"
        " way.\n"
    )
    for problem in send(Letter(to, "SodaSheet: test", body), server):
        say(problem, err=True)
    say(f"{server.host} accepted the email for {', '.join(to)}. Check that it arrives.", err=True)


def _show(settings: Settings) -> None:
    from sodasheet.commands.terminal.output import print_table
    from sodasheet.settings import settings_file

    mail, keep = settings.mail, settings.keep
    rows = [
        ["SMTP server", "none: no email is sent" if mail is None else f"{mail.host}:{mail.port}"]
    ]
    if mail is not None:
        rows += [
            ["mail security", mail.security],
            ["mail user", mail.user or "none: no sign-in"],
            ["mail from", mail.address],
            ["email to, if a job specifies no recipient", mail.to or "nobody"],
        ]
    rows += [
        ["run logs", f"{counted(keep.days, 'day')}, at most {keep.megabytes:,} MB"],
        ["newer versions", _updates_shown(settings.updates)],
    ]
    print_table("Settings", ["setting", "value"], rows)
    say(f"Settings file: {settings_file()}")  # a table would break a long path


def _updates_shown(own: str) -> str:
    from sodasheet.system.organization_settings import office_settings

    office = office_settings().updates
    if office:
        return f"asked for at {office}, as your office has configured"
    return f"asked for at {own}" if own else "not asked for"
