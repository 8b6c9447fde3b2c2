"""Cells unlike anything in the dataset: each column's values compared with its past."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from rapidfuzz.distance import OSA

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.model.method import Method
from sodasheet.quality.comparison_context import ColumnPair, SourceComparison, amount, finding
from sodasheet.quality.profile import ColumnProfile, Spread
from sodasheet.staging.sql_quoting import both, matches
from sodasheet.wording import counted

#: Minimum values of the dataset for trusting a range or a list.
TRUSTED = 30

#: Most distinct source values of a column that are compared with the dataset's values.
_VALUES = 3_000

#: With this share of unknown values, the column is probably filled from the wrong source column.
_UNKNOWN = 0.5

#: Share of the dataset's strings in all capitals below which such strings are unusual, and share of
#: the
#: source's strings from which they are reported.
_FEW_CAPITALS = 0.02
_MANY_CAPITALS = 0.05

#: A column has a long tail if its outer percentile is this many times its median.
_LONG_TAIL = 5

#: How far new values of a long tail may exceed the known extreme: smallest and largest factor.
_LEAST_REACH = 4.0
_MOST_REACH = 9.0

#: Values that are enough to estimate the exponent of a tail, and the smallest exponent trusted.
_TAIL_VALUES = 200
_LEAST_EXPONENT = 0.3

_DAY = 86_400.0
_YEAR = 366 * _DAY


def find_unusual_values(comparison: SourceComparison) -> Iterator[FindingGroup]:
    """Yield findings about single cells, column by column."""
    for pair in comparison.pairs:
        if pair.in_dataset.filled < TRUSTED:
            continue
        if pair.in_dataset.listed:
            yield from _unusual_texts(comparison, pair)
        elif pair.in_dataset.kind == "number":
            yield from _unusual_numbers(comparison, pair)
        elif pair.in_dataset.kind == "date":
            yield from _unusual_dates(comparison, pair)
        yield from _new_blanks(comparison, pair)


def _unusual_texts(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    if pair.projected.filled.column.type == "checkbox":
        return  # true, false or rejected
    all_rows_known = pair.in_dataset.complete and comparison.dataset_profile.whole
    if pair.in_dataset.category:
        yield from _outside_list(comparison, pair)
    elif pair.in_dataset.code and not _grows(pair.in_dataset):
        yield from _new_shapes(comparison, pair)
    elif pair.in_dataset.fixed_length and pair.projected.filled.column.type == "text":
        # Links and places are written in several ways, each of another length.
        yield from _new_lengths(comparison, pair)
    elif comparison.method is Method.REPLACE and all_rows_known:
        yield from _misspelled_names(comparison, pair)
    yield from _new_capitals(comparison, pair)


@dataclass(frozen=True, slots=True)
class _UnknownValue:
    """A value that the dataset does not have.

    `example` is its first cell, `cells` counts all of them, and `meant` is the dataset's value
    that it probably stands for, or empty.
    """

    example: Finding
    cells: int
    meant: str


def _outside_list(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Yield values outside the dataset's list: other spellings, near misses, and new values."""
    # The text alone is not the value of a word such as true, which a source may write as 1.
    values = _distinct_values(comparison, pair)
    by_spelling = {_without_style(value): value for value in pair.in_dataset.values}
    shapes = pair.in_dataset.shapes if pair.in_dataset.code else ()
    patterns = [re.compile(_python_pattern(shape)) for shape in shapes]
    kinds: dict[str, list[_UnknownValue]] = {}
    for value, cells, row in values:
        if value in pair.in_dataset.values:
            continue
        kind, meant = _probable_meaning(value, by_spelling, patterns)
        example = Finding(row, pair.label, value)
        kinds.setdefault(kind, []).append(_UnknownValue(example, cells, meant))
    unknown = sum(value.cells for value in kinds.get("new-category", ()))
    usual = max(_UNKNOWN, 1.5 * pair.in_dataset.past.fresh) * pair.tolerance
    if unknown > usual * sum(cells for _, cells, _ in values) and unknown >= 5:
        kinds["unknown-values"] = kinds.pop("new-category")
    for kind, unknown_values in kinds.items():
        yield _unknown_value_finding(kind, pair, unknown_values)


