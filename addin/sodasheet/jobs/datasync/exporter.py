"""Export a job as a `.sij` that DataSync 1.9.9 loads (docs/how-to/move-from-datasync.md)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath
from typing import Any

from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.jobs.datasync.importer import EVERY_ROW
from sodasheet.jobs.datasync.java_names import java_encoding, to_joda
from sodasheet.model.job import Guards, Job
from sodasheet.model.mapping import Blank, Mapping
from sodasheet.model.method import Method
from sodasheet.sources.headers import numbered_header
from sodasheet.staging.types.date_format import ISO
from sodasheet.system.folders import real_path

#: File version of DataSync 1.5 and later.
_VERSION = 4

_SUFFIXES = (".csv", ".tsv")
_NAMES = {"comma": ",", "tab": "\t", "\\t": "\t", "semicolon": ";", "pipe": "|", "space": " "}


@dataclass(slots=True)
class _Written:
    """A control file that is being written, and the lost settings."""

    job: Job
    headers: tuple[str, ...]
    lost: list[str] = field(default_factory=list)

    def names(self) -> list[str]:
        """The dataset column that each source column fills, or a placeholder."""
        filled = {rule.source: rule.field for rule in self.job.mapping.columns if rule.fills}
        return [filled.get(header) or f"column_{at}" for at, header in enumerate(self.headers)]

    def ignored(self) -> list[str]:
        """Return the placeholders."""
        return [name for name in self.names() if name.startswith("column_") and name not in
                {rule.field for rule in self.job.mapping.columns}]  # fmt: skip


def write_sij(job: Job, path: Path, base: Path | None = None) -> tuple[str, ...]:
    """Write the job as a `.sij`; return a sentence for each setting that a `.sij` cannot contain.

    `base` is the folder that a relative source path starts from, by default that of
    `path`; the source's headers are taken from the job's fingerprint, else from the file itself.
    Raises UsageProblem if DataSync could not run the job at all, SodaSheetError if the file cannot
    be written.
    """
    start = real_path(path).parent if base is None else base
    _refuse(job)
    body, lost = sij_of(job, start)
    body |= {"pathToSavedFile": str(real_path(path)), "jobFilename": path.name}
    try:
        path.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    except (OSError, ValueError) as error:
        raise SodaSheetError(
            f"{path} cannot be written: {getattr(error, 'strerror', None) or error}.",
            "Choose a folder that you can write to.",
        ) from error
    return lost


def sij_of(job: Job, base: Path) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the JSON object of a `.sij`, and a sentence for each setting that is lost."""
    soda2 = _is_soda2(job)
    body: dict[str, Any] = {
        "defaultJobName": "Unsaved Standard Job (0)",
        "datasetID": job.dataset,
        "fileToPublish": _absolute(job, base),
        "publishMethod": job.method.value,
        "fileToPublishHasHeaderRow": _has_header(job),
        "publishViaFTP": False,
        "publishViaDi2Http": not soda2,
        "isPostNbeification": True,
        "fileVersionUID": _VERSION,
    }
    lost = list(_never(job))
    if not soda2:
        written = _Written(job, () if job.mapping.by_field_name else _headers(job, base))
        text = json.dumps(_control(written), ensure_ascii=False, indent=2)
        body |= {"controlFileContent": text, "ftpControlFileContent": text}
        lost += written.lost
    return body, tuple(lost)


def _has_header(job: Job) -> bool:
    """True if DataSync's window may use the first record as the header.

    With a header it skips one record, whatever the control file says, so that a larger `skip`
    would be lost.
    """
    return job.source.header_row > 0 and (job.mapping.by_field_name or _skip(job) == 1)


def _refuse(job: Job) -> None:
    suffix = PureWindowsPath(job.source.path).suffix.lower()
    if job.source.kind != "file" or suffix not in _SUFFIXES:
        raise UsageProblem(
            "DataSync publishes .csv and .tsv files only, and the job's source is neither.",
            "Save the source as CSV, and create the job for that file.",
        )


def _is_soda2(job: Job) -> bool:
    """True if DataSync can run the job without a control file."""
    mapping, source = job.mapping, job.source
    plain = Mapping(trim=False, by_field_name=True, blank=mapping.blank)
    keeps = Blank.KEEP if job.method in (Method.UPSERT, Method.APPEND) else Blank.CLEAR
    return mapping == plain and mapping.blank is keeps and source.escape == "\\" and not source.skip


def _absolute(job: Job, base: Path) -> str:
    told = job.source.path
    return told if PureWindowsPath(told).is_absolute() else str(real_path(base / told))


def _headers(job: Job, base: Path) -> tuple[str, ...]:
    """Return the source's headers in order: by position, from the fingerprint, or from the file."""
    if job.fingerprint.headers:
        return job.fingerprint.headers
    named = [rule.source for rule in job.mapping.columns if rule.source is not None]
    places = [name for name in named if name.removeprefix("Column ").isdecimal()]
    try:
        return _read_headers(job, base)
    except SodaSheetError:
        # A file that does not exist yet will have at least the mapped columns.
        if job.source.header_row or len(places) != len(named):
            raise
    count = max((int(name.removeprefix("Column ")) for name in named), default=0)
    return tuple(map(numbered_header, range(1, count + 1)))


def _read_headers(job: Job, base: Path) -> tuple[str, ...]:
    from tempfile import TemporaryDirectory

    from sodasheet.model.progress import Silent
    from sodasheet.sources import open_source

    with TemporaryDirectory(prefix="sodasheet-") as folder:
        return open_source(job.source, base).spool(Path(folder), Silent()).headers


