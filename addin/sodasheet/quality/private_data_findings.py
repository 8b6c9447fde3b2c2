"""Private data in columns that normally have none, and damaged text; values are never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sodasheet.model.dataset import Column
from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.quality.comparison_context import EXAMPLES, finding
from sodasheet.quality.distinct_text_tables import DistinctTexts
from sodasheet.quality.measure_profile import perhaps_marked
from sodasheet.quality.private_and_damaged_values import MARKS, SHORTEST, Mark, maybe_marked
from sodasheet.quality.profile import ColumnProfile, Profile
from sodasheet.staging.check.check import CheckResult
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.sql_quoting import Rows

#: Most hits of a pattern that are verified; more would not change the result.
_TESTED = 50_000

#: Rows from the top that show if a column has few different texts.
_TRIED = 20_480

#: Rows of a source of which all columns are searched at once.
_SHORT = 20_480

#: Share of a dataset column's values that bear a mark, above which the mark is normal there.
_OWN = 0.001

_PHONES = "phone numbers"
_EMAILS = "e-mail addresses"

#: Types of columns that are made of one kind of private data, and names that say so.
_BY_TYPE = {"phone": _PHONES, "email": _EMAILS}
_BY_NAME = {
    _PHONES: re.compile(r"(?i)phone|(?:^|[^a-z])(?:fax|tel|mobile|cell)(?:[^a-z]|$)"),
    _EMAILS: re.compile(r"(?i)e[ _-]?mail"),
}

#: Digits of the shortest private number that a column of numbers may hold: a payment card.
_DIGITS = 13

_NUMBERS = frozenset({"number"})

_SCANNED = frozenset({"text", "html", "email", "phone", "url", "number", "location"})

#: A birth date, its blanks and hyphens removed.
_BIRTH = (
    r"(?:19|20)\d{6}(?:T.*)?|[0-3]?\d[/.][0-3]?\d[/.](?:19|20)?\d\d|[0-3]\d[0-3]\d(?:19|20)\d\d"
    r"|[0-3]?\d?[A-Za-z]{3,9}\.?[0-3]?\d?,?(?:19|20)\d\d"
)

#: Column titles that say which private data bare digits are.
_TITLED = tuple(
    (words, re.compile(rf"(?i)(?:^|[^a-z])(?:{title})"), pattern)
    for words, title, pattern in (
        ("social security numbers", "ssn(?:[^a-z]|$)|social.?sec", r"\d{9}"),
        ("bank account numbers", "iban|bank.?(?:acc|no|num)|(?:routing|aba).?(?:no|num|tr)|"
         "(?:checking|savings).?acc", r"\d{8,17}"),
        ("driver's license numbers", "driver.?s?.?lic|c?dl.?(?:no|num|#)",
         r"[A-Za-z]{0,2}\d{5,14}"),
        ("birth dates", "dob(?:[^a-z]|$)|birth.?(?:date|day)|date.?of.?birth", _BIRTH),
        ("phone numbers", "(?:tele|cell)?.?phone(?:[^a-z]|$)|mobile.?(?:no|num)|tel(?:[^a-z]|$)",
         r"\(?1?[2-9]\d\d\)?\d{7}"),
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class MarkedCells:
    """The cells of a column that bear a mark: `rows` are the source's row numbers."""

    column: Projected
    mark: Mark
    rows: list[int]


def find_private_data(
    checked: CheckResult, known: Profile | None, texts: DistinctTexts | None = None
) -> Iterator[FindingGroup]:
    """Findings about private data and damaged text in every column that is sent.

    `texts` are the different texts of columns, if others need them too.
    """
    said: set[tuple[str, str]] = set()
    for cells in private_cells(checked, known, texts):
        about = (cells.column.filled.column.field, cells.mark.words)
        if about not in said:
            said.add(about)
            before = known.columns.get(about[0]) if known is not None else None
            yield _finding(cells.column, cells.mark, cells.rows, before)


