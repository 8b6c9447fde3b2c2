"""Whole rows that should not be there: contradictions, copies, sums, and last month's file."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.model.method import Method
from sodasheet.quality.comparison_context import (
    EXAMPLES,
    SAMPLED,
    ColumnPair,
    SourceComparison,
    finding,
)
from sodasheet.quality.measure_profile import MeasuredTable, number, row_hash
from sodasheet.quality.profile import ColumnProfile, Relation
from sodasheet.staging.check.mapping_sql import Projected
from sodasheet.staging.sql_quoting import both, literal

_TOTAL = (
    r"(?i)^\s*(?:grand |sub ?)?(?:total|sum|average|mean|count)s?\b[^a-z]*$"
    r"|^\s*(?:grand|sub) ?totals?\b"
)

#: Columns by which rows are told apart before all columns of the others are compared, and the
#: number of equal rows to expect by chance from which on more columns are taken.
_TELLING = 5
_BY_CHANCE = 0.05

#: First letters of such words, and blanks before them, as numbers: `left` takes five times as long.
_BEGINNINGS = ", ".join(str(ord(sign)) for sign in "TtGgSsAaMmCc \t\n\v\f\r")

#: Different pairs of values that are looked at one by one.
_PAIRS = 5_000

#: If this share of rows breaks a relation, it was chance, or the columns have changed.
_CHANCE = 0.3


def compare_rows(work: SourceComparison) -> Iterator[FindingGroup]:
    """Findings about rows."""
    for relation in work.known.relations:
        yield from _relation(work, relation)
    yield from _totals(work)
    yield from _repeats(work)
    yield from _same_again(work)
    yield from _truncated(work)


def _relation(work: SourceComparison, relation: Relation) -> Iterator[FindingGroup]:
    first, second = work.pair(relation.first), work.pair(relation.second)
    if first is None or second is None:
        return
    if relation.kind == "order":
        if not work.misordered[relation.first, relation.second]:
            return
        broken = f"{first.number} > {second.number}"
        says = f"{first.title} is never after {second.title} in the dataset"
        yield from _broken(work, (first, second), broken, "order", says)
    elif relation.pairs:
        # Text as the source has it: a pair that the dataset does not know is none of its own.
        pairs = work.run(
            f"SELECT DISTINCT {_plain(first)}, {_plain(second)} FROM "
            f"{work.combined(first, second)} LIMIT {_PAIRS}"
        )
        if len(pairs) < _PAIRS and not any(
            one in relation.pairs and other not in (None, relation.pairs[one])
            for one, other in pairs
        ):
            return
        known = ", ".join(
            f"({literal(a)}, {literal(b)})" for a, b in list(relation.pairs.items())[:2000]
        )
        broken = (
            f"EXISTS (SELECT 1 FROM (VALUES {known}) k(a, b) WHERE k.a = {_plain(first)} "
            f"AND k.b <> {_plain(second)})"
        )
        says = f"{first.title} decides {second.title} in every row of the dataset"
        yield from _broken(work, (first, second), broken, "contradiction", says)


def _plain(pair: ColumnPair) -> str:
    """SQL for the cell as the profile writes values."""
    return pair.projected.canonical


def _broken(
    work: SourceComparison, pairs: tuple[ColumnPair, ColumnPair], broken: str, slug: str, says: str
) -> Iterator[FindingGroup]:
    first, second = pairs
    hidden = first.hidden or second.hidden
    shown = "NULL" if hidden else f"concat({first.text}, ' · ', {second.text})"
    source = work.cells(first, second)
    ((count,),) = work.run(f"SELECT count(*) FROM {source} WHERE {broken}")
    if not count or (slug == "contradiction" and count > max(10, _CHANCE * work.rows)):
        return
    rows = work.run(
        f"SELECT _row, {shown} FROM {source} WHERE {broken} ORDER BY _row LIMIT {EXAMPLES}"
    )
    label = f"{first.label} and {second.label}"
    examples = tuple(Finding(row, label, value) for row, value in rows)
    rows_are = "1 row breaks" if count == 1 else f"{count:,} rows break"
    fields = (first.field, second.field)
    found = finding(slug, f"{says}; {rows_are} this rule.", examples, count, label)
    yield replace(found, fields=fields)


def _totals(work: SourceComparison) -> Iterator[FindingGroup]:
    """Rows that look like totals, by their words or by their sums."""
    # A total in a code would be a changed shape; email addresses and URLs are never totals.
    texts = [
        pair
        for pair in work.pairs
        if pair.projected.filled.column.type in ("text", "drop_down_list")
        if pair.known.category or not pair.known.code
    ]
    for pair in texts:
        # Most cells begin otherwise, which costs a tenth of a search.
        begins = f"ascii({pair.projected.text_name}) IN ({_BEGINNINGS})"
        word = both(begins, f"regexp_matches({pair.text}, {literal(_TOTAL)})")
        if any(_is_total(value) for value in pair.known.values):
            continue
        few = work.texts.has_few(pair.projected)  # each different value is looked at once
        cells = work.different(pair) if few else work.cells(pair)
        if not work.run(f"SELECT 1 FROM {cells} WHERE {word} LIMIT 1"):
            continue
        (count,) = work.counts(pair, [word])
        if count:
            says = f"{pair.title} names a total, which the dataset never has."
            yield finding("total-row", says, work.where(pair, word), count, pair.label)
            return
    yield from _summed(work)


def _is_total(value: str) -> bool:
    return re.search(_TOTAL, value) is not None


def _summed(work: SourceComparison) -> Iterator[FindingGroup]:
    """A last row whose numbers are the sums of the rows above."""
    if work.rows > SAMPLED or work.rows < 4:
        return
    for pair in work.pairs:
        if pair.known.kind != "number" or pair.known.numbered:
            continue
        value = number(pair.name, "number")
        ((row, last, above),) = work.run(
            f"SELECT max(_row), arg_max({value}, _row), sum({value}) - arg_max({value}, _row) "
            "FROM seen"
        )
        if last and above and abs(last - above) <= 1e-6 * abs(last) and abs(last) > 1:
            example = Finding(row, pair.label, None if pair.hidden else f"{last:,.10g}")
            says = f"{pair.title} of the last row is the sum of all rows above."
            yield finding("total-row", says, (example,), 1, pair.label)
            return


def _repeats(work: SourceComparison) -> Iterator[FindingGroup]:
    """Rows that match another row in everything except running numbers."""
    numbering = [p for p in work.pairs if p.known.numbers_rows and p.seen.unique]
    names = [p.projected for p in work.pairs if p not in numbering]
    if len(names) < 3 or work.rows < 2:
        return
    source = work.rows_of(names)
    telling = f"hash({', '.join(_telling(work, names))})"
    work.run(
        f"CREATE OR REPLACE TEMP TABLE alike AS SELECT {telling} AS h FROM {source}"
        " GROUP BY h HAVING count(*) > 1"
    )
    if not work.run("SELECT 1 FROM alike LIMIT 1"):
        return
    texts = ", ".join(one.text_name for one in names)
    work.run(
        "CREATE OR REPLACE TEMP TABLE row_texts AS"
        f" SELECT _row, hash({texts}) AS h FROM {source} SEMI JOIN alike ON alike.h = {telling}"
    )
    grouped = "SELECT h, count(*) AS n, min(_row) AS first FROM row_texts GROUP BY h"
    ((count,),) = work.run(f"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM ({grouped})")
    if count < 2 or count < _usual_repeats(work):
        return
    rows = work.run(
        f"SELECT _row, first FROM row_texts JOIN ({grouped} HAVING n > 1) USING (h)"
        f" WHERE _row > first ORDER BY _row LIMIT {EXAMPLES}"
    )
    examples = tuple(Finding(row, None, f"as row {first:,}") for row, first in rows)
    aside = " and ".join(one.title for one in numbering)
    numbered = f" in every column but {aside}" if aside else ""
    rows_equal = "1 row equals" if count == 1 else f"{count:,} rows equal"
    yield finding(
        "repeated-rows",
        f"{rows_equal} an earlier row of the source{numbered}.",
        examples,
        count,
    )


def _usual_repeats(work: SourceComparison) -> float:
    """The number of repeated rows from which on they are more than the dataset's past has.

    A replace brings the rows of the dataset again: those that repeat are known, if all rows are.
    """
    known = work.known
    again = work.method is Method.REPLACE and known.whole
    share = (known.repeats + 0.5) / max(known.sampled, 1)
    expected = share * (max(work.rows - known.rows, 0) if again else work.rows)
    return expected + 8 * math.sqrt(expected) + 0.5 + (known.repeats if again else 0)


def _telling(work: SourceComparison, names: Sequence[Projected]) -> list[str]:
    """Return the few columns with the most different values, which tell nearly all rows apart."""
    seen = work.seen.columns
    equal = {one.text_name: _equal_by_chance(seen[one.filled.column.field]) for one in names}
    telling: list[str] = []
    expected = work.rows**2 / 2
    for name in sorted(equal, key=lambda name: equal[name])[:_TELLING]:
        telling.append(name)
        expected *= equal[name]
        if expected < _BY_CHANCE:
            break
    return telling


def _equal_by_chance(seen: ColumnProfile) -> float:
    """The share of pairs of rows that have the same value of a column."""
    filled = seen.filled
    if not filled:
        return 1.0
    if 2 * seen.distinct > filled:
        among = 2 * max(filled - seen.distinct, 1) / filled**2
    else:
        among = max(1 / seen.distinct, seen.top_share**2)
    return min((seen.blanks**2 + among * filled**2) / seen.rows**2, 1.0)


def _same_again(work: SourceComparison) -> Iterator[FindingGroup]:
    """A source whose rows are in the dataset as they are."""
    fields = {pair.field: pair.name for pair in work.pairs}
    if not set(work.known.fields) <= set(fields) or work.seen.sampled < 5:
        return
    table: MeasuredTable = work.table
    names = [fields[field] for field in work.known.fields]
    first = table.run(f"SELECT {row_hash(names)} FROM seen LIMIT 1")
    if any(row[0] not in work.known.hashes for row in first):
        return
    hashes = [row[0] for row in table.run(f"SELECT DISTINCT {row_hash(names)} FROM seen")]
    known = sum(one in work.known.hashes for one in hashes)
    if not hashes or known < len(hashes):
        return
    if work.method is Method.REPLACE and work.known.whole and work.rows == work.known.rows:
        says = "The source is identical to the dataset, row for row."
    else:
        says = "The dataset already has every row of the source, unchanged."
    yield finding("same-again", says, count=known)


def _truncated(work: SourceComparison) -> Iterator[FindingGroup]:
    """A replace with noticeably fewer rows than before."""
    if work.method is not Method.REPLACE or work.known.rows < 50:
        return
    lost = work.known.rows - work.rows
    if lost > max(5, 0.05 * work.known.rows):
        yield finding(
            "truncated",
            f"The dataset has {work.known.rows:,} rows and the source only {work.rows:,}: "
            f"{lost:,} would be deleted.",
            count=lost,
        )
