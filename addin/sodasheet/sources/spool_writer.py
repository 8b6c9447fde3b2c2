"""Write the numbered spool of a careful read."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Literal

from sodasheet.sources.fault_log import FaultLog
from sodasheet.sources.source_file import source_problem

#: Maximum bytes of one record in the spool (DuckDB's default line limit is 2 MB).
MAX_BYTES = 1_900_000
_BATCH = 500


class SpoolWriter:
    """Writer of a CSV `row,cell,cell,...` (comma, double quotes, LF, UTF-8) and the fault log.

    A row with a character that cannot be stored becomes a fault. Raises SourceError if the disk
    is full.
    """

    def __init__(self, folder: Path, source: Path) -> None:
        self.path = folder / "spool.csv"
        self.faults = FaultLog(folder / "faults.csv")
        self.rows = 0
        self._source = source
        self._batch: list[Sequence[str | int]] = []

    def __enter__(self) -> SpoolWriter:
        try:
            self._file: BinaryIO = self.path.open("wb")
        except OSError as error:
            raise source_problem(self.path, error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._flush()
            self._file.close()
            self.faults.close()
        except OSError as error:
            raise source_problem(self._source, error) from error

    @property
    def fault_file(self) -> Path | None:
        """Path of the fault file; None without faults; final after closing the writer."""
        return self.faults.path if self.faults.count else None

    def add(self, record: Sequence[str | int]) -> None:
        """Write one row: number, then cells."""
        self._batch.append(record)
        if len(self._batch) >= _BATCH:
            self._flush()

    def add_all(self, records: Sequence[Sequence[str | int]]) -> None:
        """Write many rows, each a number and then cells."""
        self._flush()
        for start in range(0, len(records), _BATCH):
            self._put(records[start : start + _BATCH])

    def fault(self, row: int, reason: str, value: str, column: int | None = None) -> None:
        """Record the reason why a row or a cell cannot be used."""
        try:
            self.faults.add(row, reason, value, column)
        except OSError as error:
            raise source_problem(self._source, error) from error

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        self._put(batch)

    def _put(self, batch: Sequence[Sequence[str | int]]) -> None:
        """Write the rows; record rows that cannot be stored as faults."""
        if self._write(batch) is None:
            return
        for record in batch:
            if reason := self._write([record]):
                cells = ",".join(str(cell) for cell in record[1:])
                self.fault(int(record[0]), reason, cells)

    def _write(self, batch: Sequence[Sequence[str | int]]) -> str | None:
        """Write all the rows, or write none and return the reason."""
        text = _as_csv(batch, csv.QUOTE_MINIMAL)
        if "\r" in text:
            # Before Python 3.13 the csv module leaves a cell with a lone CR unquoted.
            text = _as_csv(batch, csv.QUOTE_NONNUMERIC)
        if "\0" in text:
            return "nul"
        try:
            data = text.encode()
        except UnicodeEncodeError:
            return "undecodable"
        if len(data) > MAX_BYTES:
            return "too-long"
        try:
            self._file.write(data)
        except OSError as error:
            raise source_problem(self._source, error) from error
        self.rows += len(batch)
        return None


def _as_csv(batch: Sequence[Sequence[str | int]], quoting: Literal[0, 2]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n", quoting=quoting).writerows(batch)
    return buffer.getvalue()
