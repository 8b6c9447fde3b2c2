"""A source beside its target dataset: both profiles, and queries over the source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.model.method import Method
from sodasheet.model.quality_settings import QualitySettings
from sodasheet.quality.comparison_questions import QUESTIONS
from sodasheet.quality.distinct_texts import DistinctTexts
from sodasheet.quality.profile import ColumnProfile, Profile
from sodasheet.quality.profile_queries import COORDINATES, MeasuredTable, measure_source
from sodasheet.staging.check.check_result import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.sql_quoting import Rows

#: Source rows that are measured; a larger source is sampled evenly.
SAMPLED = 10_000

#: Rows that are named in a finding, and characters of a value.
EXAMPLES = 5
_VALUE = 200


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """One dataset column and the source cells that fill the column.

    `name` is the column of the sample; `known` is the dataset's profile, `seen` the source's.
    `tolerance` widens what the dataset's past allows. No finding shows a value of a `hidden`
    column.
    """

    projected: Projected
    name: str
    known: ColumnProfile
    seen: ColumnProfile
    tolerance: float = 1.0
    hidden: bool = False

    @property
    def field(self) -> str:
        """The dataset column's field name."""
        return self.projected.filled.column.field

    @property
    def title(self) -> str:
        """The dataset column's display name."""
        return self.projected.filled.column.name

    @property
    def label(self) -> str:
        """The source column's name in findings."""
        return self.projected.filled.label

    @property
    def is_place(self) -> bool:
        """True if the column contains points or locations."""
        return self.known.kind in COORDINATES

    @property
    def whole(self) -> bool:
        """True if the dataset has whole numbers only."""
        return self.known.spread is not None and self.known.spread.whole == 1.0

    @property
    def text(self) -> str:
        """SQL for the cell's text over the source, NULL if blank."""
        return f"nullif({self.projected.text_name}, '')"

    @property
    def number(self) -> str:
        """SQL for the cell as a number over the source; a date as seconds since 1970."""
        one = self.projected
        value = one.parsed_name if one.typed.parsed else self.text
        if self.known.kind == "date":
            return f"epoch(TRY_CAST({value} AS TIMESTAMP))"
        return f"TRY_CAST({value} AS DOUBLE)"


@dataclass(frozen=True, slots=True)
class Extremes:
    """Smallest and largest value of a column, None without any; `broken` if one is no integer."""

    low: float | None
    high: float | None
    broken: bool = False

    def within(self, low: float, high: float) -> bool:
        """True if all values are between the bounds."""
        return self.low is None or self.high is None or (low <= self.low and self.high <= high)


