"""Settings of this computer for every job: SMTP server, retention of run logs, updates."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.mail_addresses import ALLOWED, addresses
from sodasheet.model.next_step import Action, NextStep
from sodasheet.system.folders import home, write_whole

NAME = "settings.json"

#: Encryption of the connection to a mail server -> its default port.
PORTS = {"starttls": 587, "tls": 465, "none": 25}

#: The only mail servers to which unencrypted connections are allowed.
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})

_FIX = "Fix the file, or delete it and enter the settings again."

_SHOW = (NextStep(Action.SHOW_SETTINGS),)


@dataclass(frozen=True, slots=True)
class MailServer:
    """SMTP server and sender; the password is in the credential store.

    `security` is `starttls`, `tls` or `none`. `user` is empty if the server needs no
    sign-in, `sender` if it is the user. `to` are the recipients if a job names none or cannot be
    read.
    """

    host: str
    port: int
    security: str
    user: str = ""
    sender: str = ""
    to: str = ""

    @property
    def address(self) -> str:
        """From address of email."""
        return self.sender or self.user


@dataclass(frozen=True, slots=True)
class Keep:
    """Retention of run logs and snapshots: days and total size."""

    days: int = 90
    megabytes: int = 2000


@dataclass(frozen=True, slots=True)
class Settings:
    """Content of the settings file; missing keys have their defaults.

    `updates` is the address that is asked for a newer version, empty for none.
    """

    mail: MailServer | None = None
    keep: Keep = Keep()
    updates: str = ""


def settings_file() -> Path:
    """Return the path of the settings file, which contains no secret."""
    return home() / NAME


def read_settings() -> Settings:
    """Return the settings; the defaults if there is no file.

    Raises UsageProblem, naming the file and the key, if the file cannot be read or contains an
    invalid value.
    """
    body = _body()
    return Settings(_mail(body.get("mail")), _keep(body.get("keep")), _updates(body.get("updates")))


def write_settings(settings: Settings) -> None:
    """Replace the whole file; keys unknown to this version remain.

    Raises UsageProblem if a value is invalid or the existing file is damaged, SodaSheetError if
    the file cannot be written.
    """
    body = {"sodasheet": 1, **_body()}
    mail, keep = settings.mail, settings.keep
    written = {
        "mail": None if mail is None else _mail_json(mail),
        "keep": {"days": keep.days, "megabytes": keep.megabytes},
        "updates": {"address": settings.updates} if settings.updates else None,
    }
    _mail(written["mail"])
    _keep(written["keep"])
    _updates(written["updates"])
    for name, part in written.items():
        if part is None:
            body.pop(name, None)
        else:
            body[name] = {**_part(body.get(name), name), **part}
    _replace(settings_file(), body)


def mail_server(place: str, security: str = "starttls", **more: str) -> MailServer:
    """Return the mail server for `host` or `host:port`; `more` are the other fields.

    Raises UsageProblem if the place or a field is invalid.
    """
    if "@" in place:
        raise UsageProblem(
            "The mail server must not contain a user name or a password.",
            "Enter only the host, such as smtp.example.org:587, and enter the user separately.",
            (NextStep(Action.CHANGE_SETTING, name="mail.user"),),
        )
    try:
        parts = urlsplit(f"//{place.strip()}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or any(sign in place.strip() for sign in "/?# "):
        raise _wrong("mail.server", place, "host:port, such as smtp.example.org:587,")
    server = MailServer(host, port or PORTS.get(security, 0), security, **more)
    checked = _mail(_mail_json(server))
    assert checked is not None  # noqa: S101 - only None gives None
    return checked


def _mail_json(server: MailServer) -> dict[str, Any]:
    return {
        "server": server.host,
        "port": server.port,
        "security": server.security,
        "user": server.user,
        "from": server.sender,
        "to": server.to,
    }


def _mail(part: Any) -> MailServer | None:
    if part is None:
        return None
    values = _part(part, "mail")
    texts = {name: values.get(name, "") for name in ("server", "security", "user", "from", "to")}
    for name, text in texts.items():
        if not isinstance(text, str) or not text.isprintable():
            raise _wrong(f"mail.{name}", text, "text on one line")
    security = texts["security"] or "starttls"
    if security not in PORTS:
        raise _wrong("mail.security", security, "starttls, tls or none")
    host = texts["server"]
    if not host or any(sign in host for sign in "/@[] "):
        raise _wrong("mail.server", host, "the name of the mail server, such as smtp.example.org,")
    port = values.get("port", PORTS[security])
    if not _whole(port) or not 0 < port < 65536:
        raise _wrong("mail.port", port, "a number from 1 to 65535")
    if security == "none" and host not in _LOOPBACK:
        raise UsageProblem(
            f"Mail to {host} would be sent without encryption, including the password.",
            "Choose starttls or tls; none is allowed only for a mail server on this computer.",
        )
    _check_people(texts)
    return MailServer(host, port, security, texts["user"], texts["from"], texts["to"])


def _check_people(texts: Mapping[str, str]) -> None:
    """Refuse addresses that are invalid in an email header."""
    for name in ("from", "to"):
        try:
            listed = addresses(texts[name])
        except ValueError:
            raise _wrong(f"mail.{name}", texts[name], ALLOWED) from None
        if name == "from" and len(listed) > 1:
            raise _wrong("mail.from", texts["from"], "one email address")
    if not texts["from"] and "@" not in texts["user"]:
        raise UsageProblem(
            "The From address for email is missing.",
            "Enter the address that email is sent from.",
            (NextStep(Action.CHANGE_SETTING, name="mail.from", value="ADDRESS"),),
        )


def _keep(part: Any) -> Keep:
    values, plain = _part(part, "keep"), Keep()
    found = {name: values.get(name, getattr(plain, name)) for name in ("days", "megabytes")}
    for name, number in found.items():
        if not _whole(number) or number < 1:
            raise _wrong(f"keep.{name}", number, "a whole number, 1 or more,")
    return Keep(**found)


def _updates(part: Any) -> str:
    address = _part(part, "updates").get("address", "")
    if not isinstance(address, str) or not address.isprintable():
        raise _wrong("updates.address", address, "an https address")
    return address


def _part(value: Any, name: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise _wrong(name, value, "an object in { }")
    return value


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _wrong(key: str, value: Any, allowed: str) -> UsageProblem:
    shown = json.dumps(value, ensure_ascii=False)[:80]
    return UsageProblem(
        f"In the settings {key} is {shown}.", f"Write {allowed} there ({settings_file()})."
    )


def _body() -> dict[str, Any]:
    path = settings_file()
    try:
        body = json.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise UsageProblem(
            f"The settings file {path} cannot be read: {error.strerror or error}.",
            "Check the permissions of that file.",
        ) from error
    except (ValueError, RecursionError) as error:
        what = f"The settings file {path} is damaged: not JSON."
        raise UsageProblem(what, _FIX, _SHOW) from error
    if not isinstance(body, dict):
        raise UsageProblem(f"The settings file {path} is not a JSON object.", _FIX, _SHOW)
    return body


def _replace(path: Path, body: Mapping[str, Any]) -> None:
    try:
        write_whole(path, json.dumps(body, ensure_ascii=False, indent=1) + "\n")
    except OSError as error:
        raise SodaSheetError(
            f"The settings file {path} cannot be written: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
        ) from error
