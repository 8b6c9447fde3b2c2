"""Replace within a part of the dataset: rows of that part missing from the source are deleted.

The part is all rows whose column has one of some values, such as this year's. It becomes an upsert
of the source's rows and a deletion of the part's other rows, in one request.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from sodasheet.errors import Cancelled, Refused, UsageProblem
from sodasheet.model.dataset import Column, Dataset, type_words
from sodasheet.model.job import Within
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.progress import Progress
from sodasheet.portal.soda2.partition_conditions import (
    DATES,
    LENGTHS,
    WHOLE_VALUES,
    conditions,
    period,
)
from sodasheet.portal.soda2.rows_client import RowsClient
from sodasheet.portal.soda2.soql_queries import canonical, field_name
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected
from sodasheet.staging.diff.changes_only import as_upsert
from sodasheet.staging.diff.partition_rows import (
    column_of,
    first_outside,
    missing_from_source,
    partition_values,
)
from sodasheet.wording import counted, counted_rows, listed

#: Maximum values that identify a part; more would be most of the dataset.
MOST = 1_000

#: Identifiers that are asked for at a time.
_PAGE = 50_000

_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Partition:
    """The part to replace: a description, and its rows in the dataset.

    `wanted` is how many rows the part has afterwards, None if rows of the source are rejected,
    whose rows in the dataset stay. `conditions` (SoQL) name the part's rows.
    """

    words: str
    rows: int
    wanted: int | None
    conditions: tuple[str, ...]

    def count(self, rows: RowsClient) -> int:
        """Return how many rows the part has now. Raises PortalError."""
        return sum(rows.count(condition) for condition in self.conditions)


def replace_within(
    within: Within, checked: CheckResult, rows: RowsClient, progress: Progress
) -> tuple[CheckResult, Partition]:
    """Return the replace of a part as an upsert with deletions.

    Raises Refused if the part cannot be replaced so, PortalError, Cancelled.
    """
    dataset = checked.plan.dataset
    require_replace(checked.plan.method)
    column = _column(within, dataset)
    _require_identifier(checked)
    source = column_of(checked, within.field)
    if source is None:
        raise Refused(
            f"No source column fills {column.label}, which identifies the part to replace.",
            "Map a source column to it.",
            (NextStep(Action.CREATE_JOB),),
        )
    values, length = _values(within, column, checked, source)
    words = in_words(column, values)
    outside = first_outside(checked, source, length, values)
    if outside is not None:
        row, value, count = outside
        shown = "a blank" if value is None else f'"{value}"'
        raise Refused(
            f"{counted(count, 'row is', 'rows are')} outside the part to replace, {words}; the"
            f" first is row {row:,} with {shown}.",
            "Remove these rows from the source, or replace another part.",
        )
    progress.begin("finding the rows of the part")
    upsert = as_upsert(checked)
    present = _Counted(rows, dataset, column, values, progress)
    gone = missing_from_source(upsert, present.identifiers())
    present.require_complete(words)
    narrowed = upsert.remove(dataset.row_identifier or "", gone)
    wanted = None if narrowed.rejected else narrowed.sendable + narrowed.held
    return narrowed, Partition(words, present.rows, wanted, present.conditions)


def named_part(within: Within, dataset: Dataset) -> Within:
    """Return the part with the field name of its column, given by field or display name."""
    if dataset.column(within.field) is not None:
        return within
    name = within.field.casefold()
    found = [one.field for one in dataset.columns if one.name.casefold() == name]
    return replace(within, field=found[0]) if len(found) == 1 else within


def require_replace(method: Method) -> None:
    """Raise UsageProblem if another method is limited to a part."""
    if method is not Method.REPLACE:
        raise UsageProblem(
            "Only a replace can be limited to a part of the dataset, not the method "
            f"{method.value}.",
            "Choose replace, or replace no part.",
        )


def in_words(column: Column, values: Sequence[str]) -> str:
    """Return the part in words, such as `Year = 2025 or 2026`."""
    shown = [*values[:_SHOWN]]
    if len(values) > _SHOWN:
        others = counted(len(values) - _SHOWN + 1, "other value")
        shown = [*values[: _SHOWN - 1], others]
    return f"{column.name} = {listed(shown, 'or') or 'no value'}"


def named_words(within: Within, dataset: Dataset) -> str:
    """Return the part in words before the source is read: `Opened = the years of the source`."""
    column = dataset.column(named_part(within, dataset).field)
    if column is not None and within.values:
        return in_words(column, within.values)
    name = within.field if column is None else column.name
    return f"{name} = the {within.each or 'value'}s of the source"


def _column(within: Within, dataset: Dataset) -> Column:
    column = dataset.column(within.field)
    if column is None:
        raise Refused(
            f"{dataset.name} has no column {within.field}, which would identify the part to "
            "replace.",
            f"Name {listed((one.field for one in dataset.fillable[:10]), 'or')}.",
        )
    by_date = column.type in DATES
    if not by_date and column.type not in WHOLE_VALUES:
        raise Refused(
            f"{column.label} cannot identify a part to replace: its type is "
            f"{type_words(column.type)}.",
            "Specify a column of text, numbers or dates.",
        )
    if by_date and not within.values and not within.each:
        raise Refused(
            f"{column.label} is a column of dates, so the part to replace needs a period.",
            "Name year, month or day, or a value such as 2026 or 2026-03.",
        )
    if within.each and not by_date:
        raise Refused(
            f"{column.label} is not a column of dates, so it has no {within.each}.",
            "Name its values, or another column.",
        )
    return column


def _require_identifier(checked: CheckResult) -> None:
    dataset, column = checked.plan.dataset, checked.identifier
    if dataset.identifier is None or not dataset.identifier.comparable:
        raise Refused(
            f"{dataset.name} has no row identifier of text or numbers, so a part of it cannot be"
            " replaced.",
            "Choose a row identifier on the portal, or replace all rows.",
        )
    if column is None:
        raise Refused(
            f"No source column fills the row identifier {dataset.identifier.label}.",
            "Map a source column to it.",
            (NextStep(Action.CREATE_JOB),),
        )


def _values(
    within: Within, column: Column, checked: CheckResult, source: Projected
) -> tuple[list[str], int | None]:
    """Return the values that identify the part, and the number of characters to compare."""
    if column.type in DATES:
        lengths = {len(value) for value in within.values} or {LENGTHS[within.each]}
        length: int | None = lengths.pop()
        if lengths:
            raise Refused(
                "The part to replace mixes years, months and days.",
                "Name only years, only months or only days.",
            )
    else:
        length = None
    found: list[str | None]
    if within.values:
        found = [*dict.fromkeys(_given(value, column) for value in within.values)]
    else:
        found = partition_values(checked, source, length, MOST + 1)
    values = [value for value in found if value is not None]
    if len(values) > MOST:
        raise Refused(
            f"The source has more than {MOST:,} different values of {column.label}, so they cannot "
            "name a part of the dataset.",
            "Specify another column, or replace all rows.",
        )
    return values, length


def _given(value: str, column: Column) -> str:
    """Return a value of the job in the dataset's spelling. Raises Refused."""
    if column.type in DATES:
        try:
            period(value)
        except ValueError:
            raise Refused(
                f'"{value}" is not a period of {column.label}.',
                "Write a year, a month or a day, such as 2026, 2026-03 or 2026-03-15.",
            ) from None
        return value
    found = canonical(value, column.type)
    if column.type == "number" and not found.lstrip("-").replace(".", "", 1).isdecimal():
        raise Refused(f'"{value}" is not a number, and {column.label} has numbers.', "Correct it.")
    return found


