"""`sodasheet job show`: describe a job for people."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, job_argument, only_option
from sodasheet.commands.terminal.output import say
from sodasheet.wording import counted

if TYPE_CHECKING:
    from sodasheet.jobs.named_job import NamedJob
    from sodasheet.model.job import Job, Within
    from sodasheet.model.mapping import ColumnRule


@click.command("show")
@job_argument
@only_option
@as_json
def show(job_path: Path, only: str | None, as_json: bool) -> None:
    """Print what the jobs of JOB do: dataset, method, source, mapping, guards, notifications.

    Example: sodasheet job show permits.json
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.jobs import job_to_json
    from sodasheet.jobs.load_jobs import jobs_in, named

    jobs = named(jobs_in(job_path), job_path, only)
    if as_json:
        bodies = [{"name": one.name, "notes": one.notes, "job": job_to_json(one.job)}
                  for one in jobs]  # fmt: skip
        print_json({"jobs": bodies})
        return
    for one in jobs:
        _print(one)


def _print(one: NamedJob) -> None:
    from sodasheet.commands.terminal.output import print_table

    print_table(f"Job {one.name}", ["", ""], [[label, text] for label, text in facts(one.job)])
    rows = [_rule(rule) for rule in one.job.mapping.columns]
    for point in one.job.mapping.points:
        sources = f"{point.latitude} + {point.longitude}"
        formats = ", ".join(("latitude, longitude", *point.formats))
        rows.append([sources, point.field, "", formats, "", point.match])
    for place in one.job.mapping.places:
        parts = place.parts
        told = ", ".join(parts) + (", looked up by the portal" if place.geocode else "")
        rows.append([" + ".join(parts.values()), place.field, "", told, "", ""])
    headers = ["source", "fills", "if blank", "format or constant", "cleanup", "match"]
    print_table("Columns", headers, rows)
    for note in one.notes:
        say(f"Note: {note}")


def _rule(rule: ColumnRule) -> list[str]:
    from sodasheet.jobs.sheet.cleanup_cell import cleanup_words
    from sodasheet.jobs.sheet.mapping_rows import format_words
    from sodasheet.model.sheet_labels import COMPUTED, CONSTANT

    fills = "(ignore)" if rule.ignore else rule.field or "(not chosen)"
    blank = rule.blank.value if rule.fills and rule.source is not None else ""
    words = rule.constant if rule.constant is not None else rule.template or format_words(rule)
    source = rule.source or (CONSTANT if rule.template is None else COMPUTED)
    return [source, fills, blank, words, cleanup_words(rule), rule.match]


def facts(job: Job) -> list[tuple[str, str]]:
    """Return a job's settings in words, without its rules and without defaults."""
    from sodasheet.jobs import unknown_keys
    from sodasheet.model.mapping import Mapping

    plain, mapping = Mapping(), job.mapping
    lines = [
        ("dataset", f"{job.portal}/d/{job.dataset}"),
        ("method", job.method.value),
        ("source", source_words(job)),
        ("header row", str(job.source.header_row) if job.source.header_row else "none"),
        ("guards", _guards(job)),
        ("told", _told(job)),
    ]
    if job.send != "all":
        lines.append(("sends", "only what changed"))
    if job.within is not None:
        lines.append(("replaces only", _within(job.within)))
    if job.snapshot != "require":
        lines.append(("snapshot", job.snapshot))
    if job.source.kind == "file":
        lines.append(("read as", f"encoding {job.source.encoding}, {_separator(job)}"))
    if (mapping.trim, mapping.empty_is_null) != (plain.trim, plain.empty_is_null):
        blanks = "kept" if not mapping.trim else "taken off"
        empty = "is cleared" if mapping.empty_is_null else "becomes an empty text"
        lines.append(("blanks", f"around a value are {blanks}; an empty cell {empty}"))
    if mapping.timezone != plain.timezone:
        lines.append(("time zone", mapping.timezone))
    if one := job.source.leave_out:
        lines.append(("rows left out", ", ".join(one)))
    if one := mapping.missing:
        lines.append(("treated as empty", ", ".join(one)))
    if one := mapping.declined:
        lines.append(("declined suggestions", ", ".join(one)))
    if mapping.by_field_name:
        lines.append(("other columns", "fill the dataset column with the same field name"))
    if keys := unknown_keys(job):
        lines.append(("unknown keys", ", ".join(keys)))
    return lines


def source_words(job: Job) -> str:
    """Return the source in a line: `permits.xlsx, sheet Permits`."""
    from sodasheet.jobs.sheet.source_cell import words_of

    spec = job.source
    if spec.kind == "active":
        return f"{words_of(spec)} (in the open workbook)"
    parts = [f"{name} {value}" for name in ("sheet", "table", "range")
             if (value := getattr(spec, name))]  # fmt: skip
    return ", ".join([spec.path, *parts])


def _within(within: Within) -> str:
    if within.values:
        return f"rows whose {within.field} is {' or '.join(within.values)}"
    each = f"{within.each} of " if within.each else ""
    return f"rows of each {each}{within.field} that the source has"


def _separator(job: Job) -> str:
    return f"separator {job.source.separator}"


def _guards(job: Job) -> str:
    guards = job.guards
    return (
        f"stops if the dataset would shrink by more than {guards.max_shrink:.0%}, or if more than "
        f"{counted(guards.max_rejected, 'row is', 'rows are')} rejected"
    )


def _told(job: Job) -> str:
    told = {name: value for name, value in job.notify.items() if value}
    return ", ".join(f"{name}: {value}" for name, value in told.items()) or "nobody"
