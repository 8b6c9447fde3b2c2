"""A source and its target dataset: the profiles of both, and queries over the source."""

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
from sodasheet.staging.diff.differing_rows import DifferingRows
from sodasheet.staging.sql_quoting import Rows

#: Source rows that are measured; a larger source is sampled evenly, in blocks of `_TOGETHER` rows.
#: Every n-th row could be the same one of, say, four measures that repeat for each place, and takes
#: twice as long.
SAMPLED = 10_000
_TOGETHER = 100

#: How many rows a finding names, and how many characters of a value it shows.
EXAMPLES = 5
_VALUE = 200


@dataclass(frozen=True, slots=True)
class ColumnPair:
    """A dataset column and the source cells that fill the column.

    `name` is the column of the sample. `in_dataset` is the profile of the dataset's column,
    `in_source` of the source's. `tolerance` widens what the dataset's past allows. No finding shows
    a value of a `hidden` column.
    """

    projected: Projected
    name: str
    in_dataset: ColumnProfile
    in_source: ColumnProfile
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
        return self.in_dataset.kind in COORDINATES

    @property
    def is_whole(self) -> bool:
        """True if the dataset has only whole numbers."""
        spread = self.in_dataset.spread
        return spread is not None and spread.whole == 1.0

    @property
    def has_extremes(self) -> bool:
        """True if a new value can be too large or too small, unlike sequence numbers."""
        kind = self.in_dataset.kind
        return kind == "date" or (kind == "number" and not self.in_dataset.numbered)

    @property
    def text_sql(self) -> str:
        """SQL for the cell's text over the source, NULL if blank."""
        return f"nullif({self.projected.text_name}, '')"

    @property
    def number_sql(self) -> str:
        """SQL for the cell as a number over the source; a date as seconds since 1970."""
        return f"epoch({self.ordered_sql})" if self.in_dataset.kind == "date" else self.ordered_sql

    @property
    def ordered_sql(self) -> str:
        """SQL for the cell as a number or a timestamp over the source."""
        projected = self.projected
        value = projected.parsed_name if projected.typed.parsed else self.text_sql
        kind = "TIMESTAMP" if self.in_dataset.kind == "date" else "DOUBLE"
        return f"TRY_CAST({value} AS {kind})"


@dataclass(frozen=True, slots=True)
class Extremes:
    """Smallest and largest value of a column of numbers or dates; None if empty.

    `has_fractions` is true if the dataset has whole numbers only, and the source fractions.
    """

    low: float | None
    high: float | None
    has_fractions: bool = False

    def within(self, low: float, high: float) -> bool:
        """True if all values are between the bounds."""
        return self.low is None or self.high is None or (low <= self.low and self.high <= high)


