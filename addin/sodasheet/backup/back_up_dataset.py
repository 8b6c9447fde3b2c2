"""Back up a dataset: download its rows, write and verify the files, and rename the folder."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sodasheet.errors import SodaSheetError
from sodasheet.jobs import write_job
from sodasheet.matching.column_drift import fingerprint
from sodasheet.model.dataset import Dataset
from sodasheet.model.job import Job
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.descriptions import read_view
from sodasheet.portal.soda2.download import Download, Selection, content_fields, download
from sodasheet.staging.restore.rows_as_csv_and_parquet import (
    csv_source,
    load_table,
    restore_mapping,
    write_csv,
    write_parquet,
)
from sodasheet.staging.staged_table import Stage
from sodasheet.system.checksum import sha256_of
from sodasheet.system.folders import real_path, scratch_folder
from sodasheet.wording import counted_rows

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

ROWS = "rows.csv"
ARCHIVE = "rows.csv.zip"
PARQUET = "rows.parquet"
SCHEMA = "schema.json"
METADATA = "metadata.json"
RESTORE = "restore.json"
#: The list of the files with their hashes; it is written last.
CONTENTS = "backup.json"

_VERSION = 1

#: How many times the rows are downloaded if others change them meanwhile.
_TRIES = 3


@dataclass(frozen=True, slots=True)
class Backup:
    """A complete backup. `not_restored` are columns that no push can restore."""

    folder: Path
    portal: str
    dataset: str
    name: str
    rows: int
    taken: datetime
    not_restored: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return the result as one JSON object."""
        return asdict(self) | {
            "folder": str(self.folder),
            "taken": self.taken.isoformat(),
            "not_restored": list(self.not_restored),
        }


def back_up(session: PortalSession, dataset: str, output: Path, progress: Progress) -> Backup:
    """Back up a dataset into a new folder below `output`.

    Raises SodaSheetError if the rows cannot be read in one piece, do not agree with the portal's
    count, or cannot be written; Cancelled if the user stops it. No folder is left behind then.
    """
    target, view = read_dataset(session, dataset), read_view(session, dataset)
    with scratch_folder() as room:
        found = settled_download(session, target, room / "pages", progress)
        parent = real_path(output) / _folder_name(target.portal) / target.id
        try:
            with _whole(parent, found.taken) as (draft, final):
                progress.begin("writing the backup", None)
                _write_rows(found, target, draft, room, progress)
                _write_json(draft / METADATA, view)
                _write_json(draft / SCHEMA, _schema(target))
                write_job(_restore_job(target), draft / RESTORE)
                backup = _backup(found, target, final)
                _write_json(draft / CONTENTS, _contents(backup, draft))
        except OSError as error:
            raise SodaSheetError(
                f"The backup cannot be written to {parent}: {error.strerror or error}.",
                "Free some disk space, or choose a folder that you can write to.",
            ) from error
    return backup


def settled_download(
    session: PortalSession, dataset: Dataset, folder: Path, progress: Progress
) -> Download:
    """Download a consistent copy of all rows. Raises SodaSheetError, Cancelled."""
    selection = Selection(content_fields(dataset))
    for _ in range(_TRIES):
        found = download(session, dataset, selection, folder, progress)
        if found.settled and not found.changed:
            return found
        shutil.rmtree(folder)
    raise SodaSheetError(
        f"Someone else is changing {dataset.name} right now, so its rows cannot be read "
        "completely.",
        "Try again when they are done.",
    )


def _write_rows(
    found: Download, dataset: Dataset, draft: Path, room: Path, progress: Progress
) -> None:
    columns = [one for one in dataset.columns if one.field in found.fields]
    plain = room / ROWS
    with Stage.bare(dataset.name, len(columns), room, progress) as stage:
        counts = {
            "the table": load_table(stage, found.paths, columns),
            ROWS: write_csv(stage, plain),
            PARQUET: write_parquet(stage, columns, draft / PARQUET),
        }
    for what, rows in counts.items():
        if rows != found.after.rows:
            raise SodaSheetError(
                f"The backup of {dataset.name} is not complete: {what} contains"
                f" {counted_rows(rows)}, the dataset {found.after.rows:,}.",
                "Nothing was saved; try again.",
            )
    archive = draft / ARCHIVE
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, allowZip64=True) as file:
        file.write(plain, ROWS)
    with zipfile.ZipFile(archive) as file:
        if file.testzip() is not None:
            raise SodaSheetError(f"{archive} cannot be read back.", "Check the disk; try again.")


def _schema(dataset: Dataset) -> dict[str, Any]:
    return {
        "portal": dataset.portal,
        "dataset": dataset.id,
        "name": dataset.name,
        "row_identifier": dataset.row_identifier,
        "columns": [
            {
                "field": one.field,
                "name": one.name,
                "type": one.type,
                "position": one.position,
                "format": dict(one.format),
                "computed": one.computed,
            }
            for one in dataset.columns
        ],
    }


def _restore_job(dataset: Dataset) -> Job:
    fields = content_fields(dataset)
    columns = [one for one in dataset.columns if one.field in fields]
    return Job(
        dataset.portal,
        dataset.id,
        Method.REPLACE,
        csv_source(ROWS),
        restore_mapping(columns),
        fingerprint=fingerprint(fields, dataset),
    )


def _backup(found: Download, dataset: Dataset, folder: Path) -> Backup:
    lost = [one.label for one in dataset.columns if one.field in found.fields and not one.fillable]
    return Backup(
        folder, dataset.portal, dataset.id, dataset.name, found.rows, found.taken, tuple(lost)
    )


def _contents(backup: Backup, draft: Path) -> dict[str, Any]:
    files = [
        {"name": path.name, "bytes": path.stat().st_size, "sha256": sha256_of(path)}
        for path in sorted(draft.iterdir())
    ]
    body = {key: value for key, value in backup.to_json().items() if key != "folder"}
    return {"sodasheet": _VERSION, **body, "files": files}


def _write_json(path: Path, body: object) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(json.dumps(body, ensure_ascii=False, indent=1) + "\n")
        file.flush()
        os.fsync(file.fileno())


def _folder_name(portal: str) -> str:
    """Return the portal's host as a folder name; Windows does not allow colons there."""
    return urlsplit(portal).netloc.replace(":", "-").replace("[", "").replace("]", "")


@contextmanager
def _whole(parent: Path, taken: datetime) -> Iterator[tuple[Path, Path]]:
    """Yield a temporary folder and its final name; rename only on success."""
    parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=parent))
    final = parent / f"{taken.astimezone(UTC):%Y-%m-%dT%H-%M-%SZ}"
    number = 1
    while final.exists():
        number += 1
        final = final.with_name(f"{final.name.partition('_')[0]}_{number}")
    try:
        yield draft, final
        draft.rename(final)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
