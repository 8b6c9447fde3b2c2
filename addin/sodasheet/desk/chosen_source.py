"""Names for a chosen source, and the source for a chosen part of a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sodasheet.model.job import SourceSpec

if TYPE_CHECKING:
    pass


def source_of(path: Path, part: str) -> SourceSpec:
    """Return the source for a file, or for its part `sheet:NAME`, `table:NAME` or `layer:NAME`.

    Raises UsageProblem for a file that nothing here reads.
    """
    from sodasheet.sources import source_spec

    spec = source_spec(str(path))
    kind, _, name = part.partition(":")
    if kind in ("sheet", "layer") and name:
        return replace(spec, sheet=name)
    return replace(spec, table=name) if kind == "table" and name else spec


def source_words(spec: SourceSpec) -> str:
    """Return the name of a source for users, such as `permits.xlsx, sheet Permits`."""
    from sodasheet.sources.source_file import is_geographic

    name = Path(spec.path).name
    if spec.table:
        return f"{name}, table {spec.table}"
    kind = "layer" if is_geographic(name) else "sheet"
    return f"{name}, {kind} {spec.sheet}" if spec.sheet else name
