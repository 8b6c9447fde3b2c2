"""Speed of making a closed workbook ready to send, against python-calamine reading the same file.

    python benchmarks/workbook.py [--rows 200000]

Every fourth column holds text, numbers, dates and checkboxes as a workbook keeps them. Each step
runs in a separate process. The file is kept in the temporary folder and used again.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from measuring import Figures, apart, measured
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.mapping import ColumnRule, Mapping

STEPS = {
    "calamine": "python-calamine reads the sheet",
    "spool": "SodaSheet: read and staged",
    "ready": "SodaSheet: read, staged, checked, as CSV",
}
COLUMNS = 20
KINDS = ("text", "number", "calendar_date", "checkbox")
FIRST_DAY = datetime(2015, 1, 1)


def main() -> None:
    options = _options()
    path = workbook_of(options.rows)
    if options.step:
        print(json.dumps(measured(lambda: step_of(options.step, path, options.rows))))
        return
    print(f"{path.name}: {options.rows:,} rows x {COLUMNS}, {path.stat().st_size / 1e6:.0f} MB")
    print(f"{'':44}{'wall s':>8}{'CPU s':>8}{'peak MB':>9}{'wall x':>8}{'CPU x':>8}")
    base = None
    for step, words in STEPS.items():
        result = figures_of(step, options.rows)
        base = base or result
        print(
            f"{words:44}{result['wall']:8.2f}{result['cpu']:8.2f}{result['peak']:9.0f}"
            f"{result['wall'] / base['wall']:8.2f}{result['cpu'] / base['cpu']:8.2f}",
            flush=True,
        )


def workbook_of(rows: int) -> Path:
    """The workbook with so many rows, written unless present."""
    path = Path(tempfile.gettempdir()) / f"sodasheet-permits-{rows}x{COLUMNS}.xlsx"
    if not path.exists():
        part = path.with_suffix(".part")
        _write(part, rows)
        part.rename(path)
    return path


def _write(path: Path, rows: int) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Permits")
    day = book.add_format({"num_format": "mm/dd/yyyy"})
    sheet.write_row(0, 0, [f"Column {place}" for place in range(COLUMNS)])
    for row in range(1, rows + 1):
        for place in range(COLUMNS):
            if place % 4 == 0:
                sheet.write_string(row, place, f"BP-{row:07d} {place}, García & Söhne")
            elif place % 4 == 1:
                sheet.write_number(row, place, row * 100 + place / 8)
            elif place % 4 == 2:
                sheet.write_datetime(row, place, FIRST_DAY + timedelta(days=row % 4000), day)
            else:
                sheet.write_boolean(row, place, row % 3 == 0)
    book.close()


def step_of(step: str, path: Path, rows: int) -> Figures:
    """Do one step."""
    with tempfile.TemporaryDirectory(prefix="sodasheet-benchmark-") as folder:
        found = _read(path) if step == "calamine" else _staged(step, path, Path(folder))
    assert found == rows, found
    return {}


def _read(path: Path) -> int:
    from python_calamine import CalamineWorkbook

    return len(CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()) - 1


def _staged(step: str, path: Path, folder: Path) -> int:
    from sodasheet.model.job import SourceSpec
    from sodasheet.model.method import Method
    from sodasheet.model.progress import Silent
    from sodasheet.sources import open_source
    from sodasheet.staging.check.check import check
    from sodasheet.staging.check.check_plan import CheckPlan
    from sodasheet.staging.output.csv_output import csv_pieces
    from sodasheet.staging.staged_table import Stage

    source = open_source(SourceSpec(kind="workbook", path=str(path)), folder)
    with Stage.open(source, folder, Silent()) as stage:
        if step == "spool":
            return stage.rows
        checked = check(stage, CheckPlan(_dataset(), _mapping(), Method.REPLACE))
        assert checked.sendable == stage.rows, [group.message for group in checked.findings]
        return sum(piece.rows for piece in csv_pieces(checked))


def _dataset() -> Dataset:
    columns = tuple(
        Column(place + 1, f"Column {place}", f"column_{place}", KINDS[place % 4], place + 1)
        for place in range(COLUMNS)
    )
    return Dataset("https://data.example.gov", "abcd-1234", "Permits", columns, None)


def _mapping() -> Mapping:
    return Mapping(
        tuple(ColumnRule(f"Column {place}", f"column_{place}") for place in range(COLUMNS))
    )


def figures_of(step: str, rows: int) -> Figures:
    """The figures of one step."""
    return apart(__file__, "--rows", str(rows), "--step", step)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    parser.add_argument("--step", choices=list(STEPS), help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
