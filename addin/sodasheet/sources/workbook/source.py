"""Source for closed workbooks: spool one sheet, table or range."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import SourceError
from sodasheet.model.finding import FindingGroup, Severity
from sodasheet.model.job import SourceSpec
from sodasheet.model.loading_fallback import Fallback
from sodasheet.model.progress import Progress
from sodasheet.sources.grid.calamine_grid import Grid
from sodasheet.sources.grid.cell_range import Pick
from sodasheet.sources.grid.spool_grid import spool_grid
from sodasheet.sources.headers import name_headers, numbered_headers
from sodasheet.sources.source_file import Stamp, damaged, file_errors, raise_if_cancelled
from sodasheet.sources.spool import Spool
from sodasheet.sources.spool_writer import SpoolWriter
from sodasheet.sources.workbook.date_system_1904 import counts_from_1904
from sodasheet.sources.workbook.fast_reader import FastSheet, read_fast
from sodasheet.sources.workbook.hyperlinks import sheet_hyperlinks
from sodasheet.sources.workbook.sheet_selection import pick
from sodasheet.sources.workbook.sheet_survey import open_sheet
from sodasheet.sources.workbook.workbook_limits import require_readable
from sodasheet.system.path_facts import is_there

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

#: The stream of an encrypted Office Open XML workbook inside its container ([MS-OFFCRYPTO] 2.3.4).
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class WorkbookSource:
    """A workbook on disk. `notes` are findings from opening the file.

    Cells in the columns `linked` are read with the hyperlinks behind them.
    """

    path: Path
    spec: SourceSpec
    notes: tuple[FindingGroup, ...] = ()
    linked: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """Name of the file without its folders."""
        return self.path.name

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:
        """Spool the chosen sheet, table or range, or return its columns if plain.

        Raises SourceError for a workbook that is damaged, protected by a password, or without the
        sheet or table; UsageProblem for an invalid range; Cancelled.
        """
        with file_errors(self.path):
            stamp = Stamp.of(self.path)
            raise_if_cancelled(progress, self.name)
            data = self.path.read_bytes()
            stamp.confirm(self.path, len(data))
        with workbook_errors(self.path):
            require_readable(data, self.name)
            from_1904 = counts_from_1904(data)
        quick = None if careful else self._quick(data, folder, progress)
        if isinstance(quick, FastSheet):
            spool = self._by_columns(quick, hashlib.sha256(data).hexdigest())
            return replace(spool, from_1904=from_1904)
        spool = self._with_care(data, folder, progress)
        return replace(spool, from_1904=from_1904, fallbacks=(quick,) if quick else ())

    def _quick(self, data: bytes, folder: Path, progress: Progress) -> FastSheet | Fallback:
        linked = bool(self.linked)
        return read_fast(data, self.spec, self.name, folder, progress, linked=linked)

    def _by_columns(self, quick: FastSheet, sha256: str) -> Spool:
        names, notes = numbered_headers(quick.columns.width), tuple[FindingGroup, ...]()
        if quick.headers is not None:
            names, notes = name_headers(quick.headers, quick.header_at)
        return Spool(
            path=self.path,
            headers=names,
            sha256=sha256,
            numbered=False,
            first_row=quick.columns.first_row,
            delimiter="",
            findings=self.notes + self._beside(quick.picked) + notes,
            columns=quick.columns,
            leave_out=self.spec.leave_out,
        )

    def _with_care(self, data: bytes, folder: Path, progress: Progress) -> Spool:
        with workbook_errors(self.path):
            workbook = load_workbook(data, self.name, tables=bool(self.spec.table))
            picked = pick(workbook, self.spec, self.name)
            survey, sheet = open_sheet(data, workbook, picked.sheet, self.name)
            progress.begin(f"Reading {self.name}", sheet.total_height)
            links = sheet_hyperlinks(data, picked.sheet, self.name) if self.linked else []
            grid = Grid(sheet, picked, replace(survey, links=links), self.name)
            with SpoolWriter(folder, self.path) as writer:
                spool = spool_grid(grid, writer, progress, self.linked)
        notes = self.notes + self._beside(picked) + spool.findings
        return replace(
            spool,
            sha256=hashlib.sha256(data).hexdigest(),
            rows=writer.rows,
            leave_out=self.spec.leave_out,
            faults=writer.fault_file,
            findings=notes,
        )

    def _beside(self, picked: Pick) -> tuple[FindingGroup, ...]:
        """Return findings about the workbook as a whole."""
        notes = list(picked.notes)
        locks = (f"~${self.name}", f".~lock.{self.name}#")
        if any(is_there(self.path.with_name(lock)) for lock in locks):
            notes.append(
                FindingGroup(
                    reason="open-elsewhere",
                    severity=Severity.NOTE,
                    message=f"{self.name} is open in a spreadsheet program; the last saved version "
                    "was read.",
                    remedy="Save it there first if you have changed anything.",
                )
            )
        return tuple(notes)


def load_workbook(data: bytes, name: str, *, tables: bool) -> CalamineWorkbook:
    """Load the workbook in `data`; to be called within `workbook_errors`."""
    from python_calamine import CalamineWorkbook, TablesNotSupported

    if not data.startswith(b"PK") and _ENCRYPTED in data:
        raise _protected(name)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data), load_tables=tables)
    except TablesNotSupported as error:
        raise SourceError(
            "Only tables of .xlsx and .xlsm workbooks can be read.",
            "Choose the sheet and a range instead.",
        ) from error


def _protected(name: str) -> SourceError:
    return SourceError(
        f"The workbook {name} is protected by a password.",
        "Save a copy without a password to open, and choose the copy.",
    )


@contextmanager
def workbook_errors(path: Path) -> Iterator[None]:
    """Convert library errors to a SourceError about the workbook."""
    import zipfile
    import zlib
    from xml.parsers import expat

    from python_calamine import CalamineError, PasswordError

    try:
        yield
    except PasswordError as error:
        raise _protected(path.name) from error
    except (CalamineError, zipfile.BadZipFile, zlib.error, expat.ExpatError, KeyError) as error:
        raise damaged(path) from error
    except BaseException as error:
        # A panic in the Rust library is a BaseException, so that it is not caught by chance.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(path) from error
