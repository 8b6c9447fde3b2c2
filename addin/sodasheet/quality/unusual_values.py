"""Cells unlike anything in the dataset: each column's values against its own past."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from rapidfuzz.distance import OSA

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.model.method import Method
from sodasheet.quality.comparison_context import ColumnPair, SourceComparison, amount, finding
from sodasheet.quality.profile import ColumnProfile, Spread
from sodasheet.staging.sql_quoting import both, matches

#: Values of the dataset that are enough to trust a range or a list.
BELIEVED = 30

#: Different source values of one column that are compared with known ones.
_VALUES = 3_000

#: With this share of unknown values, the column is probably filled from the wrong source column.
_UNKNOWN = 0.5

_DAY = 86_400.0


def compare_cells(work: SourceComparison) -> Iterator[FindingGroup]:
    """Findings about single cells, column by column."""
    for pair in work.pairs:
        if pair.known.filled < BELIEVED:
            continue
        if pair.known.listed:
            yield from _texts(work, pair)
        elif pair.known.kind == "number":
            yield from _numbers(work, pair)
        elif pair.known.kind == "date":
            yield from _dates(work, pair)
        yield from _blanks(work, pair)


def _texts(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    if pair.projected.filled.column.type == "checkbox":
        return  # true, false or rejected
    if pair.known.category:
        yield from _categories(work, pair)
    elif pair.known.code and not _grows(pair.known):
        yield from _shapes(work, pair)
    elif pair.known.fixed_length and pair.projected.filled.column.type == "text":
        # Links and places are written in several ways, each of another length.
        yield from _lengths(work, pair)
    elif work.method is Method.REPLACE and pair.known.complete and work.known.whole:
        yield from _renamed(work, pair)
    yield from _capitals(work, pair)


def _categories(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Values outside the dataset's list: variants, near misses, and new values."""
    # The text alone is not the value of a word such as true, which a source may write as 1.
    groups = _grouped(work, pair)
    strange = [group for group in groups if group[0] not in pair.known.values]
    kinds: dict[str, list[tuple[Finding, int, str]]] = {}
    folded = {_folded(value): value for value in pair.known.values}
    shapes = pair.known.shapes if pair.known.code else ()
    patterns = [re.compile(_ascii_pattern(one)) for one in shapes]
    for value, count, row in strange:
        kind, meant = _likeness(value, folded, patterns)
        kinds.setdefault(kind, []).append((Finding(row, pair.label, value), count, meant))
    unknown = sum(count for _, count, _ in kinds.get("new-category", ()))
    usual = max(_UNKNOWN, 1.5 * pair.known.past.fresh) * pair.tolerance
    if unknown > usual * sum(group[1] for group in groups) and unknown >= 5:
        kinds["unknown-values"] = kinds.pop("new-category")
    for kind, hits in kinds.items():
        yield _category_finding(kind, pair, hits)


