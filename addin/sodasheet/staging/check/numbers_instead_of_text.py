"""Notes about cells that were numbers in the workbook and should have been text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.sources.spool import NativeCounts
from sodasheet.staging.check.check_plan import Filled
from sodasheet.staging.check.mapping_findings import about
from sodasheet.staging.types.number import counts_in_hundredths
from sodasheet.staging.types.registry import EMPTY_TEXT_TYPES

#: Types that can contain a code with leading zeros.
_TEXTS = EMPTY_TEXT_TYPES | {"email", "flag", "url"}


def native_findings(
    filled: Iterable[Filled], natives: tuple[NativeCounts, ...]
) -> Iterator[FindingGroup]:
    """Yield notes about lost zeros, rounded numbers, percentages (portal-api.md G.5, G.6, A.2)."""
    for one in filled:
        for source in one.sources if not one.rule.template else ():
            native = natives[source]
            if native.number and one.column.type in _TEXTS and not one.rule.pad:
                yield _counted("numbers-in-text", one, native.number, native.first_number_row)
            if native.long_numbers:
                first = native.first_long_number_row
                yield _counted("long-numbers", one, native.long_numbers, first)
            undeclared = not one.rule.formats and counts_in_hundredths(one.column)
            if native.number and undeclared:
                yield _counted("percent-numbers", one, native.number, native.first_number_row)


def _counted(slug: str, one: Filled, count: int, row: int | None) -> FindingGroup:
    words = {
        "count": f"{count:,}",
        "cells": "cell" if count == 1 else "cells",
        "are": "is" if count == 1 else "are",
        "numbers": "a number" if count == 1 else "numbers",
        "row": "unknown" if row is None else f"{row:,}",
        "field": one.column.field,
    }
    group = about(slug, one.label, **words)
    examples = () if row is None else (Finding(row, one.label),)
    return replace(group, count=count, examples=examples)
