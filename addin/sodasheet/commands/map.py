"""`sodasheet map`: match a source's columns to a dataset's and save the job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.mapping_options import (
    MappingTexts,
    choice_options,
    cleanup_options,
    print_accepted,
    print_suggestions,
    quote_sign,
    reading_options,
    row_kinds,
    row_options,
    setting_options,
    split_accepted,
    suggestion_json,
    suggestion_options,
    with_choices,
    with_limits,
)
from sodasheet.commands.terminal.command_line import as_json, source_options, takes
from sodasheet.commands.terminal.output import say
from sodasheet.errors import PortalError
from sodasheet.system.folders import real_path
from sodasheet.wording import shortened

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.model.mapping import ColumnRule, Mapping
    from sodasheet.model.suggestion import DatasetValues, Suggestion
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.staging.staged_table import Stage


@dataclass(frozen=True, slots=True)
class MapOptions(MappingTexts):
    """Options of a new mapping."""

    source: str
    dataset: str
    method: str
    changes_only: bool
    send: str | None
    output: Path | None
    leave_out: tuple[str, ...]
    accepted: tuple[str, ...]
    declined: tuple[str, ...]
    max_shrink: float | None
    max_rejected: int | None
    notify: str
    log_dataset: str
    sheet: str
    table: str
    cells: str
    header_row: int
    header_rows: int
    quote: str
    rows: str | None
    encoding: str
    separator: str
    as_json: bool


@click.command("map")
@click.argument("source")
@click.argument("dataset")
@click.option(
    "--method",
    default="upsert",
    show_default=True,
    type=click.Choice(["replace", "append", "upsert", "delete"]),
)
@click.option("--changes-only", is_flag=True, help="Send only rows that differ from the dataset's.")
@click.option("--send", type=click.Choice(["all", "changes"]), hidden=True)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Save the job here."
)
@choice_options
@cleanup_options
@suggestion_options
@row_options
@reading_options
@setting_options
@source_options
@as_json
@takes(MapOptions)
def command(options: MapOptions) -> None:
    """Match the columns of SOURCE (a CSV, TSV or workbook) to the columns of DATASET.

    DATASET is the dataset's web address, or HOST/abcd-1234. Columns without a match are ignored
    until you map them.

    Example: sodasheet map permits.csv https://data.ct.gov/d/abcd-1234 -o permits.json
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.jobs import job_to_json, write_job
    from sodasheet.jobs.file.job_file import require_file_name

    if (output := options.output) is not None:
        require_file_name(output)
    made = _made(options)
    job = made.job
    if output is not None:
        job = _relative_to(job, output)
        write_job(job, output)
    if options.as_json:
        open_ones = [suggestion_json(one) for one in made.suggestions]
        print_json({**job_to_json(job), "suggestions": open_ones})
        return
    print_mapping(job.mapping, made.target, made.samples)
    _warn(job, made.target)
    print_accepted(made.accepted)
    print_suggestions(made.suggestions)
    say(f"Saved as {output}." if output else "Not saved; add -o JOB.json to save the job.")


@dataclass(frozen=True, slots=True)
class _Made:
    """A new job, its dataset, sample values by header, and suggestions accepted and open."""

    job: Job
    target: Dataset
    samples: dict[str, list[str]]
    accepted: list[Suggestion]
    suggestions: list[Suggestion]


def _made(options: MapOptions) -> _Made:
    """Match the source's columns and return the job with all options applied."""
    from sodasheet.commands.terminal.output import say_source_notes, shown_progress
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.matching.column_drift import fingerprint
    from sodasheet.model.job import Job
    from sodasheet.model.method import Method
    from sodasheet.portal.dataset import read_dataset, require_writable
    from sodasheet.portal.dataset_address import Address
    from sodasheet.sources import open_source
    from sodasheet.staging.check.check_plan import CheckPlan
    from sodasheet.staging.check.mapping_sql import require_formats
    from sodasheet.staging.staged_table import Stage
    from sodasheet.staging.suggest import accept, decline, suggest_changes
    from sodasheet.system.folders import scratch_folder

    address, method, spec = Address.parse(options.dataset), Method(options.method), _spec(options)
    session = open_portal(address.portal)
    target = read_dataset(session, address.dataset)
    require_writable(target)
    spec, taken, header = _header(spec, options)
    with (
        shown_progress() as progress,
        scratch_folder() as folder,
        Stage.open(open_source(spec, Path.cwd()), folder, progress) as stage,
    ):
        mapping = _matched(stage, target, options)
        known = _dataset_values(session, target, stage)
        found = [*header, *suggest_changes(stage, mapping, target, known)]
        settled = {one.key for one in taken}
        accepted = [key for key in options.accepted if key not in settled]
        yes, no, left = split_accepted(found, accepted, options.declined)
        mapping, spec = accept(decline(mapping, no), spec, yes)
        require_formats(CheckPlan(target, mapping, method), stage.headers)
        prints = fingerprint(stage.headers, target)
        samples = stage.samples(2)
    say_source_notes(stage.spool.findings)
    job = Job(target.portal, target.id, method, spec, mapping, fingerprint=prints)
    job = with_limits(
        job, options.max_shrink, options.max_rejected, options.notify, options.log_dataset
    )
    send = "changes" if options.changes_only else options.send or "all"
    return _Made(replace(job, send=send), target, samples, [*taken, *yes], left)


