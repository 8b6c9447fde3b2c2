"""Options whose values are strings of several parts, such as NAME=TYPE."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sodasheet.errors import UsageProblem


@dataclass(frozen=True, slots=True)
class Assignments:
    """An option and the form of its values.

    `from_end` splits at the last =, for names that may contain one; `blank` takes a string
    whose last part is empty.
    """

    option: str
    form: str
    from_end: bool = False
    blank: bool = False

    def split(self, text: str) -> list[str]:
        """Return the parts of a string. Raises UsageProblem if one is missing."""
        names = self.form.split("=")
        cut = text.rsplit if self.from_end else text.split
        parts = [part.strip() for part in cut("=", len(names) - 1)]
        if len(parts) < len(names):
            raise self._problem(text, "is missing an =")
        lacking = [name for name, part in zip(names, parts, strict=True) if not part]
        if lacking and not (self.blank and parts[0]):
            raise self._problem(text, f"lacks {' and '.join(lacking)}")
        return parts

    def pairs(self, texts: Iterable[str]) -> list[tuple[str, str]]:
        """Return strings of two parts. Raises UsageProblem if one is missing."""
        return [(name, value) for name, value in map(self.split, texts)]

    def _problem(self, text: str, problem: str) -> UsageProblem:
        return UsageProblem(
            f'{self.option} "{text}" {problem}.', f"Write {self.option} {self.form}."
        )
