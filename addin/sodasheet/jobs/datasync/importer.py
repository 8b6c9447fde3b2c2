"""Import a DataSync job, with a note about everything that is not carried over."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from sodasheet.errors import UsageProblem
from sodasheet.jobs.datasync import remembered_portal
from sodasheet.jobs.datasync.control_file import Control, contradiction, read_control
from sodasheet.jobs.datasync.control_mapping import mapping_of
from sodasheet.jobs.datasync.java_names import encoding
from sodasheet.jobs.datasync.preferences import Preferences
from sodasheet.jobs.datasync.sij_file import SijFile, content_of, parse_sij
from sodasheet.model.job import Fingerprint, Guards, Job, SourceSpec
from sodasheet.model.mapping import Blank, Mapping
from sodasheet.model.method import Method
from sodasheet.model.next_step import Action, NextStep
from sodasheet.portal.dataset_address import is_dataset_id
from sodasheet.sources.headers import numbered_headers
from sodasheet.system.folders import real_path
from sodasheet.system.path_facts import is_file

#: Number of rejected rows if the job has no limit for them.
EVERY_ROW = 10**9

#: Other kinds of DataSync jobs, by extension: description and advice.
OTHER_JOBS = {
    ".spj": ("a Port job, which copies one dataset to another", "Copy the dataset with SodaSheet."),
    ".gij": (
        "a GIS job, which replaces the layers of a map",
        "Open it as a job file: each of its layers is a job.",
    ),
    ".smj": ("a Metadata job, which changes titles and tags", "Push the file as a description."),
}


@dataclass(frozen=True, slots=True)
class Imported:
    """A DataSync job after its import.

    `notes` are sentences about settings without a counterpart or with another effect; `base` is the
    folder that a relative path in it starts from.
    """

    job: Job
    notes: tuple[str, ...] = ()
    portal: str = ""
    base: Path = field(default_factory=Path.cwd)


def read_sij(
    path: Path, preferences: Preferences | None = None, base: Path | None = None
) -> Imported:
    """Read the job in a `.sij` of any version, for the portal in `preferences`.

    Without `preferences` the portal stored on this computer counts (remembered_portal.py). A
    relative path of the data starts from `base`; by default from the working folder as in DataSync,
    or from the folder of the `.sij` if the file is only there. Raises UsageProblem with the file's
    name if it is not such a job, contradicts itself, or cannot be pushed.
    """
    refuse_other(path)
    sij = parse_sij(path)
    try:
        return imported(sij, preferences, path, base)
    except UsageProblem as problem:
        raise problem.about(f"The DataSync job {path.name}") from None


def refuse_other(path: Path) -> None:
    """Raise UsageProblem for a DataSync job that does not push rows."""
    if path.suffix.lower() in OTHER_JOBS:
        what, instead = OTHER_JOBS[path.suffix.lower()]
        raise UsageProblem(f"{path.name} is {what}; it does not push rows.", instead)


def imported(
    sij: SijFile, preferences: Preferences | None, path: Path, base: Path | None = None
) -> Imported:
    """Return the job of a `.sij` or a command line; `path` is its name in sentences."""
    chosen = remembered_portal.found() if preferences is None else preferences
    suffix = _suffix(sij.path)
    if not is_dataset_id(sij.dataset):
        raise UsageProblem(
            f'"{sij.dataset[:40]}" is not a dataset id.', "Write an id such as abcd-1234."
        )
    start = base or _base(sij.path, path)
    control = _control(sij, suffix, base or _base(sij.control_path, path))
    method = _method(sij, control)
    if control is None:
        source, mapping, notes = _plain(sij, method, suffix)
    else:
        source = _source(sij, control)
        mapping, notes = mapping_of(control)
        notes = (*_idle(control), *notes)
    limitless = method is Method.DELETE or (control is not None and control.set_aside)
    job = Job(
        portal=remembered_portal.portal_of(chosen, path.name),
        dataset=sij.dataset,
        method=method,
        source=source,
        mapping=mapping,
        guards=Guards(max_rejected=EVERY_ROW if limitless else 0),
        notify=chosen.notify,
        fingerprint=_shape(control),
    )
    return Imported(job, (*notes, *_always(sij, chosen)), job.portal, start)


def _shape(control: Control | None) -> Fingerprint:
    """Return the shape of the file: rows of any other width would fill the wrong columns."""
    if control is None or control.columns is None:
        return Fingerprint()
    return Fingerprint(headers=numbered_headers(len(control.columns)))


def _suffix(path: str) -> str:
    if not path:
        raise UsageProblem("it names no file to publish.", "Choose the file in DataSync and save.")
    suffix = PureWindowsPath(path).suffix.lower()
    if suffix not in (".csv", ".tsv"):
        raise UsageProblem(
            f'its file to publish, "{PureWindowsPath(path).name}", is neither .csv nor .tsv.',
            "DataSync publishes no other files; create a job for this one.",
            (NextStep(Action.CREATE_JOB, file=path),),
        )
    return suffix


def _base(data: str, path: Path) -> Path:
    beside = real_path(path).parent
    # A name that is too long for the system is reported when the file is opened.
    with suppress(OSError):
        if is_file(beside / data) and not is_file(Path.cwd() / data):
            return beside
    return Path.cwd()


def _control(sij: SijFile, suffix: str, base: Path) -> Control | None:
    """Return the control file in use; None if there is none or ignored by the upload method."""
    texts = []
    if sij.control_path:
        try:
            texts.append(content_of(base / sij.control_path))
        except UsageProblem as problem:
            raise problem.about(f"its control file {sij.control_path}") from None
    if sij.control:
        texts.append(sij.control.encode("utf-8", "surrogatepass"))
    try:
        read = [read_control(text, suffix) for text in texts]
    except UsageProblem as problem:
        raise problem.about("its control file") from None
    if len(read) == 2 and read[0] != read[1]:
        raise contradiction("the control file at its path is not the one inside it")
    if not read and (sij.ftp or sij.http):
        raise UsageProblem(
            "it has no control file, which DataSync needs for this upload method.",
            "Map the fields in DataSync and save, or create a new job.",
            (NextStep(Action.CREATE_JOB),),
        )
    # Over SODA2, DataSync ignores a control file unless the job says otherwise.
    return read[0] if read and (sij.ftp or sij.http) else None


def _method(sij: SijFile, control: Control | None) -> Method:
    told = control.method if control else None
    method = told or sij.method
    if method is None:
        raise UsageProblem("it names no method.", "Write replace, append, upsert or delete.")
    if told and sij.method and told is not sij.method:
        raise contradiction(
            f"the job's method is {sij.method.value}, the control file's {told.value}"
        )
    if sij.ftp and method is not Method.REPLACE:
        raise contradiction(
            f"it is sent over FTP, which can only replace, and its method is {method}"
        )
    return method


def _source(sij: SijFile, control: Control) -> SourceSpec:
    return SourceSpec(
        path=sij.path,
        encoding=encoding(control.encoding),
        separator=control.separator,
        quote=control.quote,
        escape=control.escape,
        header_row=1 if control.columns is None else 0,
        skip=control.skip,
    )


def _plain(
    sij: SijFile, method: Method, suffix: str
) -> tuple[SourceSpec, Mapping, tuple[str, ...]]:
    """Return source, mapping and notes without a control file: headers are field names (5.2)."""
    source = SourceSpec(
        path=sij.path,
        separator="\t" if suffix == ".tsv" else ",",
        escape="\\",
        header_row=1 if sij.header else 0,
    )
    keeps = method in (Method.UPSERT, Method.APPEND)
    mapping = Mapping(trim=False, by_field_name=True, blank=Blank.KEEP if keeps else Blank.CLEAR)
    notes = [
        "There is no control file: the file's headers must be field names of the dataset, and the "
        "encoding of the file is detected rather than taken from this computer.",
    ]
    if sij.control or sij.control_path:
        notes.append(
            "The control file is not used, because the job sends over SODA2, as with DataSync."
        )
    return source, mapping, tuple(notes)


def _idle(control: Control) -> Iterator[str]:
    if control.idle:
        yield f"Not carried over from the control file: {', '.join(control.idle)}."
    if control.set_aside:
        yield "Rows with findings are skipped, however many there are, and listed in the report."


def _always(sij: SijFile, preferences: Preferences) -> Iterator[str]:
    """Report notes for every import, whatever the mapping."""
    if not (Path(sij.path).is_absolute() or PureWindowsPath(sij.path).is_absolute()):
        yield f"The path {sij.path} is relative to the working folder, as in DataSync."
    if sij.ftp:
        yield "It was sent over FTP; SodaSheet sends over HTTPS, with the same mapping."
    if sij.unread:
        yield f"Keys that DataSync does not know either: {', '.join(sij.unread)}."
    if preferences.idle:
        yield f"Not carried over from the preferences: {', '.join(preferences.idle)}."