def _renamed(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Values of a list without repeats that are spelled nearly like a value that has gone."""
    groups = _grouped(work, pair)
    there = {value for value, _, _ in groups}
    gone = {_folded(value): value for value in pair.known.values if value not in there}
    kinds: dict[str, list[tuple[Finding, int, str]]] = {}
    for value, count, row in groups:
        if value in pair.known.values or not gone:
            continue
        kind, meant = _likeness(value, gone, [])
        if kind in ("near-category", "case-variant"):
            kinds.setdefault(kind, []).append((Finding(row, pair.label, value), count, meant))
    for kind, hits in kinds.items():
        yield _category_finding(kind, pair, hits)


def _grouped(work: SourceComparison, pair: ColumnPair) -> list[tuple[str, int, int]]:
    """The different values with their numbers and first rows, the most frequent first."""
    value = pair.text if pair.known.kind == "text" else pair.projected.canonical
    return work.run(
        f"SELECT {value} AS v, sum(n)::BIGINT, min(first) FROM {work.different(pair)} "
        f"WHERE v IS NOT NULL GROUP BY v ORDER BY 2 DESC, 3 LIMIT {_VALUES}"
    )


def _folded(value: str) -> str:
    return re.sub(r"[\s_-]+", " ", value).strip().casefold().rstrip(".")


def _likeness(
    value: str, folded: dict[str, str], patterns: list[re.Pattern[str]]
) -> tuple[str, str]:
    """The kind of an unknown value, and the known value probably meant."""
    own = _folded(value)
    if value.isdigit() and (zeros := _padded(value, folded)):
        return "lost-zeros", zeros
    if own in folded:
        return "case-variant", folded[own]
    near = min(folded, key=lambda other: OSA.distance(own, other), default="")
    if near and _misspelled(own, near):
        return "near-category", folded[near]
    if patterns and not any(one.fullmatch(value) for one in patterns):
        return "new-shape", ""
    return "new-category", ""


def _padded(value: str, folded: dict[str, str]) -> str:
    """The known code that `value` is without its leading zeros, empty if there is none."""
    widths = {len(known) for known in folded if known.isdigit()}
    return next(
        (folded[z] for w in widths if w > len(value) and (z := value.zfill(w)) in folded), ""
    )


def _misspelled(one: str, other: str) -> bool:
    """True if the first text looks like a typo of the second.

    Digits and short words have a meaning of their own: District 8 is not a typo of District 7.
    """
    lengths = len(one), len(other)
    # A word of four letters may have lost one.
    allowed = 0 if min(lengths) < 3 or max(lengths) < 4 else 1 if len(other) < 8 else 2
    if OSA.distance(one, other) > allowed or re.sub(r"\D", "", one) != re.sub(r"\D", "", other):
        return False
    mine, theirs = one.split(" "), other.split(" ")
    if len(mine) != len(theirs):
        return True
    return all(a == b or min(len(a), len(b)) > 2 for a, b in zip(mine, theirs, strict=True))


def _category_finding(
    kind: str, pair: ColumnPair, hits: list[tuple[Finding, int, str]]
) -> FindingGroup:
    count, known = sum(hit[1] for hit in hits), pair.known.distinct
    cells = "1 cell" if count == 1 else f"{count:,} cells"
    different = "1 value" if known == 1 else f"{known:,} different values"
    others = (
        "1 cell of the source has another" if count == 1 else f"{cells} of the source have others"
    )
    first, _, meant = hits[0]
    examples = tuple(hit[0] for hit in hits[:5])
    if pair.hidden:
        says = f"{pair.title} has {different} in the dataset; {others}."
        examples = tuple(replace(one, value=None) for one in examples)
        return finding(kind, says, examples, count, pair.label)
    if meant:
        says = (
            f'{pair.title} has "{first.value}" in {cells}, which the dataset spells "{meant}".'
            if len(hits) == 1
            else f"{pair.title} has {len(hits):,} spellings in {cells} that the dataset has in "
            f'another form, such as "{first.value}" for "{meant}".'
        )
        change = f'Change the cells to "{meant}".'
        if len(hits) > 1:
            change = (
                f'Change the cells to what the dataset has, such as "{first.value}" to "{meant}".'
            )
        return finding(kind, says, examples, count, pair.label, change)
    listed = ", ".join(f'"{hit[0].value}"' for hit in hits[:3])
    says = f"{pair.title} has {different} in the dataset; {others}: {listed}."
    return finding(kind, says, examples, count, pair.label)


def _grows(known: ColumnProfile) -> bool:
    """True for running numbers, which grow longer over time."""
    return known.unique and known.longest > 0 and len(known.shapes) > 6


def _shapes(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Codes that are written unlike all of the dataset's."""
    shapes = list(pair.known.shapes)
    pattern = "|".join([*map(_as_pattern, shapes), *_measure_patterns(shapes)])
    strange = f"{pair.text} IS NOT NULL AND NOT {matches(pair.text, pattern)}"
    width = _width(pair.known)
    lost = both(
        f"len({pair.text}) < {width}", matches(pair.text, "[0-9]{1," + str(max(width - 1, 1)) + "}")
    )
    if not width:
        lost = "false"
    longer = _longer(pair.known)
    other = both(f"({strange}) AND NOT ({lost})", f"NOT ({longer(pair.text)})")
    zeros, others = work.counts(pair, [lost, other])
    yield from work.found(
        "lost-zeros",
        pair,
        lost,
        zeros,
        f"{pair.title} has {width} digits in every row of the dataset; "
        f"{_cells(zeros)} shorter, as if leading zeros were lost.",
    )
    usual = " or ".join(f'"{_sample(pair.known, one)}"' for one in shapes[:2])
    yield from work.found(
        "new-shape",
        pair,
        other,
        others,
        f"{pair.title} looks like {usual} in the dataset; {_cells(others)} written differently.",
    )


def _lengths(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Values of another length than all of the dataset's, such as vehicle numbers."""
    other = f"len({pair.text}) <> {pair.known.longest}"
    (count,) = work.counts(pair, [other])
    yield from work.found(
        "new-shape",
        pair,
        other,
        count,
        f"{pair.title} has {pair.known.longest} characters in every row of the dataset; "
        f"{_cells(count)} longer or shorter.",
    )


def _cells(count: int) -> str:
    return "1 cell is" if count == 1 else f"{count:,} cells are"


def _as_pattern(one: str) -> str:
    """The RE2 pattern of a shape."""
    classes = {"9": "[0-9]", "A": r"\p{Lu}", "a": r"[\p{Ll}\p{Lo}]"}
    return "".join(classes.get(c, re.escape(c)) for c in one)


#: The shape of a measured number that is written as text, such as `<0.05` or `12.5 %`.
_MEASURE = re.compile(r"([^9Aa]{0,2})9+(?:([.,])9+)?([^9Aa]{0,2})")


def _measure_patterns(shapes: list[str]) -> list[str]:
    """The RE2 patterns of measured numbers, which have any number of digits.

    A column has measured numbers if fractions of several lengths are written in it.
    """
    found = [m.groups(default="") for one in shapes if (m := _MEASURE.fullmatch(one))]
    if not any(found.count(form) > 1 for form in found if form[1]):
        return []
    patterns = []
    for before, point, behind in dict.fromkeys(found):
        fraction = f"{re.escape(point)}[0-9]+" if point else ""
        patterns.append(f"{re.escape(before)}[0-9]+{fraction}{re.escape(behind)}")
    return patterns


def _width(known: ColumnProfile) -> int:
    """The fixed number of digits of a code with leading zeros, 0 if not such a code."""
    plain = [one for one in known.shapes if one and set(one) == {"9"}]
    if len(plain) != 1 or known.shapes[plain[0]] < 0.9 * known.filled:
        return 0
    return len(plain[0]) if len(plain[0]) > 1 else 0


def _longer(known: ColumnProfile) -> Callable[[str], str]:
    """Return a function from a text to SQL: true if its running number only has more digits."""
    if not known.unique:
        return lambda _text: "false"
    pattern = "|".join(re.sub(r"(\[0-9\])+$", r"[0-9]+", _as_pattern(one)) for one in known.shapes)
    return lambda text: matches(text, pattern)


def _sample(known: ColumnProfile, wanted: str) -> str:
    """A known value of the shape."""
    pattern = _ascii_pattern(wanted)
    return next((value for value in known.values if re.fullmatch(pattern, value)), wanted)


def _ascii_pattern(one: str) -> str:
    """The pattern of a shape for Python, which has no classes of Unicode letters."""
    classes = {"9": "[0-9]", "A": r"[^\W\d_a-z]", "a": r"[^\W\d_A-Z]"}
    return "".join(classes.get(c, re.escape(c)) for c in one)


def _capitals(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Texts in capitals in a column of ordinary writing."""
    known, seen = pair.known, pair.seen
    if known.category or known.few_shapes or known.upper > 0.02 or seen.upper < 0.05:
        return
    shouted = (
        f"upper({pair.text}) = {pair.text} AND lower({pair.text}) <> {pair.text} "
        f"AND len({pair.text}) > 3"
    )
    (count,) = work.counts(pair, [shouted])
    yield from work.found(
        "new-capitals",
        pair,
        shouted,
        count,
        f"{pair.title} is almost never in all capitals in the dataset; {_cells(count)}.",
    )


def _numbers(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    spread = pair.known.spread
    if spread is None or pair.known.numbered:
        return  # a running number goes on
    low, high = _bounds(pair, spread)
    found = work.extremes[pair.field]
    least = max(low, 0.0) if spread.low >= 0 else low
    if found.within(least, high) and not found.broken:
        return
    value = pair.number
    far = f"({value} > {high!r} OR {value} < {low!r})"
    below = f"{value} < 0" if spread.low >= 0 else "false"
    broken = f"{value} <> round({value})" if spread.whole == 1.0 else "false"
    outside, negative, fractions = work.counts(
        pair, [f"{far} AND NOT ({below})", below, f"({broken}) AND NOT {far}"]
    )
    ends = f"{amount(spread.low)} to {amount(spread.high)}"
    yield from work.found(
        "outlier",
        pair,
        f"{far} AND NOT ({below})",
        outside,
        f"{pair.title} ranges from {ends} in the dataset; {_cells(outside)} far outside.",
    )
    yield from work.found(
        "negative",
        pair,
        below,
        negative,
        f"{pair.title} is never negative in the dataset; {_cells(negative)} below zero.",
    )
    yield from work.found(
        "fraction",
        pair,
        f"({broken}) AND NOT {far}",
        fractions,
        f"{pair.title} has only whole numbers in the dataset; {_cells(fractions)} fractional.",
    )


def _bounds(pair: ColumnPair, spread: Spread) -> tuple[float, float]:
    """Return the bounds of the column's numbers.

    A positive lower bound is a fixed fraction of the smallest known value. In a column with a long
    tail, many new values may well include one above every earlier value.
    """
    known, count, tolerance = pair.known, pair.seen.filled, pair.tolerance
    low, high = spread.stretched(1.0 if spread.whole == 1.0 else 0.0, tolerance)
    if spread.quantiles[4] > 5 * abs(spread.middle) and spread.high > 0:
        high = (
            spread.high * tolerance * _reach(known.filled, spread.quantiles[4], spread.high, count)
        )
    if spread.low < 0 and -spread.quantiles[0] > 5 * abs(spread.middle):
        low = (
            spread.low * tolerance * _reach(known.filled, -spread.quantiles[0], -spread.low, count)
        )
        most = max(high, -low)  # a booking may be reversed
        low, high = min(low, -most), max(high, most)
    # In long-tailed counts that start at 1, zero is as ordinary as one.
    counts = spread.whole == 1.0 and spread.low == 1 and spread.quantiles[4] > 5 * spread.middle
    if spread.low > 0 and spread.middle > 0 and not counts:
        low = max(low, spread.low * spread.low / spread.middle / (2 * tolerance))
    return low, high


def _reach(filled: int, percentile: float, extreme: float, count: int) -> float:
    """Return a factor of the known extreme that new values exceed in about 1 of 100 sources.

    The exponent of the (Pareto) tail is estimated from the ratio of the extreme to the percentile.
    """
    if extreme <= percentile or percentile <= 0 or filled < 200:
        return 4.0
    exponent = math.log(0.01 * filled) / math.log(extreme / percentile)
    chance = 100 * max(count, 1) / filled
    return float(min(max(4.0, chance ** (1 / max(exponent, 0.3))), 9.0))


def _dates(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    spread = pair.known.spread
    if spread is None:
        return
    now = datetime.now(UTC)
    tomorrow = (now + timedelta(days=2)).timestamp() + 2 * _ahead(work, spread)
    low, high = spread.stretched(366 * _DAY, pair.tolerance)
    ahead = "false"
    if spread.high <= now.timestamp() + _DAY:
        ahead, high = f"{pair.number} > {tomorrow!r}", tomorrow
    elif work.known.as_of and spread.high > work.known.as_of:
        # Dates ahead, such as an expiry: as far ahead of today as they were of the last push.
        reach = (spread.high - work.known.as_of) * 1.25 + 35 * _DAY
        high = min(high, now.timestamp() + reach * pair.tolerance)
    if work.extremes[pair.field].within(low, max(high, tomorrow) if ahead == "false" else tomorrow):
        return
    far = f"({pair.number} < {low!r} OR {pair.number} > {max(high, tomorrow)!r}) AND NOT ({ahead})"
    future, outside = work.counts(pair, [ahead, far])
    first, last = (_day(end) for end in (spread.low, spread.high))
    yield from work.found(
        "future-date",
        pair,
        ahead,
        future,
        f"{pair.title} is never in the future in the dataset; {_cells(future)} in the future.",
    )
    yield from work.found(
        "far-date",
        pair,
        far,
        outside,
        f"{pair.title} runs from {first} to {last} in the dataset; {_cells(outside)} far outside.",
    )


def _ahead(work: SourceComparison, spread: Spread) -> float:
    """Seconds by which the column's dates, such as due dates, were ahead at the last change.

    If that moment is not known, seconds by which they reach past the other date columns.
    """
    newest = work.known.as_of or min(
        (
            one.spread.high
            for one in work.known.columns.values()
            if one.kind == "date" and one.spread is not None and one.filled > 0.9 * one.rows
        ),
        default=spread.high,
    )
    return min(max(spread.high - newest, 0.0), 366 * _DAY)


def _day(seconds: float) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).date().isoformat()


def _blanks(work: SourceComparison, pair: ColumnPair) -> Iterator[FindingGroup]:
    """Blank cells, where the dataset has none or far fewer."""
    known, seen = pair.known, pair.seen
    # A replace brings the same rows again, so even a small table is enough.
    least = BELIEVED if work.method is Method.REPLACE else 4 * BELIEVED
    blanks, rows = seen.blanks, seen.rows
    if pair.projected.blanks is not None:  # counted in all rows, not only in the sample
        blanks, rows = pair.projected.blanks, work.rows
    if not blanks or known.rows < least:
        return
    share = known.blanks / known.rows
    usual = max(known.blankest, known.past.newest_blank) * rows
    allowed = usual + 6 * max(usual, 1.0) ** 0.5 + 0.1 * rows
    if known.blanks and blanks < allowed * pair.tolerance:
        return
    blank = f"{pair.text} IS NULL"
    (count,) = work.counts(pair, [blank])
    if not count:
        return
    has = "in every row" if not known.blanks else f"in {1 - share:.1%} of the rows"
    says = f"{pair.title} has a value {has} of the dataset; {_cells(count)} blank."
    yield finding("new-blanks", says, work.where(pair, blank), count, pair.label)
