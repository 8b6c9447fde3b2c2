"""Baseline: what the last push to a dataset sent, saved on this computer.

Two files for each dataset in `home()/imprints`: the rows' imprint (staging/diff/row_hashes.py) and
a JSON that says what it is of. Whatever is wrong with them, there is just nothing remembered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sodasheet import __version__
from sodasheet.errors import SodaSheetError
from sodasheet.model.dataset import Dataset
from sodasheet.model.job import Job
from sodasheet.model.method import Method
from sodasheet.portal.dataset import read_dataset
from sodasheet.portal.soda2.rows_client import RowsClient, RowState
from sodasheet.system.checksum import sha256_of
from sodasheet.system.folders import home, make_private

if TYPE_CHECKING:
    from sodasheet.push.context import PushContext
    from sodasheet.push.load_and_check import Prepared
    from sodasheet.push.request import PushRequest
    from sodasheet.push.runs.run_recorder import RunRecorder
    from sodasheet.staging.check.check import CheckResult
    from sodasheet.staging.check.check_plan import Filled

#: The format of the files; other formats are not read.
VERSION = 3


@dataclass(frozen=True, slots=True)
class DatasetVersion:
    """Version of a dataset's rows: every change to a row changes one of the fields.

    `updated` is the metadata's time of the last change, in whole seconds (portal-api.md A.1).
    `changed` is the time of the newest row, in milliseconds; None if the portal does not say.
    """

    updated: str
    rows: int
    changed: str | None

    @classmethod
    def of(cls, updated: object, state: RowState) -> DatasetVersion:
        """The version according to metadata and rows."""
        return cls(str(updated), state.rows, state.changed)

    def unchanged_since(self, earlier: DatasetVersion) -> bool:
        """True if certainly no row has been written or deleted since.

        Whole seconds alone cannot tell two writes of the same second apart.
        """
        known = earlier.changed is not None or earlier.rows == 0
        return known and self == earlier


@dataclass(frozen=True, slots=True)
class Baseline:
    """The last push: its ingredients, the state of the dataset afterwards, and the source's facts.

    `recipe` is a hash of everything that decides how a row of the source becomes one of the
    dataset, `fills` names the headers behind each field, `source` is a hash of the file's address
    within itself (sheet, header row, encoding, …), `dialect` is how its lines are taken apart, and
    empty if it has none (staging/load/changed_lines.py). `sha256` is the imprint's own.
    """

    portal: str
    dataset: str
    run: str
    at: str
    recipe: str
    fills: list[list[str]]
    standing: DatasetVersion
    source: str
    source_name: str
    source_sha256: str
    source_bytes: int
    source_rows: int
    rejected: int
    dialect: list[str]
    sha256: str = ""


def load_baseline(portal: str, dataset: str) -> Baseline | None:
    """Return the baseline of the dataset, or None."""
    try:
        body = json.loads(_place(portal, dataset, ".json").read_bytes())
        if body.pop("version") != VERSION:
            return None
        standing = DatasetVersion(**body.pop("standing"))
        found = Baseline(standing=standing, **body)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return found if (found.portal, found.dataset) == (portal, dataset) else None


def imprint_path(portal: str, dataset: str) -> Path:
    """Return the path of the dataset's row hashes."""
    return _place(portal, dataset, ".parquet")


def known() -> dict[str, list[Path]]:
    """The files of every dataset with files here, by the stem of its `imprint_path`."""
    found: dict[str, list[Path]] = {}
    for path in sorted((home() / "imprints").glob("*.*")):
        # A dead process may have left a temporary file behind (`keep`).
        found.setdefault(Path(path.name.removesuffix(".tmp")).stem, []).append(path)
    return found


def is_sound(found: Baseline) -> bool:
    """True if the row hashes are exactly the recorded file."""
    try:
        return sha256_of(imprint_path(found.portal, found.dataset)) == found.sha256
    except OSError:
        return False


