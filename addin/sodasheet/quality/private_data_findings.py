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
from sodasheet.staging.diff.differing_rows import DifferingRows
from sodasheet.staging.sql_quoting import Rows
from sodasheet.wording import counted

#: Most hits of a pattern that are verified; more would not change the result.
_TESTED = 50_000

#: Most rows of a source whose columns are searched all at once.
_SHORT = 20_480

#: Share of a dataset column's values that bear a mark, above which the mark is normal there.
_NORMAL = 0.001

_PHONES = "phone numbers"
_EMAILS = "email addresses"

#: Types of columns that are made of one kind of private data, and names that say so.
_BY_TYPE = {"phone": _PHONES, "email": _EMAILS}
_BY_NAME = {
    _PHONES: re.compile(r"(?i)phone|(?:^|[^a-z])(?:fax|tel|mobile|cell)(?:[^a-z]|$)"),
    _EMAILS: re.compile(r"(?i)e[ _-]?mail"),
}

#: Digits of the shortest private number that a column of numbers may contain: a payment card.
_DIGITS = 13

#: Types of columns that are searched.
_SEARCHED = frozenset({"text", "html", "email", "phone", "url", "number", "location"})

#: A birth date, its blanks and hyphens removed.
_BIRTH = (
    r"(?:19|20)\d{6}(?:T.*)?|[0-3]?\d[/.][0-3]?\d[/.](?:19|20)?\d\d|[0-3]\d[0-3]\d(?:19|20)\d\d"
    r"|[0-3]?\d?[A-Za-z]{3,9}\.?[0-3]?\d?,?(?:19|20)\d\d"
)

#: Column titles that identify bare digits as private data.
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
    """The cells of a column that have a mark: `rows` are the source's row numbers."""

    column: Projected
    mark: Mark
    rows: list[int]


def find_private_data(
    checked: CheckResult,
    known: Profile | None,
    texts: DistinctTexts | None = None,
    differing: DifferingRows | None = None,
) -> Iterator[FindingGroup]:
    """Yield findings about private data and damaged text in every column that is sent.

    `texts` are the distinct strings of columns, if other checks need them too. Only the `differing`
    rows are searched, if given.
    """
    reported: set[tuple[str, str]] = set()
    for cells in private_cells(checked, known, texts, differing):
        field = cells.column.filled.column.field
        if (field, cells.mark.words) not in reported:
            reported.add((field, cells.mark.words))
            before = known.columns.get(field) if known is not None else None
            yield _finding(cells, before)


def private_cells(
    checked: CheckResult,
    known: Profile | None,
    texts: DistinctTexts | None = None,
    differing: DifferingRows | None = None,
) -> Iterator[MarkedCells]:
    """Yield the marked cells of every column that is sent, one mark after another.

    Only cells of the `differing` rows, if given.
    """
    texts = texts or DistinctTexts(checked)
    stage = checked.stage
    searched = differing or DifferingRows(stage.table, stage.rows - stage.as_sent)
    table = searched.rows
    without_marks = _columns_without_marks(checked, searched)
    for column in checked.projected:
        filled = column.filled
        if not filled.sources:
            continue
        before = known.columns.get(filled.column.field) if known is not None else None
        is_searched = filled.column.type in _SEARCHED
        if (is_searched or checked.rejected) and column not in without_marks:
            yield from _marked_cells(texts, column, before, table)
        if is_searched or filled.column.type == "calendar_date":
            yield from _announced_cells(checked, column, before, table)


def _columns_without_marks(checked: CheckResult, searched: DifferingRows) -> tuple[Projected, ...]:
    """Return columns without any marked cells, as shown by a single search.

    In a short source a pattern takes longer to compile than to search, so all columns are searched
    at once; in a long source each is better searched by itself.
    """
    columns = [
        column
        for column in checked.projected
        if column.filled.sources and column.filled.column.type in _SEARCHED
    ]
    if searched.count > _SHORT or not columns:
        return ()
    names = [column.text_name for column in columns]

    def run(query: str) -> list[tuple[Any, ...]]:
        return checked.stage.connection.execute(query).fetchall()

    marked = perhaps_marked(run, values_from(columns, searched.rows), names)
    return tuple(column for column in columns if column.text_name not in marked)


def _marked_cells(
    texts: DistinctTexts, column: Projected, before: ColumnProfile | None, table: Rows
) -> Iterator[MarkedCells]:
    """Yield the cells of `table` with each mark that is not normal for the column."""
    checked = texts.checked
    marks = [mark for mark in MARKS if not _is_normal(mark, column, before)]
    cells = values_from([column], table)
    if column.filled.column.type not in _SEARCHED:  # only rejected cells
        cells = f"(SELECT * FROM {cells} WHERE _row IN (SELECT _row FROM rejected))"
    is_number = column.filled.column.type == "number" and not checked.rejected
    has_any = maybe_marked(column.text_name, marks, _DIGITS if is_number else SHORTEST)
    # Most columns have no mark at all; a search for all marks at once takes a fifth of the time.
    is_whole = table == checked.stage.table
    searched = _distinct_cells(texts, column, cells) if is_whole else cells
    run = checked.stage.connection.execute
    ((hits,),) = run(f"SELECT count(*) FROM {searched} WHERE {has_any}").fetchall()
    if not hits:
        return
    tests = (f"count(*) FILTER ({mark.search_sql(column.text_name)})" for mark in marks)
    (counts,) = run(f"SELECT {', '.join(tests)} FROM {cells} WHERE {has_any}").fetchall()
    for mark, count in zip(marks, counts, strict=True):
        if count and (rows := _rows(checked, column, mark, cells)):
            yield MarkedCells(column, mark, rows)


