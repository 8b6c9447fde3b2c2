"""Handing a push, a preview or a window to a process of its own, and finding it again later."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from collections.abc import Mapping as Map
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import SodaSheetError
from sodasheet.excel.press import path_of
from sodasheet.excel.sheets.result_rows import Jumps
from sodasheet.jobs import write_job
from sodasheet.push.runs.background_task import JOB, ORDER, REPORT, SHOWN, STATUS, BackgroundTask
from sodasheet.system.paths import home, make_private

if TYPE_CHECKING:
    from sodasheet.excel.press import Press
    from sodasheet.model.job import Job

#: What such a process is for (`kind` of its order).
PUSH, CHOOSE, SIGN_IN = "push", "choose", "sign-in"
PREVIEW, UNDO, SCHEDULE = "preview", "undo", "schedule"

#: Kinds that leave something for the workbook, which a press may have to bring there.
BRINGING = frozenset({PUSH, PREVIEW, UNDO})

#: Seconds for which such a folder is kept.
KEPT = 30 * 86400.0


@dataclass(frozen=True, slots=True)
class Handover:
    """What the process has to know besides the job.

    `more` is what one kind alone needs, as JSON.
    """

    job: Job
    mapping_sheet: str
    jumps: Jumps
    more: Map[str, Any] = field(default_factory=dict)


def errands_folder() -> Path:
    """Where the folders of detached pushes lie."""
    return home() / "errands"


def new_errand() -> BackgroundTask:
    """A fresh folder that only this user may look into. Raises SodaSheetError."""
    _forget_old()
    name = f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(4)}"
    folder = errands_folder() / name
    try:
        make_private(folder.parent)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise SodaSheetError(
            f"The folder {folder} cannot be made: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder you may write to.",
        ) from error
    return BackgroundTask(folder)


def send(press: Press, errand: BackgroundTask, handover: Handover, kind: str = PUSH) -> None:
    """Write the order down and start the process; it lives on when this one ends."""
    write_job(handover.job, errand.folder / JOB)
    _begin(errand, kind, {**_place(press), **_order(press, handover)})


def open_window(press: Press, kind: str, portal: str) -> None:
    """Open a window of a kind in a process of its own, which finds the sheet of the press again.

    `portal` is the base address of the one that is offered, or empty.
    """
    _begin(new_errand(), kind, {**_place(press), "portal": portal, "window": True})


def errands(press: Press) -> Iterator[BackgroundTask]:
    """What was begun from this workbook and was not shown yet, the oldest first."""
    for folder in sorted(errands_folder().glob("*")):
        errand = BackgroundTask(folder)
        order = errand.order
        mine = order.get("kind", PUSH) in BRINGING and order.get("book") == path_of(press.book)
        if mine and not (folder / SHOWN).exists():
            yield errand


def forget(errand: BackgroundTask) -> None:
    """Remove the folder with the rows in it."""
    with suppress(OSError):
        shutil.rmtree(errand.folder)


def keep(errand: BackgroundTask) -> None:
    """Keep the rows: to go on with a push, or to push again from its window, they are needed."""
    (errand.folder / REPORT).rename(errand.folder / SHOWN)


def _forget_old() -> None:
    """Rows that were kept for so long are no longer those of the sheet; a window is long gone."""
    for path in errands_folder().glob(f"*/{ORDER}"):
        errand = BackgroundTask(path.parent)
        reported = errand.order.get("kind", PUSH) in (PUSH, UNDO)
        done = (path.parent / SHOWN).exists() or not reported
        with suppress(OSError):
            if done and time.time() - path.stat().st_mtime > KEPT:
                forget(errand)


def _begin(errand: BackgroundTask, kind: str, order: dict[str, Any]) -> None:
    errand.write(ORDER, {"kind": kind, **order})
    errand.write(STATUS, {"stage": "starting", "time": datetime.now(UTC).timestamp()})
    _start(errand)


def _place(press: Press) -> dict[str, Any]:
    """Where the button was pressed."""
    return {
        "book": path_of(press.book),
        "name": press.book.name,
        "pid": press.app.pid,
        "sheet": press.sheet.name,
    }


def _order(press: Press, handover: Handover) -> dict[str, Any]:
    return {
        "base": str(press.base),
        "window": press.dialogs.no_windows is None,
        "mapping_sheet": handover.mapping_sheet,
        "jumps": asdict(handover.jumps),
        **handover.more,
    }


def _start(errand: BackgroundTask) -> None:
    """-P keeps the working folder off the path, so that nothing lying about is run by mistake."""
    command = [sys.executable, "-P", "-B", "-m", "sodasheet.excel.worker.main", str(errand.folder)]
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        options = {"creationflags": flags}
    subprocess.Popen(  # noqa: S603 - our own interpreter and module, a folder of our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        cwd=errand.folder,
        env={**os.environ},
        **options,
    )
