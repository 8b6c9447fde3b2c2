"""A row that is too large for the portal is found, whatever the cause of its size."""

from __future__ import annotations

from pathlib import Path

import pytest

from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.staging.check.check import check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.output.rows_to_send import oversized
from sodasheet.staging.staged_table import Stage

from ..conftest import column_of, dataset_of

#: More than the longest line can become, and less than one cell in ten fields.
LIMIT = 25_000_000


@pytest.mark.parametrize(("fields", "large"), [(1, False), (10, True)])
def test_one_cell_that_fills_many_fields_counts_as_often(
    tmp_path: Path, fields: int, large: bool
) -> None:
    (tmp_path / "notes.csv").write_text("Note\nshort\n" + "x" * 2_600_000 + "\n", encoding="utf-8")
    names = [f"note_{number}" for number in range(fields)]
    dataset = dataset_of(*(column_of(name) for name in names))
    mapping = Mapping(tuple(ColumnRule("Note", name) for name in names))

    source = open_source(SourceSpec(path="notes.csv"), tmp_path)
    with Stage.open(source, tmp_path, Silent()) as stage:
        found = oversized(check(stage, CheckPlan(dataset, mapping, Method.APPEND)), LIMIT)

    assert (found is not None) is large
    assert found is None or (found[0], found[1] > 10 * 2_600_000) == (3, True)
