"""Facts from the check about all cells save work, and never change the sent rows."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan, filled_columns
from sodasheet.staging.check.mapping_sql import Projected, project, values_from
from sodasheet.staging.output.csv_cells import CSV_TYPES, csv_cell
from sodasheet.staging.staged_table import Stage

from .conftest import Table, column_of, dataset_of

#: Strings of which any few may fill a column: plain ones are drawn as often as all others.
_TEXTS = {
    "text": (["a", "Ü b", "x"], ["", " a", "a,b", '"', "a\nb", " ", "\u00a0z", "b "]),
    "number": (["1", "-2.50", "0", "0.10"], ["", "01", "1e3", " 7", ".5", "+1", "-0", "x", "5."]),
    "calendar_date": (["2024-01-31", "0001-01-01"], ["", "2024-01-31T10:00", "2024-02-30", " x"]),
    "date": (["2024-01-31T00:00:00Z"], ["2024-01-31", "", "2024-07-01T00:00:00+02:00"]),
    "checkbox": (["true", "false"], ["TRUE", "", " true", "yes"]),
    "url": (["https://a.example"], ["", "a (https://b.example)", "nothing", " https://c.example"]),
}

_TEXTS["point"] = (
    ["(41.5, -72)", "POINT (-72.25 41.5)", "(-90,180.0)"],
    [
        "",
        "41.5, -72",
        "( 41, -72.50 )",
        "point(1 2)",
        "(91, 0)",
        "(1., +2)",
        "x",
        "(90.000000001, 0)",
    ],
)
_TEXTS["amount"] = (["$1.50", "$1,234", "$0.10"], ["", "($3)", "1,000", "$x", "+$2", "$.5"])
_TEXTS["day"] = (["01/31/2024", "12/1/1999"], ["", "13/13/2024", "02/30/2024", "2024-01-01"])
_KINDS = sorted(_TEXTS)
#: Type and formats of the columns that are not called by their type.
_DECLARED = {"amount": ("number", ("($1,234.50)",)), "day": ("calendar_date", ("%m/%d/%Y",))}
_COLUMNS: st.SearchStrategy[tuple[list[str], ...]] = st.tuples(
    *(
        st.sampled_from([plain, plain + odd]).flatmap(
            lambda texts: st.lists(st.sampled_from(texts), min_size=4, max_size=4)
        )
        for plain, odd in (_TEXTS[kind] for kind in _KINDS)
    )
)


@settings(max_examples=12, deadline=None)
@given(_COLUMNS, st.booleans())
def test_settled_columns_say_the_same_of_every_cell(
    columns: tuple[list[str], ...], trim: bool
) -> None:
    told = {kind: _DECLARED.get(kind, (kind, ())) for kind in _KINDS}
    dataset = dataset_of(*(column_of(kind, told[kind][0]) for kind in _KINDS))
    rules = tuple(ColumnRule(kind, kind, trim=trim, formats=told[kind][1]) for kind in _KINDS)
    with TemporaryDirectory() as folder, ExitStack() as stack:
        source = Table(tuple(_KINDS), list(zip(*columns, strict=True)))
        stage = stack.enter_context(Stage.open(source, Path(folder), Silent()))
        plan = CheckPlan(dataset, Mapping(rules), Method.APPEND)
        checked = check(stage, plan)
        compiled = project(plan, filled_columns(plan, stage.headers), lambda _: True)

        for specialized, whole in zip(checked.projected, compiled, strict=True):
            assert _said(checked, specialized) == _said(checked, whole)


def _said(checked: CheckResult, one: Projected) -> list[tuple[Any, ...]]:
    """Return a column's outputs for every good row: as CSV, JSON, identifier, in comparisons."""
    said = [one.piece, one.typed.key, one.canonical]
    said += [csv_cell(one)] if one.filled.column.type in CSV_TYPES else []
    table = values_from([one], checked.stage.table)
    query = f"SELECT _row, {', '.join(said)} FROM {table} ANTI JOIN rejected USING (_row)"
    return checked.stage.connection.execute(f"{query} ORDER BY _row").fetchall()


@pytest.mark.parametrize(
    ("kind", "texts", "untrimmed", "tidy"),
    [
        ("text", ["a", "", "b c"], True, False),
        ("text", ["a", " b"], False, False),
        ("number", ["1", "", "-2.5"], True, True),
        ("number", ["1", "1e3"], True, False),
        ("number", ["1", "x"], True, False),
        ("number", ["1", " 2"], False, True),
        ("calendar_date", ["2024-01-31", ""], True, True),
        ("calendar_date", ["2024-01-31", "2024-01-31T10:00"], True, False),
        ("calendar_date", ["2024-02-30"], True, False),
        ("point", ["(41.5, -72)", "", "POINT (-72.25 41.5)"], True, True),
        ("point", ["(41.5, -72)", "41.5, -72"], True, False),
    ],
)
def test_a_column_is_only_as_tidy_as_all_of_its_cells(
    open_stage: Callable[..., Stage], kind: str, texts: list[str], untrimmed: bool, tidy: bool
) -> None:
    stage = open_stage(("C",), [[text] for text in texts])
    plan = CheckPlan(
        dataset_of(column_of("c", kind)), Mapping((ColumnRule("C", "c"),)), Method.APPEND
    )

    (one,) = check(stage, plan).projected

    (compiled,) = project(plan, filled_columns(plan, stage.headers), lambda _: True)
    assert (one.text == one.raw) is untrimmed
    assert (one.typed != compiled.typed) is tidy


@pytest.mark.parametrize("text", ["a\x07b", "a\x7f", "Ü\x85x", "\x01"])
def test_control_characters_are_found_in_files_however_few(tmp_path: Path, text: str) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("C,D\n" + "x,Ü\n" * 500 + f"{text},Ü\n", encoding="utf-8", newline="")
    plan = CheckPlan(dataset_of(column_of("c")), Mapping((ColumnRule("C", "c"),)), Method.APPEND)

    with Stage.open(open_source(SourceSpec(path=path.name), tmp_path), tmp_path, Silent()) as stage:
        (finding,) = check(stage, plan).findings

    assert (finding.reason, [one.row for one in finding.examples]) == ("control-characters", [502])
