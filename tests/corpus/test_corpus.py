"""Every messy file is published correctly, raises a question, or is refused with a reason."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from messy_cases import Case
from messy_files import CASES
from messy_score import Verdict, judge


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_no_file_is_published_wrong(case: Case) -> None:
    judged = judge(case)

    assert judged.verdict is not Verdict.WRONG, judged.why


def test_the_corpus_has_at_least_sixty_files_with_names_of_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 60
