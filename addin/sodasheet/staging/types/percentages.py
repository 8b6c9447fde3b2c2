"""Percentages of a sheet: 35 % is the number 0.35 in its cell, and 35 in many datasets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sodasheet.model.dataset import Dataset
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.sources.spool import NativeCounts
from sodasheet.staging.types.number import FRACTION, counts_in_hundredths

_NUMBERS = frozenset({"number", "percent"})


def with_fractions(
    mapping: Mapping,
    headers: Sequence[str],
    natives: Sequence[NativeCounts] | None,
    dataset: Dataset,
) -> Mapping:
    """Return the mapping with the format `fraction` for percentages that fill hundredths.

    Only rules without a format of their own are changed, and only where every number of the source
    column is shown as a percentage.
    """
    percents = {
        header
        for header, native in zip(headers, natives or (), strict=False)
        if native.percent and native.percent == native.number
    }

    def adapted(rule: ColumnRule) -> ColumnRule:
        column = dataset.column(rule.field or "") if rule.fills else None
        if rule.formats or rule.source not in percents or column is None:
            return rule
        fits = column.type in _NUMBERS and counts_in_hundredths(column)
        return replace(rule, formats=(FRACTION,)) if fits else rule

    return replace(mapping, columns=tuple(adapted(rule) for rule in mapping.columns))