def keep(found: Baseline) -> None:
    """Record the push whose row hashes have just been written. Raises OSError."""
    body: dict[str, Any] = {"version": VERSION, **asdict(found)}
    body["sha256"] = sha256_of(imprint_path(found.portal, found.dataset))
    path = _place(found.portal, found.dataset, ".json")
    draft = path.with_suffix(".json.tmp")
    draft.write_text(json.dumps(body, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    draft.replace(path)


def forget(portal: str, dataset: str) -> None:
    """Forget everything about the dataset."""
    for suffix in (".json", ".parquet"):
        with suppress(OSError):
            _place(portal, dataset, suffix).unlink(missing_ok=True)


def _place(portal: str, dataset: str, suffix: str) -> Path:
    parts = urlsplit(portal)
    host = f"{parts.hostname or 'portal'}-{parts.port}" if parts.port else str(parts.hostname)
    return home() / "imprints" / f"{host.replace(':', '_')}-{dataset}{suffix}"


@dataclass(frozen=True, slots=True)
class DatasetAtEnd:
    """Facts about the dataset at the end of a run, each None if unknown.

    `rows` is the number of rows, `dataset` the portal's description, `version` the portal's number
    of the run's own write, `state` the state of the rows with which the run's were compared,
    `after` the state right after the write.
    """

    rows: int | None
    dataset: Dataset | None = None
    version: int | None = None
    state: RowState | None = None
    after: RowState | None = None


class BaselineRecorder:
    """Recorder of the baseline for the next push."""

    def __init__(self, order: PushRequest, desk: PushContext, ledger: RunRecorder) -> None:
        self._order, self._desk, self._ledger = order, desk, ledger

    def remember(self, work: Prepared, end: DatasetAtEnd) -> None:
        """Record the rows that have landed, for a request that is `remembered`.

        Never raises: what cannot be remembered is forgotten, and costs a download next time.
        """
        import duckdb

        from sodasheet.staging.diff.row_hashes import can_hash_rows

        job = self._order.job
        if not can_hash_rows(work.checked):
            return
        try:
            self._remember(work, end)
        except (SodaSheetError, OSError, duckdb.Error):
            forget(job.portal, job.dataset)

    def _whole(self, checked: CheckResult, rows: int) -> bool:
        """True if every good row has landed, according to the portal."""
        if self._ledger.report.rows.rejected not in (None, checked.rejected):
            return False
        return self._order.job.method is not Method.REPLACE or rows == checked.good

    def _untouched(self, rows: RowsClient, end: DatasetAtEnd, state: RowState) -> bool:
        """True if no other write followed the run, according to the portal."""
        if end.rows not in (None, state.rows) or end.state not in (None, state):
            return False
        # An edit right after the run's own write would be mistaken for the sent rows.
        return end.version is None or rows.version() == end.version

    def _carry_over_profile(self, work: Prepared, state: RowState) -> None:
        """Keep the dataset's profile if the push changed only a few ordinary rows.

        Values that the user has agreed to are new to the profile; they would be asked about again.
        Other pushes than a replace, or an upsert of changes that only updates rows, could bring
        the same rows twice, which only a new profile notices.
        """
        from sodasheet.quality.comparison_questions import QUESTIONS
        from sodasheet.quality.dataset_profile import DatasetProfiles

        checked = work.checked
        if work.state is None or any(group.reason in QUESTIONS for group in checked.findings):
            return
        only_updates = self._order.changes_only and work.state.rows == state.rows
        if self._order.job.method is not Method.REPLACE and not only_updates:
            return
        changed = checked.sendable + checked.removals
        with suppress(OSError):  # it is then measured again
            DatasetProfiles.here().carry_over(work.dataset, work.state, state, changed)

    def _remember(self, work: Prepared, end: DatasetAtEnd) -> None:
        from sodasheet.staging.diff.row_hashes import write_row_hashes

        job, checked, stage = self._order.job, work.checked, work.stage
        self._desk.progress.begin("recording what was sent")
        dataset = end.dataset or read_dataset(self._desk.session, job.dataset)
        rows = RowsClient(self._desk.session, dataset)
        state = end.after or rows.state()
        whole = state is not None and self._whole(checked, state.rows)
        if state is None or not whole or not self._untouched(rows, end, state):
            forget(job.portal, job.dataset)
            return
        self._carry_over_profile(work, state)
        imprint = imprint_path(job.portal, job.dataset)
        make_private(imprint.parent)
        write_row_hashes(checked, imprint)
        keep(
            Baseline(
                portal=job.portal,
                dataset=job.dataset,
                run=self._ledger.run,
                at=datetime.now(UTC).isoformat(timespec="seconds"),
                recipe=mapping_fingerprint(job, work.dataset),
                fills=column_fingerprint(stage.headers, (one.filled for one in checked.projected)),
                standing=DatasetVersion.of(dataset.updated, state),
                source=source_fingerprint(job),
                source_name=stage.name,
                source_sha256=stage.sha256,
                source_bytes=size_of(self._order.base / job.source.path),
                source_rows=stage.rows,
                rejected=checked.rejected,
                dialect=stage.dialect,
            )
        )


def size_of(path: Path) -> int:
    """Bytes of the file; -1 if unknown."""
    try:
        return path.stat().st_size
    except (OSError, ValueError):
        return -1


#: Kinds of sources whose bytes alone decide about their rows.
_FILES = frozenset({"file", "workbook"})

#: Parts of a mapping that do not affect values.
_ABOUT = frozenset({"match", "confidence", "declined"})


def hash_version() -> str:
    """Return the version of the hash functions; only hashes of the same version compare.

    An unchanged file needs nothing else of DuckDB, which takes long to import.
    """
    try:
        return f"DuckDB {version('duckdb')}"
    except PackageNotFoundError:
        import duckdb

        return f"DuckDB {duckdb.__version__}"


def mapping_fingerprint(job: Job, dataset: Dataset) -> str:
    """A hash of method, mapping, columns, row identifier, and the versions of the code involved."""
    columns = [asdict(column) for column in dataset.columns]
    mapping = _without(asdict(job.mapping), _ABOUT)
    parts = (
        __version__,
        hash_version(),
        job.method.value,
        mapping,
        columns,
        dataset.row_identifier,
    )
    return _hashed(parts)


def column_fingerprint(headers: Sequence[str], filled: Iterable[Filled]) -> list[list[str]]:
    """The headers and formats behind each field that is filled, in the order of the hashes.

    The formats are those of the file at hand: a percentage's depends on how its cells are shown.
    """
    return [
        [one.column.field, *(headers[index] for index in one.sources), "", *one.rule.formats]
        for one in filled
        if one.sources
    ]


def source_fingerprint(job: Job) -> str:
    """A hash of the source's position in its file (sheet, header row, encoding), without its path.

    Empty if the source is not a file.
    """
    spec = asdict(job.source)
    del spec["path"]
    return _hashed(spec) if job.source.kind in _FILES else ""


def _without(value: Any, keys: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {key: _without(inner, keys) for key, inner in value.items() if key not in keys}
    if isinstance(value, list | tuple):
        return [_without(inner, keys) for inner in value]
    return value


def _hashed(parts: Any) -> str:
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
