"""The order of day and month in ambiguous dates."""

from __future__ import annotations

from dataclasses import dataclass

from sodasheet.model.dataset import Column
from sodasheet.staging.check.fitting_formats import filled_values
from sodasheet.staging.sql_quoting import matches
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.compiled_condition import compiled
from sodasheet.staging.types.date_format import exchanged
from sodasheet.wording import counted, shortened

#: Dates that settle the order of day and month are rare if each stands for at least this many
#: ambiguous dates. With fewer ambiguous dates than the second number, the user is not asked.
_RARE, _FEWEST_DECIDED = 20, 4


@dataclass(frozen=True, slots=True)
class DecidingDate:
    """The first date that alone or nearly alone shows the order of day and month of a column.

    `deciding` dates fit in a single order; `others` would be other dates in the other order.
    """

    text: str
    row: int
    deciding: int
    others: int
    form: str

    @property
    def sentence(self) -> str:
        """The sentence that asks to look at the date."""
        first = "day" if self.form.index("%d") < self.form.index("%m") else "month"
        shown = f"{shortened(self.text, 40)} in row {self.row:,}"
        others = counted(self.others, "other date")
        if self.deciding == 1:
            lead = f"Only one date, {shown}, shows"
        else:
            lead = f"Only {self.deciding:,} dates, the first {shown}, show"
        return f"{lead} that the {first} comes first. The {others} could be read either way."


def deciding_date(
    stage: Stage, header: str, column: Column, formats: tuple[str, ...]
) -> DecidingDate | None:
    """Return the single date that decides the order of day and month; None if several do."""
    form = formats[0] if len(formats) == 1 and "date" in column.type else ""
    other = exchanged(form)
    if not other or header not in stage.headers:
        return None
    one, two = (compiled(column, (each,)) for each in (form, other))
    fits = f"({one.value}) IS NOT NULL"
    alone = f"{fits} AND ({two.value}) IS NULL"
    differs = f"{fits} AND ({one.value}) <> ({two.value})"
    (found,) = stage.connection.execute(
        f"SELECT count(*) FILTER ({alone}), count(*) FILTER ({differs}),"
        f" arg_min(t, _row) FILTER ({alone}), min(_row) FILTER ({alone})"
        f" FROM {filled_values(stage, header)}"
    ).fetchall()
    deciding, others, first, row = found
    rare = deciding == 1 or deciding * _RARE <= others
    if not deciding or others < _FEWEST_DECIDED or not rare:
        return None
    return DecidingDate(first, row, deciding, others, form)


def both_orders(stage: Stage, header: str) -> tuple[str, ...]:
    """Return a date that can only be day first and a date that can only be month first, if any."""
    high, low, mark = "(?:1[3-9]|2[0-9]|3[01])", "(?:0?[1-9]|1[0-2])", "[/.-]"
    orders = (f"{high}{mark}{low}{mark}[0-9].*", f"{low}{mark}{high}{mark}[0-9].*")
    found = [f"arg_min(t, _row) FILTER ({matches('t', order)})" for order in orders]
    (row,) = stage.connection.execute(
        f"SELECT {', '.join(found)} FROM {filled_values(stage, header)}"
    ).fetchall()
    return tuple(row) if None not in row else ()
