"""Methods: the four ways in which a push changes a dataset."""

from __future__ import annotations

from enum import StrEnum


class Method(StrEnum):
    """Method of a push, exactly as docs/explanation/architecture.md defines it."""

    REPLACE = "replace"
    APPEND = "append"
    UPSERT = "upsert"
    DELETE = "delete"

    @property
    def needs_identifier(self) -> bool:
        """True if the dataset must have a row identifier, and the mapping must fill it."""
        return self in (Method.UPSERT, Method.DELETE)
