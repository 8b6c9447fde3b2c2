"""Settings of the comparison with the dataset, in a job file."""

from __future__ import annotations

from typing import Any

from sodasheet.jobs.file.schema import Part
from sodasheet.model.quality import RULE_KINDS, QualityRule, QualitySettings, Release

_UNATTENDED = ("stop", "tell")
_LEVELS = ("stop", "ask", "note", "off")


def quality_from_json(part: Part) -> QualitySettings:
    """Read the key `quality`. Raises UsageProblem naming the key, its value and what is allowed."""
    plain = QualitySettings()
    levels = part.part("levels")
    return QualitySettings(
        part.word("unattended", _UNATTENDED, plain.unattended),
        {reason: levels.word(reason, _LEVELS) for reason in levels.values},
        tuple(Release(one.text("reason"), one.text("field", "")) for one in part.parts("released")),
        tuple(_rule(one) for one in part.parts("rules")),
    )


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
    return {
        "unattended": settings.unattended,
        "levels": dict(settings.levels),
        "released": [
            {"reason": one.reason} | ({"field": one.field} if one.field else {})
            for one in settings.released
        ],
    } | ({"rules": [_rule_json(rule) for rule in settings.rules]} if settings.rules else {})


def _rule_json(rule: QualityRule) -> dict[str, Any]:
    known: dict[str, Any] = {"field": rule.field, "rule": rule.kind}
    if rule.values:
        known["values"] = list(rule.values)
    return known | ({"other": rule.other} if rule.other else {})
