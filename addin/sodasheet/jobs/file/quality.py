"""The settings of the comparison with the dataset, in a job file."""

from __future__ import annotations

from typing import Any

from sodasheet.jobs.file.schema import Part
from sodasheet.model.quality import QualitySettings, Release

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
    )


def quality_to_json(settings: QualitySettings) -> dict[str, Any]:
    """Write the settings as `quality_from_json` reads them."""
    return {
        "unattended": settings.unattended,
        "levels": dict(settings.levels),
        "released": [
            {"reason": one.reason} | ({"field": one.field} if one.field else {})
            for one in settings.released
        ],
    }
