"""Whole rows that should not be there: contradictions, copies, totals, and old files."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
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
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.sql_quoting import both, literal
from sodasheet.wording import counted, counted_rows, listed

#: Words that show that a row is a total.
_TOTAL = (
    r"(?i)^\s*(?:grand |sub ?)?(?:total|sum|average|mean|count)s?\b[^a-z]*$"
    r"|^\s*(?:grand|sub) ?totals?\b"
)

#: First letters of these words, and blanks before them, as numbers: `left` takes five times as long
#: as `ascii`.
_FIRST_LETTERS = ", ".join(str(ord(sign)) for sign in "TtGgSsAaMmCc \t\n\v\f\r")

#: At most this many columns are tried first to tell rows apart. No more are added once fewer than
#: `_BY_CHANCE` pairs of rows are expected to be equal in them by chance.
_TELLING = 5
_BY_CHANCE = 0.05

#: Distinct pairs of values that are compared in Python.
_PAIRS = 5_000

#: Pairs of values of a relation that a query compares.
_RELATED = 2_000

#: If more than this share of rows breaks a relation, the relation was a coincidence, or the columns
#: have changed.
_COINCIDENCE = 0.3

#: Standard deviations by which repeated rows must exceed the expected number.
_DEVIATIONS = 8


def find_unwanted_rows(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield findings about rows."""
    for relation in comparison.dataset_profile.relations:
        first, second = comparison.pair(relation.first), comparison.pair(relation.second)
        if first is None or second is None:
            continue
        if relation.kind == "order":
            yield from _wrong_order(comparison, first, second)
        elif relation.pairs:
            yield from _contradictions(comparison, relation, first, second)
    yield from _totals(comparison)
    yield from _repeated_rows(comparison)
    yield from _same_again(comparison)
    yield from _missing_rows(comparison)


def _wrong_order(
    comparison: SourceComparison, first: ColumnPair, second: ColumnPair
) -> Iterator[FindingGroup]:
    """Yield a finding for rows whose first date is after the second."""
    if comparison.misordered[first.field, second.field]:
        is_wrong = f"{first.number_sql} > {second.number_sql}"
        yield from _broken_relation(
            comparison,
            (first, second),
            is_wrong,
            "order",
            lambda rows: (
                f"{first.title} is never after {second.title} in the dataset, but it is in "
                f"{counted_rows(rows)}."
            ),
        )


def _contradictions(
    comparison: SourceComparison, relation: Relation, first: ColumnPair, second: ColumnPair
) -> Iterator[FindingGroup]:
    """Yield a finding for rows in which the second value is unusual for the first."""
    first_sql, second_sql = first.projected.canonical, second.projected.canonical
    pairs = comparison.run(
        f"SELECT DISTINCT {first_sql}, {second_sql} FROM "
        f"{comparison.combined(first, second)} LIMIT {_PAIRS}"
    )
    if len(pairs) < _PAIRS and not any(
        value in relation.pairs and determined not in (None, relation.pairs[value])
        for value, determined in pairs
    ):
        return
    known = ", ".join(
        f"({literal(value)}, {literal(determined)})"
        for value, determined in list(relation.pairs.items())[:_RELATED]
    )
    is_wrong = (
        f"EXISTS (SELECT 1 FROM (VALUES {known}) known(value, determined) "
        f"WHERE known.value = {first_sql} AND known.determined <> {second_sql})"
    )
    yield from _broken_relation(
        comparison,
        (first, second),
        is_wrong,
        "contradiction",
        lambda rows: (
            f"In the dataset, each {first.title} always has the same {second.title}; "
            f"{counted(rows, 'row does', 'rows do')} not match."
        ),
    )


def _broken_relation(
    comparison: SourceComparison,
    pairs: tuple[ColumnPair, ColumnPair],
    is_wrong: str,
    slug: str,
    sentence: Callable[[int], str],
) -> Iterator[FindingGroup]:
    first, second = pairs
    hidden = first.hidden or second.hidden
    shown = "NULL" if hidden else f"concat({first.text_sql}, ' · ', {second.text_sql})"
    source = comparison.cells(first, second)
    ((count,),) = comparison.run(f"SELECT count(*) FROM {source} WHERE {is_wrong}")
    if not count or (slug == "contradiction" and count > max(10, _COINCIDENCE * comparison.rows)):
        return
    rows = comparison.run(
        f"SELECT _row, {shown} FROM {source} WHERE {is_wrong} ORDER BY _row LIMIT {EXAMPLES}"
    )
    label = f"{first.label} and {second.label}"
    examples = tuple(Finding(row, label, value) for row, value in rows)
    group = finding(slug, sentence(count), examples, count, label)
    yield replace(group, fields=(first.field, second.field))


