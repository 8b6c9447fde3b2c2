"""Suggestions from the values of a stage: formats, missing-value markers, recodings, rows."""

from sodasheet.staging.suggest.accept_or_decline import accept, decline
from sodasheet.staging.suggest.suggest_changes import (
    suggest_changes,
    suggest_rows,
    with_formats,
)

__all__ = ["accept", "decline", "suggest_changes", "suggest_rows", "with_formats"]
