"""Conditions tested in each column, among the row identifiers and in whole rows, numbered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from sodasheet.model.finding import Severity
from sodasheet.model.job import ROW_KINDS
from sodasheet.model.mapping import Blank
from sodasheet.sources.spool import NativeCounts
from sodasheet.staging.check.check_plan import CheckPlan, Filled
from sodasheet.staging.check.finding_reasons import Reason
from sodasheet.staging.check.mapping_sql import ColumnStats, Projected, values_from
from sodasheet.staging.load.non_data_rows import ColumnFacts, unusual_faults, unusual_rows
from sodasheet.staging.sql_quoting import Rows, first_of, trimmed
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.compiled_type import SqlCondition

#: Digits that a spreadsheet keeps exactly (portal-api.md G.6).
EXACT_DIGITS = 15

#: The name of the expression for tidy cells, computed once and used twice.
TIDY = "is_tidy"


@dataclass(frozen=True, slots=True)
class Condition:
    """A reason in one place: `code` is its number in the table `found`.

    `value` is SQL over `source` for the text that a finding shows. `says` and `many` are the words
    of the reason, `remedy` what to do. `filled` is what the column fills; a fault of the spool
    fills nothing, and its words are a whole sentence. `hidden` is true if the column holds private
    data, so that no finding may show a value. `short` is the sentence about a cell for a table that
    shows the cell next to it.
    """

    code: int
    reason: str
    severity: Severity
    column: str | None
    value: str
    says: str
    many: str
    remedy: str
    filled: Filled | None = None
    hidden: bool = False
    short: str = ""


def condition_of(code: int, reason: Reason, projected: Projected) -> Condition:
    """Return the condition of a reason in the column of `projected`."""
    label, says, many = projected.filled.label, reason.says, reason.many
    words = (projected.raw, says, many, reason.remedy, projected.filled)
    return Condition(code, reason.slug, reason.severity, label, *words, short=reason.short)


@dataclass(slots=True)
class ColumnConditions:
    """The conditions of a column: exclusive `problems`, independent `notes`."""

    projected: Projected
    problems: tuple[SqlCondition, ...]
    notes: tuple[SqlCondition, ...]
    codes: dict[str, int] = field(default_factory=dict)

    @property
    def conditions(self) -> Iterator[str]:
        """The slug of every condition."""
        yield from (slug for slug, _ in (*self.problems, *self.notes))

    @property
    def problem_code(self) -> str:
        """SQL for the code of the first problem of a cell; NULL if none."""
        good = self.projected.typed.good
        blank = self.projected.blank
        before: list[tuple[str, str]] = []
        after: list[tuple[str, str]] = []
        for slug, condition in self.problems:
            of_blanks = slug in _OF_BLANKS
            (before if of_blanks else after).append((condition, str(self.codes[slug])))
        choices = [*before, (blank, "NULL")]
        if self.projected.typed.tidy is not None:
            choices.append((TIDY, "NULL"))
        if good != "false":
            choices.append((good, "NULL"))
        return first_of([*choices, *after])


#: Problems that blank cells have, or that good values have as identifiers; they come first.
_OF_BLANKS = frozenset(
    {"blank-refused", "blank-identifier", "identifier-blanks", "long-number-identifier"}
)


def column_conditions(
    plan: CheckPlan, projected: Projected, native: NativeCounts | None, never: frozenset[str]
) -> ColumnConditions:
    """Return the conditions of a column, without the notes in `never`."""
    typed, filled = projected.typed, projected.filled
    notes = [
        (slug, f"NOT ({projected.blank}) AND {condition}")
        for slug, condition in typed.notes
        if slug not in never
    ]
    if filled.column.field == plan.dataset.row_identifier:
        early, late = _identifier(plan, projected, native)
        return ColumnConditions(projected, (*early, *typed.problems), (*late, *notes))
    early = (("blank-refused", projected.blank),) if filled.blank is Blank.REFUSE else ()
    return ColumnConditions(projected, (*early, *typed.problems), tuple(notes))


def _identifier(
    plan: CheckPlan, projected: Projected, native: NativeCounts | None
) -> tuple[tuple[SqlCondition, ...], tuple[SqlCondition, ...]]:
    """Return the problems and notes of the row identifier's column."""
    clean = trimmed(projected.raw)
    dirty = f"{clean} <> '' AND {projected.raw} <> {clean}"
    problems = [("blank-identifier", f"{clean} = ''")]
    if native is not None and native.long_numbers:
        # The spool does not say which cells were numbers. If some were, and were rounded, a long
        # identifier is more likely to match someone else's row than its own.
        digits = f"regexp_replace({projected.text_name}, '[^0-9]', '', 'g')"
        long = f"regexp_full_match({projected.text_name}, '-?[0-9]+') AND "
        problems.append(("long-number-identifier", long + f"strlen({digits}) > {EXACT_DIGITS}"))
    if plan.mapping.trim:
        return tuple(problems), (("identifier-trimmed", dirty),)
    return (*problems, ("identifier-blanks", dirty)), ()


