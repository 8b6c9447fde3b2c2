"""The pages about messy files show what the program says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path.insert(0, str(DOCS))

from messy_pictures import PICTURES, SCENES, Picture, pictures  # noqa: E402 - found by the path above


@pytest.mark.parametrize("picture", pictures(), ids=[case.name for case in SCENES])
def test_a_page_shows_its_picture_and_says_its_sentences(picture: Picture) -> None:
    page = (DOCS / "how-to" / f"messy-{picture.name}.md").read_text(encoding="utf-8")

    assert (PICTURES / f"{picture.name}.png").stat().st_size > 5_000
    assert f"](../pictures/messy/{picture.name}.png)" in page
    assert picture.sentences
    assert [one for one in picture.sentences if one not in page] == []
