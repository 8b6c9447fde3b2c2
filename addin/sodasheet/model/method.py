"""The four ways a push changes a dataset."""

from __future__ import annotations

from enum import StrEnum


class Method(StrEnum):
    """replace, append, upsert or delete, exactly as the architecture defines them."""

    REPLACE = "replace"
    APPEND = "append"
    UPSERT = "upsert"
    DELETE = "delete"

    @property
    def needs_identifier(self) -> bool:
        """True if the dataset must have a row identifier, and the mapping must fill it."""
        return self in (Method.UPSERT, Method.DELETE)
