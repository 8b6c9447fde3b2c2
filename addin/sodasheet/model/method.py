"""Methods: the four ways in which a push changes a dataset."""

from __future__ import annotations

from enum import StrEnum


class Method(StrEnum):
    """Method of a push, exactly as defined in docs/explanation/architecture.md."""

    REPLACE = "replace"
    APPEND = "append"
    UPSERT = "upsert"
    DELETE = "delete"

    @property
    def needs_identifier(self) -> bool:
        """True if the dataset must have a row identifier that the mapping fills."""
        return self in (Method.UPSERT, Method.DELETE)
