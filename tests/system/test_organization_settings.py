"""Settings distributed by an organization."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import pytest

from sodasheet.system.organization_settings import KEYS, OfficeSettings, office_settings


class Planted:
    """A registry with the values of a test."""

    def __init__(self, **keys: Mapping[str, str]) -> None:
        self.keys: dict[str, Mapping[str, str]] = {}

    def value(self, key: str, name: str) -> str | None:
        return {entry.casefold(): text for entry, text in self.values(key).items()}.get(name)

    def values(self, key: str) -> Mapping[str, str]:
        return self.keys.get(key, {})


def test_nothing_is_set_at_first():
    assert office_settings(Planted()) == OfficeSettings("", "", "")


@pytest.mark.parametrize("strong", range(len(KEYS)))
def test_a_policy_is_stronger_than_what_setup_was_told(strong):
    registry = Planted()
    for number, key in enumerate(KEYS):
        if number >= strong:
            registry.keys[key] = {"Portal": f"{number}.example.gov "}

    assert office_settings(registry).portal == f"{strong}.example.gov"


def test_an_empty_value_sets_nothing():
    registry = Planted()
    registry.keys[KEYS[0]] = {"Updates": "  ", "Interpreter": "C:\\Python\\python.exe"}
    registry.keys[KEYS[2]] = {"Updates": "https://example.gov/sodasheet.json"}

    found = office_settings(registry)
    assert found.updates == "https://example.gov/sodasheet.json"
    assert found.interpreter == "C:\\Python\\python.exe"


@pytest.mark.skipif(sys.platform == "win32", reason="The registry of this computer may hold some.")
def test_other_systems_have_no_registry():
    assert office_settings() == OfficeSettings()
