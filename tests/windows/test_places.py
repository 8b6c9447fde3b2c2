"""Places that Windows computers have: long paths, profiles in any language, OneDrive, shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Console

#: Folders as offices have them; the last one makes paths that are longer than 260 characters.
PLACES = {
    "onedrive": Path("OneDrive - City of Ødegård & Sons", "Öffentliche Daten (2026)"),
    "profile": Path("Users", "Ana María Ødegård", "Documents"),
    "quote": Path("Bob's data", "50% ^ done; really!"),
    "long": Path(*[f"Department of Public Works and Facilities {n}" for n in range(8)]),
}


@pytest.fixture(params=PLACES)
def there(request: pytest.FixtureRequest, console: Console) -> Console:
    """A console in such a folder, which the home of SodaSheet is in as well."""
    folder = console.folder / PLACES[request.param]
    folder.mkdir(parents=True)
    console.folder = folder
    console.environ["SODASHEET_HOME"] = str(folder / "home")
    console.sign_in()
    return console


def test_a_file_is_mapped_checked_pushed_and_undone_there(there: Console) -> None:
    job = there.job("permits-new.csv", "upsert")

    for words in (("check", job), ("preview", job), ("push", job, "--yes"), ("history",)):
        said = there(*words)
        assert said.returncode == 0, (words[0], said.stdout, said.stderr)
        assert b"nexpected" not in said.stderr
    assert b"done" in said.stdout
    undone = there("undo", "--yes")
    assert undone.returncode == 0, undone.stderr
