"""Remove remains of old runs, by age and by size.

Kept in any case: runs that are under way or of which nobody knows the outcome, with the rows that
they were given, and of every dataset the newest run that landed and the newest that can be undone.
The journal keeps its line of every run. An imprint (push/incremental/baseline.py) goes when
nobody has pushed to its dataset for as long as runs are kept.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sodasheet.errors import SodaSheetError
from sodasheet.push.incremental.baseline import imprint_path, known
from sodasheet.push.runs.background_push_folder import BackgroundTask
from sodasheet.push.runs.journal import REPORT_NAME, Journal, RunRecord, runs_folder
from sodasheet.settings import Keep, read_settings
from sodasheet.system.folders import abandoned, home, make_private, remove, size
from sodasheet.wording import counted, listed

#: The folder in a run's folder with the rows from before the run.
SNAPSHOT = "snapshot"

#: Its age shows when pruning was last done.
_STAMP = "pruned"

_DAY = 86_400.0
_MEGABYTE = 1_000_000
_RUN = re.compile(r"(\d{8}-\d{6})-[0-9a-f]+")


@dataclass(frozen=True, slots=True)
class Pruned:
    """Removed data: whole run folders, snapshots of runs that stay, other folders, row hashes of
    datasets, and their bytes.
    """

    runs: int = 0
    snapshots: int = 0
    strays: int = 0
    imprints: int = 0
    bytes: int = 0

    @property
    def sentence(self) -> str:
        """Return the removed data in words."""
        words = {
            "run log": self.runs,
            "snapshot": self.snapshots,
            "stray folder": self.strays,
            "imprint": self.imprints,
        }
        told = [counted(count, word) for word, count in words.items() if count]
        if not told:
            return "Nothing was old or large enough to be removed."
        return f"Removed {listed(told)}: {self.bytes / _MEGABYTE:,.1f} MB."


def prune_daily() -> None:
    """Prune by the settings unless already done today; never raises."""
    stamp = home() / _STAMP
    with suppress(OSError, SodaSheetError):
        # A future time stamp comes from a wrong clock, and would keep everything forever.
        if stamp.exists() and 0 <= time.time() - stamp.stat().st_mtime < _DAY:
            return
        make_private(stamp.parent)
        stamp.touch()
        prune(read_settings().keep)


def prune(keep: Keep, now: float | None = None) -> Pruned:
    """Remove what is older than `keep.days`, and then the oldest snapshots, and only then the
    oldest run folders, while all of them take more than `keep.megabytes`.

    `now` is in seconds since 1970. What cannot be removed stays. Raises SodaSheetError if the
    journal cannot be read.
    """
    moment = time.time() if now is None else now
    journal = Journal(runs_folder())
    unsettled = journal.unsettled()
    kept = {record.run for record in (*unsettled, *journal.newest(landed=True))}
    kept |= _undoable(journal) | _named(unsettled)
    runs = _settled(kept, moment - _DAY)
    outdated = moment - keep.days * _DAY
    aged = _removed(path for path, began in runs if began < outdated)
    left = [path for path, _ in runs if path.exists()]
    room = keep.megabytes * _MEGABYTE
    snapshots = _shrunk([path / SNAPSHOT for path in left], room)
    snapshots += _removed(_rows_before_types(outdated))
    whole = _shrunk(left, room)
    strays = _removed(_errands(unsettled, outdated)) + _removed(abandoned(moment - _DAY))
    imprints = _forgotten(journal, outdated)
    freed = sum(map(sum, (aged, snapshots, whole, strays, imprints)))
    return Pruned(len(aged) + len(whole), len(snapshots), len(strays), len(imprints), freed)


def _undoable(journal: Journal) -> set[str]:
    """The newest landed run with a snapshot of each dataset; later runs may have sent nothing."""
    newest = {}
    for path in sorted(runs_folder().glob(f"*/{SNAPSHOT}")):
        record = journal.record(path.parent.name)
        if record is not None and (record.outcome or "").startswith("done"):
            newest[record.portal, record.dataset] = record.run
    return set(newest.values())


def _named(unsettled: list[RunRecord]) -> set[str]:
    """Runs named by these requests: runs being undone or resumed."""
    return {found[0] for record in unsettled for found in _RUN.finditer(json.dumps(record.order))}


def _settled(kept: set[str], young: float) -> list[tuple[Path, float]]:
    """Removable run folders, oldest first, and the start of each run.

    One without a report may just be beginning, unless it is old.
    """
    found = []
    for path in sorted(runs_folder().glob("*")):
        match = _RUN.fullmatch(path.name)
        if match is None or path.name in kept or path.is_symlink():
            continue
        try:
            began = datetime.strptime(match[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC).timestamp()
        except ValueError:
            continue
        if began < young or (path / REPORT_NAME).exists():
            found.append((path, began))
    return found


def _rows_before_types(outdated: float) -> Iterator[Path]:
    """Rows from before old type changes; the record of a change (columns/) stays."""
    for path in sorted((home() / "columns").glob("*")):
        match = _RUN.fullmatch(path.name)
        if match is None or not path.is_dir() or path.is_symlink():
            continue
        with suppress(ValueError):
            began = datetime.strptime(match[1], "%Y%m%d-%H%M%S").replace(tzinfo=UTC)
            if began.timestamp() < outdated:
                yield path


def _removed(folders: Iterable[Path]) -> list[int]:
    """The sizes of all removable folders."""
    freed = (remove(folder) for folder in folders)
    return [held for held in freed if held is not None]


def _shrunk(folders: Iterable[Path], room: int) -> list[int]:
    """Remove these folders, in their order, while all runs together take more than `room` bytes."""
    taken, freed = size(runs_folder()), list[int]()
    for folder in folders:
        if taken <= room:
            break
        if folder.is_dir() and (held := remove(folder)) is not None:
            taken -= held
            freed.append(held)
    return freed


def _errands(unsettled: list[RunRecord], outdated: float) -> Iterator[Path]:
    """Folders of detached pushes that were never read, with rows that are no longer needed."""
    needed = {Path(str(_source(record))) for record in unsettled}
    for folder in (home() / "errands").glob("*"):
        errand = BackgroundTask(folder)
        at_rest = errand.report is not None or not errand.alive
        with suppress(OSError):
            last = max((folder / name).stat().st_mtime for name in _written(folder))
            if at_rest and last < outdated and folder not in needed:
                yield folder


def _forgotten(journal: Journal, outdated: float) -> list[int]:
    """The sizes of removable row-hash files: their datasets were not pushed to since."""
    pushed = {
        imprint_path(record.portal, record.dataset).stem
        for record in journal.newest()
        if datetime.fromisoformat(record.started).timestamp() >= outdated
    }
    freed = []
    for stem, paths in known().items():
        with suppress(OSError):
            facts = [path.stat() for path in paths]
            if stem in pushed or max(one.st_mtime for one in facts) >= outdated:
                continue
            for path in paths:
                path.unlink()
            freed.append(sum(one.st_size for one in facts))
    return freed


def _written(folder: Path) -> list[str]:
    """The files of a detached push; the folder itself if empty."""
    return [path.name for path in folder.iterdir()] or [""]


def _source(record: RunRecord) -> object:
    """Return the source of a run, as named in its request."""
    job = record.order.get("job")
    source = job.get("source") if isinstance(job, dict) else None
    return source.get("path") if isinstance(source, dict) else None
