"""Job files on disk: read strictly, written atomically."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.job_from_json import job_from_json
from sodasheet.jobs.file.job_to_json import job_to_json
from sodasheet.model.job import Job
from sodasheet.model.mapping import ColumnRule, PointRule, doubtful
from sodasheet.model.next_step import Action, NextStep
from sodasheet.system.file_names import is_device
from sodasheet.system.folders import real_path
from sodasheet.system.path_facts import is_folder
from sodasheet.system.similar_file_names import nearby
from sodasheet.system.windows_error_code import LOCKED, windows_error

#: Far beyond the size of any job, so that a data file given by mistake is refused at once.
_LARGEST = 16 * 1024 * 1024

_CREATE = "Create the job again."
_CREATING = (NextStep(Action.CREATE_JOB),)

#: Extensions of data files, which users give by mistake instead of a job.
_ROWS = (".csv", ".tsv", ".txt", ".tab")


def read_job(path: Path) -> Job:
    """Read the job in a file (UTF-8, with or without a byte order mark).

    Raises UsageProblem for a file that cannot be read, is not a job, or holds a value that is
    not allowed; the sentence names the file, the key and the value.
    """
    data = job_data(path)
    try:
        return job_from_json(data)
    except UsageProblem as problem:
        raise problem.about(f"The job file {path.name}") from None


def job_data(path: Path) -> Any:
    """Return the JSON of a job file, valid or not. Raises UsageProblem if there is no JSON."""
    try:
        return _parsed(_text(path), path)
    except UsageProblem as problem:
        raise problem.about(f"The job file {path.name}") from None


def write_job(job: Job, path: Path) -> None:
    """Write a job file atomically: readers see the old file or the new file.

    Raises UsageProblem if the job could not be read back or the file cannot be written.
    """
    data = job_to_json(job)
    job_from_json(data)
    require_file_name(path)
    target = real_path(path)
    fresh = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        _write(fresh, _encoded(data))
        with contextlib.suppress(FileNotFoundError):
            shutil.copymode(target, fresh)
        fresh.replace(target)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink()
        if not is_folder(target.parent):
            raise UsageProblem(
                f"The job file {path} cannot be written: there is no folder {path.parent}.",
                "Create that folder first, or choose another one.",
            ) from error
        raise UsageProblem(
            f"The job file {path} cannot be written: {error.strerror or error}.",
            "Choose a folder that you can write to, and close the file if a program has it open.",
        ) from error


def require_file_name(path: Path) -> None:
    """Raise UsageProblem if the system would write to a device instead of a file."""
    if os.name == "nt" and is_device(path):
        raise UsageProblem(
            f"Windows reserves the name {path.name} for a device; a job cannot be saved there.",
            "Choose another name.",
        )


def base_folder(path: Path) -> Path:
    """Return the folder of relative source paths in this job file."""
    return real_path(path).parent


def unconfirmed(job: Job) -> tuple[ColumnRule | PointRule, ...]:
    """Return unconfirmed rules that were matched by similarity instead of an exact name."""
    return doubtful(job.mapping)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(_LARGEST + 1)
    except OSError as error:
        raise _unreadable(path, error) from error
    if len(raw) > _LARGEST:
        if path.suffix.lower() in _ROWS:
            raise _no_job(path)
        raise UsageProblem(
            "it is too large to be a job.", "Specify the job file here, not the data file."
        )
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UsageProblem(
            "it is a workbook, not a job.",
            "Create a job for it, and give that file here.",
            (NextStep(Action.CREATE_JOB, file=str(path)),),
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        if path.suffix.lower() in _ROWS:
            raise _no_job(path) from None
        raise UsageProblem("it is not UTF-8 text.", "Save it as UTF-8.") from None


def _unreadable(path: Path, error: OSError) -> UsageProblem:
    if isinstance(error, FileNotFoundError):
        return UsageProblem("there is no such file.", f"Check the path {path}{nearby(path)}.")
    if is_folder(path):
        return UsageProblem("it is a folder.", f"Specify the job file inside {path}.")
    if windows_error(path, error) in LOCKED:
        return UsageProblem(
            "it is locked by another program.",
            "Close it in the program that has it open, then try again.",
        )
    return UsageProblem(f"it cannot be read: {error.strerror or error}.", f"Check the path {path}.")


def _no_job(path: Path) -> UsageProblem:
    """Return the error for a data file given instead of a job, with the step that creates a job."""
    return UsageProblem(
        "it is a data file, not a job.",
        "Create a job from it and the dataset's web address, and give that job here.",
        (NextStep(Action.CREATE_JOB, file=path.name, job=f"{path.stem}.json"),),
    )


def _parsed(text: str, path: Path) -> Any:
    if not text.strip():
        raise UsageProblem("it is empty.", _CREATE, _CREATING)
    if path.suffix.lower() in _ROWS and not text.lstrip().startswith("{"):
        raise _no_job(path)
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise UsageProblem(
            f"it is not JSON: {error.msg} in line {error.lineno}, column {error.colno}.",
            "Fix that place, or create the job again.",
            _CREATING,
        ) from None
    except (ValueError, RecursionError):
        raise UsageProblem(
            "it is not JSON that SodaSheet can read: a number is too long or lists are nested too "
            "deep.",
            _CREATE,
            _CREATING,
        ) from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return an object with unique keys; with two methods, the choice would be unclear."""
    values = dict(pairs)
    if len(values) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise UsageProblem(f'the key "{twice}" occurs twice.', "Remove one of them.")
    return values


def _no_constant(word: str) -> Any:
    raise UsageProblem(f"it contains {word}, which is not a JSON number.", "Write a number there.")


def _encoded(data: dict[str, Any]) -> bytes:
    try:
        return (json.dumps(data, ensure_ascii=False, indent=2) + "\n").encode()
    except UnicodeEncodeError:  # half of a surrogate pair, possible only as an escape
        return (json.dumps(data, indent=2) + "\n").encode()


def _write(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
