"""The pages about messy files show what the program says."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[2] / "docs"
sys.path[:0] = [str(DOCS), str(Path(__file__).parent)]

from messy_cases import Case  # noqa: E402
from messy_pictures import PICTURES, SCENES, picture  # noqa: E402 - found by the path above


@pytest.mark.parametrize("case", SCENES, ids=lambda case: case.name)
def test_a_page_shows_its_picture_and_says_its_sentences(case: Case) -> None:
    found = picture(case)
    page = (DOCS / "how-to" / f"messy-{case.name}.md").read_text(encoding="utf-8")

    assert (PICTURES / f"{case.name}.png").stat().st_size > 5_000
    assert f"](../pictures/messy/{case.name}.png)" in page
    assert found.sentences
    assert [one for one in found.sentences if one not in page] == []
