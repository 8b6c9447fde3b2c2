"""Lines of a file are sent as they are only if the portal reads every cell from them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sodasheet.errors import SourceError
from sodasheet.model.job import SourceSpec
from sodasheet.model.mapping import ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.sources import open_source
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import CheckPlan
from sodasheet.staging.output.csv_output import CsvHeader
from sodasheet.staging.output.verbatim_csv import VerbatimCsv, verbatim_csv
from sodasheet.staging.staged_table import Stage

Fixture = Callable[..., Any]
Check = Callable[..., CheckResult]

_KINDS = {"id": "text", "fee": "number", "day": "calendar_date"}
_PLAIN = "id,fee,day\nb,1.50,2024-01-31\na,,2024-02-29\n"


@pytest.fixture
def checked(tmp_path: Path, dataset: Fixture, column: Fixture) -> Iterator[Check]:
    """Check a file of `id, fee, day` against a dataset with the same columns."""
    with ExitStack() as stack:

        def run(
            text: str | bytes,
            rules: tuple[ColumnRule, ...] = tuple(ColumnRule(name, name) for name in _KINDS),
            method: Method = Method.UPSERT,
            **more: Any,
        ) -> CheckResult:
            path = tmp_path / "fees.csv"
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
            source = open_source(SourceSpec(path=path.name), tmp_path)
            stage = stack.enter_context(Stage.open(source, tmp_path, Silent()))
            columns = [column(name, kind) for name, kind in (more.pop("kinds", _KINDS)).items()]
            target = dataset(*columns, identifier="id")
            return check(stage, CheckPlan(target, Mapping(rules, **more), method))

        yield run


def _sent(checked: CheckResult) -> VerbatimCsv:
    lines = verbatim_csv(checked, None)
    assert lines is not None
    return lines


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("last", [True, False])
def test_plain_lines_go_below_a_header_of_field_names(checked: Check, end: str, last: bool) -> None:
    text = _PLAIN.replace("\n", end)
    text = text if last else text.removesuffix(end)

    lines = _sent(checked(text))

    pieces = list(lines.pieces())
    below = text.split(end, 1)[1]
    assert b"".join(piece.body for piece in pieces).decode() == f'"id","fee","day"{end}{below}'
    assert sum(piece.rows for piece in pieces) == 2
    assert lines.header == CsvHeader(
        "", ("id", "fee", "day"), {"id": "", "fee": "", "day": "T00:00:00.000"}
    )


def test_moments_need_nothing_behind_them_and_may_be_blank(checked: Check) -> None:
    lines = _sent(checked("id,fee,day\nb,1.50,2024-01-31T10:00:00\nc,,\n"))

    assert lines.header.suffixes == {"id": "", "fee": "", "day": ""}


def test_columns_are_named_in_the_order_of_the_file(checked: Check) -> None:
    rules = (
        ColumnRule("When", "day"), ColumnRule("Id", "id"), ColumnRule("Cost", "fee"),
    )  # fmt: skip

    lines = _sent(checked("Cost,When,Id\n1,2024-01-31,a\n", rules))

    assert lines.header.fields == ("fee", "day", "id")


@pytest.mark.parametrize(
    "text",
    [
        "id,fee,day\nb,1.50,\nc,1,2024-01-31\n",  # nothing may be put behind a blank day
        "id,fee,day\nb,1.50,2024-01-31T10:00\n",
        "id,fee,day\nb,1.50,2024-01-31T10:00:00\nc,1,2024-01-31\n",
        "id,fee,day\nb,1e3,2024-01-31\n",
        "id,fee,day\nb,01,2024-01-31\n",
        "id,fee,day\n b,1,2024-01-31\n",
        "id,fee,day\nb,1 ,2024-01-31\n",
        'id,fee,day\n"b",1,2024-01-31\n',
        "id;fee;day\nb;1;2024-01-31\n",
        "id,fee,day\nb,1,2024-01-31\nc,x,2024-01-31\n",  # one row is rejected
        "id,fee,day\nb,1,2024-01-31\n,,\nc,2,2024-01-31\n",  # a blank row
        "id,fee,day\n\nb,1,2024-01-31\n",
        "id,fee,day\nb,1,2024-01-31\nc,2,2024-01-31,\n",  # an empty cell too many
        "id,fee,day\r\nb,1,2024-01-31,\r\nc,2,2024-01-31",
        "id,fee,day,more\nb,1,2024-01-31,secret\n",  # a column that is not sent
    ],
)
def test_other_lines_are_written_as_records(checked: Check, text: str) -> None:
    assert verbatim_csv(checked(text), None) is None


@pytest.mark.parametrize(
    "more",
    [
        {"missing": ("b",)},
        {"trim": False},
        {"method": Method.DELETE},
        {"kinds": _KINDS | {"id": "checkbox"}, "rules": (ColumnRule("id", "id"),)},
        {"rules": (*(ColumnRule(name, name) for name in _KINDS), ColumnRule(field="more",
         constant="x")), "kinds": _KINDS | {"more": "text"}},
        {"rules": (ColumnRule("id", "id"), ColumnRule("fee", "fee", formats=("1.5",)),
         ColumnRule("day", "day"))},
    ],
)  # fmt: skip
def test_cells_that_the_mapping_changes_are_written_as_records(
    checked: Check, more: dict[str, Any]
) -> None:
    assert verbatim_csv(checked(_PLAIN, **more), None) is None


def test_rows_that_stay_behind_are_not_sent(checked: Check) -> None:
    whole = checked(_PLAIN)

    assert verbatim_csv(whole, 1) is None
    assert verbatim_csv(whole.hold_back("SELECT 2 AS _row"), None) is None
    assert verbatim_csv(whole, 2) is not None


def test_a_file_that_has_changed_since_is_not_sent(checked: Check, tmp_path: Path) -> None:
    whole = checked(_PLAIN)
    (tmp_path / "fees.csv").write_text(_PLAIN.replace("1.50", "9.99"))

    assert verbatim_csv(whole, None) is None


def test_a_file_that_is_gone_is_not_sent(checked: Check, tmp_path: Path) -> None:
    whole = checked(_PLAIN)
    (tmp_path / "fees.csv").unlink()

    assert verbatim_csv(whole, None) is None


def test_a_file_that_changes_while_it_is_sent_is_refused(checked: Check, tmp_path: Path) -> None:
    lines = _sent(checked(_PLAIN))
    pieces = lines.pieces()
    next(pieces)
    with (tmp_path / "fees.csv").open("a") as file:
        file.write("z,3,2024-03-01\n")

    with pytest.raises(SourceError, match="changed while being read"):
        list(pieces)


def test_a_copy_in_utf_8_is_sent_instead_of_another_encoding(checked: Check) -> None:
    text = "id,fee,day\nZoë,1,2024-01-31\n"

    lines = _sent(checked(text.encode("cp1252")))

    assert "Zoë,1,2024-01-31".encode() in b"".join(piece.body for piece in lines.pieces())