#: Rows from the top that show whether a cheap query is worth its time.
_TRIED = 2048

#: Maximum rows of a table that is examined completely.
_SHORT = 25 * _TRIED

#: Conditions outside the cheap condition.
_UNKNOWN = frozenset({"control-characters", "long-number-identifier"})

#: Problems that an empty cell has.
_OF_EMPTY = frozenset({"blank-refused", "blank-identifier"})


def count_and_keep(
    stage: Stage, condition: ColumnConditions, table: Rows, distinct: Rows | None = None
) -> ColumnStats:
    """Insert every finding of a column in the rows of `table` into the table `found`.

    `distinct` has the distinct cells of these rows with their numbers, if they are known.
    """
    seen = _count_and_keep(stage, condition, table, distinct)
    return replace(seen, distinct=distinct)


def _count_and_keep(
    stage: Stage, condition: ColumnConditions, table: Rows, distinct: Rows | None
) -> ColumnStats:
    settled = _settled(condition)
    if settled is None:
        return _count_all(stage, condition, table, distinct)
    raw = condition.projected.raw
    # An empty cell that may be a problem is left to the conditions.
    refused = bool(_OF_EMPTY & {*condition.conditions})
    top = Rows(f"(SELECT {raw} FROM {table.name} LIMIT {_TRIED})", table.row)
    # In a short table a statement takes longer to plan than to run.
    several = (top, table) if stage.rows > _SHORT else (table,)
    for some in several if distinct is None else (distinct,):
        # Two filters, because DuckDB evaluates the terms of one OR for all rows.
        facts = ("true", f"{raw} = ''", settled)
        counts = ", ".join(_tally(distinct, fact) for fact in facts)
        rows, blanks, good = _counted(stage, f"SELECT {counts} FROM {some.name}")
        left = rows - good - (0 if refused else blanks)
        if left * 2 > rows:
            return _count_all(stage, condition, table, distinct)
    if not left:
        return ColumnStats(untrimmed=True, tidy=True, blanks=blanks, settled=True)
    harmless = settled if refused else f"{raw} = '' OR {settled}"
    unsettled = f"WHERE ({harmless}) IS NOT TRUE"
    others = Rows(f"{table.name} {unsettled}", table.row)
    texts = distinct and Rows(f"{distinct.name} {unsettled}", distinct.row)
    seen = _count_all(stage, condition, others, texts)
    return seen if refused else replace(seen, blanks=(seen.blanks or 0) + blanks)


def _tally(distinct: Rows | None, condition: str) -> str:
    """Return SQL for the number of rows whose cell fulfills a condition."""
    if distinct is None:
        return f"count(*) FILTER ({condition})"
    return f"coalesce(sum({distinct.row}) FILTER ({condition}), 0)"


