"""The number of examples that a property test draws, in a plain and in a thorough run."""

from __future__ import annotations

import os

#: Set to draw as many examples as the weekly run of .github/workflows/tests.yml.
THOROUGH = "SODASHEET_THOROUGH"


def examples(plain: int, thorough: int) -> int:
    """Return `plain`, or `thorough` where SODASHEET_THOROUGH is set.

    Each run draws other examples, so that what a few hundred would find once is found by fewer
    after some runs.
    """
    return thorough if os.environ.get(THOROUGH) else plain