def _matched(stage: Stage, target: Dataset, options: MapOptions) -> Mapping:
    """Return the suggested mapping with the user's choices."""
    from sodasheet.matching import suggest
    from sodasheet.model.method import Method
    from sodasheet.staging.check.check_plan import CheckPlan
    from sodasheet.staging.check.mapping_sql import require_formats
    from sodasheet.staging.suggest import with_formats

    method = Method(options.method)
    mapping = suggest(stage.headers, target, method)
    mapping = with_choices(mapping, options, stage.headers, target)
    require_formats(CheckPlan(target, mapping, method), stage.headers)
    return with_formats(mapping, stage, target)


def _dataset_values(
    session: PortalSession, target: Dataset, stage: Stage
) -> dict[str, DatasetValues]:
    """Return the values already in the dataset; print a note if the portal does not show them."""
    from sodasheet.quality.dataset_values import read_dataset_values

    try:
        return read_dataset_values(session, target, stage)
    except PortalError as error:
        say(f"Note: suggestions are made without the dataset's own values. {error}")
        return {}


def _warn(job: Job, target: Dataset) -> None:
    """Warn of problems that would stop a push of the job."""
    identifier = target.row_identifier
    if job.method.needs_identifier and identifier is None:
        say(f"Warning: the dataset has no row identifier, which {job.method.value} needs.")
    elif job.method.needs_identifier and identifier not in job.mapping.filled:
        say(
            f"Warning: no column fills the row identifier {identifier}, which "
            f"{job.method.value} needs."
        )


def _spec(options: MapOptions) -> SourceSpec:
    from sodasheet.sources import source_spec

    return replace(
        source_spec(options.source),
        encoding=options.encoding,
        separator=options.separator,
        header_row=options.header_row,
        header_rows=options.header_rows,
        sheet=options.sheet,
        table=options.table,
        range=options.cells,
        leave_out=row_kinds(options.leave_out),
        quote=quote_sign(options.quote),
        rows=options.rows or "",
    )


def _relative_to(job: Job, output: Path) -> Job:
    """Return the job with a source path relative to the job file if the source lies below."""
    path = real_path(Path(job.source.path))
    folder = real_path(output).parent
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    return replace(job, source=replace(job.source, path=shown.as_posix()))


def _header(
    spec: SourceSpec, options: MapOptions
) -> tuple[SourceSpec, list[Suggestion], list[Suggestion]]:
    """Return the source with the header row, and its accepted or open suggestion."""
    from sodasheet.sources.header_row import suggest_header_row

    found = suggest_header_row(Path.cwd() / spec.path, spec)
    if found is None:
        return spec, [], []
    if {found.key, "all"} & {*options.accepted} and found.key not in options.declined:
        row, rows = found.change.header_row, found.change.header_rows
        return replace(spec, header_row=1 if row is None else row, header_rows=rows), [found], []
    return spec, [], [found]


def print_mapping(mapping: Mapping, target: Dataset, samples: dict[str, list[str]]) -> None:
    """Print the mapping as a table, and the dataset's columns that nothing fills."""
    from sodasheet.commands.terminal.output import print_table

    rows = [_row(rule, target, samples) for rule in mapping.columns]
    for point in mapping.points:
        column = target.column(point.field)
        rows.append(
            [
                f"{point.latitude} + {point.longitude}",
                "",
                column.label if column else point.field,
                column.type if column else "",
                "latitude and longitude",
                ", ".join(point.formats),
            ]
        )
    title = f"{target.name} ({target.id}), row identifier: {target.row_identifier or 'none'}"
    print_table(title, ["source", "sample", "dataset column", "type", "match", "format"], rows)
    empty = [column.label for column in target.fillable if column.field not in mapping.filled]
    if empty:
        say(f"Not filled: {', '.join(empty)}")


def _row(rule: ColumnRule, target: Dataset, samples: dict[str, list[str]]) -> list[str]:
    from sodasheet.staging.types.date_format import date_words

    column = target.column(rule.field) if rule.field and rule.fills else None
    return [
        rule.source or (f"{rule.template!r}" if rule.template else f"constant {rule.constant!r}"),
        shortened(", ".join(samples.get(rule.source or "", [])), 40),
        column.label if column else "(ignore)",
        column.type if column else "",
        rule.match,
        ", ".join(map(date_words, rule.formats)),
    ]
