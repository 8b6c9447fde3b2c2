"""Findings of a check: grouped with examples and remedies for users, and each in a file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from sodasheet.errors import SodaSheetError
from sodasheet.model.finding import Finding, FindingGroup, Severity
from sodasheet.model.next_step import Action, NextStep
from sodasheet.staging.check.conditions import Condition
from sodasheet.staging.check.day_month_order import both_orders
from sodasheet.staging.check.fitting_formats import agreed_format, doubtful_comma, fitting_formats
from sodasheet.staging.check.value_sentences import (
    many_cells,
    many_faults,
    one_cell,
    one_fault,
    short_sentence,
)
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.date_format import date_words
from sodasheet.system.csv_formulas import disarmed
from sodasheet.wording import listed

#: How many findings of a group are shown with row and value, and characters of a value.
EXAMPLES = 5
VALUE_LENGTH = 200

_BY_SEVERITY = list(Severity)


def create_found(stage: Stage) -> None:
    """Create the table of single findings: row, number of the `Condition`, value, other row.

    `value` is NULL where the source's own text is meant; `other` is another row's number.
    """
    stage.connection.execute(
        "CREATE OR REPLACE TABLE found (_row BIGINT, code INTEGER, value VARCHAR, other BIGINT)"
    )


def value_of(conditions: Iterable[Condition]) -> str:
    """Return SQL over `found f JOIN source` for the text that a finding shows."""
    conditions = list(conditions)
    cases = " ".join(f"WHEN {condition.code} THEN {condition.value}" for condition in conditions)
    looked_up = f"CASE f.code {cases} END" if cases else "NULL"
    shown = f"coalesce(f.value, {looked_up}, '')"
    hidden = ", ".join(str(condition.code) for condition in conditions if condition.hidden)
    return f"CASE WHEN f.code IN ({hidden}) THEN '' ELSE {shown} END" if hidden else shown


def cell_groups(stage: Stage, conditions: list[Condition]) -> Iterator[FindingGroup]:
    """Yield a group for each condition with findings; the source's first rows are examples."""
    counts = stage.connection.execute("SELECT code, count(*) FROM found GROUP BY code ORDER BY 1")
    for code, count in counts.fetchall():
        yield _group(stage, conditions[code], count)


def _group(stage: Stage, condition: Condition, count: int) -> FindingGroup:
    rows = stage.connection.execute(
        f"SELECT f._row, left({value_of([condition])}, {VALUE_LENGTH}), f.other FROM "
        f"(SELECT * FROM found WHERE code = {condition.code} ORDER BY _row LIMIT {EXAMPLES}) f "
        "LEFT JOIN source USING (_row) ORDER BY f._row"
    ).fetchall()
    first, value, other = rows[0]
    message = _one(condition, first, value) if count == 1 else _many(condition, count, first, value)
    if other is not None:
        message = f"{message.removesuffix('.')} and again in row {other:,}."
    examples = tuple(Finding(row, condition.column, text) for row, text, _ in rows)
    remedy, declared = _remedy(stage, condition)
    return FindingGroup(
        condition.reason,
        condition.severity,
        message,
        remedy,
        count,
        condition.column,
        examples,
        steps=_steps(stage, condition, declared),
        short=condition.short or short_sentence(condition.says),
    )


def sentence(condition: Condition, row: int, value: str, other: int | None) -> str:
    """Return the full sentence about a single finding."""
    message = _one(condition, row, value)
    return message if other is None else f"{message.removesuffix('.')}, also in row {other:,}."


def _one(condition: Condition, row: int, value: str) -> str:
    if condition.filled is None:
        return one_fault(row, condition.column, condition.says)
    return one_cell(row, condition.column, value, condition.says)


def _many(condition: Condition, count: int, row: int, value: str) -> str:
    if condition.filled is None:
        return many_faults(count, condition.column, row, condition.many)
    return many_cells(count, condition.column, (row, value), condition.many)


