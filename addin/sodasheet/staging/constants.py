"""A constant is checked once, not once per row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sodasheet.model.finding import FindingGroup
from sodasheet.staging.check.mapping_findings import about
from sodasheet.staging.check.messages import shown
from sodasheet.staging.check.projection import Projected, values_from
from sodasheet.staging.check.reasons import REASONS
from sodasheet.staging.sql import Rows, first_of, literal
from sodasheet.staging.stage import Stage


def constant_findings(stage: Stage, projected: Iterable[Projected]) -> Iterator[FindingGroup]:
    """A finding for each constant that its dataset column cannot hold."""
    for one in projected:
        if one.filled.sources:
            continue
        slug = _problem(stage, one)
        if slug is not None:
            reason, field = REASONS[slug], one.filled.column.field
            value = shown(one.filled.rule.constant or "")
            yield about(
                "bad-constant", value=value, field=field, says=reason.says, hint=reason.remedy
            )


def _problem(stage: Stage, one: Projected) -> str | None:
    choices = [(one.blank, "NULL"), (one.typed.good, "NULL")]
    choices += [(condition, literal(slug)) for slug, condition in one.typed.problems]
    table = values_from([one], Rows("(SELECT 0)", "0"))
    row = stage.connection.execute(f"SELECT {first_of(choices)} FROM {table}").fetchone()
    return None if row is None else row[0]
