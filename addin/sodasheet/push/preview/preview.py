"""Preview of a push: download and compare the relevant rows of the dataset."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import Cancelled, PortalError, SodaSheetError
from sodasheet.model.finding import Severity
from sodasheet.model.job import Job
from sodasheet.model.method import Method
from sodasheet.model.preview import Change, Preview
from sodasheet.model.progress import Progress
from sodasheet.portal.soda2.download import Download, Selection, content_fields, download
from sodasheet.portal.soda2.rows_client import RowsClient, RowState, settled_state
from sodasheet.push.check_and_preview_sentences import preview_sentence
from sodasheet.push.existing_identifiers import LOOKUP_SIZE
from sodasheet.push.guards import refused_trial
from sodasheet.push.load_and_check import Prepared, prepared
from sodasheet.push.preview.csv_pages import CsvChoice, Reading
from sodasheet.push.report_sentences import refusal
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.row_selection import LEFT_OUT
from sodasheet.staging.diff.dataset_rows import DatasetRows, UnreadableRowsError
from sodasheet.staging.diff.differing_rows import DifferingRows, differing_rows
from sodasheet.staging.diff.row_comparison import Comparison, compare, filled_fields, find_rest
from sodasheet.staging.diff.row_hashes import RowHashesError, drop_unchanged
from sodasheet.staging.diff.row_hashes import compare as compare_hashes
from sodasheet.staging.diff.row_join import Rest
from sodasheet.staging.output.rows_to_send import touched_identifiers
from sodasheet.system.csv_formulas import disarmed
from sodasheet.system.folders import scratch_folder

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Default number of changes that a preview shows.
SHOWN = 1000

#: Share of the rows that may differ from the last push; above this, the dataset itself is compared.
_FEW = 0.2

COLUMNS = ("kind", "row", "identifier", "column", "old", "new")


@dataclass(frozen=True, slots=True)
class Previewed:
    """A preview and its ingredients; `download` is None if no row was relevant.

    `changed` is when the dataset's last row was written, as the portal spells it, and `reading` the
    form in which its rows were read, if any were.
    """

    preview: Preview
    comparison: Comparison
    download: Download | None
    changed: str | None = None
    reading: Reading | None = None

    def write(self, path: Path) -> None:
        """Write every change to `path` as UTF-8 CSV; text that would run as a formula is escaped.

        Raises SodaSheetError if the file cannot be written.
        """
        try:
            with path.open("w", encoding="utf-8-sig", newline="") as file:
                writer = csv.writer(file)
                writer.writerow(COLUMNS)
                writer.writerows(map(_line, self.comparison.changes()))
        except OSError as error:
            raise SodaSheetError(
                f"The changes cannot be written to {path}: {error.strerror}.",
                "Close the file if another program has it open, or choose another place.",
            ) from error


@dataclass(frozen=True, slots=True)
class RememberedRows:
    """The row hashes of the last push, and the state of the dataset for which they are valid."""

    path: Path
    state: RowState


def preview(
    job: Job, base: Path, session: PortalSession, progress: Progress, limit: int | None = None
) -> Preview:
    """Return the changes in a push of the job; with `limit`, a trial of its first good rows.

    Raises what `prepared` and `previewed` raise. Nothing is written to the portal.
    """
    with (
        prepared(job, base, session, progress) as work,
        previewed(trial(work, limit), session, progress) as found,
    ):
        return found.preview


def trial(work: Prepared, limit: int | None) -> Prepared:
    """Hold back all good rows except the first `limit`. Raises GuardError for a replace."""
    if limit is None:
        return work
    if work.checked.plan.method is Method.REPLACE or work.partition is not None:
        raise refused_trial(limit)
    others = (
        f"SELECT _row FROM source WHERE _row NOT IN ({LEFT_OUT}) ORDER BY _row OFFSET {limit:d}"
    )
    return replace(work, checked=work.checked.hold_back(others))


@dataclass(frozen=True, slots=True)
class DatasetBeside:
    """The dataset's rows, downloaded, and the source's rows that they do not contain.

    `choice` is how their form was chosen. `rest` and `differing` are None if it takes a whole
    comparison to tell; they are those of the check `checked`.
    """

    download: Download
    held: DatasetRows
    choice: CsvChoice
    checked: CheckResult | None = None
    rest: Rest | None = None
    differing: DifferingRows | None = None

    def fits(self, checked: CheckResult) -> bool:
        """True if the rows to send are the rows that were compared."""
        if self.checked is None:
            return False
        mine, theirs = (
            (one.sendable, one.rejected, one.held, one.removals, one.plan.method)
            for one in (self.checked, checked)
        )
        return mine == theirs


@contextmanager
def dataset_beside(
    work: Prepared, session: PortalSession, progress: Progress
) -> Iterator[DatasetBeside | None]:
    """Download the dataset's rows and find the equal rows, as long as the block lasts.

    None if no row is in question, if rows are looked up by their identifiers, or if they cannot be
    read so: `previewed` then reads them in another form, or tells why not. Raises Cancelled.
    """
    with scratch_folder() as folder:
        yield _beside(work, session, progress, folder)


def _beside(
    work: Prepared, session: PortalSession, progress: Progress, folder: Path
) -> DatasetBeside | None:
    chosen = selection(work, RowsClient(session, work.dataset))
    if chosen is None or chosen.identifiers is not None:
        return None
    choice = CsvChoice(work, session, chosen, folder)
    try:
        found = _read(work, session, progress, folder, choice.selection)
        beside = DatasetBeside(*found, choice)
        progress.begin("comparing", None)
        rest = find_rest(work.checked, beside.held)
    except Cancelled:
        raise
    except SodaSheetError:
        return None
    differing = None if rest is None else differing_rows(work.checked, rest)
    return replace(beside, checked=work.checked, rest=rest, differing=differing)


@contextmanager
def previewed(
    work: Prepared,
    session: PortalSession,
    progress: Progress,
    remembered: RememberedRows | None = None,
    beside: DatasetBeside | None = None,
) -> Iterator[Previewed]:
    """Compare the sendable rows, for the duration of a block.

    The dataset's rows in question are downloaded into a folder that is gone afterwards, unless they
    are `beside` already. Rows whose
    hashes are in `remembered` are in the dataset as they are, and the dataset has no others that
    matter (push/incremental/rows_preview_can_skip.py); the preview is stale if the dataset has left
    the state in which that holds. Raises Refused if the check stopped, PortalError, Cancelled.
    """
    require_sendable(work)
    with scratch_folder() as folder:
        known = None if remembered is None else _known(work, remembered)
        if known is None:
            yield _previewed(work, session, progress, folder, beside)
        else:
            yield _completed(work, known, _previewed(known.rest, session, progress, folder))


def require_sendable(work: Prepared) -> None:
    """Raise Refused if the check stopped the push."""
    stops = [one for one in work.checked.findings if one.severity is Severity.STOP]
    if stops:
        raise refusal(stops)


@dataclass(frozen=True, slots=True)
class _Known:
    """The rows not known to be in the dataset, and the fields with a value in any row."""

    rest: Prepared
    filled: frozenset[str]


def _known(work: Prepared, remembered: RememberedRows) -> _Known | None:
    """Skip the recorded rows; None if most rows differ, or no rows can be recognized.

    Rows that were left out when the source was read cannot be told any other way.
    """
    checked = work.checked
    filled = filled_fields(checked, checked.projected)
    try:
        difference = compare_hashes(checked, remembered.path)
    except RowHashesError:
        return None
    many = difference.sending + difference.vanished > _FEW * checked.good
    if many and not work.stage.as_sent:
        return None
    rest = replace(work, checked=drop_unchanged(checked), state=remembered.state)
    return _Known(rest, filled)


def _completed(work: Prepared, known: _Known, found: Previewed) -> Previewed:
    """Return the preview of all rows, computed from the preview of the remaining rows."""
    checked, told = work.checked, found.preview
    comparison = replace(found.comparison, filled=known.filled)
    replaces = checked.plan.method is Method.REPLACE
    preview = replace(
        told,
        unchanged=told.unchanged + checked.sendable - known.rest.checked.sendable,
        after=checked.sendable if replaces else told.after,
        emptied=comparison.emptied(),
    )
    return replace(found, preview=preview, comparison=comparison)


def report_of(job: Job, work: Prepared, found: Previewed) -> dict[str, Any]:
    """Return the preview for another process: the shown part, and the state to remember."""
    preview, after = found.preview, found.download.after if found.download else None
    updated = after.updated if after else work.dataset.updated
    return {
        **preview.to_json(),
        "outcome": "preview",
        "summary": preview_sentence(work, preview),
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "portal": job.portal,
        "dataset": job.dataset,
        "dataset_name": work.dataset.name,
        "method": job.method.value,
        "source": {
            "name": work.stage.name,
            "rows": work.stage.rows,
            "sha256": work.stage.sha256,
            "fallbacks": [fallback.to_json() for fallback in work.stage.fallbacks],
        },
        "rejected": work.checked.rejected,
        "headers": {rule.field: rule.source for rule in job.mapping.columns if rule.field},
        "reading": None if found.reading is None else found.reading.to_json(),
        "seen": {
            "rows": preview.before,
            "updated": updated.isoformat() if updated else None,
            "changed": found.changed,
            "mixed": _mixed(found.download),
        },
    }


def selection(work: Prepared, rows: RowsClient) -> Selection | None:
    """Return the dataset's rows that a push touches; None if the push only adds rows.

    Only those with our identifiers where that asks for less than all of them.
    """
    checked, identifier = work.checked, work.dataset.identifier
    method = checked.plan.method
    if method is Method.REPLACE:
        return Selection(content_fields(work.dataset))
    if method is Method.APPEND or identifier is None:
        return None
    filled = tuple(one.filled.column.field for one in checked.projected)
    fields = (
        filled if not checked.removals and method is Method.UPSERT else content_fields(work.dataset)
    )
    if rows.prefers_download(identifier, checked.sendable + checked.removals, whole=True):
        return Selection(fields)
    return Selection(fields, touched_identifiers(checked, LOOKUP_SIZE))


def _previewed(
    work: Prepared,
    session: PortalSession,
    progress: Progress,
    folder: Path,
    beside: DatasetBeside | None = None,
) -> Previewed:
    dataset, checked = work.dataset, work.checked
    rows = RowsClient(session, dataset)
    chosen = selection(work, rows)
    if chosen is None:
        state = settled_state(rows, progress)
        before = rows.count() if state is None else state.rows
        comparison = compare(checked)
        stale = _lagging(session, work) if state is None else None
        changed = None if state is None else state.changed
        return Previewed(_told(comparison, before, stale), comparison, None, changed)
    if beside is not None and not beside.fits(work.checked):
        beside = None
    choice = CsvChoice(work, session, chosen, folder) if beside is None else beside.choice
    try:
        if beside is None:
            found = _read(work, session, progress, folder, choice.selection)
            beside = DatasetBeside(*found, choice)
        return _compared(work, session, progress, beside)
    except (UnreadableRowsError, PortalError) as error:
        is_form = isinstance(error, UnreadableRowsError) or error.reason == "no-data"
        if choice.reading.why is not None or not is_form:
            raise
        again = choice.refuse(error)
    found = _read(work, session, progress, folder, again)
    return _compared(work, session, progress, DatasetBeside(*found, choice))


def _read(
    work: Prepared, session: PortalSession, progress: Progress, folder: Path, chosen: Selection
) -> tuple[Download, DatasetRows]:
    dataset = work.dataset
    found = download(session, dataset, replace(chosen, state=work.state), folder, progress)
    columns = [column for column in dataset.columns if column.field in found.fields]
    held = DatasetRows(work.stage, found.paths, tuple(columns), dataset.identifier, found.rows)
    return found, held


def _compared(
    work: Prepared, session: PortalSession, progress: Progress, beside: DatasetBeside
) -> Previewed:
    progress.begin("comparing", None)
    found = beside.download
    comparison = compare(work.checked, beside.held, beside.rest)
    return Previewed(
        _told(comparison, found.after.rows, _stale(found, session, work)),
        comparison,
        found,
        found.after.changed,
        beside.choice.reading,
    )


def _told(comparison: Comparison, before: int, stale: str | None) -> Preview:
    new, changed, deleted = comparison.new, comparison.changed, comparison.deleted
    replaces = comparison.checked.plan.method is Method.REPLACE
    after = comparison.checked.sendable if replaces else before + new - deleted
    shown = tuple(comparison.changes(SHOWN))
    return Preview(
        new=new,
        changed=changed,
        deleted=deleted,
        unchanged=comparison.unchanged,
        before=before,
        after=after,
        changes=shown,
        more=max(comparison.cells + deleted + new - len(shown), 0),
        emptied=comparison.emptied(),
        stale=stale,
        identifier=comparison.checked.plan.dataset.row_identifier,
    )


def _stale(found: Download, session: PortalSession, work: Prepared) -> str | None:
    if not found.settled:
        return _lagging(session, work)
    if _mixed(found):
        return (
            f"Someone changed {work.dataset.name} while its rows were read, so this preview may"
            " mix old and new rows: preview it again."
        )
    return None


def _mixed(found: Download | None) -> bool:
    """True if the rows were changed by others during the download."""
    return found is not None and found.settled and found.changed


def _lagging(session: PortalSession, work: Prepared) -> str:
    return (
        f"{session.host} does not yet show all writes to {work.dataset.name}, so this"
        " preview may be of older rows: preview it again in a few minutes."
    )


def _line(change: Change) -> tuple[object, ...]:
    texts = (change.identifier, change.column, change.old, change.new)
    return change.kind.value, change.row, *(disarmed(text or "") for text in texts)