@dataclass(frozen=True)
class SourceComparison:
    """Everything that one comparison looks at."""

    checked: CheckResult
    known: Profile
    settings: QualitySettings
    texts: DistinctTexts

    @property
    def method(self) -> Method:
        """Method of the push."""
        return self.checked.plan.method

    @property
    def rows(self) -> int:
        """The number of the source's rows."""
        return self.checked.stage.rows

    @cached_property
    def columns(self) -> tuple[Projected, ...]:
        """The filled columns that have a profile."""
        return tuple(
            one
            for one in self.checked.projected
            if one.filled.sources and one.filled.column.field in self.known.columns
        )

    @cached_property
    def table(self) -> MeasuredTable:
        """The sample: the table `seen` of canonical texts."""
        stage = self.checked.stage
        step = max(1, -(-self.rows // SAMPLED))
        values = "".join(f", {one.canonical} AS v{n}" for n, one in enumerate(self.columns))
        table = stage.table
        # Thinned out before anything is made of the cells.
        some = Rows(
            f"(SELECT * FROM (SELECT *, {table.row} AS _sampled FROM {table.name}) "
            f"WHERE _sampled % {step} = 0)",
            "_sampled",
        )
        source = self._sendable(values_from(self.columns, some))
        stage.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE seen AS SELECT _row{values} FROM {source}"
        )
        return MeasuredTable(
            stage.connection, "seen", tuple(one.filled.column for one in self.columns)
        )

    @cached_property
    def seen(self) -> Profile:
        """The source's profile."""
        return measure_source(self.table, self.rows)

    @cached_property
    def pairs(self) -> tuple[ColumnPair, ...]:
        """The columns with their profiles."""
        fields = [one.filled.column.field for one in self.columns]
        return tuple(
            ColumnPair(
                one,
                f"v{n}",
                self.known.columns[field],
                self.seen.columns[field],
                self.settings.tolerance_of(field),
                one.filled.label in self.checked.hidden,
            )
            for n, (one, field) in enumerate(zip(self.columns, fields, strict=True))
        )

    def pair(self, field: str) -> ColumnPair | None:
        """The pair of the dataset column with this field name, None if not filled."""
        return next((pair for pair in self.pairs if pair.field == field), None)

    def counts(self, pair: ColumnPair, conditions: list[str]) -> list[int]:
        """Number of source rows that meet each condition over the column's cells; one scan."""
        return self.counts_of(self.cells(pair), conditions) if conditions else []

    def counts_of(self, source: str, conditions: list[str]) -> list[int]:
        """Number of rows of a FROM clause that meet each condition; one scan."""
        asked = ", ".join(f"count(*) FILTER ({one})" for one in conditions)
        ((*found,),) = self.run(f"SELECT {asked} FROM {source}")
        return [int(count) for count in found]

    def different(self, pair: ColumnPair) -> str:
        """The table of the column's different texts, with `n` and `first`."""
        return self.texts.of(pair.projected, self.cells(pair))

    def cells(self, *pairs: ColumnPair) -> str:
        """A FROM clause over the rows that are not rejected, with the cells of these columns."""
        return self.rows_of([pair.projected for pair in pairs])

    def rows_of(self, columns: Sequence[Projected]) -> str:
        """A FROM clause over the rows that are not rejected, with these columns."""
        return self._sendable(values_from(columns, self.checked.stage.table))

    def _sendable(self, source: str) -> str:
        if not self.checked.rejected:
            return source
        return f"(SELECT * FROM {source} WHERE _row NOT IN (SELECT _row FROM rejected))"

    @cached_property
    def extremes(self) -> dict[str, Extremes]:
        """Smallest and largest value of all rows, by field, of columns of numbers and dates."""
        return self._numbers[0]

    @cached_property
    def misordered(self) -> dict[tuple[str, str], bool]:
        """By the fields of an order, True if any row has its two values the other way round."""
        return self._numbers[1]

    @cached_property
    def _numbers(self) -> tuple[dict[str, Extremes], dict[tuple[str, str], bool]]:
        """Both of them, by one scan: most sources need no closer look."""
        pairs = [pair for pair in self.pairs if pair.known.kind in ("number", "date")]
        if not pairs:
            return {}, {}
        at = {pair.field: n for n, pair in enumerate(pairs)}
        orders = [
            (one.first, one.second)
            for one in self.known.relations
            if one.kind == "order" and one.first in at and one.second in at
        ]
        asked = [
            f"min(n{n}), max(n{n}), " + (f"bool_or(n{n} <> round(n{n}))" if pair.whole else "false")
            for n, pair in enumerate(pairs)
        ] + [f"bool_or(n{at[first]} > n{at[second]})" for first, second in orders]
        values = ", ".join(f"{pair.number} AS n{n}" for n, pair in enumerate(pairs))
        (row,) = self.run(
            f"SELECT {', '.join(asked)} FROM (SELECT {values} FROM {self.cells(*pairs)})"
        )
        extremes = {
            field: Extremes(row[3 * n], row[3 * n + 1], bool(row[3 * n + 2]))
            for field, n in at.items()
        }
        return extremes, dict(zip(orders, map(bool, row[3 * len(pairs) :]), strict=True))

    def run(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query over the stage."""
        return self.checked.stage.connection.execute(query).fetchall()

    def where(self, pair: ColumnPair, condition: str, source: str = "") -> tuple[Finding, ...]:
        """The first rows whose cell meets the condition; `source` as in `found`."""
        value = "NULL" if pair.hidden else f"left(coalesce({pair.text}, ''), {_VALUE})"
        rows = self.run(
            f"SELECT _row, {value} "
            f"FROM {source or self.cells(pair)} WHERE {condition} ORDER BY _row LIMIT {EXAMPLES}"
        )
        return tuple(Finding(row, pair.label, value) for row, value in rows)

    def found(
        self,
        slug: str,
        pair: ColumnPair,
        condition: str,
        count: int,
        says: str,
        source: str = "",
    ) -> Iterator[FindingGroup]:
        """A finding about the cells that meet `condition`, if there are any.

        `source` is a FROM clause with the cells and what the condition needs beside them.
        """
        if count:
            yield finding(slug, says, self.where(pair, condition, source), count, pair.label)


def finding(
    slug: str,
    says: str,
    examples: tuple[Finding, ...] = (),
    count: int = 1,
    column: str | None = None,
    remedy: str = "",
) -> FindingGroup:
    """Return the finding of a question: `says` is the sentence, which names no row."""
    question = QUESTIONS[slug]
    first = examples[0] if examples else None
    place = ""
    if first is not None and first.row is not None:
        shown = f' "{first.value}"' if first.value else ""
        place = f"First: row {first.row:,}{shown}." if count > 1 else f"Row {first.row:,}{shown}."
    message = f"{says} {place}".strip()
    return FindingGroup(
        slug, question.level, message, remedy or question.remedy, count, column, examples
    )


def amount(value: float) -> str:
    """A number in the form used in sentences."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:,.4g}"
