"""Fixtures that several rooms share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED_FIXTURES = Path(__file__).resolve().parents[2] / "shared" / "fixtures"


@pytest.fixture(scope="session")
def shared_fixtures() -> Path:
    """The folder of recorded portal replies and DataSync files beside the checkout."""
    folder = Path(os.environ.get("SODASHEET_FIXTURES", SHARED_FIXTURES))
    if not folder.is_dir():
        pytest.skip(f"recorded fixtures are not here: {folder} (set SODASHEET_FIXTURES)")
    return folder
