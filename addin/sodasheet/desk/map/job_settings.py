"""Settings of a job on the Map page that apply to all columns: rows, file, time zone, limits."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace

from sodasheet.desk.map.field_texts import join_list, split_list
from sodasheet.desk.typed_number import typed_number
from sodasheet.errors import UsageProblem
from sodasheet.jobs.sheet.cell_words import zone_of
from sodasheet.jobs.sheet.replaced_part_cell import part_of, part_words
from sodasheet.model.job import ROW_KINDS, STARTING_WITH, Guards, Job, SourceSpec

#: Kinds of rows that can be left out, with their names on the page.
_KINDS = {
    "totals": "Totals",
    "notes": "Notes below the data",
    "headers": "Repeated headers",
    "units": "A row with units",
}

ENCODINGS = (
    ("auto", "Find out"),
    ("utf-8", "Unicode (UTF-8)"),
    ("cp1252", "Western (Windows-1252)"),
    ("utf-16", "Unicode (UTF-16)"),
)
SEPARATORS = (
    ("auto", "Find out"),
    (",", "Comma"),
    (";", "Semicolon"),
    ("\t", "Tab"),
    ("|", "Vertical bar"),
)


@dataclass(frozen=True, slots=True)
class RowKind:
    """A kind of rows that can be left out; `left_out` is true if the job leaves them out."""

    kind: str
    words: str
    left_out: bool


def row_kinds(source: SourceSpec) -> list[RowKind]:
    """Return the kinds of rows that may be left out."""
    return [RowKind(kind, _KINDS[kind], kind in source.leave_out) for kind in ROW_KINDS]


def beginnings(source: SourceSpec) -> str:
    """Return the beginnings of rows that are left out, as one field shows them."""
    return join_list(
        kind.removeprefix(STARTING_WITH)
        for kind in source.leave_out
        if kind.startswith(STARTING_WITH)
    )


def with_settings(job: Job, form: Map[str, str], kinds: Iterable[str]) -> Job:
    """Return the job with the settings of a form; `kinds` are the rows left out.

    Raises UsageProblem for a value that can't be meant.
    """
    header = _header(form.get("header", str(job.source.header_row)).strip())
    source = replace(
        job.source,
        header_row=header,
        header_rows=job.source.header_rows if header == job.source.header_row else 1,
        encoding=_one_of(ENCODINGS, form.get("encoding", ""), job.source.encoding),
        separator=_one_of(SEPARATORS, form.get("separator", ""), job.source.separator),
    )
    if "starting" in form:
        starting = tuple(f"{STARTING_WITH}{text}" for text in split_list(form["starting"]))
        source = replace(source, leave_out=(*(one for one in ROW_KINDS if one in kinds), *starting))
    zone = _zone(form.get("timezone", job.mapping.timezone).strip())
    mapping = replace(job.mapping, timezone=zone)
    send = job.send
    if "shrink" in form:
        send = "changes" if form.get("changes") else "all"
    within = part_of(form.get("within", part_words(job.within)))
    return replace(
        job,
        source=source,
        mapping=mapping,
        guards=_guards(job, form),
        send=send,
        within=within,
    )


def _header(text: str) -> int:
    number = typed_number(text)
    if number is None or number > 10_000:
        raise UsageProblem(
            f'"{text}" can’t be the header row.', "Type its number, or 0 if there is none."
        )
    return number


def _one_of(known: Iterable[tuple[str, str]], text: str, there: str) -> str:
    return text if text in {value for value, _ in known} else there


def _zone(name: str) -> str:
    zone = zone_of(name)
    if zone is None:
        raise UsageProblem(
            f'There’s no time zone named "{name}".', "Type a name such as New York, or UTC."
        )
    return zone


def _guards(job: Job, form: Map[str, str]) -> Guards:
    if "shrink" not in form:
        return job.guards
    shrink = form["shrink"].strip().removesuffix("%").strip()
    rejected = typed_number(form.get("rejected", ""))
    try:
        share = float(shrink) / 100
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise UsageProblem(
            f'"{shrink}" can’t be the share of rows that may be lost.',
            "Type a percentage from 0 to 100.",
        )
    if rejected is None:
        typed = form.get("rejected", "").strip()
        raise UsageProblem(
            f'"{typed}" can’t be the number of rows that may be rejected.',
            "Type a number, or 0 for none.",
        )
    return replace(job.guards, max_shrink=share, max_rejected=rejected)