def private_cells(
    checked: CheckResult, known: Profile | None, texts: DistinctTexts | None = None
) -> Iterator[MarkedCells]:
    """Yield the marked cells of every column that is sent, one mark after the other."""
    texts = texts or DistinctTexts(checked)
    unmarked = _unmarked(checked)
    for one in checked.projected:
        filled = one.filled
        if not filled.sources:
            continue
        before = known.columns.get(filled.column.field) if known is not None else None
        if (filled.column.type in _SCANNED or checked.rejected) and one not in unmarked:
            yield from _marked(texts, one, before)
        if filled.column.type in _SCANNED | {"calendar_date"}:
            yield from _titled(checked, one, before)


def _unmarked(checked: CheckResult) -> tuple[Projected, ...]:
    """Return columns of which a single search shows that no cell bears a mark.

    In a short source a pattern takes longer to compile than to search, so that all columns are
    searched at once; in a long one each is better searched by itself.
    """
    stage = checked.stage
    scanned = [
        one
        for one in checked.projected
        if one.filled.sources and one.filled.column.type in _SCANNED
    ]
    if stage.rows - stage.as_sent > _SHORT or not scanned:
        return ()
    names = [one.text_name for one in scanned]

    def run(query: str) -> list[tuple[Any, ...]]:
        return stage.connection.execute(query).fetchall()

    marked = perhaps_marked(run, values_from(scanned, stage.table), names)
    return tuple(one for one in scanned if one.text_name not in marked)


def _marked(
    texts: DistinctTexts, one: Projected, before: ColumnProfile | None
) -> Iterator[MarkedCells]:
    checked = texts.checked
    wanted = [mark for mark in MARKS if not _is_own(mark, one, before)]
    source = values_from([one], checked.stage.table)
    if one.filled.column.type not in _SCANNED:  # only rejected cells
        source = f"(SELECT * FROM {source} WHERE _row IN (SELECT _row FROM rejected))"
    text = one.text_name
    asked = ", ".join(f"count(*) FILTER ({mark.found(text)})" for mark in wanted)
    run = checked.stage.connection.execute
    # Most columns bear no mark at all; to look for all marks at once takes a fifth of the time.
    plain = one.filled.column.type in _NUMBERS and not checked.rejected
    least = _DIGITS if plain else SHORTEST
    maybe = maybe_marked(text, wanted, least)
    looked = source
    if texts.has_few(one) and one.filled.column.type in _SCANNED:  # each distinct text once
        looked = texts.of(one, lambda columns: values_from(columns, checked.stage.table))
    elif not plain and _repeats_texts(checked, one):
        looked = f"(SELECT DISTINCT {text} FROM {source})"
    some = run(f"SELECT count(*) FROM {looked} WHERE {maybe}").fetchone()
    if some is None or not some[0]:
        return
    counts = run(f"SELECT {asked} FROM {source} WHERE {maybe}").fetchone() or ()
    for mark, count in zip(wanted, counts, strict=True):
        if count and (rows := _rows(checked, one, mark, source)):
            yield MarkedCells(one, mark, rows)


def _repeats_texts(checked: CheckResult, one: Projected) -> bool:
    """True if the first rows of the column have few different texts.

    To find the distinct texts first is then much faster than to search every cell.
    """
    table = checked.stage.table
    top = values_from([one], Rows(f"{table.name} LIMIT {_TRIED}", table.row))
    query = f"SELECT count(DISTINCT {one.text_name}), count(*) FROM {top}"
    texts, rows = checked.stage.connection.execute(query).fetchone() or (0, 0)
    return bool(rows == _TRIED and texts * 2 < rows)


def _is_own(mark: Mark, one: Projected, before: ColumnProfile | None) -> bool:
    """True if the dataset's column has values of this kind itself, or a type that is made of them.

    Any mark of the kind will do: numbers are written with and without the word phone before them.
    """
    column = one.filled.column
    if _is_typed(mark.words, column):
        return True
    if before is None or not before.filled:
        return False
    if _marks_of(mark.words, before) > _OWN * before.filled:
        return True
    return mark.words == _PHONES and _is_named(mark.words, one) and _has_bare_numbers(before)


