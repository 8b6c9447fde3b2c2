"""The overview and the measures of a dataset as the quality sheet of a new workbook."""

from __future__ import annotations

from datetime import UTC, datetime

from sodasheet.dataset_quality.column_measures import ColumnMeasure, DatasetMeasures
from sodasheet.dataset_quality.column_remarks import newest, since_last_push, worth_a_look
from sodasheet.dataset_quality.completeness_freshness_findings import (
    Completeness,
    Overview,
    RunFindings,
)
from sodasheet.jobs.sheet.times_in_words import date_words, moment_words
from sodasheet.jobs.sheet.values_in_words import shown_value
from sodasheet.model.dataset import type_words
from sodasheet.model.finding import Severity
from sodasheet.model.sheet_labels import (
    CELLS_FILLED,
    COMPARED,
    DATASET,
    DUPLICATE_ROWS,
    IDENTIFIER,
    IN_SHORT,
    LAST_PUSH,
    MADE_ON,
    NEWEST_DATE,
    PORTAL,
    PRIVATE_DATA,
    QUALITY_COLUMNS,
    QUALITY_ROWS,
    UPDATED_AT,
)
from sodasheet.office.sheets.quality_workbook import (
    ColumnRow,
    QualityContent,
    RunRow,
    quality_workbook,
)
from sodasheet.quality.measure_profile import kind_of
from sodasheet.quality.private_data_findings import published_kinds
from sodasheet.quality.profile import ColumnProfile
from sodasheet.wording import counted, counted_rows, listed

#: Maximum characters of a displayed value; a cell of the table is narrower.
_LONGEST = 80

_OUTCOMES = {
    "done": "Done",
    "done with rejects": "Done, rows skipped",
    "refused": "Stopped, nothing sent",
    "failed": "Failed",
    "cancelled": "Canceled",
    "unknown": "Unknown",
}


def workbook_of_overview(found: Overview, measured: DatasetMeasures) -> bytes:
    """Return an .xlsx with the quality sheet."""
    columns = tuple(_column(one, measured) for one in found.columns)
    worth = sum(1 for one in columns if one.worth_a_look)
    values = _values(found, measured) | {IN_SHORT: _in_short(found, worth)}
    address = f"{found.portal}/d/{found.dataset}"
    runs = tuple(map(_run, found.runs))
    return quality_workbook(QualityContent(values, address, columns, runs))


def _in_short(found: Overview, worth: int) -> str:
    filled = "" if found.share is None else f"{found.percent} of all cells are filled. "
    if not worth:
        return f"{counted_rows(found.rows)}. {filled}No column stands out."
    look = counted(worth, "column is", "columns are")
    return f"{counted_rows(found.rows)}. {filled}{look} worth a look."


def _values(found: Overview, measured: DatasetMeasures) -> dict[str, str]:
    """Return the values next to the labels."""
    return {
        UPDATED_AT: found.freshness,
        QUALITY_ROWS: f"{found.rows:,}",
        QUALITY_COLUMNS: f"{len(found.columns):,}",
        DUPLICATE_ROWS: _duplicates(measured),
        CELLS_FILLED: found.percent,
        DATASET: found.name,
        PORTAL: found.portal.partition("://")[2],
        MADE_ON: moment_words(found.now.astimezone()),
        COMPARED: _compared(measured),
        IDENTIFIER: _identifier(measured),
        NEWEST_DATE: _newest_date(measured),
        PRIVATE_DATA: _private_data(measured),
        LAST_PUSH: _last_push(found),
    }


def _identifier(measured: DatasetMeasures) -> str:
    field = measured.dataset.row_identifier
    known = measured.columns.get(field) if field else None
    return "none" if known is None else known.column.name


def _duplicates(measured: DatasetMeasures) -> str:
    now = measured.now
    if now is None:
        return "not counted"
    return f"{now.repeats:,}" if now.whole else f"{now.repeats:,} in {now.sampled:,}"


def _compared(measured: DatasetMeasures) -> str:
    before = measured.before
    if before is None:
        return "nothing to compare yet"
    if not before.as_of:
        return "rows before the last push"
    return f"rows of {date_words(datetime.fromtimestamp(before.as_of, UTC).astimezone())}"


def _newest_date(measured: DatasetMeasures) -> str:
    dated = [
        (moment, one)
        for one in measured.columns.values()
        if kind_of(one.column) == "date" and (moment := newest(one.highest)) is not None
    ]
    if not dated:
        return "no dates"
    _, latest = max(dated, key=lambda pair: pair[0])
    return shown_value(latest.highest, latest.column.type)


def _private_data(measured: DatasetMeasures) -> str:
    if measured.now is None:
        return "not searched for"
    kinds = dict.fromkeys(
        words
        for one in measured.columns.values()
        if (known := measured.now.columns.get(one.column.field)) is not None
        for words in published_kinds(one.column, known)
    )
    return listed(kinds) or "None found"


def _last_push(found: Overview) -> str:
    if not found.runs:
        return "none from this computer"
    last = found.runs[-1]
    started = datetime.fromisoformat(last.started).astimezone()
    return f"{date_words(started)}: {_OUTCOMES.get(last.outcome, last.outcome)}"


def _column(one: Completeness, measured: DatasetMeasures) -> ColumnRow:
    measure = measured.columns[one.field]
    now, before = (
        profile.columns.get(one.field) if profile is not None else None
        for profile in (measured.now, measured.before)
    )
    whole = measured.before is not None and measured.before.whole
    since = "" if before is None else since_last_push(measure, one, before, whole=whole)
    return ColumnRow(
        one.name,
        type_words(measure.column.type),
        one.shown_share,
        None if one.filled is None else one.rows - one.filled,
        _distinct(one, measure, measured),
        _shown(measure.lowest, measure),
        _shown(measure.highest, measure),
        _common(measure, now),
        since,
        worth_a_look(measure, one, now, before),
    )


def _distinct(one: Completeness, measure: ColumnMeasure, measured: DatasetMeasures) -> int | None:
    """Return the number of distinct values; a row identifier has no duplicates."""
    if measure.distinct is None and one.field == measured.dataset.row_identifier:
        return one.filled
    return measure.distinct


def _common(measure: ColumnMeasure, now: ColumnProfile | None) -> str:
    """Return the most common value and its count; possibly private values are not shown."""
    if not measure.common:
        return ""
    private = now is not None and published_kinds(measure.column, now)
    shown = "(not shown)" if private else _shown(measure.common, measure)
    return f"{shown} ({measure.times:,})"


def _shown(text: str, measure: ColumnMeasure) -> str:
    if not text:
        return ""
    shown = " ".join(shown_value(text, measure.column.type).split())
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 1]}…"


def _run(one: RunFindings) -> RunRow:
    counts = (one.count(Severity.STOP), one.count(Severity.REJECT), one.count(Severity.ASK))
    known = None if one.counts is None else counts
    started = datetime.fromisoformat(one.started).astimezone()
    return RunRow(started, known, _OUTCOMES.get(one.outcome, one.outcome))