def _misspelled_names(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Yield values that are spelled nearly like a value that a replace would remove.

    The column has a list of values without repeats, such as the names of all schools.
    """
    values = _distinct_values(comparison, pair)
    in_source = {value for value, _, _ in values}
    removed = {
        _without_style(value): value for value in pair.in_dataset.values if value not in in_source
    }
    kinds: dict[str, list[_UnknownValue]] = {}
    for value, cells, row in values:
        if value in pair.in_dataset.values or not removed:
            continue
        kind, meant = _probable_meaning(value, removed, [])
        if kind in ("near-category", "case-variant"):
            example = Finding(row, pair.label, value)
            kinds.setdefault(kind, []).append(_UnknownValue(example, cells, meant))
    for kind, unknown_values in kinds.items():
        yield _unknown_value_finding(kind, pair, unknown_values)


def _distinct_values(comparison: SourceComparison, pair: ColumnPair) -> list[tuple[str, int, int]]:
    """Return each distinct value, its number of cells and its first row, most frequent first."""
    value = pair.text_sql if pair.in_dataset.kind == "text" else pair.projected.canonical
    return comparison.run(
        f"SELECT {value} AS v, sum(n)::BIGINT, min(first) FROM {comparison.distinct_cells(pair)} "
        f"WHERE v IS NOT NULL GROUP BY v ORDER BY 2 DESC, 3 LIMIT {_VALUES}"
    )


def _without_style(value: str) -> str:
    """Return a value without matters of style: capitalization, spacing, a final period."""
    return re.sub(r"[\s_-]+", " ", value).strip().casefold().rstrip(".")


def _probable_meaning(
    value: str, by_spelling: dict[str, str], patterns: list[re.Pattern[str]]
) -> tuple[str, str]:
    """Return the kind of an unknown value, and the dataset's value that is probably meant."""
    spelling = _without_style(value)
    if value.isdigit() and (code := _with_leading_zeros(value, by_spelling)):
        return "lost-zeros", code
    if spelling in by_spelling:
        return "case-variant", by_spelling[spelling]
    nearest = min(by_spelling, key=lambda other: OSA.distance(spelling, other), default="")
    if nearest and _is_typo(spelling, nearest):
        return "near-category", by_spelling[nearest]
    if patterns and not any(pattern.fullmatch(value) for pattern in patterns):
        return "new-shape", ""
    return "new-category", ""


def _with_leading_zeros(value: str, by_spelling: dict[str, str]) -> str:
    """Return the dataset's code that is `value` with leading zeros, or an empty string."""
    for width in {len(code) for code in by_spelling if code.isdigit()}:
        if width > len(value) and value.zfill(width) in by_spelling:
            return by_spelling[value.zfill(width)]
    return ""


def _is_typo(text: str, other: str) -> bool:
    """True if the first text looks like a typo of the second.

    Digits and short words matter by themselves: District 8 is not a typo of District 7.
    """
    if min(len(text), len(other)) < 3 or max(len(text), len(other)) < 4:
        return False  # a word of four letters may have lost a letter, a shorter word may not
    allowed = 1 if len(other) < 8 else 2
    if OSA.distance(text, other) > allowed:
        return False
    if re.sub(r"\D", "", text) != re.sub(r"\D", "", other):
        return False
    words, other_words = text.split(" "), other.split(" ")
    if len(words) != len(other_words):
        return True
    return all(
        word == other_word or min(len(word), len(other_word)) > 2
        for word, other_word in zip(words, other_words, strict=True)
    )


def _unknown_value_finding(
    kind: str, pair: ColumnPair, values: list[_UnknownValue]
) -> FindingGroup:
    count = sum(value.cells for value in values)
    examples = tuple(
        sorted((value.example for value in values[:5]), key=lambda example: example.row or 0)
    )
    if pair.hidden:
        sentence = _outside_list_sentence(pair, count) + "."
        examples = tuple(replace(example, value=None) for example in examples)
        return finding(kind, sentence, examples, count, pair.label)
    meant = values[0].meant
    if not meant:
        shown = ", ".join(f'"{value.example.value}"' for value in values[:3])
        sentence = f"{_outside_list_sentence(pair, count)}: {shown}."
        return finding(kind, sentence, examples, count, pair.label)
    written = values[0].example.value
    cells = counted(count, "cell")
    if len(values) == 1:
        sentence = f'{pair.title} has "{written}" in {cells}, which the dataset spells "{meant}".'
        change = f'Change the cells to "{meant}".'
    else:
        sentence = (
            f"{pair.title} has {cells} with {len(values):,} spellings that differ from the "
            f'dataset\'s, such as "{written}" for "{meant}".'
        )
        change = f'Change the cells to the dataset\'s spelling, such as "{written}" to "{meant}".'
    return finding(kind, sentence, examples, count, pair.label, change)


def _outside_list_sentence(pair: ColumnPair, count: int) -> str:
    known = pair.in_dataset.distinct
    if known == 1:
        differs = "differs" if count == 1 else "differ"
        return f"{counted(count, 'cell')} of {pair.title} {differs} from the dataset's only value"
    return f"{_cells_are(count)} not among the dataset's {known:,} values of {pair.title}"


def _grows(profile: ColumnProfile) -> bool:
    """True for sequence numbers, which grow longer over time."""
    return profile.unique and profile.longest > 0 and len(profile.shapes) > 6


def _new_shapes(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Yield codes that are written unlike all codes in the dataset."""
    profile, text = pair.in_dataset, pair.text_sql
    known_shapes = "|".join([*map(_re2_pattern, profile.shapes), *_measure_patterns(profile)])
    is_strange = f"{text} IS NOT NULL AND NOT {matches(text, known_shapes)}"
    digits = _fixed_digits(profile)
    lost_zeros = _has_fewer_digits(text, digits) if digits else "false"
    is_grown = _is_grown_number(text, profile)
    new_shape = both(f"({is_strange}) AND NOT ({lost_zeros})", f"NOT ({is_grown})")
    shorter, different = comparison.counts(pair, [lost_zeros, new_shape])
    yield from comparison.cell_findings(
        "lost-zeros",
        pair,
        lost_zeros,
        shorter,
        f"{pair.title} has {digits} digits in every row of the dataset; "
        f"{_cells_are(shorter)} shorter, as if leading zeros were missing.",
    )
    usual = " or ".join(f'"{_value_of_shape(profile, shape)}"' for shape in [*profile.shapes][:2])
    yield from comparison.cell_findings(
        "new-shape",
        pair,
        new_shape,
        different,
        f"{pair.title} looks like {usual} in the dataset; "
        f"{_cells_are(different)} written differently.",
    )


def _new_lengths(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Yield values whose length differs from all values in the dataset, such as vehicle numbers."""
    length = pair.in_dataset.longest
    has_other_length = f"len({pair.text_sql}) <> {length}"
    (count,) = comparison.counts(pair, [has_other_length])
    yield from comparison.cell_findings(
        "new-shape",
        pair,
        has_other_length,
        count,
        f"{pair.title} has {length} characters in every row of the dataset; "
        f"{_cells_are(count)} longer or shorter.",
    )


def _cells_are(count: int) -> str:
    return counted(count, "cell is", "cells are")


def _re2_pattern(shape: str) -> str:
    """Return the pattern of a shape for DuckDB, whose RE2 has classes of Unicode letters."""
    classes = {"9": "[0-9]", "A": r"\p{Lu}", "a": r"[\p{Ll}\p{Lo}]"}
    return "".join(classes.get(sign, re.escape(sign)) for sign in shape)


def _python_pattern(shape: str) -> str:
    """Return the pattern of a shape for Python, which has no classes of Unicode letters."""
    classes = {"9": "[0-9]", "A": r"[^\W\d_a-z]", "a": r"[^\W\d_A-Z]"}
    return "".join(classes.get(sign, re.escape(sign)) for sign in shape)


#: The shape of a measured number that is written as text, such as `<0.05` or `12.5 %`.
_MEASURE = re.compile(r"(?P<prefix>[^9Aa]{0,2})9+(?:(?P<point>[.,])9+)?(?P<suffix>[^9Aa]{0,2})")


def _measure_patterns(profile: ColumnProfile) -> list[str]:
    """Return the RE2 patterns of measured numbers, which have any number of digits.

    A column has measured numbers if fractions of several lengths are written in it.
    """
    measures = [
        match.groups(default="") for shape in profile.shapes if (match := _MEASURE.fullmatch(shape))
    ]
    with_fraction = [measure for measure in measures if measure[1]]
    if len(set(with_fraction)) == len(with_fraction):
        return []
    patterns = []
    for prefix, point, suffix in dict.fromkeys(measures):
        fraction = f"{re.escape(point)}[0-9]+" if point else ""
        patterns.append(f"{re.escape(prefix)}[0-9]+{fraction}{re.escape(suffix)}")
    return patterns


def _fixed_digits(profile: ColumnProfile) -> int:
    """Return the fixed number of digits of a code with leading zeros; 0 for other values."""
    digits_only = [shape for shape in profile.shapes if shape and set(shape) == {"9"}]
    if len(digits_only) != 1 or profile.shapes[digits_only[0]] < 0.9 * profile.filled:
        return 0
    return len(digits_only[0]) if len(digits_only[0]) > 1 else 0


def _has_fewer_digits(text: str, digits: int) -> str:
    """Return SQL that is true if a string has only digits, and fewer than `digits`."""
    return both(f"len({text}) < {digits}", matches(text, f"[0-9]{{1,{digits - 1}}}"))


def _is_grown_number(text: str, profile: ColumnProfile) -> str:
    """Return SQL that is true if a sequence number merely has more digits than before."""
    if not profile.unique:
        return "false"
    any_digits_at_end = (
        re.sub(r"(\[0-9\])+$", r"[0-9]+", _re2_pattern(shape)) for shape in profile.shapes
    )
    return matches(text, "|".join(any_digits_at_end))


def _value_of_shape(profile: ColumnProfile, shape: str) -> str:
    """Return a value of the dataset that has the shape, or the shape."""
    pattern = _python_pattern(shape)
    return next((value for value in profile.values if re.fullmatch(pattern, value)), shape)


def _new_capitals(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Yield text in all capitals in a column that has hardly any."""
    profile, text = pair.in_dataset, pair.text_sql
    if profile.category or profile.few_shapes:
        return
    if profile.upper > _FEW_CAPITALS or pair.in_source.upper < _MANY_CAPITALS:
        return
    in_capitals = f"upper({text}) = {text} AND lower({text}) <> {text} AND len({text}) > 3"
    (count,) = comparison.counts(pair, [in_capitals])
    yield from comparison.cell_findings(
        "new-capitals",
        pair,
        in_capitals,
        count,
        f"{pair.title} is almost never in all capitals in the dataset; {_cells_are(count)}.",
    )


def _unusual_numbers(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    spread = pair.in_dataset.spread
    if spread is None or pair.in_dataset.numbered:
        return  # a sequence number continues
    low, high = _plausible_range(pair, spread)
    never_negative, always_whole = spread.low >= 0, spread.whole == 1.0
    extremes, lowest = comparison.extremes[pair.field], max(low, 0.0) if never_negative else low
    if extremes.within(lowest, high) and not extremes.has_fractions:
        return
    number = pair.number_sql
    is_far = f"({number} > {high!r} OR {number} < {low!r})"
    is_negative = f"{number} < 0" if never_negative else "false"
    is_outlier = f"{is_far} AND NOT ({is_negative})"
    has_fraction = f"{number} <> round({number})" if always_whole else "false"
    is_fraction = f"({has_fraction}) AND NOT {is_far}"
    outliers, negatives, fractions = comparison.counts(pair, [is_outlier, is_negative, is_fraction])
    yield from comparison.cell_findings(
        "outlier",
        pair,
        is_outlier,
        outliers,
        f"{pair.title} ranges from {amount(spread.low)} to {amount(spread.high)} in the dataset; "
        f"{_cells_are(outliers)} far outside.",
    )
    yield from comparison.cell_findings(
        "negative",
        pair,
        is_negative,
        negatives,
        f"{pair.title} is never negative in the dataset; {_cells_are(negatives)} below zero.",
    )
    yield from comparison.cell_findings(
        "fraction",
        pair,
        is_fraction,
        fractions,
        f"{pair.title} has only whole numbers in the dataset; "
        f"{counted(fractions, 'cell contains a fraction', 'cells contain fractions')}.",
    )


def _plausible_range(pair: ColumnPair, spread: Spread) -> tuple[float, float]:
    """Return the smallest and the largest number that would not be unusual.

    A value may be as far beyond the known extreme as the extreme is from the median. In a column
    with a long tail, a large batch of new values may well include one above every earlier value.
    """
    least_distance = 1.0 if spread.whole == 1.0 else 0.0
    low, high = spread.stretched(least_distance, pair.tolerance)
    if spread.high > 0 and spread.percentile_99 > _LONG_TAIL * abs(spread.middle):
        reach = _tail_reach(pair, spread.percentile_99, spread.high)
        high = spread.high * pair.tolerance * reach
    if spread.low < 0 and -spread.percentile_1 > _LONG_TAIL * abs(spread.middle):
        reach = _tail_reach(pair, -spread.percentile_1, -spread.low)
        low = spread.low * pair.tolerance * reach
        # A booking may be reversed, so the range is the same on both sides of zero.
        farthest = max(high, -low)
        low, high = -farthest, farthest
    return max(low, _least_positive(spread, pair.tolerance)), high


def _least_positive(spread: Spread, tolerance: float) -> float:
    """Return the lower bound of positive numbers, a fraction of the smallest known number.

    The fraction is half of the smallest number's share of the median. There is no such bound, minus
    infinity, if numbers may be zero or negative.
    """
    # In long-tailed counts that start at 1, zero is as ordinary as one.
    is_count = (
        spread.whole == 1.0
        and spread.low == 1
        and spread.percentile_99 > _LONG_TAIL * spread.middle
    )
    if spread.low <= 0 or spread.middle <= 0 or is_count:
        return -math.inf
    return spread.low * (spread.low / spread.middle) / (2 * tolerance)


def _tail_reach(pair: ColumnPair, percentile: float, extreme: float) -> float:
    """Return a factor of the known extreme that new values exceed in about 1 of 100 sources.

    The tail is taken for a Pareto distribution, whose exponent is estimated from the ratio of the
    extreme to the 99th percentile.
    """
    known, new = pair.in_dataset.filled, max(pair.in_source.filled, 1)
    if extreme <= percentile or percentile <= 0 or known < _TAIL_VALUES:
        return _LEAST_REACH
    exponent = math.log(0.01 * known) / math.log(extreme / percentile)
    reach = (100 * new / known) ** (1 / max(exponent, _LEAST_EXPONENT))
    return float(min(max(_LEAST_REACH, reach), _MOST_REACH))


def _unusual_dates(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    spread = pair.in_dataset.spread
    if spread is None:
        return
    earliest, latest, never_in_future = _plausible_dates(comparison, pair, spread)
    if comparison.extremes[pair.field].within(earliest, latest):
        return
    date = pair.number_sql
    in_future = f"{date} > {latest!r}" if never_in_future else "false"
    is_far = f"({date} < {earliest!r} OR {date} > {latest!r}) AND NOT ({in_future})"
    future, outside = comparison.counts(pair, [in_future, is_far])
    yield from comparison.cell_findings(
        "future-date",
        pair,
        in_future,
        future,
        f"{pair.title} is never in the future in the dataset, but it is in "
        f"{counted(future, 'cell')}.",
    )
    yield from comparison.cell_findings(
        "far-date",
        pair,
        is_far,
        outside,
        f"{pair.title} ranges from {_day(spread.low)} to {_day(spread.high)} in the dataset; "
        f"{_cells_are(outside)} far outside.",
    )


def _plausible_dates(
    comparison: SourceComparison, pair: ColumnPair, spread: Spread
) -> tuple[float, float, bool]:
    """Return the earliest and latest plausible date, and if the dataset has no future dates."""
    now, written = datetime.now(UTC), comparison.dataset_profile.as_of
    # Two days are for time zones and late pushes.
    soon = (now + timedelta(days=2)).timestamp() + 2 * _usual_lead(comparison, spread)
    earliest, latest = spread.stretched(_YEAR, pair.tolerance)
    if spread.high <= now.timestamp() + _DAY:
        return earliest, soon, True
    if written and spread.high > written:
        # Future dates, such as an expiry: as far ahead of today as they were of the last push.
        lead = (spread.high - written) * 1.25 + 35 * _DAY
        latest = min(latest, now.timestamp() + lead * pair.tolerance)
    return earliest, max(latest, soon), False


def _usual_lead(comparison: SourceComparison, spread: Spread) -> float:
    """Return how far, in seconds, dates such as due dates reached beyond the last change.

    If the time of that change is not known, how far they reach beyond the other date columns.
    """
    written = comparison.dataset_profile.as_of or min(
        (
            column.spread.high
            for column in comparison.dataset_profile.columns.values()
            if column.kind == "date"
            and column.spread is not None
            and column.filled > 0.9 * column.rows
        ),
        default=spread.high,
    )
    return min(max(spread.high - written, 0.0), _YEAR)


def _day(seconds: float) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).date().isoformat()


def _new_blanks(comparison: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Yield blank cells in a column with no blanks, or far fewer, in the dataset."""
    profile = pair.in_dataset
    # A replace brings the same rows again, so even a small table is enough.
    rows_needed = TRUSTED if comparison.method is Method.REPLACE else 4 * TRUSTED
    blanks, rows = pair.in_source.blanks, pair.in_source.rows
    if pair.projected.blanks is not None:  # counted in all rows, not only in the sample
        blanks, rows = pair.projected.blanks, comparison.rows
    if not blanks or profile.rows < rows_needed:
        return
    usual = max(profile.blankest, profile.past.newest_blank) * rows
    # Six standard deviations of the usual count, and a tenth of all rows.
    allowed = usual + 6 * math.sqrt(max(usual, 1.0)) + 0.1 * rows
    if profile.blanks and blanks < allowed * pair.tolerance:
        return
    is_blank = f"{pair.text_sql} IS NULL"
    (count,) = comparison.counts(pair, [is_blank])
    if not count:
        return
    filled_share = 1 - profile.blanks / profile.rows
    where = f"in {filled_share:.1%} of the rows" if profile.blanks else "in every row"
    sentence = f"{pair.title} has a value {where} of the dataset; {_cells_are(count)} blank."
    yield finding("new-blanks", sentence, comparison.examples(pair, is_blank), count, pair.label)
