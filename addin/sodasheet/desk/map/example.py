"""Live examples on the page Map: how samples of a column are read with the settings as typed."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass

from sodasheet.desk.words.values import cell_words
from sodasheet.errors import UsageProblem
from sodasheet.model.dataset import Dataset
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.check.column_samples import SampleReader, SampleValue
from sodasheet.staging.types.registry import TEXT_TYPES

#: Samples that are shown for a column, and the characters of each.
SHOWN, LONGEST = 2, 60


@dataclass(frozen=True, slots=True)
class Example:
    """A sample and its value in the dataset; `value` is None if the sample can't be read."""

    sample: str
    value: str | None


@dataclass(frozen=True, slots=True)
class ColumnReading:
    """Examples of one column, or the `problem` with its settings."""

    examples: tuple[Example, ...] = ()
    problem: str = ""


def readings(
    rules: Iterable[ColumnRule],
    mapping: Mapping,
    dataset: Dataset,
    samples: Map[str, list[str]],
) -> dict[str, ColumnReading]:
    """Return the readings by header; texts that arrive unchanged have none."""
    wanted = [rule for rule in rules if _is_read(rule, mapping, dataset)]
    if not wanted:
        return {}
    plan = CheckPlan(dataset, mapping, Method.APPEND)
    with SampleReader.opened() as reader:
        return {rule.source or "": _reading(reader, rule, plan, samples) for rule in wanted}


def _is_read(rule: ColumnRule, mapping: Mapping, dataset: Dataset) -> bool:
    column = dataset.column(rule.field) if rule.fills and rule.field else None
    if column is None or rule.source is None:
        return False
    cleanup = rule.missing or rule.recode or rule.pad or rule.unwrap or mapping.missing
    return bool(column.type not in TEXT_TYPES or cleanup or rule.formats)


def _reading(
    reader: SampleReader, rule: ColumnRule, plan: CheckPlan, samples: Map[str, list[str]]
) -> ColumnReading:
    texts = samples.get(rule.source or "", [])[:SHOWN]
    column = plan.dataset.column(rule.field or "")
    try:
        values = reader.read(rule, plan, texts)
    except UsageProblem as problem:
        return ColumnReading(problem=str(problem))
    kind = column.type if column else ""
    return ColumnReading(
        tuple(
            Example(text[:LONGEST], _words(kind, value))
            for text, value in zip(texts, values, strict=False)
        )
    )


def _words(kind: str, value: SampleValue) -> str | None:
    if value.blank:
        return "empty"
    return None if value.text is None else cell_words(kind, value.text)[:LONGEST]