def _totals(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield a finding for rows that look like totals, by their words or by their sums."""
    # Codes are covered by the comparison of shapes; email addresses and URLs are never totals.
    texts = [
        pair
        for pair in comparison.pairs
        if pair.projected.filled.column.type in ("text", "drop_down_list")
        if pair.in_dataset.category or not pair.in_dataset.code
    ]
    for pair in texts:
        if any(re.search(_TOTAL, value) for value in pair.in_dataset.values):
            continue
        # A test of the first letter takes a tenth of a search and rules out most cells.
        may_be_total = f"ascii({pair.projected.text_name}) IN ({_FIRST_LETTERS})"
        is_total = both(may_be_total, f"regexp_matches({pair.text_sql}, {literal(_TOTAL)})")
        has_few = comparison.texts.has_few(pair.projected)
        cells = comparison.distinct_cells(pair) if has_few else _texts(comparison, pair)
        if not comparison.run(f"SELECT 1 FROM {cells} WHERE {is_total} LIMIT 1"):
            continue
        (count,) = comparison.counts(pair, [is_total])
        if count:
            sentence = f"{pair.title} contains a total; the dataset has no totals."
            examples = comparison.examples(pair, is_total)
            yield finding("total-row", sentence, examples, count, pair.label)
            return
    yield from _summed_last_row(comparison)


def _texts(comparison: SourceComparison, pair: ColumnPair) -> str:
    """Return a FROM clause with every string of the column, once if the check made such a table."""
    distinct = pair.projected.distinct
    if distinct is None or comparison.differing is not None:
        return comparison.differing_cells(pair)
    return values_from([pair.projected], distinct)


def _summed_last_row(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield a finding for a last row with a number that is the sum of all numbers above."""
    if comparison.rows > SAMPLED or comparison.rows < 4:
        return
    for pair in comparison.pairs:
        if pair.in_dataset.kind != "number" or pair.in_dataset.numbered:
            continue
        value = number(pair.name, "number")
        ((row, last, above),) = comparison.run(
            f"SELECT max(_row), arg_max({value}, _row), sum({value}) - arg_max({value}, _row) "
            "FROM seen"
        )
        if last and above and abs(last - above) <= 1e-6 * abs(last) and abs(last) > 1:
            example = Finding(row, pair.label, None if pair.hidden else f"{last:,.10g}")
            sentence = f"{pair.title} in the last row is the sum of all rows above it."
            yield finding("total-row", sentence, (example,), 1, pair.label)
            return


def _repeated_rows(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield a finding for rows that match another row in everything except sequence numbers."""
    if comparison.differing is not None and not comparison.differing.count:
        return  # the dataset has them all, repeated as they are
    numbering = [
        pair for pair in comparison.pairs if pair.in_dataset.numbers_rows and pair.in_source.unique
    ]
    compared = [pair.projected for pair in comparison.pairs if pair not in numbering]
    if len(compared) < 3 or comparison.rows < 2:
        return
    source = comparison.rows_of(compared)
    telling = f"hash({', '.join(_telling_columns(comparison, compared))})"
    comparison.run(
        f"CREATE OR REPLACE TEMP TABLE alike AS SELECT {telling} AS telling_hash FROM {source}"
        " GROUP BY telling_hash HAVING count(*) > 1"
    )
    if not comparison.run("SELECT 1 FROM alike LIMIT 1"):
        return
    texts = ", ".join(column.text_name for column in compared)
    comparison.run(
        "CREATE OR REPLACE TEMP TABLE row_texts AS"
        f" SELECT _row, hash({texts}) AS text_hash FROM {source}"
        f" SEMI JOIN alike ON alike.telling_hash = {telling}"
    )
    by_hash = (
        "SELECT text_hash, count(*) AS n, min(_row) AS first FROM row_texts GROUP BY text_hash"
    )
    ((count,),) = comparison.run(f"SELECT coalesce(sum(n - 1), 0)::BIGINT FROM ({by_hash})")
    if count < 2 or count < _unusual_repeats(comparison):
        return
    rows = comparison.run(
        f"SELECT _row, first FROM row_texts JOIN ({by_hash} HAVING n > 1) USING (text_hash)"
        f" WHERE _row > first ORDER BY _row LIMIT {EXAMPLES}"
    )
    examples = tuple(Finding(row, None, f"same as row {first:,}") for row, first in rows)
    except_numbers = listed(pair.title for pair in numbering)
    where = f" in every column except {except_numbers}" if numbering else ""
    match = "matches" if count == 1 else "match"
    sentence = f"{counted_rows(count)} {match} an earlier row of the source{where}."
    yield finding("repeated-rows", sentence, examples, count)


def _unusual_repeats(comparison: SourceComparison) -> float:
    """Return the number of repeated rows that is still usual for this dataset.

    A replace brings the dataset's rows again: rows that repeat there are known if all rows are.
    """
    dataset = comparison.dataset_profile
    known_again = comparison.method is Method.REPLACE and dataset.whole
    new_rows = comparison.rows - (dataset.rows if known_again else 0)
    share = (dataset.repeats + 0.5) / max(dataset.sampled, 1)
    expected = share * max(new_rows, 0)
    known_repeats = dataset.repeats if known_again else 0
    return expected + _DEVIATIONS * math.sqrt(expected) + 0.5 + known_repeats


def _telling_columns(comparison: SourceComparison, columns: Sequence[Projected]) -> list[str]:
    """Return the few columns with the most distinct values, which distinguish nearly all rows.

    Enough columns are taken that hardly any two different rows are expected to be equal in them by
    chance, as in the birthday problem: the number of pairs of rows, times the share of pairs with
    equal values in each column.
    """
    profiles = comparison.source_profile.columns
    equal_share = {
        column.text_name: _share_of_equal_pairs(profiles[column.filled.column.field])
        for column in columns
    }
    telling: list[str] = []
    expected_equal_pairs = comparison.rows**2 / 2
    for name in sorted(equal_share, key=lambda name: equal_share[name])[:_TELLING]:
        telling.append(name)
        expected_equal_pairs *= equal_share[name]
        if expected_equal_pairs < _BY_CHANCE:
            break
    return telling


def _share_of_equal_pairs(profile: ColumnProfile) -> float:
    """Return the share of all pairs of rows with the same value in a column, or both blank."""
    filled = profile.filled
    if not filled:
        return 1.0
    if 2 * profile.distinct > filled:
        equal_if_filled = 2 * max(filled - profile.distinct, 1) / filled**2
    else:
        equal_if_filled = max(1 / profile.distinct, profile.top_share**2)
    return min((profile.blanks**2 + equal_if_filled * filled**2) / profile.rows**2, 1.0)


def _same_again(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield a finding for a source whose rows are all in the dataset, unchanged."""
    dataset = comparison.dataset_profile
    names_by_field = {pair.field: pair.name for pair in comparison.pairs}
    if not set(dataset.fields) <= set(names_by_field) or comparison.source_profile.sampled < 5:
        return
    table: MeasuredTable = comparison.table
    hash_sql = row_hash([names_by_field[field] for field in dataset.fields])
    first = table.run(f"SELECT {hash_sql} FROM seen LIMIT 1")
    if any(row[0] not in dataset.hashes for row in first):
        return
    hashes = [row[0] for row in table.run(f"SELECT DISTINCT {hash_sql} FROM seen")]
    if not hashes or not all(row in dataset.hashes for row in hashes):
        return
    is_replace = comparison.method is Method.REPLACE
    if is_replace and dataset.whole and comparison.rows == dataset.rows:
        sentence = "The source is identical to the dataset, row for row."
    else:
        sentence = "The dataset already has every row of the source, unchanged."
    yield finding("same-again", sentence, count=len(hashes))


def _missing_rows(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield a finding for a replace with noticeably fewer rows than the dataset has."""
    known = comparison.dataset_profile.rows
    if comparison.method is not Method.REPLACE or known < 50:
        return
    lost = known - comparison.rows
    if lost > max(5, 0.05 * known):
        yield finding(
            "truncated",
            f"The dataset has {known:,} rows and the source only {comparison.rows:,}: "
            f"{lost:,} would be deleted.",
            count=lost,
        )
