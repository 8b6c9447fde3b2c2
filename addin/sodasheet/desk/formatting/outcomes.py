"""Outcome of a run as a badge: a tone, a word and an icon."""

from __future__ import annotations

_BADGES = {
    "done": ("good", "Done", "done"),
    "refused": ("bad", "Stopped", "bad"),
    "failed": ("bad", "Failed", "bad"),
    "unknown": ("warn", "Not known yet", "unknown"),
    "cancelled": ("", "Canceled", "close"),
    "draft": ("", "Draft", "info"),
    "dismissed": ("", "Resolved", "done"),
}


def outcome_badge(outcome: str | None, left_out: int | None) -> tuple[str, str, str]:
    """Return the tone, word and icon of an outcome; `left_out` rows are mentioned."""
    if outcome is None:
        return "warn", "Not known yet", "unknown"
    if left_out and outcome.startswith("done"):
        return "warn", f"{left_out:,} left out", "warn"
    if outcome == "done with rejects":
        return "warn", "Rows left out", "warn"
    return _BADGES.get(outcome, ("", outcome, "info"))