def _remedy(stage: Stage, condition: Condition) -> tuple[str, str]:
    """Return the remedy, and the format to declare in the job, such as `Fee=$1,234.50`.

    A format is suggested if it is the only one that fits every value. The text ends in `=` if only
    the user knows the
    format, and is empty if no format helps.
    """
    filled = condition.filled
    declarable = condition.reason in _DECLARABLE and filled is not None
    if filled is None or not declarable or filled.rule.formats or not filled.sources:
        return condition.remedy, ""
    header = stage.headers[filled.sources[0]]
    declared = f"{header}="
    fitting = fitting_formats(stage, header, filled.column)
    agreed = agreed_format(stage, header, filled.column, fitting)
    if agreed:
        form = date_words(agreed[0])
        told = f"Declare the format {form}: it fits every value of the column."
        return told, declared + form
    if doubt := doubtful_comma(stage, header, filled.column, fitting[:1]):
        return doubt.sentence, declared
    if len(fitting) > 1 and "date" in filled.column.type:
        told = (
            f"Find out which one is right and declare it: every value of the column fits "
            f"{listed([date_words(form) for form in fitting])} alike."
        )
        return told, declared
    if condition.reason == "ambiguous-date" and (both := both_orders(stage, header)):
        told = (
            f"The column has both day-first and month-first dates, such as {listed(both)}: write "
            "them all the same way, then declare that format."
        )
        return told, declared
    return condition.remedy, declared


def _steps(stage: Stage, condition: Condition, declared: str) -> tuple[NextStep, ...]:
    """Return the change to the job that resolves a finding, if any."""
    if declared:
        return (NextStep(Action.CHANGE_JOB, name="format", value=declared),)
    if condition.reason != "blank-refused" or condition.filled is None:
        return ()
    headers = [stage.headers[place] for place in condition.filled.sources]
    return tuple(NextStep(Action.CHANGE_JOB, name="blank", value=f"{one}=clear") for one in headers)


#: Reasons that a declared format may resolve.
_DECLARABLE = frozenset({"not-a-number", "not-a-checkbox", "not-a-date", "ambiguous-date"})


def in_order(groups: Iterable[FindingGroup]) -> tuple[FindingGroup, ...]:
    """Sort groups: stopping the push, rejecting rows, notes."""
    return tuple(sorted(groups, key=lambda group: _BY_SEVERITY.index(group.severity)))


#: Headers of the file of findings.
COLUMNS = ("row", "column", "value", "reason", "message")


class _Writer(Protocol):
    def writerow(self, row: Iterable[object], /) -> object: ...


def write_findings(
    stage: Stage, conditions: Sequence[Condition], others: Iterable[FindingGroup], path: Path
) -> None:
    """Write `others` and then every row's findings to `path`; formulas are disarmed."""
    try:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(COLUMNS)
            for group in others:
                first = group.examples[0] if group.examples else None
                row = first.row if first else None
                writer.writerow(_line(row, group.column, "", (group.reason, group.message)))
            _write_rows(stage, conditions, writer)
    except OSError as error:
        raise SodaSheetError(
            f"The findings cannot be written to {path}: {error.strerror}.",
            "Close the file if another program has it open, or choose another place.",
        ) from error


def _write_rows(stage: Stage, conditions: Sequence[Condition], writer: _Writer) -> None:
    query = (
        f"SELECT f._row, f.code, {value_of(conditions)}, f.other FROM found f "
        "LEFT JOIN source USING (_row) ORDER BY f._row, f.code"
    )
    for row, code, value, other in stage.each(query):
        condition = conditions[code]
        words = condition.reason, sentence(condition, row, value, other)
        writer.writerow(_line(row, condition.column, value, words))


def _line(
    row: int | None, column: str | None, value: str, words: tuple[str, str]
) -> tuple[object, ...]:
    reason, message = words
    return row, disarmed(column or ""), disarmed(value), reason, message
