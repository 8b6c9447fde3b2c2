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
from sodasheet.quality.distinct_text_tables import DistinctTexts
from sodasheet.quality.measure_profile import COORDINATES, MeasuredTable, measure_source
from sodasheet.quality.profile import ColumnProfile, Profile
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.sql_quoting import Rows

#: Source rows that are measured; a larger source is sampled evenly, in blocks of `_TOGETHER` rows.
#: Every n-th row could be the same of, say, four measures that repeat for each place, and takes
#: twice as long.
SAMPLED = 10_000
_TOGETHER = 100

#: Rows that are named in a finding, and characters of a value.
EXAMPLES = 5
_VALUE = 200


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """A dataset column and the source cells that fill the column.

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
        return f"epoch({self.ordered})" if self.known.kind == "date" else self.ordered

    @property
    def ordered(self) -> str:
        """SQL for the cell as a number or a moment over the source."""
        one = self.projected
        value = one.parsed_name if one.typed.parsed else self.text
        return f"TRY_CAST({value} AS {'TIMESTAMP' if self.known.kind == 'date' else 'DOUBLE'})"


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
        # Sampled before any cell is converted.
        some = Rows(
            f"(SELECT *, {table.row} AS _sampled FROM {table.name} "
            f"WHERE {table.row} // {_TOGETHER} % {step} = 0)",
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
    def undecided(self) -> tuple[tuple[int, str], ...]:
        """Source columns that fill nothing and are not ignored either: their places and headers."""
        used = {index for one in self.checked.projected for index in one.filled.sources}
        decided = {rule.source for rule in self.checked.plan.mapping.columns if rule.ignore}
        return tuple(
            (index, header)
            for index, header in enumerate(self.checked.stage.headers)
            if index not in used and header and header not in decided
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
        if not conditions:
            return []
        if not self.texts.has_few(pair.projected):
            return self.counts_of(self.cells(pair), conditions)
        asked = ", ".join(f"coalesce(sum(n) FILTER ({one}), 0)" for one in conditions)
        ((*found,),) = self.run(f"SELECT {asked} FROM {self.different(pair)}")
        return [int(count) for count in found]

    def counts_of(self, source: str, conditions: list[str]) -> list[int]:
        """Number of rows of a FROM clause that meet each condition; one scan."""
        asked = ", ".join(f"count(*) FILTER ({one})" for one in conditions)
        ((*found,),) = self.run(f"SELECT {asked} FROM {source}")
        return [int(count) for count in found]

    def different(self, pair: ColumnPair) -> str:
        """A FROM clause with the column's different cells, and with `n` and `first`."""
        return _with_parsed(self.texts.of(pair.projected, self.rows_of), pair)

    def combined(self, one: ColumnPair, other: ColumnPair) -> str:
        """A FROM clause in which all different cells of two columns are together."""
        table = self.texts.combined(one.projected, other.projected, self.rows_of)
        return _with_parsed(table, one, other)

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
        """By the fields of an order, True if any row has its two values in the wrong order."""
        return self._numbers[1]

    @cached_property
    def _numbers(self) -> tuple[dict[str, Extremes], dict[tuple[str, str], bool]]:
        """Extremes and wrong orders from one scan, which settles most sources."""
        measured = [pair for pair in self.pairs if _has_extremes(pair.known)]
        fields = {pair.field for pair in measured}
        orders = [
            (one.first, one.second)
            for one in self.known.relations
            if one.kind == "order" and {one.first, one.second} <= fields
        ]
        ordered = {field for order in orders for field in order}
        extremes = {}
        pairs = []
        for pair in measured:
            if pair.field not in ordered and self.texts.has_few(pair.projected):
                ((low, high, broken),) = self.run(_extremes(pair, self.different(pair)))
                extremes[pair.field] = Extremes(low, high, bool(broken))
            else:
                pairs.append(pair)
        if not pairs:
            return extremes, {}
        at = {pair.field: n for n, pair in enumerate(pairs)}
        asked = [_extremes_of(f"n{n}", pair) for n, pair in enumerate(pairs)] + [
            f"bool_or(n{at[first]} > n{at[second]})" for first, second in orders
        ]
        values = ", ".join(f"{pair.ordered} AS n{n}" for n, pair in enumerate(pairs))
        (row,) = self.run(
            f"SELECT {', '.join(asked)} FROM (SELECT {values} FROM {self.cells(*pairs)})"
        )
        for field, n in at.items():
            extremes[field] = Extremes(row[3 * n], row[3 * n + 1], bool(row[3 * n + 2]))
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


def _has_extremes(known: ColumnProfile) -> bool:
    """True if a new value may be too large or too small; a running number goes on."""
    return known.kind == "date" or (known.kind == "number" and not known.numbered)


def _extremes_of(name: str, pair: ColumnPair) -> str:
    """SQL for the smallest and largest number, and whether whole numbers are broken."""
    if pair.known.kind == "date":
        return f"epoch(min({name})), epoch(max({name})), false"
    broken = f"bool_or({name} <> round({name}))" if pair.whole else "false"
    return f"min({name}), max({name}), {broken}"


def _extremes(pair: ColumnPair, source: str) -> str:
    """A query of the extremes of a column."""
    return f"SELECT {_extremes_of('n', pair)} FROM (SELECT {pair.ordered} AS n FROM {source})"


def _with_parsed(table: str, *pairs: ColumnPair) -> str:
    """A FROM clause over a table of texts that has the parsed values as well."""
    columns = [pair.projected for pair in pairs]
    parsed = "".join(
        f", CASE WHEN {one.text_name} <> '' THEN {one.typed.parsed} END AS {one.parsed_name}"
        for one in columns
        if one.typed.parsed
    )
    return f"(SELECT *{parsed} FROM {table})" if parsed else table


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
        slug,
        question.level,
        message,
        remedy or question.remedy,
        count,
        column,
        examples,
        short=question.short if place else "",
    )


def amount(value: float) -> str:
    """A number in the form used in sentences."""
    return f"{value:,.0f}" if abs(value) >= 100 or value == round(value) else f"{value:,.4g}"
