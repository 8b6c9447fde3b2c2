"""Settings that an office deploys to its computers, in the Windows registry."""

from __future__ import annotations

from dataclasses import dataclass, fields

from sodasheet.system.windows_registry import Registry, WindowsRegistry

#: Keys, highest priority first: policies of the computer and of the user, then the options of
#: setup.
KEYS = (
    r"HKLM\SOFTWARE\Policies\SodaSheet",
    r"HKCU\SOFTWARE\Policies\SodaSheet",
    r"HKLM\SOFTWARE\SodaSheet",
    r"HKCU\SOFTWARE\SodaSheet",
)


@dataclass(frozen=True, slots=True)
class OfficeSettings:
    """Values that an office has set; empty if unset.

    `portal` is the portal offered for signing in, `interpreter` the Python that Excel starts,
    `updates` the address that is asked for a newer version. None of them has been checked yet.
    """

    portal: str = ""
    interpreter: str = ""
    updates: str = ""


def office_settings(registry: Registry | None = None) -> OfficeSettings:
    """Return the office's settings for this computer; all empty except on Windows."""
    source = registry or WindowsRegistry()
    found = {field.name: _first(source, field.name) for field in fields(OfficeSettings)}
    return OfficeSettings(**found)


def _first(registry: Registry, name: str) -> str:
    values = (registry.value(key, name) for key in KEYS)
    return next((text.strip() for text in values if text and text.strip()), "")