def _settled(condition: ColumnConditions) -> str | None:
    """Return SQL that is true for nonempty cells without findings; None if unknown."""
    one = condition.projected
    (first, *_) = one.filled.sources
    is_cell = one.raw == f"c{first}" and one.text in (one.raw, trimmed(one.raw))
    if one.typed.settled is None or not is_cell or _UNKNOWN & {*condition.conditions}:
        return None
    return one.typed.settled(one.raw)


def _counted(stage: Stage, query: str) -> tuple[int, ...]:
    return tuple(map(int, stage.connection.execute(query).fetchone() or ()))


def _count_all(
    stage: Stage, condition: ColumnConditions, table: Rows, distinct: Rows | None = None
) -> ColumnStats:
    """Insert every finding into the table `found`, testing every cell against every condition.

    One scan counts, and tells what all cells are like; only what occurs is scanned for again. The
    `distinct` cells of these rows, if they are known, are counted in their place.
    """
    cursor = stage.connection
    cells = _cells(condition, table)
    facts = ["problem IS NOT NULL", "trimmed", "untidy", "blank"]
    facts += [f"note{index}" for index in range(len(condition.notes))]
    # The number of rows that have a cell is in the place of a row's number.
    numbered = distinct and Rows(distinct.name, "_row")
    counts = ", ".join(_tally(numbered, fact) for fact in facts)
    counted = cells if distinct is None else _cells(condition, distinct)
    problems, trimmed, untidy, blanks, *notes = _counted(stage, f"SELECT {counts} FROM {counted}")
    if problems:
        kept = f"SELECT _row, problem FROM {cells} WHERE problem IS NOT NULL"
        cursor.execute(f"INSERT INTO found (_row, code) {kept}")
    for index, (slug, _) in enumerate(condition.notes):
        if notes[index]:
            code = condition.codes[slug]
            kept = f"SELECT _row, {code} FROM {cells} WHERE note{index}"
            cursor.execute(f"INSERT INTO found (_row, code) {kept}")
    return ColumnStats(untrimmed=not trimmed, tidy=not untidy, blanks=blanks)


def _cells(column: ColumnConditions, table: Rows) -> str:
    """Return SQL for the problem and notes of each cell, and whether the cell is plain."""
    one = column.projected
    source, tidy = values_from([one], table), one.typed.tidy
    untidy = "false"
    if tidy is not None:
        source = f"(SELECT *, {tidy.fits} AS {TIDY} FROM {source})"
        untidy = f"NOT ({one.blank} OR coalesce({TIDY}, false))"
    notes = "".join(f", {condition} AS note{i}" for i, (_, condition) in enumerate(column.notes))
    trimmed = "false" if one.text == one.raw else f"{one.text_name} <> {one.raw}"
    return (
        f"(SELECT _row, {column.problem_code} AS problem, {trimmed} AS trimmed, {untidy} AS untidy"
        f", {one.blank} AS blank{notes} FROM {source})"
    )


def keep_duplicates(stage: Stage, identifier: Projected, code: int) -> None:
    """Insert every row with a repeated identifier into `found`, with the other row's number.

    Text compares exactly, numbers as decimals (portal-api.md B.2 point 8). The first row of a
    group names the second, all others name the first.
    """
    if _are_distinct(stage, identifier):
        return
    values = values_from([identifier], stage.table)
    keys = (
        f"(SELECT _row, {identifier.typed.key} AS key FROM {values} "
        f"WHERE NOT ({identifier.blank}) AND {identifier.typed.value} IS NOT NULL)"
    )
    run = stage.connection.execute
    run("DROP TABLE IF EXISTS repeated")
    run(
        f"CREATE TEMP TABLE repeated AS SELECT key, min(_row) AS first FROM {keys} "
        "GROUP BY key HAVING count(*) > 1"
    )
    if not run("SELECT 1 FROM repeated LIMIT 1").fetchone():
        return
    run(
        f"""
        INSERT INTO found (_row, code, other)
        WITH members AS (SELECT _row, key, first FROM {keys} JOIN repeated USING (key)),
        seconds AS (SELECT key, min(_row) AS second FROM members WHERE _row > first GROUP BY key)
        SELECT _row, {code}, CASE WHEN _row = first THEN second ELSE first END
        FROM members JOIN seconds USING (key)
        """
    )


