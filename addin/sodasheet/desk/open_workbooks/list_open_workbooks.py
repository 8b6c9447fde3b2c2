"""Workbooks that are open in a spreadsheet program, listed by a helper process.

The desk never talks to that program itself: it may keep a caller waiting, and a page must not.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sodasheet.errors import SodaSheetError

#: Seconds after which a program that doesn't answer is busy.
PATIENCE = 20.0

#: Buttons of the ribbon for a mapping sheet: everyday buttons, and the others. The rest has
#: separate pages: signing in and out, the doctor, the run log and the guide.
MAPPED = (
    ("check_data", "Check data"),
    ("preview_changes", "Preview changes"),
    ("push", "Push"),
    ("undo_last_push", "Undo last push"),
)
OTHERS = (
    ("map_columns", "Map columns"),
    ("match_again", "Match again"),
    ("choose_source", "Choose source"),
    ("retry_failed_rows", "Retry failed rows"),
    ("stop", "Stop"),
    ("schedule", "Schedule"),
    ("run_history", "Run history"),
    ("quality", "Quality"),
    ("describe_dataset", "Describe dataset"),
    ("dataset_columns", "Dataset columns"),
    ("make_template", "Make template"),
    ("test_connection", "Test connection"),
    ("open_on_portal", "Open on portal"),
)
UNMAPPED = (("choose_dataset", "Choose a dataset"), ("create_dataset", "New dataset"))
BUTTONS = frozenset(name for name, _ in (*MAPPED, *OTHERS, *UNMAPPED))


@dataclass(frozen=True, slots=True)
class OpenSheet:
    """A sheet of an open workbook.

    `kind` is `mapping`, `data`, or `ours` for a sheet that was made to show something; `dataset`
    is the name of a mapping sheet's dataset.
    """

    name: str
    kind: str
    dataset: str = ""


@dataclass(frozen=True, slots=True)
class OpenWorkbook:
    """A workbook that is open in the program with this process id."""

    pid: int
    book: str
    name: str
    sheets: tuple[OpenSheet, ...]

    @property
    def mappings(self) -> tuple[OpenSheet, ...]:
        """The mapping sheets of the workbook."""
        return tuple(sheet for sheet in self.sheets if sheet.kind == "mapping")

    @property
    def data(self) -> tuple[OpenSheet, ...]:
        """The sheets that may hold rows."""
        return tuple(sheet for sheet in self.sheets if sheet.kind == "data")


def open_workbooks(module: str) -> list[OpenWorkbook]:
    """List the open workbooks; `module` prints them as JSON. Raises SodaSheetError."""
    command = [sys.executable, "-P", "-B", "-m", module]
    options: dict[str, Any] = {"capture_output": True, "stdin": subprocess.DEVNULL}
    if sys.platform == "win32":
        options["creationflags"] = subprocess.CREATE_NO_WINDOW
    try:
        answer = subprocess.run(  # noqa: S603 - our own interpreter and module
            command, timeout=PATIENCE, check=False, **options
        )
        body = json.loads(answer.stdout)
        if problem := body.get("problem"):
            raise SodaSheetError(str(problem["what"]), str(problem["remedy"]))
        return [_workbook(one) for one in body["workbooks"]]
    except subprocess.TimeoutExpired as error:
        raise SodaSheetError(
            "The spreadsheet program doesn’t answer.",
            "Finish what you are editing there, close its dialogs, then look again.",
        ) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SodaSheetError(
            "The open workbooks can’t be listed.", "Save the workbook and choose it as a file."
        ) from error


def _workbook(body: Mapping[str, Any]) -> OpenWorkbook:
    sheets = tuple(
        OpenSheet(str(one["name"]), str(one["kind"]), str(one["dataset"])) for one in body["sheets"]
    )
    return OpenWorkbook(int(body["pid"]), str(body["book"]), str(body["name"]), sheets)
