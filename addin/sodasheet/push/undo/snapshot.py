"""Snapshot of the rows that a push is about to touch, saved in the run's folder for an undo."""

from __future__ import annotations

import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.model.dataset import UNWRITABLE_TYPES, Dataset
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.progress import Progress
from sodasheet.portal.soda2.download import Download, Selection, content_fields, download
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.push.context import PushContext
from sodasheet.push.existing_identifiers import LOOKUP_SIZE
from sodasheet.push.guards import GUARDS, GuardError, skipped_guards
from sodasheet.push.load_and_check import Prepared
from sodasheet.push.questions_to_user import Question, anyway
from sodasheet.push.request import PushRequest
from sodasheet.push.send.transport import DatasetChanged
from sodasheet.settings import read_settings
from sodasheet.staging.output.rows_to_send import touched_identifiers
from sodasheet.staging.restore.write_sent_rows import write_sent_rows

#: Bytes to leave free on the disk.
SPARE = 200_000_000

_MEGABYTE = 1_000_000

_GUARD = GUARDS["no-snapshot"]


@dataclass(frozen=True, slots=True)
class SnapshotResult:
    """The snapshot, or a sentence with the reason why not; `aside` are the guards skipped."""

    download: Download | None = None
    why_not: str = ""
    aside: tuple[str, ...] = ()


def beyond_undo(dataset: Dataset, method: Method) -> tuple[str, ...]:
    """The columns whose values the push would remove and no undo could restore.

    What the portal works out itself comes back by itself, and system fields are its own.
    """
    if method not in (Method.REPLACE, Method.DELETE):
        return ()
    return tuple(column.label for column in dataset.columns if column.type in UNWRITABLE_TYPES)


def take_or_ask(
    work: Prepared, order: PushRequest, desk: PushContext, folder: Path
) -> SnapshotResult:
    """Save the rows that the push changes; if that fails, do what the job or the user says.

    Raises GuardError if the push must not continue without, Cancelled if the user stops it.
    """
    if order.job.snapshot == "off":
        return SnapshotResult(why_not=" No snapshot was taken, so this run cannot be undone.")
    try:
        return SnapshotResult(take_snapshot(work, desk, folder))
    except (Cancelled, DatasetChanged):
        raise
    except SodaSheetError as error:
        what = f"The rows that the push changes cannot be saved for an undo: {error.what}"
        told = f" This run cannot be undone. {what}"
        if order.job.snapshot == "try":
            return SnapshotResult(why_not=told)
        aside = _GUARD.slug in skipped_guards(order)
        asked = not order.options.unattended and not aside
        if aside or (asked and anyway(desk.ask, Question(_GUARD.slug, what))):
            return SnapshotResult(why_not=told, aside=(_GUARD.slug,))
        raise GuardError(_GUARD, f"{what} Nothing was sent.", cause=error.remedy) from error


def take_snapshot(work: Prepared, desk: PushContext, folder: Path) -> Download:
    """Download the affected rows into `folder`, with the planned changes.

    Raises SodaSheetError if that cannot be done, Cancelled if the user stops it; nothing of
    it is left behind then.
    """
    _forget(folder)
    try:
        found = _downloaded(work, desk, folder)
        if found.changed and work.state is not None:
            # It would be compared with rows that are no longer there.
            raise DatasetChanged(work.dataset)
        if found.changed:
            # Someone wrote meanwhile; download again, and this time it has to be consistent.
            found = _downloaded(work, desk, folder)
        if not found.settled:
            raise SodaSheetError(
                f"The portal does not yet show all writes to {work.dataset.name}.",
                "Try again in a few minutes.",
            )
        if found.changed:
            raise SodaSheetError(
                f"Someone else is changing {work.dataset.name} right now.",
                "Try again when they are done.",
            )
        write_sent_rows(work.checked, folder)
    except OSError as error:
        _forget(folder)
        raise SodaSheetError(
            f"The snapshot {folder} cannot be written: {error.strerror or error}.",
            "Free some disk space, or set SODASHEET_HOME to a folder that you can write to.",
        ) from error
    except BaseException:
        _forget(folder)
        raise
    return found


def _downloaded(work: Prepared, desk: PushContext, folder: Path) -> Download:
    most = read_settings().keep.megabytes * _MEGABYTE
    watched = _Watched(desk.progress, folder, most)
    watched.look()
    selection = replace(touched(work, RowsClient(desk.session, work.dataset)), state=work.state)
    return download(desk.session, work.dataset, selection, folder, watched)


def touched(work: Prepared, rows: RowsClient) -> Selection:
    """Return the dataset's rows that a push touches: all, named rows, or only the `:id` of each.

    More than it touches where that asks for less.
    """
    checked, identifier = work.checked, work.dataset.identifier
    fields, method = content_fields(work.dataset), checked.plan.method
    if method is Method.REPLACE:
        return Selection(fields)
    if identifier is None:
        return Selection(fields if checked.removals else ())
    if method is Method.APPEND and not checked.removals:
        return Selection(fields, ())
    if rows.prefers_download(identifier, checked.sendable + checked.removals, whole=True):
        return Selection(fields)
    return Selection(fields, touched_identifiers(checked, LOOKUP_SIZE))


def _forget(folder: Path) -> None:
    """Remove the files of an earlier attempt."""
    with suppress(OSError):
        if folder.is_dir():
            shutil.rmtree(folder)


@dataclass
class _Watched:
    """Progress that checks the snapshot's size and the free space after every page."""

    progress: Progress
    folder: Path
    most: int

    @property
    def stop(self) -> bool:
        """True if the user asked to stop."""
        return self.progress.stop

    def begin(self, stage: str, total: int | None = None) -> None:  # noqa: ARG002
        """Begin a stage, with its own text for the download."""
        self.progress.begin("saving the rows for an undo", total)

    def advance(self, amount: int) -> None:
        """Count more rows."""
        self.look()
        self.progress.advance(amount)

    def look(self) -> None:
        """Raise SodaSheetError if the snapshot or the disk is full."""
        size = sum(path.stat().st_size for path in self.folder.glob("*"))
        if size > self.most:
            raise SodaSheetError(
                f"The rows take more than the {self.most // _MEGABYTE:,} MB that run logs and"
                " snapshots may take.",
                "Allow them more space, or push fewer rows at a time.",
                (NextStep(Action.CHANGE_SETTING, name="keep.megabytes"),),
            )
        place = next(path for path in (self.folder, *self.folder.parents) if path.exists())
        free = shutil.disk_usage(place).free
        if free < SPARE:
            raise SodaSheetError(
                f"Only {free // _MEGABYTE:,} MB are free on the disk of {place}.",
                "Free some disk space, or set SODASHEET_HOME to a folder on another disk.",
            )