def _distinct_cells(texts: DistinctTexts, column: Projected, cells: str) -> str:
    """Return a FROM clause with each string of the column once, if there are few, or all cells."""
    if column.filled.column.type not in _SEARCHED:
        return cells
    if column.distinct is not None:
        return values_from([column], column.distinct)
    if texts.has_few(column):
        return texts.of(column, lambda columns: values_from(columns, texts.checked.stage.table))
    return cells


def _is_normal(mark: Mark, column: Projected, before: ColumnProfile | None) -> bool:
    """True if the dataset's column already has such values, or has a type for them.

    Any mark of the same kind counts: a number may be written with or without the word phone.
    """
    if _is_typed(mark.words, column.filled.column):
        return True
    if before is None or not before.filled:
        return False
    if _marks_of(mark.words, before) > _NORMAL * before.filled:
        return True
    return (
        mark.words == _PHONES
        and _is_named(mark.words, column.filled.column)
        and _has_bare_numbers(before)
    )


def _is_typed(words: str, column: Column) -> bool:
    """True if the column's type is meant for such values."""
    # Current portals have text that is displayed as an email address or a phone number.
    kinds = (column.type, column.format.get("displayStyle", ""))
    return any(_BY_TYPE.get(kind) == words for kind in kinds)


def published_kinds(column: Column, profile: ColumnProfile) -> list[str]:
    """Return the kinds of private data in a column not suggested by its name and type."""
    return [
        words
        for words in dict.fromkeys(mark.words for mark in MARKS if mark.private)
        if _marks_of(words, profile) and not (_is_typed(words, column) or _is_named(words, column))
    ]


def _marks_of(words: str, before: ColumnProfile) -> int:
    """Return the number of the dataset's values that have a mark of the kind."""
    return max((before.marks.get(mark.slug, 0) for mark in MARKS if mark.words == words), default=0)


def _is_named(words: str, column: Column) -> bool:
    """True if the column's name announces such values."""
    pattern = _BY_NAME.get(words)
    return pattern is not None and any(pattern.search(name) for name in (column.name, column.field))


def _has_bare_numbers(before: ColumnProfile) -> bool:
    """True if most of the dataset's values have as many digits as a phone number."""
    long = sum(n for shape, n in before.shapes.items() if 7 <= shape.count("9") <= 15)
    return long > before.filled / 2


def _rows(checked: CheckResult, column: Projected, mark: Mark, cells: str) -> list[int]:
    """Return the source rows of the hits that pass the mark's own test."""
    text = column.text_name
    hits = checked.stage.connection.execute(
        f"SELECT _row, {text} FROM {cells} WHERE {mark.search_sql(text)} "
        f"ORDER BY _row LIMIT {_TESTED}"
    ).fetchall()
    if mark.check is None:
        return [row for row, _ in hits]
    pattern, check = re.compile(mark.pattern), mark.check
    return [row for row, text in hits if any(check(m[1]) for m in pattern.finditer(text))]


def _finding(marked: MarkedCells, before: ColumnProfile | None) -> FindingGroup:
    mark, filled, count = marked.mark, marked.column.filled, len(marked.rows)
    title, label, cells = filled.column.name, filled.label, counted(count, "cell")
    examples = tuple(Finding(row, label, None) for row in marked.rows[:EXAMPLES])
    if not mark.private:
        sentence = f"{title} has damaged characters, such as Ã© for é, in {cells}."
        return finding("damaged-text", sentence, examples, count, label)
    sentence = f"{title} seems to contain {mark.words} in {cells}"
    if before is None or not before.filled:  # the dataset's values are unknown, or there are none
        slug = "named-private-data" if _is_named(mark.words, filled.column) else "private-data"
        return finding(slug, f"{sentence}.", examples, count, label)
    known = _marks_of(mark.words, before)
    values = f"{known:,} in {before.filled:,} values" if known else "none"
    sentence += f"; in the dataset, that column has {values}."
    return finding("private-data", sentence, examples, count, label)


def _announced_cells(
    checked: CheckResult, column: Projected, before: ColumnProfile | None, table: Rows
) -> Iterator[MarkedCells]:
    """Yield cells with bare digits in a column whose title announces private data."""
    if before is not None and before.filled:
        return  # the dataset already publishes this column
    for words, title, pattern in _TITLED:
        if not title.search(column.filled.label) and not title.search(column.filled.column.name):
            continue
        cells = values_from([column], table)
        without_signs = f"regexp_replace({column.text_name}, '[ -]', '', 'g')"
        rows = checked.stage.connection.execute(
            f"SELECT _row FROM {cells} WHERE regexp_full_match({without_signs}, '{pattern}') "
            f"ORDER BY _row LIMIT {_TESTED}"
        ).fetchall()
        if rows:
            # The title is the mark, so no pattern is searched for.
            mark = Mark("titled", words, pattern="")
            yield MarkedCells(column, mark, [row for (row,) in rows])
            return
