"""Sending only what changed (docs/changes.md).

The base that the rows are compared with is the imprint of the last push, where it can be trusted,
else the dataset itself, downloaded. Whatever stands in the way, all rows are sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.matching.byname import by_field_name
from sodasheet.model.column import UNWRITABLE_TYPES
from sodasheet.model.dataset import Dataset
from sodasheet.model.method import Method
from sodasheet.model.report import SourceFacts
from sodasheet.portal.dataset import read_dataset, require_rights
from sodasheet.portal.rows import RowsClient
from sodasheet.push.desk import Desk
from sodasheet.push.imprints import (
    Remembered,
    Standing,
    imprint_path,
    is_sound,
    recall,
)
from sodasheet.push.ledger import Ledger
from sodasheet.push.narrowing import note_narrowed
from sodasheet.push.order import Order
from sodasheet.push.preparation import Prepared
from sodasheet.push.preview import previewed
from sodasheet.push.recipes import address, fills, recipe
from sodasheet.push.remembering import METHODS, size_of
from sodasheet.push.wording import compared_with
from sodasheet.sources.spool import Spool
from sodasheet.staging.checks import Checked, CheckPlan
from sodasheet.staging.imprint import (
    Difference,
    ImprintError,
    compare,
    imprintable,
    narrowed,
    unknown_rows,
)
from sodasheet.staging.lines import dialect
from sodasheet.staging.plan import filled_columns
from sodasheet.staging.projection import Projected
from sodasheet.staging.sql import Rows
from sodasheet.staging.stage import Stage
from sodasheet.staging.whole import only_changes

#: Beyond this share of the rows, sending all of them is the surer way and hardly the longer one.
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class AsItWas:
    """A source of which it is known, before it is read, that the dataset holds it already.

    `rows` is how many the dataset holds, `base` how that is known.
    """

    dataset: Dataset
    source: SourceFacts
    rows: int
    base: str


@dataclass(frozen=True, slots=True)
class _Found:
    """How the rows differ from a base, named in words, and the check without those that do not."""

    base: str
    difference: Difference
    narrowed: Callable[[], Checked]


class Changes:
    """What one push leaves out."""

    def __init__(self, order: Order, desk: Desk, ledger: Ledger) -> None:
        self._order, self._desk, self._ledger = order, desk, ledger
        self._trusted: Remembered | None = None

    def known(self) -> AsItWas | None:
        """The source without reading it, where it is the very file that was pushed last.

        None where some of it may have to be sent. Raises PortalError, and Refused where the
        dataset cannot be written.
        """
        job = self._order.job
        found = recall(job.portal, job.dataset) if self._wanted else None
        if found is None or found.rejected or not found.source or found.source != address(job):
            return None
        path = self._order.base / job.source.path
        if size_of(path) != found.source_bytes or _sha256(path) != found.source_sha256:
            return None
        dataset = read_dataset(self._desk.session, job.dataset)
        require_rights(dataset, job.method)
        if self._doubt(found, dataset) is not None:
            return None
        facts = SourceFacts(found.source_name, found.source_rows, found.source_sha256)
        base = f"The source is the very file that run {found.run} sent, {_SINCE}."
        return AsItWas(dataset, facts, found.standing.rows, base)

    def imprint(self, dataset: Dataset, spool: Spool) -> Path | None:
        """The last push's imprint, where lines that it has sent need not be read at all.

        None where anything speaks against it: without all rows at hand there is no other way on.
        """
        job = self._order.job
        found = recall(job.portal, job.dataset) if self._wanted else None
        if found is None or not found.source or found.source != address(job):
            return None
        plan = CheckPlan(dataset, by_field_name(job, spool.headers, dataset), job.method)
        filled = fills(spool.headers, filled_columns(plan, spool.headers))
        if (found.dialect, found.fills) != (dialect(spool), filled):
            return None
        if self._cannot(dataset) is not None or self._doubt(found, dataset) is not None:
            return None
        self._trusted = found
        return imprint_path(job.portal, job.dataset)

    def unknown(
        self, stage: Stage, dataset: Dataset, projected: Sequence[Projected]
    ) -> Rows | None:
        """The rows that have not passed the same check at the last push; None where all may not.

        Whether the dataset still has them is another question, which `narrowed` asks.
        """
        job = self._order.job
        found = recall(job.portal, job.dataset) if self._wanted and not stage.as_sent else None
        # What a workbook tells of all its cells counts for each of them (staging/natives.py).
        if found is None or stage.spool.natives is not None or not dataset.row_identifier:
            return None
        same = found.fills == fills(stage.headers, (one.filled for one in projected))
        if not same or found.recipe != recipe(job, dataset) or not is_sound(found):
            return None
        path = imprint_path(job.portal, job.dataset)
        try:
            return unknown_rows(stage, projected, path, dataset.row_identifier)
        except ImprintError:
            return None

    def narrowed(self, work: Prepared) -> Prepared:
        """The same without the rows that the dataset has already; what was compared is noted.

        Raises Cancelled.
        """
        if not self._wanted or work.checked.stopped:
            return work
        if work.stage.as_sent:
            return self._noted(work, *self._by_lines(work))
        return self._noted(work, *self._compared(work))

    def _noted(self, work: Prepared, told: str, checked: Checked | None) -> Prepared:
        self._ledger.note(base=told)
        if checked is None:
            return work
        note_narrowed(self._ledger, work.checked, checked)
        return replace(work, checked=checked)

    @property
    def _wanted(self) -> bool:
        job = self._order.job
        return job.send == "changes" and job.method in METHODS and not self._order.partial

    def _by_lines(self, work: Prepared) -> tuple[str, Checked]:
        """The same as `_compared` where most rows were left out when the source was read.

        All rows cannot be sent here, because they are not there.
        """
        found = self._trusted
        assert found is not None  # noqa: S101 - without it all rows would have been read
        self._desk.progress.begin("finding what has changed")
        differing = self._since(found, work)
        return compared_with(differing.base, differing.difference), differing.narrowed()

    def _compared(self, work: Prepared) -> tuple[str, Checked | None]:
        """In words what was compared with what, and what is left to send; None is everything."""
        obstacle = self._obstacle(work)
        if obstacle is not None:
            return f"All rows were sent: {obstacle}.", None
        self._desk.progress.begin("finding what has changed")
        try:
            found = self._differing(work)
        except Cancelled:
            raise
        except SodaSheetError as error:
            return f"All rows were sent: there was nothing to compare them with. {error.what}", None
        difference = found.difference
        if difference.sending + difference.vanished > _MOST * work.checked.good:
            return f"All rows were sent: most of them differ from {found.base}.", None
        return compared_with(found.base, difference), found.narrowed()

    def _obstacle(self, work: Prepared) -> str | None:
        """Why these rows can only be sent whole, or None."""
        if not imprintable(work.checked):
            return "no source column fills a row identifier of texts or numbers"
        return self._cannot(work.dataset)

    def _cannot(self, dataset: Dataset) -> str | None:
        """Why a replace of this dataset can only send all rows, or None."""
        if self._order.job.method is not Method.REPLACE:
            return None
        if self._order.transport == "publishing":
            return "the Publishing API was asked for, which cannot delete rows and write others"
        for column in dataset.columns:
            if column.type in UNWRITABLE_TYPES and not (column.system or column.computed):
                return f"the column {column.label} can be emptied by a replace of all rows only"
        return None

    def _differing(self, work: Prepared) -> _Found:
        """The rows beside the last push, or else beside the dataset."""
        job = self._order.job
        remembered = recall(job.portal, job.dataset)
        if remembered is None:
            doubt: str | None = "no earlier push from this computer is remembered"
        elif remembered.fills != fills(
            work.stage.headers, (one.filled for one in work.checked.projected)
        ):
            doubt = _OTHERWISE
        else:
            doubt = self._doubt(remembered, work.dataset)
        if remembered is not None and doubt is None:
            try:
                return self._since(remembered, work)
            except ImprintError:
                doubt = _DAMAGED
        return self._from_dataset(work, f"the dataset itself, downloaded because {doubt}")

    def _since(self, found: Remembered, work: Prepared) -> _Found:
        """The rows beside the last push; raises ImprintError."""
        job = self._order.job
        difference = compare(work.checked, imprint_path(job.portal, job.dataset))
        base = f"what run {found.run} sent, {_SINCE}"
        return _Found(base, difference, lambda: narrowed(work.checked))

    def _from_dataset(self, work: Prepared, base: str) -> _Found:
        with previewed(work, self._desk.session, self._desk.progress) as found:
            comparison, stale = found.comparison, found.preview.stale
        if stale is not None:
            raise SodaSheetError(stale, "")
        counts = (comparison.unchanged, comparison.changed, comparison.new, comparison.deleted)
        gone = (key for _, key in comparison.deleted_rows() if key is not None)
        return _Found(
            base,
            Difference(*counts),
            lambda: only_changes(work.checked, comparison.unchanged_rows, gone),
        )

    def _doubt(self, found: Remembered, dataset: Dataset) -> str | None:
        """Why what is remembered says nothing of the dataset as it is now, or None."""
        if found.recipe != recipe(self._order.job, dataset):
            return _OTHERWISE
        if not is_sound(found):
            return _DAMAGED
        state = RowsClient(self._desk.session, dataset).state()
        if state is None:
            return "the portal does not show yet what was written last"
        if Standing.of(dataset.updated, state) != found.standing:
            return "it was changed since the last push from this computer"
        return None


_SINCE = "and nobody has changed the dataset since"
_OTHERWISE = "the mapping, the columns or SodaSheet itself are others than at the last push"
_DAMAGED = "what was remembered of the last push is damaged"


def nothing_left(checked: Checked) -> bool:
    """Whether the dataset has every row already."""
    return bool(checked.held) and not checked.sendable and not checked.removals


def _sha256(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
