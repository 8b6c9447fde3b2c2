"""Ask about group labels: a first column with a value only in the first row of each group."""

from __future__ import annotations

from collections.abc import Iterator

from sodasheet.model.dataset import Dataset
from sodasheet.model.finding import Finding
from sodasheet.model.mapping import Mapping
from sodasheet.model.suggestion import Suggestion
from sodasheet.staging.sql_quoting import trimmed
from sodasheet.staging.staged_table import Stage
from sodasheet.wording import part_of

#: Minimum share of the rows below a label.
_LEAST = 0.3


def group_label_questions(stage: Stage, mapping: Mapping, dataset: Dataset) -> Iterator[Suggestion]:
    """Yield a question if the first column has group labels and fills a dataset column."""
    rule = next((one for one in mapping.columns if one.source == stage.headers[0]), None)
    column = dataset.column(rule.field or "") if rule is not None and rule.fills else None
    if column is not None:
        yield from group_labels_in(stage, column.field)


def group_labels_in(stage: Stage, field: str) -> Iterator[Suggestion]:
    """Yield a question if the first column, which fills `field`, has group labels.

    Each label is there once, the first row has one, and the rows below have values in the second
    column. Which label a row belongs to is in its place alone, and would be lost.
    """
    if len(stage.headers) < 2:
        return
    label, second = trimmed("c0"), trimmed("c1")
    row = stage.connection.execute(
        f"SELECT count(*), count(*) FILTER ({label} = '' AND {second} <> ''),"
        f" count(*) FILTER ({label} <> ''), count(DISTINCT {label}) FILTER ({label} <> ''),"
        f" arg_min({label}, _row), min(_row) FILTER ({label} = '' AND {second} <> '') FROM source"
    ).fetchone()
    if row is None:
        return
    count, below, labels, different, top, first = row
    if not top or labels < 2 or different < labels or below < _LEAST * count:
        return
    if below + labels < count:
        return
    yield Suggestion(
        f"labels:{field}",
        f"{part_of(below, count, 'cell')} {'is' if below == 1 else 'are'} blank below a value, as "
        "in a table with group labels: write the label in every row of the source, or these rows "
        "are published without it.",
        column=stage.headers[0],
        field=field,
        fits=below,
        count=count,
        examples=(Finding(first, stage.headers[0], ""),),
    )
