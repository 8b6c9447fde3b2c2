"""Dataset columns that were renamed since the mapping was made, tracked by their id."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.model.mapping import ColumnRule, PointRule

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job


def healed(job: Job, dataset: Dataset) -> tuple[Job, list[str]]:
    """Return the job with renamed fields under their new names, and a sentence for each.

    A column is known by the id it had when the mapping was made; the fingerprint then holds the
    new name, so that it is not drift anymore.
    """
    fields = {one.id: one.field for one in dataset.fillable}
    there = {one.field for one in dataset.columns}
    renamed = {
        field: fields[number]
        for number, field, _ in job.fingerprint.columns
        if number in fields and fields[number] != field and field not in there
    }
    if not renamed:
        return job, []
    mapping = replace(
        job.mapping,
        columns=tuple(_rule(rule, renamed) for rule in job.mapping.columns),
        points=tuple(_point(point, renamed) for point in job.mapping.points),
    )
    columns = tuple(
        (number, renamed.get(field, field), kind) for number, field, kind in job.fingerprint.columns
    )
    prints = replace(job.fingerprint, columns=columns)
    told = [
        f"The dataset column {old} is now called {new}; the mapping follows it."
        for old, new in renamed.items()
    ]
    return replace(job, mapping=mapping, fingerprint=prints), told


def _rule(rule: ColumnRule, renamed: Map[str, str]) -> ColumnRule:
    return replace(rule, field=renamed.get(rule.field or "", rule.field))


def _point(point: PointRule, renamed: Map[str, str]) -> PointRule:
    return replace(point, field=renamed.get(point.field, point.field))
