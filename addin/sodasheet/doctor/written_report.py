"""The report of an examination, which can be attached to an issue: no secret and no row."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from sodasheet import __version__
from sodasheet.doctor.result_line import Line, count_sentence

_LONGEST = 200


def report(title: str, portal: str, lines: Iterable[Line]) -> str:
    """Return the report as Markdown."""
    listed = list(lines)
    departing = [line for line in listed if line.departs]
    unknown = [line for line in listed if line.found is None]
    text = [
        f"# {title}",
        "",
        f"* Portal: {portal}",
        f"* Time: {datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        f"* SodaSheet {__version__}",
        f"* Result: {count_sentence(listed)}",
        "",
    ]
    text += _section("Departs", [line for line in departing if not line.harmless], safe=True)
    text += _section("Departs, harmless", [line for line in departing if line.harmless], safe=True)
    text += _section("Could not be examined", unknown, safe=False)
    text += _section("As expected", [line for line in listed if line.ok], safe=False)
    return "\n".join(text)


def _section(title: str, lines: list[Line], *, safe: bool) -> list[str]:
    if not lines:
        return []
    rows = [f"## {title}", ""]
    for line in lines:
        found = _plain(line.found or line.note)
        rows.append(f"* `{line.name}`: {line.about} Expected: {line.expected}. Found: {found}.")
        if safe and line.safe:
            rows.append(f"  SodaSheet: {line.safe}")
    return [*rows, ""]


def _plain(text: str) -> str:
    """Return text of a portal as one short line without markup."""
    kept = "".join(sign if sign.isprintable() and sign not in "`<>|[]" else " " for sign in text)
    return " ".join(kept.split())[:_LONGEST].rstrip(".")
