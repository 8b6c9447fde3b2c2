"""Accepted findings and levels of findings as text: `outlier in Value | same-again`."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sodasheet.errors import UsageProblem
from sodasheet.model.quality_settings import ColumnSettings, QualitySettings, Release
from sodasheet.quality.comparison_questions import QUESTIONS
from sodasheet.wording import listed

LEVELS = ("stop", "ask", "note", "off")

_LEVEL = re.compile(rf"(?P<finding>.+?)\s*=\s*(?P<level>{'|'.join(LEVELS)})", re.IGNORECASE)
_FINDING = re.compile(r"(?P<reason>[A-Za-z-]+)(?:\s+in\s+(?P<column>.+))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FindingWords:
    """The words for a dataset; `names` are field names by display name, if known."""

    names: Mapping[str, str] = field(default_factory=dict)

    def accepted(self, quality: QualitySettings) -> tuple[str, ...]:
        """Return the permanently accepted findings, such as `outlier in Value`."""
        return tuple(self._finding(one.reason, one.field) for one in quality.released)

    def levels(self, quality: QualitySettings) -> tuple[str, ...]:
        """Return the levels of the job and of its columns, such as `outlier in Value = note`."""
        found = [(reason, "", level) for reason, level in quality.levels.items()]
        found += [
            (reason, column.name, level)
            for column in quality.columns
            for reason, level in column.levels.items()
        ]
        return tuple(f"{self._finding(reason, name)} = {level}" for reason, name, level in found)

    def with_accepted(self, quality: QualitySettings, words: Sequence[str]) -> QualitySettings:
        """Return the settings with exactly these findings accepted. Raises UsageProblem."""
        there = {one.field for one in quality.released}
        released = dict.fromkeys(
            Release(*self._parsed(text, there, "outlier in Value")) for text in words
        )
        return replace(quality, released=_in_order(released, quality.released))

    def with_levels(self, quality: QualitySettings, words: Sequence[str]) -> QualitySettings:
        """Return the settings with exactly these levels. Raises UsageProblem."""
        own: dict[str, str] = {}
        columns: dict[str, dict[str, str]] = {one.name: {} for one in quality.columns}
        for text in words:
            found = _LEVEL.fullmatch(text.strip())
            if found is None:
                raise _unknown(text, "outlier in Value = note")
            reason, name = self._parsed(found["finding"], set(columns), "outlier in Value = note")
            levels = columns.setdefault(name, {}) if name else own
            levels[reason] = found["level"].casefold()
        tolerances = {one.name: one.tolerance for one in quality.columns}
        settings = (
            ColumnSettings(name, levels, tolerances.get(name)) for name, levels in columns.items()
        )
        kept = tuple(one for one in settings if one.levels or one.tolerance is not None)
        return replace(quality, levels=own, columns=kept)

    def _finding(self, reason: str, name: str) -> str:
        shown = {own: title for title, own in self.names.items()}.get(name, name)
        return f"{reason} in {shown}" if name else reason

    def _parsed(self, text: str, there: Container[str], example: str) -> tuple[str, str]:
        """Return the reason and the field name in the words of a finding.

        Fields that are `there` are accepted, even if the dataset has lost them since.
        """
        found = _FINDING.fullmatch(text.strip())
        reason = found["reason"].casefold() if found else ""
        if found is None or reason not in QUESTIONS:
            raise _unknown(text, example)
        name = (found["column"] or "").strip()
        if not name or not self.names or name in self.names.values() or name in there:
            return reason, name
        by_fold = {title.casefold(): own for title, own in self.names.items()}
        if name.casefold() not in by_fold:
            raise UsageProblem(
                f'The dataset has no column "{name}".', f"Choose {listed(self.names, 'or')}."
            )
        return reason, by_fold[name.casefold()]


def _in_order(found: Mapping[Release, None], earlier: tuple[Release, ...]) -> tuple[Release, ...]:
    """Return the releases in their earlier order, so that reading changes nothing."""
    there = [one for one in dict.fromkeys(earlier) if one in found]
    return (*there, *(one for one in found if one not in there))


def _unknown(text: str, example: str) -> UsageProblem:
    return UsageProblem(
        f'"{text.strip()}" is not a finding that can be accepted or given another level.',
        f"Write it like this: {example}. The findings are {listed(QUESTIONS)}.",
    )
