"""Findings about the mapping itself, before any row is examined."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from sodasheet.model.dataset import PLACE_TYPES, UNWRITABLE_TYPES, Column, type_words
from sodasheet.model.finding import FindingGroup
from sodasheet.model.mapping import PlaceRule
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.staging.check.check_plan import (
    CheckPlan,
    place_label,
    place_types,
    point_label,
)
from sodasheet.staging.check.computed_column_template import template_headers
from sodasheet.staging.check.finding_reasons import REASONS
from sodasheet.staging.check.mapping_sql import Projected, values_from
from sodasheet.staging.check.value_sentences import shown
from sodasheet.staging.sql_quoting import Rows, first_of, literal
from sodasheet.staging.staged_table import Stage
from sodasheet.staging.types.registry import TYPES
from sodasheet.wording import close_names, did_you_mean, listed

Headers = tuple[str, ...]


def about(slug: str, column: str | None = None, **names: str) -> FindingGroup:
    """Return the finding for a reason without cells; `names` fill the braces."""
    reason = REASONS[slug]
    words = {"column": column or "", **names}
    message, remedy = reason.says.format(**words), reason.remedy.format(**words)
    return FindingGroup(slug, reason.severity, message, remedy, column=column, short=reason.short)


def mapping_findings(plan: CheckPlan, headers: Headers) -> list[FindingGroup]:
    """Return every finding about the mapping."""
    return [finding for judge in _JUDGES for finding in judge(plan, headers)]


def _nothing(plan: CheckPlan, _headers: Headers) -> Iterator[FindingGroup]:
    if not plan.mapping.filled:
        yield about("nothing-mapped")


def _headers(plan: CheckPlan, headers: Headers) -> Iterator[FindingGroup]:
    named = [rule.source for rule in plan.mapping.columns if rule.source is not None]
    named += [
        name
        for rule in plan.mapping.columns
        if rule.template is not None
        for name in template_headers(rule.template)
    ]
    named += [name for point in plan.mapping.points for name in (point.latitude, point.longitude)]
    named += [name for place in plan.mapping.places for name in place.parts.values()]
    for name in dict.fromkeys(named):
        if name not in headers:
            hint = _hint(name, headers, "The source has these columns")
            yield about("unknown-header", name, hint=hint)


def _fields(plan: CheckPlan, _headers: Headers) -> Iterator[FindingGroup]:
    for field, label in _filling(plan):
        column = plan.dataset.column(field)
        if column is None and field.startswith(":"):
            yield about("not-fillable", label, field=field)
        elif column is None:
            known = [column.field for column in plan.dataset.fillable]
            hint = _hint(field, known, "The dataset has these columns")
            yield about("unknown-field", label, field=field, hint=hint)
        elif column.type in UNWRITABLE_TYPES:
            yield about("unwritable-type", label, field=field, type=type_words(column.type))
        elif not column.fillable:
            yield about("not-fillable", label, field=field)
        elif column.type not in TYPES:
            yield about("unknown-type", label, field=field, type=type_words(column.type))


def _points(plan: CheckPlan, _headers: Headers) -> Iterator[FindingGroup]:
    for point in plan.mapping.points:
        column = plan.dataset.column(point.field)
        if column is not None and column.fillable and column.type not in PLACE_TYPES:
            label = point_label(point)
            yield about(
                "not-a-place-column", label, field=point.field, type=type_words(column.type)
            )
    for place in plan.mapping.places:
        column, label = plan.dataset.column(place.field), place_label(place)
        if column is not None and column.fillable and column.type not in place_types(place):
            slug = "address-not-looked-up" if column.type in PLACE_TYPES else "not-a-place-column"
            yield about(slug, label, field=place.field, type=type_words(column.type))
        yield from _lookup(place, label)


def _lookup(place: PlaceRule, label: str) -> Iterator[FindingGroup]:
    """Yield findings about address parts that a look-up cannot use, or that only a look-up can."""
    parts = {*place.parts}
    if place.geocode and parts & {"latitude", "longitude"}:
        yield about("coordinates-not-looked-up", label, field=place.field)
    if place.geocode and not parts & {"address", "city", "state", "zip"}:
        yield about("nothing-to-look-up", label, field=place.field)
    if not place.geocode and "country" in parts:
        yield about("country-not-looked-up", label, field=place.field)


def _twice(plan: CheckPlan, _headers: Headers) -> Iterator[FindingGroup]:
    sources = defaultdict(list)
    for field, label in _filling(plan):
        sources[field].append(label)
    for field, labels in sources.items():
        if len(labels) > 1:
            yield about("column-filled-twice", field=field, sources=listed(labels))
    used = defaultdict(list)
    for rule in plan.mapping.columns:
        if rule.source is not None and rule.fills and rule.field is not None:
            used[rule.source].append(rule.field)
    for source, fields in used.items():
        if len(set(fields)) > 1:
            yield about("source-used-twice", source, fields=listed(fields))
    ignored = {rule.source for rule in plan.mapping.columns if rule.ignore}
    for source in used:
        if source in ignored:
            yield about("contradictory-rules", source)


def _identifier(plan: CheckPlan, _headers: Headers) -> Iterator[FindingGroup]:
    method, field = plan.method, plan.dataset.row_identifier
    if field is None:
        if method.needs_identifier:
            yield about("no-row-identifier", method=method.value)
        return
    if field not in Counter(plan.mapping.filled):
        slug = "replace-empties-identifier" if method is Method.REPLACE else "identifier-not-mapped"
        step = NextStep(Action.CHANGE_JOB, name="map", value=f"={field}")
        yield replace(about(slug, field=field, method=method.value), steps=(step,))
    for rule in plan.mapping.columns:
        if rule.fills and rule.field == field and rule.constant is not None:
            yield about("constant-identifier", field=field)


def _left_out(plan: CheckPlan, _headers: Headers) -> Iterator[FindingGroup]:
    identifier, empty = plan.dataset.row_identifier, unfilled_columns(plan)
    if plan.method is Method.REPLACE and empty:
        yield emptied_note(empty)
    others = [label for field, label in _filling(plan) if field != identifier]
    if plan.method is Method.DELETE and others:
        yield about("delete-ignores-columns", fields=listed(others))


#: The note about columns that a replace leaves empty.
EMPTIES = "replace-empties-columns"


def unfilled_columns(plan: CheckPlan) -> list[Column]:
    """Return the dataset columns that could be filled and that the mapping does not fill."""
    filled = set(plan.mapping.filled)
    return [column for column in plan.dataset.fillable if column.field not in filled]


def emptied_note(columns: Iterable[Column]) -> FindingGroup:
    """Return the note about columns that a replace leaves empty."""
    return about(EMPTIES, fields=", ".join(column.label for column in columns))


def _filling(plan: CheckPlan) -> Iterator[tuple[str, str]]:
    """Yield each field that the mapping fills, and the name of its source."""
    for rule in plan.mapping.columns:
        if rule.fills and rule.field is not None:
            yield (
                rule.field,
                rule.source or ("a constant" if rule.template is None else "a computed value"),
            )
    for point in plan.mapping.points:
        yield point.field, point_label(point)
    for place in plan.mapping.places:
        yield place.field, place_label(place)


_JUDGES: tuple[Callable[[CheckPlan, Headers], Iterator[FindingGroup]], ...] = (
    _nothing,
    _headers,
    _fields,
    _points,
    _twice,
    _identifier,
    _left_out,
)


def constant_findings(stage: Stage, projected: Iterable[Projected]) -> Iterator[FindingGroup]:
    """Yield a finding for each constant that does not fit its dataset column."""
    for one in projected:
        if one.filled.sources:
            continue
        slug = _constant_problem(stage, one)
        if slug is not None:
            reason, field = REASONS[slug], one.filled.column.field
            value = shown(one.filled.rule.constant or one.filled.rule.template or "")
            yield about(
                "bad-constant", value=value, field=field, says=reason.says, hint=reason.remedy
            )


def _constant_problem(stage: Stage, one: Projected) -> str | None:
    choices = [(one.blank, "NULL"), (one.typed.good, "NULL")]
    choices += [(condition, literal(slug)) for slug, condition in one.typed.problems]
    table = values_from([one], Rows("(SELECT 0)", "0"))
    row = stage.connection.execute(f"SELECT {first_of(choices)} FROM {table}").fetchone()
    return None if row is None else row[0]


def _hint(name: str, known: Iterable[str], place: str) -> str:
    """Return the names that are close to an unknown name, or else all names."""
    known = list(known)
    close = close_names(name, known)
    return did_you_mean(close) if close else f"{place}: {', '.join(known)}."
