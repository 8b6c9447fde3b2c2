"""Places that Windows computers have: paths of more than 260 characters, OneDrive, any language."""

from __future__ import annotations

from pathlib import Path

import pytest

from .conftest import Console

PLACES = {
    "odd": Path("OneDrive - City of Ødegård & Sons", "Ana María's (50% ^ done; really!)"),
    "long": Path(*[f"Department of Public Works and Facilities {n}" for n in range(8)]),
}


@pytest.fixture(params=PLACES)
def there(request: pytest.FixtureRequest, console: Console) -> Console:
    """A console in one of the folders in PLACES; SodaSheet's home folder is there too."""
    folder = console.folder / PLACES[request.param]
    folder.mkdir(parents=True)
    console.folder = folder
    console.environ["SODASHEET_HOME"] = str(folder / "home")
    console.sign_in()
    return console


def test_a_file_is_mapped_pushed_and_undone_there(there: Console) -> None:
    job = there.job("permits-new.csv", "upsert")

    for words in (("push", job, "--yes"), ("undo", "--yes")):
        said = there(*words)
        assert said.returncode == 0, (words[0], said.stdout, said.stderr)
    assert b"done" in there("history").stdout
