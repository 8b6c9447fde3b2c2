"""Jobs for the practice portal's permits, and drafts of sources without files."""

from __future__ import annotations

from pathlib import Path

from socrata_practice import PracticePortal
from sodasheet.desk.drafts.draft import About, Draft, Shape, new_draft
from sodasheet.model.dataset import Column, Dataset
from sodasheet.model.job import Guards, Job, SourceSpec
from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping
from sodasheet.model.method import Method
from sodasheet.model.quality_settings import QualitySettings, Release
from sodasheet.quality.comparison_questions import EMPTIED

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
        # A replace with these few columns empties the others, which is intended.
        quality=QualitySettings(released=(Release(EMPTIED),)),
    )


def wide_draft(folder: Path, columns: int, name: str = "Wide") -> Draft:
    """A draft of a source with this many columns, each mapped to a number."""
    headers = [f"Column {number}" for number in range(columns)]
    fields = [f"column_{number}" for number in range(columns)]
    pairs = list(zip(headers, fields, strict=True))
    rules = tuple(ColumnRule(header, field, match=CONFIRMED) for header, field in pairs)
    mapping = Mapping(rules)
    source = SourceSpec(path=str(folder / "wide.csv"))
    job = Job("https://a.example", "abcd-1234", Method.APPEND, source, mapping, Guards())
    draft = new_draft(job, About("wide.csv", source.path, str(folder)))
    dataset = Dataset(
        "https://a.example",
        "abcd-1234",
        name,
        tuple(Column(at, header, field, "number", at) for at, (header, field) in enumerate(pairs)),
    )
    samples = {header: ["1,5", "2"] for header in headers}
    draft.describe(draft.about, Shape(tuple(headers), samples, 2, dataset))
    return draft
