"""Private data in columns where the dataset has none, and damaged text; values are never shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sodasheet.model.finding import Finding, FindingGroup
from sodasheet.quality.comparison import EXAMPLES, finding
from sodasheet.quality.profile import ColumnProfile, Profile
from sodasheet.quality.value_marks import MARKS, Mark, maybe_marked
from sodasheet.staging.check.check_result import CheckResult
from sodasheet.staging.check.projection import Projected, values_from

#: Hits of a pattern that are tested by check digits; more decide nothing else.
_TESTED = 50_000

#: Share of a dataset column's values that bear a mark, from which on the mark is the column's own.
_OWN = 0.001

_SCANNED = frozenset({"text", "html", "email", "phone", "url", "number", "location"})

#: Column titles that say which private data bare digits are.
_TITLED = (
    ("social-security-number", "social security numbers", r"(?i)\bssn\b|social.?sec", r"\d{9}"),
    ("bank-account", "bank account numbers", r"(?i)\b(?:iban|bank|routing|acct)", r"\d{8,17}"),
    ("driver-license", "driver's license numbers", r"(?i)driver.?s? ?lic|\bdl ?(?:no|num|#)",
     r"[A-Za-z]{0,2}\d{5,14}"),
    ("birth-date", "birth dates", r"(?i)\bdob\b|birth", r".*\d{4}.*"),
)  # fmt: skip


def find_private_data(checked: CheckResult, known: Profile | None) -> Iterator[FindingGroup]:
    """Findings about private data and damaged text in every column that is sent."""
    for one in checked.projected:
        filled = one.filled
        if not filled.sources or filled.column.type not in _SCANNED | {"calendar_date"}:
            continue
        before = known.columns.get(filled.column.field) if known is not None else None
        if filled.column.type in _SCANNED:
            yield from _marked(checked, one, before)
        yield from _titled(checked, one, before)


def _marked(
    checked: CheckResult, one: Projected, before: ColumnProfile | None
) -> Iterator[FindingGroup]:
    wanted = [mark for mark in MARKS if not _is_own(mark.slug, before)]
    source = values_from([one], checked.stage.table)
    text = one.text_name
    asked = ", ".join(f"count(*) FILTER ({mark.found(text)})" for mark in wanted)
    run = checked.stage.connection.execute
    # Most columns bear no mark at all; to look for all marks at once takes a fifth of the time.
    some = run(f"SELECT count(*) FROM {source} WHERE {maybe_marked(text)}").fetchone()
    if some is None or not some[0]:
        return
    counts = run(f"SELECT {asked} FROM {source}").fetchone() or ()
    said: set[str] = set()
    for mark, count in zip(wanted, counts, strict=True):
        if not count or mark.words in said:
            continue
        rows = _rows(checked, one, mark, source)
        if rows:
            said.add(mark.words)
            yield _finding(one, mark, rows)


def _is_own(slug: str, before: ColumnProfile | None) -> bool:
    """True if the dataset's column has values of this kind itself."""
    if before is None or not before.filled:
        return False
    return before.marks.get(slug, 0) > _OWN * before.filled


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


def _finding(one: Projected, mark: Mark, rows: list[int]) -> FindingGroup:
    label, title = one.filled.label, one.filled.column.name
    cells = "1 cell" if len(rows) == 1 else f"{len(rows):,} cells"
    examples = tuple(Finding(row, label, None) for row in rows[:EXAMPLES])
    if not mark.private:
        says = f"{title} has damaged characters, such as Ã© for é, in {cells}."
        return finding("damaged-text", says, examples, len(rows), label)
    says = f"{title} seems to hold {mark.words} in {cells}; the dataset has none there."
    return finding("private-data", says, examples, len(rows), label)


def _titled(
    checked: CheckResult, one: Projected, before: ColumnProfile | None
) -> Iterator[FindingGroup]:
    """Bare digits under a title that says what they are."""
    if before is not None and before.filled:
        return  # the dataset publishes this column as it is
    label = one.filled.label
    for _, words, title, pattern in _TITLED:
        if not re.search(title, label) and not re.search(title, one.filled.column.name):
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
            mark = Mark("titled", words, "")
            yield _finding(one, mark, rows)
            return
