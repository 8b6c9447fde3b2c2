"""Suggest changes for a source and its mapping, each with its evidence."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import replace

from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import Finding
from sodasheet.model.job import ROW_KINDS
from sodasheet.model.mapping import Mapping
from sodasheet.model.suggestion import DatasetValues, SuggestedChange, Suggestion
from sodasheet.staging.check.check_plan import with_fractions
from sodasheet.staging.check.day_month_order import deciding_date
from sodasheet.staging.check.fitting_formats import are_fractions, suggest_formats
from sodasheet.staging.load.non_data_rows import UnusualRow, unusual_faults, unusual_rows
from sodasheet.staging.sql_quoting import literal
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.suggest.combined_columns import combined_suggestions
from sodasheet.staging.suggest.distinct_values import Values, values_of
from sodasheet.staging.suggest.group_labels import group_label_questions, group_labels_in
from sodasheet.staging.suggest.missing_value_markers import markers_in, missing_message
from sodasheet.staging.suggest.text_column_suggestions import text_suggestions
from sodasheet.staging.suggest.typed_column_suggestions import typed_suggestions
from sodasheet.staging.types.number import FRACTION
from sodasheet.staging.types.registry import EMPTY_TEXT_TYPES
from sodasheet.wording import counted, shortened

#: Words for one row and for several rows of a kind.
_KINDS = {
    "totals": ("reads like a total", "read like totals"),
    "notes": ("reads like a note", "read like notes"),
    "headers": ("repeats the headers", "repeat the headers"),
    "units": ("contains units", "contain units"),
}


def suggest_changes(
    stage: Stage,
    mapping: Mapping,
    dataset: Dataset,
    known: Map[str, DatasetValues] | None = None,
) -> tuple[Suggestion, ...]:
    """Return the suggestions that the user has not declined: for rows, then for columns in order.

    `known` are values that the dataset has already, by field.
    """
    mapping = with_fractions(mapping, stage.headers, stage.spool.natives, dataset)
    found = [
        *_rows(stage),
        *group_label_questions(stage, mapping, dataset),
        *_columns(stage, mapping, dataset, known or {}),
        *combined_suggestions(stage, mapping, dataset),
    ]
    return tuple(one for one in found if one.key not in mapping.declined)


def suggest_rows(stage: Stage, first_field: str) -> tuple[Suggestion, ...]:
    """Return the suggestions for the rows of a source without a dataset.

    `first_field` is the field that its first column will fill, empty if none.
    """
    labels = group_labels_in(stage, first_field) if first_field else ()
    return (*_rows(stage), *labels)


def with_formats(mapping: Mapping, stage: Stage, dataset: Dataset) -> Mapping:
    """Return the mapping with the formats that are the only way to read a whole column."""
    mapping = with_fractions(mapping, stage.headers, stage.spool.natives, dataset)
    rules = []
    for rule in mapping.columns:
        column = dataset.column(rule.field or "") if rule.fills else None
        formats = rule.formats
        if rule.source is not None and column is not None and not formats:
            formats = suggest_formats(stage, rule.source, column)
        rules.append(replace(rule, formats=formats))
    return replace(mapping, columns=tuple(rules))


def _rows(stage: Stage) -> Iterator[Suggestion]:
    found = unusual_rows(stage.connection, stage.spool, ROW_KINDS)
    found += unusual_faults(stage.connection, ROW_KINDS)
    for kind in ROW_KINDS:
        rows = sorted((one for one in found if one.kind == kind), key=lambda one: one.row)
        if rows:
            yield _of_rows(stage, kind, rows)


def _of_rows(stage: Stage, kind: str, rows: list[UnusualRow]) -> Suggestion:
    one, many = _KINDS[kind]
    what = counted(len(rows), f"row {one}", f"rows {many}")
    examples = tuple(Finding(one.row, None, one.text) for one in rows[:3])
    change = SuggestedChange(leave_out=(kind,))
    message = f"{what} and can be left out."
    return Suggestion(
        f"rows:{kind}", message, change, fits=len(rows), count=stage.rows, examples=examples
    )


def _columns(
    stage: Stage, mapping: Mapping, dataset: Dataset, known: Map[str, DatasetValues]
) -> Iterator[Suggestion]:
    for rule in mapping.columns:
        stage.raise_if_cancelled()
        column = dataset.column(rule.field or "") if rule.fills else None
        if column is None or rule.source not in stage.headers or rule.source is None:
            continue
        if not rule.formats and are_fractions(stage, rule.source, column):
            yield _fraction(rule.source, column.field)
            continue
        decided = deciding_date(stage, rule.source, column, rule.formats)
        if decided is not None:
            yield Suggestion(
                f"order:{column.field}",
                decided.sentence,
                column=rule.source,
                field=column.field,
                fits=decided.deciding,
                count=decided.deciding + decided.others,
                examples=(Finding(decided.row, rule.source, shortened(decided.text, 80)),),
            )
        with values_of(stage, rule, mapping.missing) as values:
            if not values.count:
                continue
            if column.type in EMPTY_TEXT_TYPES:
                yield from _text_markers(values, column.field)
                yield from text_suggestions(
                    values, column.field, known.get(column.field, DatasetValues())
                )
            else:
                yield from typed_suggestions(values, column, rule)


def _fraction(header: str, field: str) -> Suggestion:
    message = "Every number is between -1 and 1: the workbook shows 0.35 as 35%."
    return Suggestion(
        f"formats:{field}", message, SuggestedChange(formats=(FRACTION,)), header, field
    )


def _text_markers(values: Values, field: str) -> Iterator[Suggestion]:
    markers = markers_in(values, typed=False)
    if not markers:
        return
    condition = f"lower(t) IN ({', '.join(literal(marker.lower()) for marker in markers)})"
    count = values.number(f"SELECT sum(n) FROM {{values}} WHERE {condition}")
    yield Suggestion(
        f"missing:{field}",
        missing_message(count, values.count, markers),
        SuggestedChange(missing=markers),
        values.header,
        field,
        count,
        values.count,
        values.examples(condition),
    )
    values.without(condition)
