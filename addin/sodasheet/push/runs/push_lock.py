"""One push per dataset, and one unattended run per job file, at a time on this machine."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from sodasheet.errors import Refused, SodaSheetError
from sodasheet.model.next_step import Action, NextStep
from sodasheet.system.folders import make_private, real_path


class HeldError(Refused):
    """Another push holds the dataset, or another run the job file."""


@contextmanager
def dataset_lock(folder: Path, portal: str, dataset: str, run: str) -> Iterator[None]:
    """Lock the dataset during a block; the system releases the lock if the process dies.

    Raises HeldError at once, naming the run and process that hold it, where another push is on the
    dataset.
    """
    parts = urlsplit(portal)
    name = f"{parts.hostname or 'portal'}-{parts.port or ''}-{dataset}".replace(":", "_")
    with _held(folder / name, run, f"Another push to {dataset}"):
        yield


@contextmanager
def job_lock(folder: Path, path: Path, run: str) -> Iterator[None]:
    """Lock a job file for the duration of a block, so that a slow run and the next do not overlap.

    Raises HeldError at once, naming the run and process that hold it.
    """
    spelled = os.path.normcase(real_path(path))
    name = "job-" + hashlib.sha256(spelled.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    with _held(folder / name, run, f"Another run of {path.name}"):
        yield


@contextmanager
def _held(place: Path, run: str, what: str) -> Iterator[None]:
    """Hold the lock next to `place`; `what` is the subject of the message for later callers."""
    holder, folder = place.parent / f"{place.name}.json", place.parent
    lock = FileLock(folder / f"{place.name}.lock")
    try:
        make_private(folder)
        lock.acquire(timeout=0)
    except Timeout:
        raise HeldError(
            f"{what} is running on this computer{_who(holder)}.",
            "Wait until it has finished.",
            (NextStep(Action.SHOW_HISTORY),),
        ) from None
    except OSError as error:
        raise SodaSheetError(
            f"The folder {folder} cannot be written: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
        ) from error
    try:
        # The holder is only information; the lock itself shows that it is held.
        with suppress(OSError):
            holder.write_text(json.dumps({"run": run, "pid": os.getpid()}), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


def _who(holder: Path) -> str:
    try:
        held = json.loads(holder.read_text(encoding="utf-8"))
        return f": run {held['run']}, process {held['pid']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
