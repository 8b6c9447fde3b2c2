"""LoadPreferences: import DataSync's portal, login and mail server on request (1.5)."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.jobs.datasync import remembered_portal
from sodasheet.jobs.datasync.preferences import Preferences
from sodasheet.model.credentials import Credentials
from sodasheet.model.next_step import Action, NextStep

#: Saves a secret: place, credentials, kind (`portal`, `mail` or `proxy`).
Save = Callable[[str, Credentials, str], None]


def load(preferences: Preferences, save: Save) -> Iterator[str]:
    """Store the preferences, secrets with `save`; yield a sentence about each setting.

    Raises UsageProblem if they name no portal, CredentialError if a secret cannot be saved.
    """
    portal = remembered_portal.portal_of(preferences, preferences.origin)
    values = preferences.values
    # Before the secrets: without a credential store the rest is still useful.
    path = remembered_portal.keep(preferences)
    yield f"Portal: {portal}."
    yield f"Saved for DataSync jobs: {path}."
    if values.get("username"):
        yield from _secret(preferences, (portal, values["username"], "password", "portal"), save)
    if values.get("outgoingMailServer"):
        yield from _mail(preferences, save)
    if values.get("proxyHost"):
        yield "The proxy is not carried over: the system's own proxy is used (HTTPS_PROXY)."
    if preferences.idle:
        yield f"Not carried over: {', '.join(preferences.idle)}."


def _secret(
    preferences: Preferences, about: tuple[str, str, str, str], save: Save
) -> Iterator[str]:
    place, user, name, kind = about
    secret = remembered_portal.secret(preferences, name)
    if secret is None:
        yield (
            f"The {name} of {user} is masked and its key is not here: sign in to {place} instead, "
            "or read the preferences that DataSync itself stores."
        )
    elif not secret:
        yield f"There is no {name} for {user}."
    else:
        save(place, Credentials(user, secret, origin=preferences.origin), kind)
        yield f"The {name} of {user} is in this computer's store of secrets."


def _mail(preferences: Preferences, save: Save) -> Iterator[str]:
    """Import the mail server, with TLS if there is an sslPort, else with STARTTLS."""
    from dataclasses import replace

    from sodasheet.settings import mail_server, read_settings, write_settings

    values = preferences.values
    host, user = values["outgoingMailServer"], values.get("smtpUsername", "")
    port = values.get("sslPort") or values.get("smtpPort") or ""
    security = "tls" if values.get("sslPort") else "starttls"
    try:
        server = mail_server(
            f"{host}:{port}" if port else host, security, user=user, to=values.get("adminEmail", "")
        )
        write_settings(replace(read_settings(), mail=server))
    except SodaSheetError as error:
        yield f"The mail server is not carried over: {error}"
        return
    yield f"Mail server: {host}."
    if user:
        yield from _secret(preferences, (host, user, "smtpPassword", "mail"), save)


def login(preferences: Preferences) -> Credentials | None:
    """Return the login of a config file; None if there is none.

    Raises UsageProblem if the password is masked with an unknown key.
    """
    user = preferences.values.get("username", "")
    secret = remembered_portal.secret(preferences, "password")
    if secret is None:
        raise UsageProblem(
            f"The password in {preferences.origin} is masked, and its key is not on this computer.",
            "Remove the password from it, and sign in to the portal instead.",
            (NextStep(Action.SIGN_IN),),
        )
    return Credentials(user, secret, origin=preferences.origin) if user and secret else None
