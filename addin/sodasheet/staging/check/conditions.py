"""Conditions tested in each column, among the row identifiers and in whole rows, numbered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from sodasheet.model.finding import Severity
from sodasheet.model.job import ROW_KINDS
from sodasheet.model.mapping import Blank
from sodasheet.sources.spool import NativeCounts
from sodasheet.staging.check.check_plan import CheckPlan, Filled
from sodasheet.staging.check.finding_reasons import Reason
from sodasheet.staging.check.mapping_sql import Projected
from sodasheet.staging.load.non_data_rows import ColumnFacts, unusual_rows
from sodasheet.staging.sql_quoting import first_of, trimmed
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.compiled_type import SqlCondition

#: Digits that a spreadsheet keeps exactly (portal-api.md G.6).
EXACT_DIGITS = 15

#: The name of what says whether a cell is tidy; worked out once, it is asked for twice.
TIDY = "is_tidy"


@dataclass(frozen=True, slots=True)
class Condition:
    """A reason in one place: `code` is its number in the table `found`.

    `value` is SQL over `source` for the text that a finding shows. `says` and `many` are the words
    of the reason, `remedy` what to do. `filled` is what the column fills; a fault of the spool
    fills nothing, and its words are a whole sentence. `hidden` is true if the column holds private
    data, so that no finding may show a value. `short` is the sentence about a cell for a table that
    shows the cell beside it.
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
        """SQL for the code of the first problem of a cell, NULL if none."""
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
        # The spool does not say which cells were numbers. Where some were, and were rounded, a
        # long identifier is more likely to hit somebody else's row than its own.
        digits = f"regexp_replace({projected.text_name}, '[^0-9]', '', 'g')"
        long = f"regexp_full_match({projected.text_name}, '-?[0-9]+') AND "
        problems.append(("long-number-identifier", long + f"strlen({digits}) > {EXACT_DIGITS}"))
    if plan.mapping.trim:
        return tuple(problems), (("identifier-trimmed", dirty),)
    return (*problems, ("identifier-blanks", dirty)), ()


#: Kind of row: the reason, the sentence about one row, and about several.
UNUSUAL_ROWS = {
    "totals": ("total-row", "The row reads like a total.", "Rows read like totals."),
    "notes": ("note-row", "The row reads like a note.", "Rows read like notes."),
    "headers": ("header-row", "The row repeats the headers.", "Rows repeat the headers."),
    "units": ("units-row", "The row contains units.", "Rows contain units."),
}
REMEDY = "Leave such rows out, or keep them if they are data; the job remembers either."


def unusual_conditions(
    stage: Stage, plan: CheckPlan, code: int, known: ColumnFacts
) -> Iterator[Condition]:
    """Yield a condition for each kind of row found, its rows put into the table `found`.

    Kinds that are left out are no longer there; kinds that a person keeps are not reported.
    `known` spares looking at columns of which enough is known.
    """
    undecided = tuple(kind for kind in ROW_KINDS if f"rows:{kind}" not in plan.mapping.declined)
    found = unusual_rows(stage.connection, stage.spool, undecided, known)
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
