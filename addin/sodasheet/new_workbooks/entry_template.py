"""A workbook to type a dataset's rows into: drop-downs, formats, help, and a mapping sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sodasheet.matching import fingerprint
from sodasheet.model.dataset import NUMBER_TYPES, PLACE_TYPES, Column, Dataset
from sodasheet.model.job import Job, SourceSpec
from sodasheet.model.mapping import CONFIRMED, ColumnRule, Mapping, PointRule
from sodasheet.model.method import Method
from sodasheet.model.progress import Silent
from sodasheet.new_workbooks.mapping_content import mapping_content
from sodasheet.office.sheets.entry_sheet import SHEET, EntryColumn
from sodasheet.office.sheets.mapping_workbook import filled_workbook
from sodasheet.quality.dataset_profile import DatasetProfiles
from sodasheet.quality.profile import ColumnProfile, Profile
from sodasheet.staging.staged_table import Stage
from sodasheet.system.folders import scratch_folder

if TYPE_CHECKING:
    from sodasheet.portal.http.session import PortalSession

#: Data types whose cells are numbers.

#: Data types that cannot be typed into a cell.
_UNTYPED = frozenset({"line", "polygon", "multipoint", "multiline", "multipolygon", "json"})


@dataclass(frozen=True, slots=True)
class EntryTemplate:
    """A workbook's content, and the titles of the columns to type into."""

    content: bytes
    columns: tuple[str, ...]


def entry_template(session: PortalSession, dataset: Dataset, method: Method) -> EntryTemplate:
    """Create the workbook, with drop-downs and examples from the dataset's own rows.

    Raises PortalError.
    """
    columns = entry_columns(dataset, _profile(session, dataset))
    content = mapping_content(_job(dataset, method), dataset)
    return EntryTemplate(filled_workbook([content], columns), tuple(one.title for one in columns))


def entry_columns(dataset: Dataset, profile: Profile | None) -> list[EntryColumn]:
    """Return the columns to type into; a point takes two."""

    made: list[EntryColumn] = []
    for column in _typed(dataset):
        known = profile.columns.get(column.field) if profile is not None else None
        if column.type in PLACE_TYPES:
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
    if column.type in NUMBER_TYPES:
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


def _job(dataset: Dataset, method: Method) -> Job:
    """Return the job of the workbook: each header fills the column with its name."""

    rules: list[ColumnRule] = []
    points: list[PointRule] = []
    headers: list[str] = []
    for column in _typed(dataset):
        if column.type in PLACE_TYPES:
            names = (f"{column.name} latitude", f"{column.name} longitude")
            points.append(PointRule(column.field, *names, match=CONFIRMED))
            headers += names
        else:
            rules.append(ColumnRule(column.name, column.field, match=CONFIRMED, confidence=1.0))
            headers.append(column.name)
    return Job(
        dataset.portal,
        dataset.id,
        method,
        SourceSpec(kind="active", sheet=SHEET),
        Mapping(columns=tuple(rules), points=tuple(points)),
        fingerprint=fingerprint(tuple(headers), dataset),
    )


def _profile(session: PortalSession, dataset: Dataset) -> Profile | None:
    """Return the profile of the dataset's rows, for drop-downs and examples."""

    with (
        scratch_folder() as folder,
        Stage.bare(dataset.name, len(dataset.columns), folder, Silent()) as stage,
    ):
        return DatasetProfiles.here().of(session, dataset, stage)
