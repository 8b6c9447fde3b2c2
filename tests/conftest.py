"""Fixtures that several rooms share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sodasheet.credentials import secrecy

SHARED_FIXTURES = Path(__file__).resolve().parents[2] / "shared" / "fixtures"


@pytest.fixture(scope="session")
def shared_fixtures() -> Path:
    """The folder of recorded portal replies and DataSync files beside the checkout."""
    folder = Path(os.environ.get("SODASHEET_FIXTURES", SHARED_FIXTURES))
    if not folder.is_dir():
        pytest.skip(f"recorded fixtures are not here: {folder} (set SODASHEET_FIXTURES)")
    return folder


@pytest.fixture(autouse=True)
def _as_a_process_of_its_own() -> Iterator[None]:
    """What a test leaves in this process goes: variables, and secrets to be blotted."""
    variables, secrets = dict(os.environ), set(secrecy._known)
    yield
    for name in os.environ.keys() - variables.keys():
        del os.environ[name]
    os.environ.update(variables)
    secrecy._known.intersection_update(secrets)
