"""Turn a job into checked rows on the stage: the part that check and push share."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.errors import SodaSheetError
from sodasheet.matching.by_field_name import by_field_name
from sodasheet.model.dataset import Dataset
from sodasheet.model.job import Guards, Job
from sodasheet.model.method import Method
from sodasheet.model.progress import Progress
from sodasheet.model.quality_settings import QualitySettings, Release
from sodasheet.portal.dataset import read_dataset, require_pushable
from sodasheet.portal.soda2.rows_client import RowsClient, RowState, settled_state
from sodasheet.push.existing_identifiers import check_identifiers_exist
from sodasheet.push.geocoding.look_up_addresses import with_places
from sodasheet.push.replaced_part import Partition, named_part, replace_within
from sodasheet.quality.allowed_values import with_allowed_values
from sodasheet.quality.comparison_findings import compare
from sodasheet.quality.dataset_profile import DatasetProfiles
from sodasheet.sources import open_source
from sodasheet.sources.header_row import EXAMINED_ROWS, row_of_headers, row_with_headers
from sodasheet.sources.spool import Spool
from sodasheet.staging.check.check import CheckResult, check
from sodasheet.staging.check.check_plan import (
    CheckPlan,
    emptiable_columns,
    linked_headers,
    with_day_count,
    with_fractions,
    with_real_dates,
)
from sodasheet.staging.check.computed_column_sql import RunFacts
from sodasheet.staging.check.mapping_findings import about
from sodasheet.staging.check.mapping_sql import Projected
from sodasheet.staging.check.rows_without_values import without_emptied_rows
from sodasheet.staging.diff.differing_rows import DifferingRows
from sodasheet.staging.diff.row_hashes import repeats
from sodasheet.staging.sql_quoting import Rows
from sodasheet.staging.staged_table import Stage
from sodasheet.system.folders import scratch_folder

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: The effect of an order on its checked rows: some are held back, others are removed.
Amend = Callable[[CheckResult], CheckResult]

#: Which rows have to be checked for a dataset (staging/check/check.py); None is all of them.
Unknown = Callable[[Stage, Dataset, Sequence[Projected]], Rows | None]

#: Path of the row hashes of the push that may have sent lines of this spool.
Imprint = Callable[[Dataset, Spool], Path | None]


@dataclass(frozen=True, slots=True)
class Hooks:
    """Hooks for a request into the reading and checking of its rows.

    `amend` adjusts checked rows, `unknown` tells which rows have to be checked, and without an
    `imprint` all rows are read. `hashes_lines` says that lines are hashed for a later push even if
    there is none to compare them with. Without `compare` the rows are not compared with the
    dataset's past yet (`compared_with_past`). `stands` says that the state of the dataset's rows is
    wanted, from before anything was compared with them. `facts` are those that templates may name.
    `session` is asked for the places of addresses.
    """

    amend: Amend = lambda checked: checked
    unknown: Unknown = lambda *_: None
    imprint: Imprint | None = None
    hashes_lines: bool = True
    compare: bool = True
    stands: bool = False
    facts: RunFacts = field(default_factory=RunFacts)
    session: PortalSession | None = None


@dataclass(frozen=True, slots=True)
class Prepared:
    """Rows on the stage, checked against the dataset's current metadata.

    `state` is that of the dataset's rows before anything was compared with them. None if nothing
    was, or if the portal does not show every finished write yet. `partition` is the part of the
    dataset that a replace is limited to.
    """

    dataset: Dataset
    stage: Stage
    checked: CheckResult
    state: RowState | None = None
    partition: Partition | None = None


@contextmanager
def prepared(
    job: Job, base: Path, session: PortalSession, progress: Progress, hooks: Hooks | None = None
) -> Iterator[Prepared]:
    """Read the dataset's columns and the source, and check the source against the columns.

    CheckResult rows are amended before the portal is asked about them. Identifiers that an append
    would overwrite or a delete would not find are looked up too.
    Everything lies in a temporary folder that is gone when the block ends. Nothing is written to
    the portal. Raises SourceError, PortalError or SignInError, and Refused at once where the
    dataset cannot be written, or not by this account.
    """
    hooks = replace(hooks or Hooks(), session=session)
    dataset = read_dataset(session, job.dataset)
    require_pushable(dataset, job.method, signed=session.signed)
    if job.within is not None:
        job = replace(job, within=named_part(job.within, dataset))
    with staged(job, base, dataset, progress, hooks) as work:
        rows = RowsClient(session, dataset)
        checked = hooks.amend(work.checked)
        within = job.within is not None and not checked.stopped
        wanted = hooks.stands or within or checked.looks_up_identifiers
        state = settled_state(rows, progress) if wanted else None
        if hooks.compare:
            found = replace(work, checked=checked, state=state)
            checked = compared_with_past(found, job, base, session).checked
        partition = None
        if job.within is not None and not checked.stopped:
            checked, partition = replace_within(job.within, checked, rows, progress)
        if checked.looks_up_identifiers:
            checked = check_identifiers_exist(checked, rows, progress)
        yield replace(work, checked=checked, state=state, partition=partition)


def compared_with_past(
    work: Prepared,
    job: Job,
    base: Path,
    session: PortalSession,
    differing: DifferingRows | None = None,
) -> Prepared:
    """Add the findings of a comparison with the dataset's past (quality/comparison_findings.py).

    `differing` are the rows that the dataset does not have, if known. Raises PortalError, and
    Cancelled if the user stops it.
    """
    known = DatasetProfiles.here().of(session, work.dataset, work.stage, work.state)
    settings = _with_lists(_quality_settings(job), job, base)
    checked = compare(work.checked, known, settings, differing)
    if job.within is None and job.method is Method.REPLACE:
        from sodasheet.quality.emptied_columns import ask_about_emptied

        checked = ask_about_emptied(checked, RowsClient(session, work.dataset), settings)
    return replace(work, checked=checked)


#: Findings that the column of a part always has: its values are those of the part.
_OF_THE_PART = ("constant", "tail", "other-unit")


def _quality_settings(job: Job) -> QualitySettings:
    """Return the job's settings of the comparison.

    A job that allows more shrinkage than usual has answered the question about a shorter source.
    The source of a replace within a part is always shorter, and has the part's values only.
    """
    settings = job.quality
    if job.within is not None:
        released = (Release(reason, job.within.field) for reason in _OF_THE_PART)
        return replace(
            settings,
            levels={**settings.levels, "truncated": "off"},
            released=(*settings.released, *released),
        )
    if job.guards.max_shrink <= Guards().max_shrink or "truncated" in settings.levels:
        return settings
    return replace(settings, levels={**settings.levels, "truncated": "note"})


def _with_lists(settings: QualitySettings, job: Job, base: Path) -> QualitySettings:
    """Return the settings with the allowed values currently in workbooks."""
    if not any(rule.listed for rule in settings.rules):
        return settings
    return replace(settings, rules=with_allowed_values(settings.rules, job.source, base))


@contextmanager
def staged(
    job: Job, base: Path, dataset: Dataset, progress: Progress, hooks: Hooks | None = None
) -> Iterator[Prepared]:
    """The source's rows, checked against the columns without reading the dataset's rows."""
    hooks = hooks or Hooks()
    with scratch_folder() as folder:
        source = open_source(job.source, base, linked_headers(job.mapping, dataset))
        find = None if hooks.imprint is None else partial(hooks.imprint, dataset)
        with Stage.open(source, folder, progress, find, hashes_lines=hooks.hashes_lines) as stage:
            work = _checked(job, base, dataset, stage, hooks)
            if not stage.as_sent or not repeats(work.checked):
                yield work
                return
        with Stage.open(source, folder, progress) as stage:
            yield _checked(job, base, dataset, stage, hooks)


def _checked(job: Job, base: Path, dataset: Dataset, stage: Stage, hooks: Hooks) -> Prepared:
    stage.progress.begin("checking")
    mapping = job.mapping
    if mapping.by_field_name:
        mapping = by_field_name(job, stage.headers, dataset)
    mapping = with_fractions(mapping, stage.headers, stage.spool.natives, dataset)
    mapping = with_day_count(mapping, stage.spool)
    mapping = with_real_dates(mapping, stage.headers, stage.spool.natives, dataset)
    plan = CheckPlan(dataset, mapping, job.method, hooks.facts)
    if emptiable_columns(plan, stage.headers):
        stage = without_emptied_rows(stage, plan)
    if hooks.session is not None and mapping.places:
        plan = with_places(plan, stage, hooks.session)
    checked = check(stage, plan, partial(_unknown, hooks, dataset))
    return Prepared(dataset, stage, with_moved_header(checked, job, base))


def _unknown(
    hooks: Hooks, dataset: Dataset, stage: Stage, projected: tuple[Projected, ...]
) -> Rows | None:
    return hooks.unknown(stage, dataset, projected)


_UNKNOWN = "unknown-header"


def with_moved_header(checked: CheckResult, job: Job, base: Path) -> CheckResult:
    """Return the check with one finding for a moved header row, if the source has such a row.

    It is looked for only if columns that the mapping names are missing.
    """
    source = job.source
    if source.table or source.range or source.skip:
        return checked
    if not any(group.reason == _UNKNOWN for group in checked.findings):
        return checked
    names = [rule.source for rule in job.mapping.columns if rule.fills and rule.source]
    row = None
    if source.kind in ("file", "workbook"):
        # The file has just been read; if that fails now, the findings about its columns remain.
        with suppress(SodaSheetError):
            row = row_of_headers(base / source.path, source, names)
    else:
        row = row_with_headers(_first_rows(checked.stage), names)
    if row is None or row == source.header_row:
        return checked
    others = (group for group in checked.findings if group.reason != _UNKNOWN)
    moved = about("header-row-moved", row=f"{row:,}")
    return replace(checked, findings=(moved, *others))


def _first_rows(stage: Stage) -> Iterator[tuple[int, list[str]]]:
    """Yield the first rows below the header row of a sheet that is no longer available."""
    query = f"SELECT * EXCLUDE (_row), _row FROM source ORDER BY _row LIMIT {EXAMINED_ROWS}"
    for *cells, row in stage.each(query):
        yield row, cells