def _control(written: _Written) -> dict[str, Any]:
    """Return the control file, with every key that DataSync's windows require."""
    job, mapping = written.job, written.job.mapping
    names = None if mapping.by_field_name else written.names()
    ignored = written.ignored() if names is not None else _ignored_fields(mapping)
    suffix = PureWindowsPath(job.source.path).suffix.lower().removeprefix(".")
    floating = _formats(written, mapping.formats.get("calendar_date", (ISO,)), "calendar dates")
    fixed = _formats(written, mapping.formats.get("date", (ISO,)), "dates")
    overrides = dict(_overrides(written))
    own = [form for said in overrides.values() for form in said.get("timestampFormat", ())]
    block: dict[str, Any] = {
        "columns": names,
        "ignoreColumns": ignored,
        "skip": _skip(job),
        "encoding": java_encoding(_told(written, "encoding", "utf-8")),
        "separator": _told(written, "separator", "\t" if suffix == "tsv" else ","),
        "quote": job.source.quote or "\0",
        "trimWhitespace": mapping.trim,
        "trimServerWhitespace": False,
        "emptyTextIsNull": mapping.empty_is_null,
        # DataSync's window checks dates of both kinds with the first of these formats.
        "floatingTimestampFormat": list(dict.fromkeys((*floating, *fixed, *own))),
        "fixedTimestampFormat": fixed,
        "timezone": mapping.timezone,
        "useSocrataGeocoding": False,
        "overrides": overrides,
        "setAsideErrors": job.guards.max_rejected > 0 and job.method is not Method.DELETE,
    }
    if job.source.escape:
        block["escape"] = job.source.escape
    block |= _synthetic(written)
    return {"action": job.method.value.capitalize(), suffix: block}


def _ignored_fields(mapping: Mapping) -> list[str]:
    return [rule.source for rule in mapping.columns if rule.ignore and rule.source is not None]


def _skip(job: Job) -> int:
    """Return the number of records before the data, or before a header that names the fields."""
    source = job.source
    if source.header_row == 0:
        return source.skip
    above = source.skip + source.header_row - 1
    return above if job.mapping.by_field_name else above + 1


def _told(written: _Written, name: str, usual: str) -> str:
    value = str(getattr(written.job.source, name))
    if value == "auto":
        shown = json.dumps(usual)
        written.lost.append(f"The {name} is detected here; the .sij says {shown}.")
        return usual
    return _NAMES.get(value, value)


def _formats(written: _Written, formats: tuple[str, ...], of: str) -> list[str]:
    """Return the date formats in Joda's letters; report other formats as lost."""
    found = [(form, to_joda(form)) for form in formats]
    written.lost += [f'The format "{form}" of {of} is lost.' for form, joda in found if not joda]
    return [joda for _, joda in found if joda]


def _overrides(written: _Written) -> Iterator[tuple[str, dict[str, Any]]]:
    for rule in written.job.mapping.columns:
        if not rule.fills or rule.source is None or rule.field is None:
            continue
        said = {
            "timestampFormat": _formats(written, rule.formats, rule.field),
            "timezone": rule.timezone,
            "emptyTextIsNull": rule.empty_is_null,
            "trimWhitespace": rule.trim,
        }
        if override := {key: value for key, value in said.items() if value not in (None, [])}:
            yield rule.field, override


def _synthetic(written: _Written) -> dict[str, Any]:
    """Return locations from several columns if the fingerprint has such a type, else points."""
    mapping, names = written.job.mapping, written.names()
    types = {field: kind for _, field, kind in written.job.fingerprint.columns}
    at = dict(zip(written.headers, names, strict=True))
    found: dict[str, Any] = {}
    for place in mapping.places:
        parts = {part: at.get(header, header) for part, header in place.parts.items()}
        if place.geocode:
            kind = (
                "syntheticLocations"
                if types.get(place.field) == "location"
                else ("syntheticPoints")
            )
            told = parts if kind == "syntheticLocations" else {"type": "geocoded", **parts}
            found.setdefault(kind, {})[place.field] = told
            continue
        found.setdefault("syntheticLocations", {})[place.field] = parts
    for point in mapping.points:
        pair = {name: at.get(getattr(point, name), getattr(point, name)) for name in
                ("latitude", "longitude")}  # fmt: skip
        if types.get(point.field) == "location":
            found.setdefault("syntheticLocations", {})[point.field] = pair
        else:
            found.setdefault("syntheticPoints", {})[point.field] = {"type": "point", **pair}
    return found


def _never(job: Job) -> Iterator[str]:
    """Report the settings that no `.sij` can contain."""
    yield f"Set the domain in DataSync's preferences: {job.portal}."
    if job.method is Method.APPEND:
        yield "Append is lost: DataSync's append is an upsert, which overwrites existing rows."
    for rule in job.mapping.columns:
        if rule.constant is not None:
            yield f"The constant for {rule.field} is lost."
        elif rule.fills and rule.blank is not Blank.CLEAR:
            yield f'{rule.field}: "{rule.blank.value}" is lost: an empty cell clears the cell.'
    guards, usual = job.guards, Guards()
    if guards.max_shrink != usual.max_shrink:
        yield "The guard against shrinking is lost; DataSync has none."
    if guards.max_rejected not in (0, EVERY_ROW) and job.method is not Method.DELETE:
        yield "DataSync skips any number of rows; it has no limit."
    if job.notify:
        yield "Notification addresses are in DataSync's preferences, not in the job."
    if job.extra:
        yield f"Keys of the job file: {', '.join(map(str, job.extra))}."
