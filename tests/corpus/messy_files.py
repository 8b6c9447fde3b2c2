"""All files of the corpus."""

from __future__ import annotations

import export_cases
import messy_cases
import shape_cases
from messy_cases import Case

CASES: tuple[Case, ...] = (*messy_cases.CASES, *export_cases.CASES, *shape_cases.CASES)
