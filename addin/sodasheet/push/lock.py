"""One push per dataset at a time on this machine."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from filelock import FileLock, Timeout

from sodasheet.errors import Refused


@contextmanager
def dataset_lock(folder: Path, portal: str, dataset: str, run: str) -> Iterator[None]:
    """Hold the dataset for the length of a block; the system lets go of it if the process dies.

    Raises Refused at once, naming the run and process that hold it, where another push is on the
    dataset.
    """
    parts = urlsplit(portal)
    name = f"{parts.hostname or 'portal'}-{parts.port or ''}-{dataset}".replace(":", "_")
    folder.mkdir(parents=True, exist_ok=True)
    holder = folder / f"{name}.json"
    lock = FileLock(folder / f"{name}.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise Refused(
            f"Another push to {dataset} is under way on this computer{_who(holder)}.",
            "Wait until it has ended; sodasheet history shows it.",
        ) from None
    try:
        holder.write_text(json.dumps({"run": run, "pid": os.getpid()}), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        lock.release()


def _who(holder: Path) -> str:
    try:
        held = json.loads(holder.read_text(encoding="utf-8"))
        return f": run {held['run']}, process {held['pid']}"
    except (OSError, ValueError, KeyError, TypeError):
        return ""
