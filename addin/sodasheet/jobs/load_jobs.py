"""Load the jobs from a job file, a workbook or a DataSync file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from sodasheet.errors import UsageProblem
from sodasheet.jobs.file.job_file import base_folder, read_job
from sodasheet.jobs.file.json_keys import unknown_keys
from sodasheet.jobs.named_job import NamedJob
from sodasheet.model.next_step import Action, NextStep
from sodasheet.wording import listed

#: The first bytes of workbooks: a zip package, and the older compound file.
_WORKBOOK = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")

#: The first bytes of a Java object stream, the format of jobs in DataSync 0.1.
_JAVA = b"\xac\xed\x00\x05"
_DATASYNC = (".sij", ".spj", ".gij", ".smj")

#: Size of the text that is read to distinguish a job file from a DataSync job.
_LOOKED_AT = 16 * 1024 * 1024


def is_workbook(path: Path) -> bool:
    """True if the file is a workbook by its content."""
    return _head(path).startswith(_WORKBOOK)


def jobs_in(path: Path, portal: str = "") -> list[NamedJob]:
    """Return all jobs of a job file, a workbook with mapping sheets, or a DataSync file, in order.

    The content of the file decides, not its extension. `portal` is the portal of a DataSync file,
    which does not name it; empty for the portal stored on this computer. Raises UsageProblem if
    the file cannot be read or contains no job.
    """
    head = _head(path)
    if head.startswith(_WORKBOOK):
        return _of_workbook(path)
    if path.suffix.lower() == ".gij" and head:
        return _layers(path, portal)
    if head.startswith(_JAVA) or _of_datasync(path, head):
        return [_imported(path, portal)]
    job = read_job(path)
    unknown = unknown_keys(job)
    notes = (unknown_keys_sentence(path.name, unknown),) if unknown else ()
    return [NamedJob(path.stem, job, base_folder(path), notes)]


def unknown_keys_sentence(name: str, unknown: Sequence[str]) -> str:
    """Return the note about unknown keys of a job file."""
    keys = "a key that is" if len(unknown) == 1 else "keys that are"
    return f"{name} has {keys} unknown to this version: {listed(unknown)}."


def chosen(jobs: list[NamedJob], path: Path, only: str | None) -> NamedJob:
    """Return the chosen job; raises UsageProblem if the choice is missing or unknown."""
    if only is None and len(jobs) == 1:
        return jobs[0]
    if only is None:
        raise UsageProblem(
            f"{path.name} contains {len(jobs)} jobs: {_names(jobs)}.",
            "Choose one of them by name.",
            (NextStep(Action.NAME_JOB, file=str(path)),),
        )
    return named(jobs, path, only)[0]


def named(jobs: list[NamedJob], path: Path, only: str | None) -> list[NamedJob]:
    """Return only the job with this name, or all jobs if no name is given; raises UsageProblem."""
    found = [one for one in jobs if only is None or one.name.casefold() == only.casefold()]
    if not found:
        raise UsageProblem(
            f'{path.name} has no job named "{only}".',
            f"It has {_names(jobs)}; choose one of them.",
            (NextStep(Action.NAME_JOB, file=str(path)),),
        )
    return found


def _names(jobs: list[NamedJob]) -> str:
    return listed(f'"{one.name}"' for one in jobs)


def _head(path: Path) -> bytes:
    """Return the first bytes; empty if the file cannot be read, which read_job reports."""
    try:
        with path.open("rb") as file:
            return file.read(16)
    except (OSError, ValueError):
        return b""


def _of_datasync(path: Path, head: bytes) -> bool:
    """True if the content is a DataSync job: by its keys, or by the extension."""
    if not head or path.suffix.lower() in _DATASYNC:
        return bool(head) and "sodasheet" not in _keys(path)
    return bool({"fileVersionUID", "pathToSavedFile"} & _keys(path))


def _keys(path: Path) -> set[str]:
    """Return the keys of a JSON object; empty if the file contains anything else."""
    try:
        with path.open("rb") as file:
            body = json.loads(file.read(_LOOKED_AT).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return set()
    return set(body) if isinstance(body, dict) else set()


def _of_workbook(path: Path) -> list[NamedJob]:
    from sodasheet.jobs.workbook_jobs import jobs_of

    return [NamedJob(one.sheet, one.job, base_folder(path)) for one in jobs_of(path)]


def _layers(path: Path, portal: str) -> list[NamedJob]:
    from sodasheet.jobs.datasync.gis_job import NOTE, read_gis_job
    from sodasheet.jobs.datasync.preferences import Preferences

    given = Preferences({"domain": portal}, "the portal given") if portal else None
    return [
        NamedJob(one.name or path.stem, one.job, base_folder(path), (NOTE,))
        for one in read_gis_job(path, given)
    ]


def _imported(path: Path, portal: str) -> NamedJob:
    from sodasheet.jobs.datasync import read_sij
    from sodasheet.jobs.datasync.preferences import Preferences

    found = read_sij(path, Preferences({"domain": portal}, "the portal given") if portal else None)
    return NamedJob(path.stem, found.job, found.base, found.notes)