class _Counted:
    """The identifiers of the part's rows, counted while iterating."""

    def __init__(
        self,
        client: RowsClient,
        dataset: Dataset,
        column: Column,
        values: Sequence[str],
        progress: Progress,
    ) -> None:
        self.rows = 0
        self._client, self._progress = client, progress
        self._field = dataset.row_identifier or ""
        self.conditions = tuple(conditions(column, values))

    def require_complete(self, words: str) -> None:
        """Raise Refused if the portal has not listed every row of the part.

        A row that was not listed would stay, although the part is said to be replaced.
        """
        there = sum(self._client.count(condition) for condition in self.conditions)
        if there != self.rows:
            raise Refused(
                f"The portal counts {counted_rows(there)} of the part to replace, {words}, but"
                f" listed {self.rows:,}. Nothing was sent.",
                "Push again in a few minutes; someone else may be changing the dataset.",
                (NextStep(Action.PUSH),),
            )

    def identifiers(self) -> Iterator[list[str]]:
        """Yield the identifiers in lists. Raises PortalError, Cancelled."""
        chunk: list[str] = []
        for condition in self.conditions:
            for row in self._client.rows(field_name(self._field), _PAGE, condition):
                chunk.append(str(row.get(self._field, "")))
                self.rows += 1
                if len(chunk) == _PAGE:
                    self._progress.advance(len(chunk))
                    if self._progress.stop:
                        raise Cancelled("The check was stopped.", "Nothing was sent.")
                    yield chunk
                    chunk = []
        yield chunk
