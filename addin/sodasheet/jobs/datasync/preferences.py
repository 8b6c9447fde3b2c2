"""DataSync's settings outside its jobs: portal, login, mail (docs/how-to/move-from-datasync.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync.java_preferences import is_stored, stored_values
from sodasheet.jobs.datasync.password_masking import unmasked
from sodasheet.jobs.datasync.sij_file import content_of, json_object

#: Key of config.json -> key of the stored preferences (docs/how-to/move-from-datasync.md).
KEYS = {
    "domain": "domain",
    "username": "username",
    "password": "password",
    "appToken": "",
    "adminEmail": "admin_email",
    "emailUponError": "email_upon_error",
    "logDatasetID": "log_dataset_id",
    "outgoingMailServer": "outgoing_mail_server",
    "smtpPort": "smtp_port",
    "sslPort": "ssl_port",
    "smtpUsername": "smtp_username",
    "smtpPassword": "smtp_password",
    "proxyHost": "proxy_host",
    "proxyPort": "proxy_port",
    "proxyUsername": "proxy_username",
    "proxyPassword": "proxy_password",
    "filesizeChunkingCutoffMB": "filesize_chunking_cutoff_mb",
    "numRowsPerChunk": "num_rows_per_chunk",
    "defaultTimeFormats": "time_formats",
    "useNewBackend": "",
    "portDestinationDomainAppToken": "",
}

#: Keys without a counterpart, which are reported if they have a value.
IDLE = ("filesizeChunkingCutoffMB", "numRowsPerChunk", "defaultTimeFormats")

_SECRETS = (
    "password", "smtpPassword", "proxyPassword", "junk", "appToken",
    "portDestinationDomainAppToken",
)  # fmt: skip
_TRUE = frozenset({"true", "yes"})


@dataclass(frozen=True, slots=True)
class Preferences:
    """Values by the keys of config.json; `origin` is their source. Secrets are not shown.

    `idle` are keys with a value but without a counterpart.
    """

    values: Mapping[str, str] = field(default_factory=dict, repr=False)
    origin: str = ""

    @property
    def portal(self) -> str:
        """Domain as written; empty if there is none."""
        domain = self.values.get("domain", "")
        return "" if domain == "https://" else domain

    @property
    def notify(self) -> dict[str, str]:
        """Notification settings in the form of a job."""
        told = {"log_dataset": self.values.get("logDatasetID", "")}
        if self.values.get("emailUponError", "").lower() in _TRUE:
            told["email"] = self.values.get("adminEmail", "")
        return {name: value for name, value in told.items() if value}

    @property
    def idle(self) -> tuple[str, ...]:
        """Keys with a value but without a counterpart."""
        return tuple(key for key in IDLE if self.values.get(key))

    def secret(self, name: str) -> str | None:
        """Return a password in clear text; empty if missing, None if unmasking fails."""
        return unmasked(self.values.get(name, ""), self.values.get("junk", ""))

    def plain(self) -> dict[str, str]:
        """Return everything but the secrets."""
        return {key: value for key, value in self.values.items() if key not in _SECRETS}


def read_preferences(path: Path) -> Preferences:
    """Read a config.json, or stored preferences: prefs.xml, a registry export, a property list.

    Raises UsageProblem with the file's name if it cannot be read or has another format.
    """
    try:
        content = content_of(path)
        if is_stored(content):
            values = by_config_key(stored_values(content))
        else:
            values = _config(json_object(content, "a config.json"))
    except UsageProblem as problem:
        raise problem.about(f"DataSync's preferences in {path.name}") from None
    return Preferences(values, path.name)


def by_config_key(stored: Mapping[str, str]) -> dict[str, str]:
    """Return stored preferences by the keys of config.json, with the masking key."""
    names = {theirs: ours for ours, theirs in KEYS.items() if theirs}
    found = {names[key]: value.strip() for key, value in stored.items() if key in names}
    return found | {"junk": stored.get("junk", "")}


def _config(data: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for key in KEYS:
        value = data.get(key)
        if isinstance(value, list):
            value = json.dumps(value) if value else None
        if isinstance(value, (dict, float)):
            raise UsageProblem(f"{key} is not text.", "Write it in double quotes.")
        if value is not None:
            found[key] = str(value).lower() if isinstance(value, bool) else str(value).strip()
    return found