@dataclass(frozen=True)
class SourceComparison:
    """The comparison of a source with the profile of its dataset.

    What several checks need is computed once, when it is first asked for. `differing` are the rows
    that the dataset does not have, None if unknown.
    """

    checked: CheckResult
    dataset_profile: Profile
    settings: QualitySettings
    texts: DistinctTexts
    differing: DifferingRows | None = None

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
            column
            for column in self.checked.projected
            if column.filled.sources and column.filled.column.field in self.dataset_profile.columns
        )

    @cached_property
    def table(self) -> MeasuredTable:
        """The sample: the table `seen` of canonical strings."""
        stage = self.checked.stage
        table = stage.table
        values = "".join(f", {column.canonical} AS v{n}" for n, column in enumerate(self.columns))
        # Sampled before any cell is converted.
        every_nth_block = max(1, -(-self.rows // SAMPLED))
        sample = Rows(
            f"(SELECT *, {table.row} AS _sampled FROM {table.name} "
            f"WHERE {table.row} // {_TOGETHER} % {every_nth_block} = 0)",
            "_sampled",
        )
        source = self._without_rejected(values_from(self.columns, sample))
        stage.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE seen AS SELECT _row{values} FROM {source}"
        )
        return MeasuredTable(
            stage.connection, "seen", tuple(column.filled.column for column in self.columns)
        )

    @cached_property
    def unmapped(self) -> tuple[tuple[int, str], ...]:
        """Places and headers of the source columns that are neither mapped nor ignored."""
        used = {index for column in self.checked.projected for index in column.filled.sources}
        ignored = {rule.source for rule in self.checked.plan.mapping.columns if rule.ignore}
        return tuple(
            (index, header)
            for index, header in enumerate(self.checked.stage.headers)
            if index not in used and header and header not in ignored
        )

    @cached_property
    def source_profile(self) -> Profile:
        """The source's profile."""
        return measure_source(self.table, self.rows)

    @cached_property
    def pairs(self) -> tuple[ColumnPair, ...]:
        """The columns with their profiles."""
        fields = [column.filled.column.field for column in self.columns]
        return tuple(
            ColumnPair(
                column,
                f"v{n}",
                self.dataset_profile.columns[field],
                self.source_profile.columns[field],
                self.settings.tolerance_of(field),
                column.filled.label in self.checked.hidden,
            )
            for n, (column, field) in enumerate(zip(self.columns, fields, strict=True))
        )

    def pair(self, field: str) -> ColumnPair | None:
        """The pair of the dataset column with this field name; None if not filled."""
        return next((pair for pair in self.pairs if pair.field == field), None)

    def counts(self, pair: ColumnPair, conditions: list[str]) -> list[int]:
        """Number of source rows that meet each condition over the column's cells; one scan."""
        if not conditions:
            return []
        if not self.texts.has_few(pair.projected):
            return self.counts_of(self.cells(pair), conditions)
        sums = ", ".join(f"coalesce(sum(n) FILTER ({test}), 0)" for test in conditions)
        ((*counts,),) = self.run(f"SELECT {sums} FROM {self.distinct_cells(pair)}")
        return [int(count) for count in counts]

    def counts_of(self, source: str, conditions: list[str]) -> list[int]:
        """Number of rows of a FROM clause that meet each condition; one scan."""
        tests = ", ".join(f"count(*) FILTER ({test})" for test in conditions)
        ((*counts,),) = self.run(f"SELECT {tests} FROM {source}")
        return [int(count) for count in counts]

    def distinct_cells(self, pair: ColumnPair) -> str:
        """A FROM clause with the column's distinct cells, their counts `n` and `first` rows."""
        return _with_parsed(self.texts.of(pair.projected, self.rows_of), pair)

    def combined(self, first: ColumnPair, second: ColumnPair) -> str:
        """A FROM clause with all distinct pairs of cells of two columns."""
        table = self.texts.combined(first.projected, second.projected, self.rows_of)
        return _with_parsed(table, first, second)

    def cells(self, *pairs: ColumnPair) -> str:
        """A FROM clause over the rows that are not rejected, with the cells of these columns."""
        return self.rows_of([pair.projected for pair in pairs])

    def differing_cells(self, *pairs: ColumnPair) -> str:
        """A FROM clause as `cells`, over the rows that the dataset does not have, if known."""
        if self.differing is None:
            return self.cells(*pairs)
        columns = [pair.projected for pair in pairs]
        return self._without_rejected(values_from(columns, self.differing.rows))

    def rows_of(self, columns: Sequence[Projected]) -> str:
        """A FROM clause over the rows that are not rejected, with these columns."""
        return self._without_rejected(values_from(columns, self.checked.stage.table))

    def _without_rejected(self, source: str) -> str:
        if not self.checked.rejected:
            return source
        return f"(SELECT * FROM {source} WHERE _row NOT IN (SELECT _row FROM rejected))"

    @cached_property
    def extremes(self) -> dict[str, Extremes]:
        """Smallest and largest value by field, of columns of numbers and dates.

        Those of all rows, or of the rows that the dataset does not have: no other can be beyond the
        dataset's own extremes.
        """
        return self._grouped_extremes | self._scan.extremes

    @property
    def misordered(self) -> dict[tuple[str, str], bool]:
        """By the fields of an order, True if any such row has the two in the wrong order."""
        return self._scan.misordered

    @cached_property
    def _orders(self) -> list[tuple[str, str]]:
        """The fields of each known order between two columns that are filled."""
        fields = {pair.field for pair in self.pairs if pair.has_extremes}
        return [
            (relation.first, relation.second)
            for relation in self.dataset_profile.relations
            if relation.kind == "order" and {relation.first, relation.second} <= fields
        ]

    @cached_property
    def _grouped_extremes(self) -> dict[str, Extremes]:
        """Extremes of columns whose distinct cells are known or needed anyway, by field."""
        ordered = {field for order in self._orders for field in order}
        found = {}
        for pair in self.pairs:
            if not pair.has_extremes or pair.field in ordered:
                continue
            if self.texts.has_few(pair.projected):
                cells = f"SELECT {pair.ordered_sql} AS n FROM {self.distinct_cells(pair)}"
                ((low, high, has_fractions),) = self.run(
                    f"SELECT {_extremes_sql('n', pair)} FROM ({cells})"
                )
                found[pair.field] = Extremes(low, high, bool(has_fractions))
        return found

    @cached_property
    def _scan(self) -> _Scan:
        """Extremes of all other columns, and orders, from one scan; enough for most sources."""
        pairs = [
            pair
            for pair in self.pairs
            if pair.has_extremes and pair.field not in self._grouped_extremes
        ]
        if not pairs:
            return _Scan({}, {})
        names = {pair.field: f"n{place}" for place, pair in enumerate(pairs)}
        extremes = [_extremes_sql(names[pair.field], pair) for pair in pairs]
        orders = [f"bool_or({names[first]} > {names[second]})" for first, second in self._orders]
        values = ", ".join(f"{pair.ordered_sql} AS {names[pair.field]}" for pair in pairs)
        (row,) = self.run(
            f"SELECT {', '.join([*extremes, *orders])} "
            f"FROM (SELECT {values} FROM {self.differing_cells(*pairs)})"
        )
        values_of_row = iter(row)
        by_field = {
            pair.field: Extremes(
                next(values_of_row), next(values_of_row), bool(next(values_of_row))
            )
            for pair in pairs
        }
        return _Scan(by_field, dict(zip(self._orders, map(bool, values_of_row), strict=True)))

    def run(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of a query over the stage."""
        return self.checked.stage.connection.execute(query).fetchall()

    def examples(
        self, pair: ColumnPair, condition: str, source: str = "", order: str = "_row"
    ) -> tuple[Finding, ...]:
        """The first cells in `order` that meet the condition; `source` as in `cell_findings`."""
        value = "NULL" if pair.hidden else f"left(coalesce({pair.text_sql}, ''), {_VALUE})"
        rows = self.run(
            f"SELECT _row, {value} "
            f"FROM {source or self.cells(pair)} WHERE {condition} ORDER BY {order} LIMIT {EXAMPLES}"
        )
        return tuple(Finding(row, pair.label, value) for row, value in rows)

    def cell_findings(
        self,
        slug: str,
        pair: ColumnPair,
        condition: str,
        count: int,
        sentence: str,
        source: str = "",
    ) -> Iterator[FindingGroup]:
        """Yield a finding about the cells that meet `condition`, if there are any.

        `source` is a FROM clause with the cells and whatever else the condition needs.
        """
        if count:
            examples = self.examples(pair, condition, source)
            yield finding(slug, sentence, examples, count, pair.label)


@dataclass(frozen=True, slots=True)
class _Scan:
    """Extremes by field, and by the fields of each order, True if any row breaks the order."""

    extremes: dict[str, Extremes]
    misordered: dict[tuple[str, str], bool]


def _extremes_sql(name: str, pair: ColumnPair) -> str:
    """SQL for the smallest and largest value, and whether whole numbers became fractions."""
    if pair.in_dataset.kind == "date":
        return f"epoch(min({name})), epoch(max({name})), false"
    has_fractions = f"bool_or({name} <> round({name}))" if pair.is_whole else "false"
    return f"min({name}), max({name}), {has_fractions}"


def _with_parsed(table: str, *pairs: ColumnPair) -> str:
    """A FROM clause over a table of strings, with the parsed values added."""
    columns = [pair.projected for pair in pairs]
    parsed = "".join(
        f", CASE WHEN {column.text_name} <> '' THEN {column.typed.parsed} END"
        f" AS {column.parsed_name}"
        for column in columns
        if column.typed.parsed
    )
    return f"(SELECT *{parsed} FROM {table})" if parsed else table


def finding(
    slug: str,
    sentence: str,
    examples: tuple[Finding, ...] = (),
    count: int = 1,
    column: str | None = None,
    remedy: str = "",
) -> FindingGroup:
    """Return the finding of a question; `sentence` names no row."""
    question = QUESTIONS[slug]
    first = examples[0] if examples else None
    place = ""
    if first is not None and first.row is not None:
        shown = ""
        if first.value:
            shown = f': "{first.value}"' if first.column is not None else f" ({first.value})"
        the_first = f"The {question.example} is row" if count > 1 else "Row"
        place = f"{the_first} {first.row:,}{shown}."
    message = f"{sentence} {place}".strip()
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
