"""Jobs on the practice portal's permits."""

from __future__ import annotations

from pathlib import Path

from socrata_practice import PracticePortal
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping
from sodasheet.model.method import Method

from .bench import PERMITS

HEADERS = {"Permit No": "permit_no", "Kind": "permit_type", "Value": "declared_value"}


def permits_job(
    portal: PracticePortal,
    folder: Path,
    rows: list[tuple[str, str, str]],
    method: Method = Method.UPSERT,
    **guards: float,
) -> Job:
    """A job that pushes a few permits from a CSV in `folder`."""
    path = folder / "permits.csv"
    lines = [",".join(HEADERS), *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    headers = ["Permit No"] if method is Method.DELETE else list(HEADERS)
    rules = [
        ColumnRule(header, HEADERS[header], match=CONFIRMED)
        if header in headers
        else ColumnRule(header, ignore=True)
        for header in HEADERS
    ]
    source = SourceSpec(path=str(path))
    return Job(
        portal.url,
        PERMITS,
        method,
        source,
        Mapping(tuple(rules)),
        Guards(**{"max_shrink": 1.0, **guards}),
    )
