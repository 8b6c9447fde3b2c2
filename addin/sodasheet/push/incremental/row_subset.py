"""The rows that an incremental push is about to send, saved in case the run dies."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sodasheet.errors import SodaSheetError
from sodasheet.model.method import Method
from sodasheet.push.runs.journal import Step
from sodasheet.push.runs.run_recorder import RunRecorder
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.diff.changes_only import rebuilt, sending_rows

#: The journal's step that says that only some rows are sent; `total` is how many the dataset then
#: holds, where that is known.
NARROWED = "narrowed"

#: In the run's folder: the numbers of the rows to send, and the rows to delete.
_FILE = "narrowed.json.gz"


def note_narrowed(ledger: RunRecorder, whole: CheckResult, checked: CheckResult) -> None:
    """Record that only the rows of `checked` are sent out of the rows of `whole`.

    Raises SodaSheetError if the run's folder cannot be written.
    """
    rows, removals = sending_rows(checked)
    body = {"rows": rows, "field": checked.removed_by, "removals": removals}
    path = ledger.log.folder / _FILE
    try:
        with path.open("wb") as file:
            file.write(gzip.compress(json.dumps(body).encode(), compresslevel=1, mtime=0))
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise SodaSheetError(
            f"The run log {path} cannot be written: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
        ) from error
    replacing = whole.plan.method is Method.REPLACE
    ledger.step(NARROWED, total=whole.good if replacing else None)


def rebuild_row_subset(
    checked: CheckResult, steps: Sequence[Step], folder: Path
) -> CheckResult | None:
    """The rows that the run was about to send, recreated from the same source.

    None if that is not known anymore.
    """
    if _last(steps) is None:
        return checked
    try:
        body: dict[str, Any] = json.loads(gzip.decompress((folder / _FILE).read_bytes()))
        return rebuilt(checked, body["rows"], body["field"], body["removals"])
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return None


def narrowed_total(steps: Sequence[Step]) -> int | None:
    """Return the dataset's number of rows after a replace that sends only some rows."""
    step = _last(steps)
    return None if step is None else step.detail["total"]


def _last(steps: Sequence[Step]) -> Step | None:
    """The step of the last attempt that selected rows; None if all rows were to be sent."""
    for step in reversed(steps):
        if step.step in (NARROWED, "checked"):
            return step if step.step == NARROWED else None
    return None
