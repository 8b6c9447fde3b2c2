"""`sodasheet template`: a workbook to type a dataset's rows into."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.options import as_json
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem

if TYPE_CHECKING:
    from sodasheet.model.column import Column
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job
    from sodasheet.office.sheets.entry_sheet import EntryColumn
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.quality.profile import ColumnProfile, Profile

#: Data types whose cells are numbers.
_NUMBERS = frozenset({"number", "money", "percent", "double", "stars"})

#: Data types that cannot be typed into a cell.
_UNTYPED = frozenset({"line", "polygon", "multipoint", "multiline", "multipolygon", "json"})


@click.command("template")
@click.argument("dataset")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The workbook to make, such as permits.xlsx.",
)
@click.option(
    "--method",
    default="upsert",
    show_default=True,
    type=click.Choice(["replace", "append", "upsert"]),
    help="The method of the mapping in the workbook.",
)
@as_json
def command(dataset: str, output: Path, method: str, as_json: bool) -> int:
    """Make a workbook for typing the rows of DATASET.

    The workbook has the dataset's columns with drop-downs, formats and help, so that errors stop
    where they are made, and a mapping sheet that is ready to push. DATASET is a web address.

    Example: sodasheet template https://data.example.gov/d/abcd-1234 -o permits.xlsx
    """
    from sodasheet.commands.job.sheets import mapping_content
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.jobs.loader import NamedJob
    from sodasheet.office.sheets.new_workbook import filled_workbook
    from sodasheet.portal.address import Address
    from sodasheet.portal.dataset import read_dataset

    if output.suffix.lower() != ".xlsx":
        raise UsageProblem(f"{output} is not an .xlsx file.", "Name a workbook ending in .xlsx.")
    if output.exists():
        raise UsageProblem(f"{output} exists already.", "Name a new workbook.")
    address = Address.parse(dataset)
    with open_portal(address.portal) as session:
        found = read_dataset(session, address.dataset)
        profile = _profile(session, found)
    columns = entry_columns(found, profile)
    job = _job(found, method)
    content = mapping_content(NamedJob(found.name, job, output.resolve().parent), output.parent, [])
    _write(output, filled_workbook([content], columns))
    if as_json:
        print_json({"workbook": str(output), "columns": [one.title for one in columns]})
    else:
        say(f"Made {output}: type the rows into the sheet Data, then push the workbook.")
    return 0


def entry_columns(dataset: Dataset, profile: Profile | None) -> list[EntryColumn]:
    """Return the columns to type into; a point takes two."""
    from sodasheet.office.sheets.entry_sheet import EntryColumn

    made: list[EntryColumn] = []
    for column in _typed(dataset):
        known = profile.columns.get(column.field) if profile is not None else None
        if column.type in ("point", "location"):
            made += [
                EntryColumn(f"{column.name} {axis}", axis, help=f"{axis.title()} in degrees.")
                for axis in ("latitude", "longitude")
            ]
            continue
        required = column.field == dataset.row_identifier or _always_filled(known)
        made.append(
            EntryColumn(
                column.name, _kind(column, known), required, _choices(known), _help(column, known)
            )
        )
    return made


def _typed(dataset: Dataset) -> list[Column]:
    return [one for one in dataset.fillable if one.type not in _UNTYPED]


def _always_filled(known: ColumnProfile | None) -> bool:
    return known is not None and known.rows >= 100 and not known.blanks


def _kind(column: Column, known: ColumnProfile | None) -> str:
    if column.type in _NUMBERS:
        whole = known is not None and known.spread is not None and known.spread.whole == 1.0
        return "whole" if whole else "number"
    if column.type == "calendar_date":
        return "date"
    return {"date": "moment", "checkbox": "checkbox"}.get(column.type, "text")


def _choices(known: ColumnProfile | None) -> tuple[str, ...]:
    if known is None or known.kind != "text" or not known.category or known.distinct < 2:
        return ()
    return tuple(sorted(known.values))


def _help(column: Column, known: ColumnProfile | None) -> str:
    """Return a sentence about the cell's values, with an example from the dataset."""
    kinds = {"number": "A number", "checkbox": "TRUE or FALSE", "calendar_date": "A date"}
    kind = kinds.get(column.type, "A web address" if column.type == "url" else "Text")
    example = next(iter(known.values), "") if known is not None and column.type != "date" else ""
    shown = example[:10] if column.type == "calendar_date" else example[:60]
    return f"{kind}, such as {shown}." if shown else f"{kind}."


def _job(dataset: Dataset, method: str) -> Job:
    """Return the job of the workbook: each header fills the column of its name."""
    from sodasheet.matching import fingerprint
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping, PointRule
    from sodasheet.model.method import Method
    from sodasheet.office.sheets.entry_sheet import SHEET

    rules: list[ColumnRule] = []
    points: list[PointRule] = []
    headers: list[str] = []
    for column in _typed(dataset):
        if column.type in ("point", "location"):
            names = (f"{column.name} latitude", f"{column.name} longitude")
            points.append(PointRule(column.field, *names, match=CONFIRMED))
            headers += names
        else:
            rules.append(ColumnRule(column.name, column.field, match=CONFIRMED, confidence=1.0))
            headers.append(column.name)
    return Job(
        dataset.portal,
        dataset.id,
        Method(method),
        SourceSpec(kind="active", sheet=SHEET),
        Mapping(columns=tuple(rules), points=tuple(points)),
        fingerprint=fingerprint(tuple(headers), dataset),
    )


def _profile(session: PortalSession, dataset: Dataset) -> Profile | None:
    """Return the profile of the dataset's rows, for drop-downs and examples."""
    from sodasheet.model.progress import Silent
    from sodasheet.quality.dataset_profile import DatasetProfiles
    from sodasheet.staging.stage import Stage
    from sodasheet.system.tempdirs import scratch_folder

    with (
        scratch_folder() as folder,
        Stage.bare(dataset.name, len(dataset.columns), folder, Silent()) as stage,
    ):
        return DatasetProfiles.here().of(session, dataset, stage)


def _write(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        raise UsageProblem(
            f"{path} cannot be written: {error.strerror or error}.",
            "Choose a folder in which you may write.",
        ) from error
