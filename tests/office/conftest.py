"""The committed add-in, read back by a reader that did not write it."""

from __future__ import annotations

from importlib.resources import files

import pytest
from oletools.olevba import VBA_Parser

TEMPLATES = files("sodasheet.templates")


@pytest.fixture(scope="session")
def addin_bytes():
    return TEMPLATES.joinpath("SodaSheet.xlam").read_bytes()


@pytest.fixture(scope="session")
def macros(addin_bytes):
    """Module name -> its text, as olevba reads it from the built add-in."""
    parser = VBA_Parser("SodaSheet.xlam", data=addin_bytes)
    found = {name: code for _, _, name, code in parser.extract_macros()}
    parser.close()
    return {name.rpartition(".")[0]: code for name, code in found.items()}
