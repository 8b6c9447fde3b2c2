"""`sodasheet map`: match a source's columns to a dataset's and save the job."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.options import RenamedOption, as_json, source_options, takes
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem
from sodasheet.matching.choices import Choices

if TYPE_CHECKING:
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.model.mapping import ColumnRule, Mapping
    from sodasheet.staging.stage import Stage


@dataclass(frozen=True, slots=True)
class MapOptions:
    """Options of a mapping; `choices`, `formats` and `constants` are `NAME=VALUE` texts."""

    source: str
    dataset: str
    method: str
    changes_only: bool
    send: str | None
    output: Path | None
    choices: tuple[str, ...]
    formats: tuple[str, ...]
    constants: tuple[str, ...]
    confirm: bool
    sheet: str
    table: str
    cells: str
    header_row: int
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
@click.option(
    "--map",
    "choices",
    cls=RenamedOption,
    old=["--set"],
    multiple=True,
    metavar="HEADER=FIELD",
    help="Fill FIELD from HEADER; nothing after the = ignores the column. May be repeated.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar="HEADER=FORMAT",
    help="Format of HEADER, e.g. 'Opened=%m/%d/%Y' or 'Fee=$1,234.50'. May be repeated.",
)
@click.option(
    "--constant",
    "constants",
    multiple=True,
    metavar="FIELD=VALUE",
    help="Fill FIELD with the same VALUE in every row. May be repeated.",
)
@click.option("--confirm", is_flag=True, help="Mark every match as confirmed by you.")
@source_options
@as_json
@takes(MapOptions)
def command(options: MapOptions) -> None:
    """Match the columns of SOURCE (a CSV, TSV or workbook) to those of DATASET.

    DATASET is the dataset's web address, or HOST/abcd-1234. Columns without a match are ignored
    until you map them.

    Example: sodasheet map permits.csv https://data.ct.gov/d/abcd-1234 -o permits.json
    """
    from sodasheet.commands.terminal.output import print_json, shown_progress
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.jobs import job_to_json, write_job
    from sodasheet.jobs.file.file import require_file_name
    from sodasheet.matching import suggest
    from sodasheet.matching.choices import choose
    from sodasheet.matching.drift import fingerprint
    from sodasheet.model.job import Job
    from sodasheet.model.method import Method
    from sodasheet.portal.address import Address
    from sodasheet.portal.dataset import read_dataset, require_writable
    from sodasheet.sources import open_source
    from sodasheet.staging.check.plan import CheckPlan
    from sodasheet.staging.check.projection import require_formats
    from sodasheet.staging.stage import Stage
    from sodasheet.system.tempdirs import scratch_folder

    if (output := options.output) is not None:
        require_file_name(output)
    address = Address.parse(options.dataset)
    spec = _spec(options)
    target = read_dataset(open_portal(address.portal), address.dataset)
    require_writable(target)
    method = Method(options.method)
    with (
        shown_progress() as progress,
        scratch_folder() as folder,
        Stage.open(open_source(spec, Path.cwd()), folder, progress) as stage,
    ):
        mapping = suggest(stage.headers, target, method)
        mapping = choose(mapping, _choices(options), stage.headers, target)
        mapping = _with_formats(mapping, stage, target)
        require_formats(CheckPlan(target, mapping, method), stage.headers)
        prints = fingerprint(stage.headers, target)
        samples = stage.samples(2)
    job = Job(target.portal, target.id, method, spec, mapping, fingerprint=prints)
    job = replace(job, send="changes" if options.changes_only else options.send or "all")
    if output is not None:
        job = _relative_to(job, output)
        write_job(job, output)
    if options.as_json:
        print_json(job_to_json(job))
        return
    print_mapping(mapping, target, samples)
    say(f"Saved as {output}." if output else "Not saved; add -o JOB.json to save the job.")


def _spec(options: MapOptions) -> SourceSpec:
    from sodasheet.sources import source_spec

    return replace(
        source_spec(options.source),
        encoding=options.encoding,
        separator=options.separator,
        header_row=options.header_row,
        sheet=options.sheet,
        table=options.table,
        range=options.cells,
    )


def _relative_to(job: Job, output: Path) -> Job:
    """Return the job with a source path relative to the job file if it is below it."""
    path = Path(job.source.path).resolve()
    folder = output.resolve().parent
    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    return replace(job, source=replace(job.source, path=shown.as_posix()))


def _choices(options: MapOptions) -> Choices:
    formats: dict[str, tuple[str, ...]] = {}
    for header, text in _pairs(options.formats, "--format"):
        formats[header] = (*formats.get(header, ()), text)
    return Choices(
        fields=dict(_pairs(options.choices, "--map")),
        constants=dict(_pairs(options.constants, "--constant")),
        formats=formats,
        confirm=options.confirm,
    )


def _pairs(texts: tuple[str, ...], option: str) -> list[tuple[str, str]]:
    """Split `A=B` texts into pairs; raises UsageProblem if the = is missing."""
    pairs = []
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageProblem(f'{option} "{text}" contains no =.', f"Write {option} NAME=VALUE.")
        pairs.append((name.strip(), value.strip()))
    return pairs


def _with_formats(mapping: Mapping, stage: Stage, target: Dataset) -> Mapping:
    """Return the mapping with formats that are the only way to read a column."""
    from sodasheet.staging.check.format_suggestions import suggest_formats

    rules = []
    for rule in mapping.columns:
        column = target.column(rule.field) if rule.field and rule.fills else None
        if rule.source is not None and column is not None and not rule.formats:
            rule = replace(rule, formats=suggest_formats(stage, rule.source, column))  # noqa: PLW2901
        rules.append(rule)
    return replace(mapping, columns=tuple(rules))


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
                "",
            ]
        )
    title = f"{target.name} ({target.id}), row identifier: {target.row_identifier or 'none'}"
    print_table(title, ["source", "sample", "dataset column", "type", "match", "format"], rows)
    empty = [column.label for column in target.fillable if column.field not in mapping.filled]
    if empty:
        say(f"Not filled: {', '.join(empty)}")


def _row(rule: ColumnRule, target: Dataset, samples: dict[str, list[str]]) -> list[str]:
    column = target.column(rule.field) if rule.field and rule.fills else None
    return [
        rule.source if rule.source is not None else f"constant {rule.constant!r}",
        ", ".join(samples.get(rule.source or "", []))[:40],
        column.label if column else "(ignore)",
        column.type if column else "",
        rule.match,
        ", ".join(rule.formats),
    ]
