"""Bytes and CPU of a request body over the row API: JSON against CSV, by several packers.

    python benchmarks/row_api/bodies.py [--rows 200000]

The rows are those of `python benchmarks/push.py`. Nothing is sent.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

import data
from push import TODAY
from sodasheet.model.dataset import Dataset
from stage import file_of

_GZIP = 31


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=200_000)
    options = parser.parse_args()
    path = file_of(options.rows)
    print(f"{path.name}: {options.rows:,} rows x 20, {path.stat().st_size / 1e6:.1f} MB")
    with tempfile.TemporaryDirectory(prefix="sodasheet-benchmark-") as folder:
        bodies = {name: _written(name, path, Path(folder)) for name in ("JSON", "CSV")}
    print(f"{'':24}{'JSON MB':>10}{'CPU s':>8}{'CSV MB':>10}{'CPU s':>8}")
    for name, packer in _packers().items():
        cells = [_packed(body, packer) for body in bodies.values()]
        print(f"{name:24}" + "".join(f"{size / 1e6:>10.1f}{cpu:>8.2f}" for size, cpu in cells))


def _written(form: str, path: Path, folder: Path) -> list[bytes]:
    """Return the body in pieces, and print the time of writing."""
    from sodasheet.model.job import SourceSpec
    from sodasheet.model.method import Method
    from sodasheet.model.progress import Silent
    from sodasheet.sources import open_source
    from sodasheet.staging.check.check import check
    from sodasheet.staging.check.check_plan import CheckPlan
    from sodasheet.staging.check.rows_without_values import without_emptied_rows
    from sodasheet.staging.output.csv_output import csv_pieces
    from sodasheet.staging.output.rows_to_send import body
    from sodasheet.staging.staged_table import Stage

    source = open_source(SourceSpec(path=str(path)), folder)
    with Stage.open(source, folder, Silent()) as stage:
        plan = CheckPlan(_dataset(), data.mapping(), Method.UPSERT)
        checked = check(without_emptied_rows(stage, plan), plan)
        began = time.process_time()
        pieces = list(_bytes(body(checked) if form == "JSON" else csv_pieces(checked)))
        spent = time.process_time() - began
    print(f"{form}: {sum(map(len, pieces)) / 1e6:.1f} MB, written in {spent:.2f} s of CPU")
    return pieces


def _dataset() -> Dataset:
    """Return the dataset of `push.py`, with the types of new datasets."""
    made = data.dataset()
    columns = tuple(
        replace(column, type=TODAY[column.type][0] if column.type in TODAY else column.type)
        for column in made.columns
    )
    return replace(made, columns=columns)


def _bytes(pieces: Iterable[Any]) -> Iterator[bytes]:
    return (piece if isinstance(piece, bytes) else piece.body for piece in pieces)


def _packers() -> dict[str, Callable[[], Any]]:
    from isal import isal_zlib

    found: dict[str, Callable[[], Any]] = {
        f"ISA-L level {level}": lambda level=level: isal_zlib.compressobj(level, wbits=_GZIP)
        for level in range(4)
    }
    return found | {
        f"zlib level {level}": lambda level=level: zlib.compressobj(level, wbits=_GZIP)
        for level in (1, 6)
    }


def _packed(pieces: list[bytes], packer: Callable[[], Any]) -> tuple[int, float]:
    """Return bytes and CPU seconds."""
    packing, size, began = packer(), 0, time.process_time()
    for piece in pieces:
        size += len(packing.compress(piece))
    size += len(packing.flush())
    return size, time.process_time() - began


if __name__ == "__main__":
    main()
