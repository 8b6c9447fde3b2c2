"""Live examples on the Map page: how samples of a column are read with the typed settings."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from itertools import chain

from sodasheet.desk.formatting.values import cell_words
from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import Dataset
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.check.column_samples import SampleReader, SampleValue
from sodasheet.staging.types.registry import EMPTY_TEXT_TYPES

#: How many samples of a column are shown, and how many characters of each.
SHOWN, LONGEST = 2, 60


@dataclass(frozen=True, slots=True)
class Example:
    """A sample and its value in the dataset; `value` is None if the sample can't be read."""

    sample: str
    value: str | None


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """Examples of a column, or the `problem` with its settings."""

    examples: tuple[Example, ...] = ()
    problem: str = ""


def readings(
    rules: Iterable[ColumnRule],
    mapping: Mapping,
    dataset: Dataset,
    samples: Map[str, list[str]],
) -> dict[str, ColumnReading]:
    """Return the readings by header; text that arrives unchanged has none."""
    wanted = [rule for rule in rules if _is_read(rule, mapping, dataset)]
    if not wanted:
        return {}
    plan = CheckPlan(dataset, mapping, Method.APPEND)
    found: dict[str, ColumnReading] = {}
    with SampleReader.opened() as reader:
        for alike in _alike(wanted, dataset):
            found |= _readings(reader, alike, plan, samples)
    return found


def _alike(rules: Iterable[ColumnRule], dataset: Dataset) -> Iterable[list[ColumnRule]]:
    """Return the rules in groups that read cells the same way.

    To plan a query takes longer than to run it on a few samples, so columns share queries.
    """
    groups: dict[tuple[str, str, ColumnRule], list[ColumnRule]] = {}
    for rule in rules:
        column = dataset.column(rule.field or "")
        kind, form = (column.type, str(sorted(column.format.items()))) if column else ("", "")
        same = replace(rule, source=None, field=None, match="", confidence=0.0)
        groups.setdefault((kind, form, same), []).append(rule)
    return groups.values()


def _readings(
    reader: SampleReader,
    rules: list[ColumnRule],
    plan: CheckPlan,
    samples: Map[str, list[str]],
) -> dict[str, ColumnReading]:
    """Return the readings of columns with the same rule."""
    texts = {rule.source or "": samples.get(rule.source or "", [])[:SHOWN] for rule in rules}
    try:
        values = iter(reader.read(rules[0], plan, list(chain(*texts.values()))))
    except UsageProblem as problem:
        if len(rules) == 1:
            return {rules[0].source or "": ColumnReading(problem=str(problem))}
        # The sentence names the column.
        found = [_readings(reader, [rule], plan, samples) for rule in rules]
        return {header: reading for one in found for header, reading in one.items()}
    column = plan.dataset.column(rules[0].field or "")
    kind = column.type if column else ""
    return {
        header: ColumnReading(
            tuple(
                Example(text[:LONGEST], _words(kind, value))
                for text, value in zip(listed, values, strict=False)
            )
        )
        for header, listed in texts.items()
    }


def _is_read(rule: ColumnRule, mapping: Mapping, dataset: Dataset) -> bool:
    column = dataset.column(rule.field) if rule.fills and rule.field else None
    if column is None or rule.source is None:
        return False
    cleanup = rule.missing or rule.recode or rule.pad or rule.unwrap or mapping.missing
    return bool(column.type not in EMPTY_TEXT_TYPES or cleanup or rule.formats)


def _words(kind: str, value: SampleValue) -> str | None:
    if value.blank:
        return "empty"
    return None if value.text is None else cell_words(kind, value.text)[:LONGEST]