def _are_distinct(stage: Stage, identifier: Projected) -> bool:
    """True if no two identifiers can be equal, by tests that are cheaper than grouping.

    Most sources are in the order of their identifiers; each is then beyond the one above it.
    """
    image = _image(identifier)
    if image is None:
        return False
    for table in (Rows(f"{stage.table.name} LIMIT {_TRIED}", stage.table.row), stage.table):
        cells = f"(SELECT {image} AS k FROM {values_from([identifier], table)})"
        beyond = f"(SELECT coalesce(k > lag(k) OVER (), false) AS beyond FROM {cells})"
        if _number(stage, f"SELECT count(*) FROM {beyond} WHERE NOT beyond") > 1:
            break
    else:
        return True
    cells = f"(SELECT {image} AS k FROM {values_from([identifier], stage.table)})"
    return not _number(stage, f"SELECT count(*) - count(DISTINCT k) FROM {cells}")


def _image(identifier: Projected) -> str | None:
    """Return SQL that is equal for equal identifiers; None if there is no cheap SQL."""
    if identifier.typed.key == identifier.text_name:
        return identifier.text_name
    if identifier.filled.column.type == "number" and identifier.is_tidy:
        return f"try_cast({identifier.text_name} AS DOUBLE)"
    return None


def _number(stage: Stage, query: str) -> int:
    row = stage.connection.execute(query).fetchone()
    return int(row[0]) if row else 0


#: Kind of row: the reason, the sentence about one row, and about several.
UNUSUAL_ROWS = {
    "totals": ("total-row", "The row reads like a total.", "Rows read like totals."),
    "notes": ("note-row", "The row reads like a note.", "Rows read like notes."),
    "headers": ("header-row", "The row repeats the headers.", "Rows repeat the headers."),
    "units": ("units-row", "The row contains units.", "Rows contain units."),
}
#: SQL for the lines with too few cells that a finding names as notes or totals.
NAMED_ROWS = "SELECT _row FROM named_faults"
REMEDY = "Leave such rows out, or keep them if they are data; the job remembers your choice."


def unusual_conditions(
    stage: Stage, plan: CheckPlan, code: int, known: ColumnFacts
) -> Iterator[Condition]:
    """Yield a condition for each kind of row found, and insert its rows into the table `found`.

    Left-out kinds are no longer reported, nor are kinds that the user keeps.
    `known` spares looking at columns of which enough is known.
    """
    undecided = tuple(kind for kind in ROW_KINDS if f"rows:{kind}" not in plan.mapping.declined)
    found = unusual_rows(stage.connection, stage.spool, undecided, known)
    lines = unusual_faults(stage.connection, undecided) if stage.faults else []
    stage.connection.execute("CREATE OR REPLACE TEMP TABLE named_faults (_row BIGINT)")
    if lines:
        stage.connection.execute(
            "INSERT INTO named_faults SELECT unnest(?::BIGINT[])", [[one.row for one in lines]]
        )
    found += lines
    for kind in undecided:
        rows = [one for one in found if one.kind == kind]
        if rows:
            reason, one, many = UNUSUAL_ROWS[kind]
            stage.connection.execute(
                f"INSERT INTO found (_row, code, value) SELECT unnest(?::BIGINT[]), {code}, "
                "unnest(?::VARCHAR[])",
                [[row.row for row in rows], [row.text for row in rows]],
            )
            yield Condition(code, reason, Severity.REJECT, None, "NULL", one, many, REMEDY)
            code += 1
