"""Settings of the comparison with the dataset, in a job file."""

from __future__ import annotations

from typing import Any

from sodasheet.jobs.file.typed_json import Part
from sodasheet.model.quality_settings import (
    RULE_KINDS,
    ColumnSettings,
    QualityRule,
    QualitySettings,
    Release,
)

_UNATTENDED = ("stop", "tell")
_LEVELS = ("stop", "ask", "note", "off")


def quality_from_json(part: Part) -> QualitySettings:
    """Read the key `quality`. Raises UsageProblem naming the key, its value and what is allowed."""
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
    wanted, paired = RULE_KINDS[kind]
    rule = QualityRule(part.text("field"), kind, part.texts("values"), part.text("other", ""))
    if wanted is not None and len(rule.values) != wanted:
        raise part.problem("values", f"{wanted} value{'s' if wanted != 1 else ''}")
    if wanted is None and not rule.values:
        raise part.problem("values", "at least one value")
    if bool(rule.other) != paired:
        raise part.problem("other", "the field name of another column" if paired else "nothing")
    return rule


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
    return known | ({"other": rule.other} if rule.other else {})
