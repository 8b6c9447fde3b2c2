"""A push request: the job, and the limits of this push."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sodasheet.model.job import Job
from sodasheet.model.method import Method
from sodasheet.model.preview import Preview

#: Methods after which every row of the source is known to be in the dataset as it was sent.
WHOLE_METHODS = (Method.REPLACE, Method.UPSERT)

#: Files with fewer bytes are small.
SMALL = 50_000


def can_remember(job: Job) -> bool:
    """True if a later push of an equal row by this job would send an equal row.

    A template with {now} or {row} makes another value of an equal row.
    """
    from sodasheet.staging.check.computed_column_template import template_words

    varies = any(rule.template and template_words(rule.template) for rule in job.mapping.columns)
    return _fills_whole_rows(job) and not varies


def _fills_whole_rows(job: Job) -> bool:
    """True if every row of the source is known to be in the dataset after a push."""
    return job.method in WHOLE_METHODS and job.within is None


@dataclass(frozen=True, slots=True)
class PreviewSnapshot:
    """The dataset at the time of a preview: the row count, and the last change (UTC).

    `changed` is the time of the last change as the portal's rows say it, None if unknown.
    `preview` is what it computed for the source with the hash `sha256`, None if unknown. `mixed`
    is True if someone changed the dataset while its rows were read, `resumed` if this is not the
    state at a preview but before the first try of a run that is resumed.
    """

    rows: int
    updated: datetime | None = None
    sha256: str = ""
    preview: Preview | None = None
    changed: str | None = None
    mixed: bool = False
    resumed: bool = False


@dataclass(frozen=True, slots=True)
class RunOptions:
    """Options of a push that are not saved with its job.

    `limit` sends only that many good rows from the top (a trial run); `after_trial` is the id of
    the
    trial whose rows are not sent again. `allow_rejected` is how many rows may be skipped, if that
    is more than the job allows. `transport` is the name of a transport, None for the best fit.
    `allow_duplicate_append` permits an append of rows that were appended before.
    `draft` leaves a revision open on the portal for another person to apply; `remark` is a note
    that the portal's history shows.
    `skipped_guards` names guards that the user has set aside (push/guards.py). In an
    `unattended` push no question is asked and no guard is skipped.
    """

    limit: int | None = None
    after_trial: str | None = None
    allow_rejected: int = 0
    transport: str | None = None
    allow_duplicate_append: bool = False
    skipped_guards: frozenset[str] = frozenset()
    unattended: bool = False
    draft: bool = False
    remark: str = ""


@dataclass(frozen=True, slots=True)
class UndoTarget:
    """The run that a push undoes.

    `overwrite_conflicts` undoes even the `conflicts` rows that others have changed since;
    `leave_conflicts` undoes the other rows only, and `left` rows stay as others made them.
    """

    run: str
    overwrite_conflicts: bool = False
    conflicts: int = 0
    leave_conflicts: bool = False
    left: int = 0


@dataclass(frozen=True, slots=True)
class PushRequest:
    """A push of a job.

    `base` is the folder that relative source paths start from. `seen` is what the preview showed
    that the user agreed to, `undo` the run that this push undoes. `memo` is the request as JSON,
    from which it can be made again (jobs/push_resume_undo.py).
    """

    job: Job
    base: Path
    options: RunOptions = RunOptions()
    seen: PreviewSnapshot | None = None
    undo: UndoTarget | None = None
    memo: Map[str, Any] = field(default_factory=dict)

    def with_options(self, **changes: Any) -> PushRequest:
        """Return the same request with some options changed."""
        return replace(self, options=replace(self.options, **changes))

    @property
    def undoes(self) -> str | None:
        """Id of the run that this push undoes, None for any other push."""
        return None if self.undo is None else self.undo.run

    @property
    def conflicts(self) -> int:
        """Number of rows that an undo overwrites although others have changed them since."""
        return 0 if self.undo is None else self.undo.conflicts

    @property
    def partial(self) -> bool:
        """True if this push sends only some of the source's rows, or rows of another source."""
        return bool(self.options.limit or self.options.after_trial or self.undo)

    @property
    def changes_only(self) -> bool:
        """True if the request asks for only changes, and this is possible."""
        whole = _fills_whole_rows(self.job) and not self.partial
        return self.job.send == "changes" and whole and not self.options.draft

    @property
    def remembered(self) -> bool:
        """True if the landed rows are recorded on this computer for the next push or preview.

        Those of a small file are not, unless changes only are sent: to read as many rows of the
        dataset takes less time than to write them down.
        """
        if self.partial or not can_remember(self.job):
            return False
        return self.job.send == "changes" or not self._is_small

    @property
    def _is_small(self) -> bool:
        if self.job.source.kind not in ("file", "workbook"):
            return False
        try:
            return (self.base / self.job.source.path).stat().st_size < SMALL
        except (OSError, ValueError):
            return False

    @property
    def adjusted(self) -> bool:
        """True if the checked rows are adjusted: rows of a trial left out, or removals added."""
        return self.options.after_trial is not None or self.undo is not None

    @property
    def may_reject(self) -> int:
        """Number of rejected rows that do not stop the push."""
        return max(self.options.allow_rejected, self.job.guards.max_rejected)
