"""Closed workbooks: one sheet, table or range becomes a numbered spool."""

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
from sodasheet.model.progress import Progress
from sodasheet.sources.file_access import Stamp, heed, reaching
from sodasheet.sources.file_type import damaged
from sodasheet.sources.grid.grid import Grid, lay_down
from sodasheet.sources.headers import name_headers, numbered_headers
from sodasheet.sources.spool import Spool
from sodasheet.sources.spool_writer import SpoolWriter
from sodasheet.sources.workbook.error_cells import survey_sheet
from sodasheet.sources.workbook.fast_reader import QuickSheet, quick_sheet
from sodasheet.sources.workbook.selection import Pick, pick

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

#: The stream of an encrypted Office Open XML workbook inside its container ([MS-OFFCRYPTO] 2.3.4).
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class WorkbookSource:
    """A workbook on disk. `notes` are what was noticed when it was opened."""

    path: Path
    spec: SourceSpec
    notes: tuple[FindingGroup, ...] = ()

    @property
    def name(self) -> str:
        """The file's name without its folders."""
        return self.path.name

    def spool(self, folder: Path, progress: Progress, *, careful: bool = False) -> Spool:
        """Lay the chosen sheet, table or range down, or hand it over by columns where it is plain.

        Raises SourceError for a workbook that is damaged, protected by a password, or without the
        sheet or table; UsageProblem for a range that is none; Cancelled.
        """
        with reaching(self.path):
            stamp = Stamp.of(self.path)
            heed(progress, self.name)
            data = self.path.read_bytes()
            stamp.confirm(self.path, len(data))
        quick = None if careful else quick_sheet(data, self.spec, self.name, progress)
        if isinstance(quick, QuickSheet):
            return self._by_columns(quick, hashlib.sha256(data).hexdigest())
        spool = self._with_care(data, folder, progress)
        return replace(spool, fallbacks=(quick,) if quick else ())

    def _by_columns(self, quick: QuickSheet, sha256: str) -> Spool:
        names, notes = numbered_headers(len(quick.columns.kinds)), tuple[FindingGroup, ...]()
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
        )

    def _with_care(self, data: bytes, folder: Path, progress: Progress) -> Spool:
        with understood(self.path):
            workbook = load_workbook(data, self.name, tables=bool(self.spec.table))
            picked = pick(workbook, self.spec, self.name)
            survey = survey_sheet(data, picked.sheet, self.name)
            sheet = workbook.get_sheet_by_name(picked.sheet)
            progress.begin(f"Reading {self.name}", sheet.total_height)
            grid = Grid(sheet, picked, survey, self.name)
            with SpoolWriter(folder, self.path) as writer:
                spool = lay_down(grid, writer, progress)
        notes = self.notes + self._beside(picked) + spool.findings
        return replace(
            spool,
            sha256=hashlib.sha256(data).hexdigest(),
            rows=writer.rows,
            faults=writer.fault_file,
            findings=notes,
        )

    def _beside(self, picked: Pick) -> tuple[FindingGroup, ...]:
        """What the steward should know about the workbook as a whole."""
        notes = list(picked.notes)
        locks = (f"~${self.name}", f".~lock.{self.name}#")
        if any(self.path.with_name(lock).exists() for lock in locks):
            notes.append(
                FindingGroup(
                    reason="open-elsewhere",
                    severity=Severity.NOTE,
                    message=f"{self.name} is open in a spreadsheet program; what was read is what "
                    "was saved last.",
                    remedy="Save it there first if you have changed anything.",
                )
            )
        return tuple(notes)


def load_workbook(data: bytes, name: str, *, tables: bool) -> CalamineWorkbook:
    """The workbook with these bytes; to be called where what the library says is `understood`."""
    from python_calamine import CalamineWorkbook, TablesNotSupported

    if not data.startswith(b"PK") and _ENCRYPTED in data:
        raise _protected(name)
    try:
        return CalamineWorkbook.from_filelike(io.BytesIO(data), load_tables=tables)
    except TablesNotSupported as error:
        raise SourceError(
            "Only .xlsx and .xlsm workbooks have tables that can be read.",
            "Name the sheet and a range instead.",
        ) from error


def _protected(name: str) -> SourceError:
    return SourceError(
        f"The workbook {name} is protected by a password.",
        "Save a copy without the password to open, and choose that.",
    )


@contextmanager
def understood(path: Path) -> Iterator[None]:
    """Turn what the libraries say about a workbook into a SourceError."""
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
        # A panic in the Rust library is no Exception, so that nobody catches it by chance.
        if type(error).__name__ != "PanicException":
            raise
        raise damaged(path) from error
