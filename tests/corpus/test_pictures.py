"""The pages about messy files show the program's actual output."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import pytest

from ..pictures import keep

DOCS = Path(__file__).parents[2] / "docs"
sys.path[:0] = [str(DOCS), str(Path(__file__).parent)]

from messy_cases import Case  # noqa: E402
from messy_pictures import SCENES, photograph, picture  # noqa: E402 - found by the path above


@pytest.mark.parametrize("case", SCENES, ids=lambda case: case.name)
def test_a_page_shows_its_picture_and_says_its_sentences(case: Case) -> None:
    found = picture(case)
    page = (DOCS / "how-to" / f"messy-{case.name}.md").read_text(encoding="utf-8")

    assert f"](../pictures/messy/{case.name}.png)" in page
    assert found.sentences
    assert [one for one in found.sentences if one not in page] == []


@pytest.mark.slow
@pytest.mark.flaky(reruns=1)  # the browser may be slow
@pytest.mark.parametrize("case", SCENES, ids=lambda case: case.name)
def test_the_picture_of_a_page_is_up_to_date(case: Case, tmp_path: Path) -> None:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        assert not os.environ.get("CI"), "Chromium is not installed."
        pytest.skip("Chromium is not installed.")
    taken = tmp_path / "taken.png"

    photograph(picture(case), taken, chromium, tmp_path)

    assert keep(taken, f"messy/{case.name}.png") == ""
