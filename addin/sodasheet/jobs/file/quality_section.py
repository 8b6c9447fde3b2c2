"""Settings of the comparison with the dataset, in a job file."""

from __future__ import annotations

import re
from typing import Any

from sodasheet.jobs.file.json_keys import Part
from sodasheet.model.quality_settings import (
    RULE_KINDS,
    RULE_LEVELS,
    ColumnSettings,
    QualityRule,
    QualitySettings,
    Release,
)
from sodasheet.sources.grid.cell_range import range_reference
from sodasheet.wording import counted

_UNATTENDED = ("stop", "tell")
_LEVELS = ("stop", "ask", "note", "off")


def quality_from_json(part: Part) -> QualitySettings:
    """Read the key `quality`. Raises UsageProblem naming the key and the allowed values."""
    plain = QualitySettings()
    return QualitySettings(
        part.word("unattended", _UNATTENDED, plain.unattended),
        _levels(part),
        tuple(Release(one.text("reason"), one.text("field", "")) for one in part.parts("released")),
        tuple(_rule(one) for one in part.parts("rules")),
        part.text("reconcile", ""),
        _tolerance(part, plain.tolerance) or plain.tolerance,
        tuple(
            ColumnSettings(one.text("field"), _levels(one), _tolerance(one, None))
            for one in part.parts("columns")
        ),
    )


def _levels(part: Part) -> dict[str, str]:
    levels = part.part("levels")
    return {reason: levels.word(reason, _LEVELS) for reason in levels.values}


def _tolerance(part: Part, default: float | None) -> float | None:
    """A factor from 0.1 to 100; the default if the key is missing."""
    if "tolerance" not in part.values:
        return default
    value = part.values["tolerance"]
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.1 <= value <= 100:
        raise part.problem("tolerance", "a number from 0.1 to 100")
    return float(value)


def _rule(part: Part) -> QualityRule:
    kind = part.word("rule", tuple(RULE_KINDS))
    needs = RULE_KINDS[kind]
    listed = _listed(part) if kind == "one of" and "range" in part.values else ""
    level = part.word("level", RULE_LEVELS) if "level" in part.values else ""
    values, other = part.texts("values"), part.text("other", "")
    rule = QualityRule(part.text("field"), kind, values, other, listed, level)
    if needs.values is not None and len(rule.values) != needs.values:
        raise part.problem("values", counted(needs.values, "value"))
    if kind == "up to" and not re.fullmatch("[0-9]{1,6}", rule.values[0]):
        raise part.problem("values", "a number of characters")
    if needs.values is None and not rule.values and not listed:
        raise part.problem("values", "at least one value")
    if bool(rule.other) != needs.second_column:
        allowed = "the field name of another column" if needs.second_column else "nothing"
        raise part.problem("other", allowed)
    return rule


def _listed(part: Part) -> str:
    """Read the range of allowed values, which is a range of a sheet or a name."""
    text = part.text("range")
    if not range_reference(text, named=True):
        raise part.problem("range", "a range such as Lists!A2:A40, or the name of a range")
    return text


def quality_to_json(settings: QualitySettings) -> dict[str, Any]:
    """Write the settings as `quality_from_json` reads them."""
    known: dict[str, Any] = {
        "unattended": settings.unattended,
        "levels": dict(settings.levels),
        "released": [
            {"reason": one.reason} | ({"field": one.field} if one.field else {})
            for one in settings.released
        ],
    }
    if settings.rules:
        known["rules"] = [_rule_json(rule) for rule in settings.rules]
    if settings.reconcile:
        known["reconcile"] = settings.reconcile
    if settings.tolerance != QualitySettings().tolerance:
        known["tolerance"] = settings.tolerance
    if settings.columns:
        known["columns"] = [_column_json(one) for one in settings.columns]
    return known


def _column_json(one: ColumnSettings) -> dict[str, Any]:
    known: dict[str, Any] = {"field": one.name}
    if one.levels:
        known["levels"] = dict(one.levels)
    return known if one.tolerance is None else known | {"tolerance": one.tolerance}


def _rule_json(rule: QualityRule) -> dict[str, Any]:
    known: dict[str, Any] = {"field": rule.field, "rule": rule.kind}
    if rule.values:
        known["values"] = list(rule.values)
    named = {"other": rule.other, "range": rule.listed, "level": rule.level}
    return known | {key: text for key, text in named.items() if text}