def _is_typed(words: str, column: Column) -> bool:
    """True if the column's type is made of such values."""
    # Today's portals have text that is shown as an email address or a phone number.
    kinds = (column.type, column.format.get("displayStyle", ""))
    return any(_BY_TYPE.get(kind) == words for kind in kinds)


def published_kinds(column: Column, profile: ColumnProfile) -> list[str]:
    """Return the kinds of private data in a dataset's column that its name and type do not say."""
    return [
        words
        for words in dict.fromkeys(mark.words for mark in MARKS if mark.private)
        if _marks_of(words, profile)
        and not (_is_typed(words, column) or _is_announced(words, column))
    ]


def _marks_of(words: str, before: ColumnProfile) -> int:
    """The number of the dataset's values that bear a mark of the kind."""
    return max((before.marks.get(mark.slug, 0) for mark in MARKS if mark.words == words), default=0)


def _is_named(words: str, one: Projected) -> bool:
    """True if the name of the dataset's column announces such values."""
    return _is_announced(words, one.filled.column)


def _is_announced(words: str, column: Column) -> bool:
    named = _BY_NAME.get(words)
    return named is not None and bool(named.search(column.name) or named.search(column.field))


def _has_bare_numbers(before: ColumnProfile) -> bool:
    """True if most of the dataset's values have as many digits as a phone number."""
    long = sum(n for shape, n in before.shapes.items() if 7 <= shape.count("9") <= 15)
    return long > before.filled / 2


def _rows(checked: CheckResult, one: Projected, mark: Mark, source: str) -> list[int]:
    """The source rows of the hits that pass the mark's own test."""
    hits = checked.stage.connection.execute(
        f"SELECT _row, {one.text_name} FROM {source} WHERE {mark.found(one.text_name)} "
        f"ORDER BY _row LIMIT {_TESTED}"
    ).fetchall()
    if mark.check is None:
        return [row for row, _ in hits]
    pattern, check = re.compile(mark.pattern), mark.check
    return [row for row, text in hits if any(check(m[1]) for m in pattern.finditer(text))]


def _finding(
    one: Projected, mark: Mark, rows: list[int], before: ColumnProfile | None
) -> FindingGroup:
    label, title = one.filled.label, one.filled.column.name
    cells = "1 cell" if len(rows) == 1 else f"{len(rows):,} cells"
    examples = tuple(Finding(row, label, None) for row in rows[:EXAMPLES])
    if not mark.private:
        says = f"{title} has damaged characters, such as Ã© for é, in {cells}."
        return finding("damaged-text", says, examples, len(rows), label)
    says = f"{title} seems to contain {mark.words} in {cells}"
    if before is None or not before.filled:  # the dataset's values are not known, or there are none
        slug = "named-private-data" if _is_named(mark.words, one) else "private-data"
        return finding(slug, f"{says}.", examples, len(rows), label)
    has = _marks_of(mark.words, before)
    says += f"; the dataset has {f'{has:,} in {before.filled:,}' if has else 'none'} there."
    return finding("private-data", says, examples, len(rows), label)


def _titled(
    checked: CheckResult, one: Projected, before: ColumnProfile | None
) -> Iterator[MarkedCells]:
    """Bare digits under a title that says what they are."""
    if before is not None and before.filled:
        return  # the dataset publishes this column as it is
    label = one.filled.label
    for words, title, pattern in _TITLED:
        if not title.search(label) and not title.search(one.filled.column.name):
            continue
        text = f"regexp_replace({one.text_name}, '[ -]', '', 'g')"
        source = values_from([one], checked.stage.table)
        fits = f"regexp_full_match({text}, '{pattern}')"
        rows = [
            row
            for (row,) in checked.stage.connection.execute(
                f"SELECT _row FROM {source} WHERE {fits} ORDER BY _row LIMIT {_TESTED}"
            ).fetchall()
        ]
        if rows:
            yield MarkedCells(one, Mark("titled", words, ""), rows)
            return
