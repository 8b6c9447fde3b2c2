"""`sodasheet job validate`: all problems of a job, before a run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, only_option
from sodasheet.commands.terminal.output import say
from sodasheet.commands.terminal.wildcards import matching_files
from sodasheet.errors import SodaSheetError, UsageProblem
from sodasheet.model.exit_code import ExitCode

if TYPE_CHECKING:
    from sodasheet.jobs.named_job import NamedJob
    from sodasheet.model.dataset import Dataset

#: Findings about a mapping that do not need the portal.
_WITHOUT_PORTAL = frozenset(
    {"nothing-mapped", "unknown-header", "column-filled-twice", "source-used-twice",
     "contradictory-rules"}
)  # fmt: skip


@click.command("validate")
@click.argument("paths", metavar="JOB...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--online", is_flag=True, help="Also ask the portal about the dataset.")
@only_option
@as_json
def validate(paths: tuple[Path, ...], online: bool, only: str | None, as_json: bool) -> int:
    """List every problem of each JOB in a sentence; its rows are not read.

    With --online it checks against the dataset's current columns, and lists what changed since the
    mapping was confirmed. Exit code 0: no problem; 4: there are some; 2: not a job.

    Example: sodasheet job validate permits.json --online
    """
    from sodasheet.commands.terminal.output import print_json

    found = [
        named
        for path in matching_files(paths)
        for named in _found(path, only, online=online).items()
    ]
    if as_json:
        print_json({"jobs": [{"name": name, "problems": told} for name, told in found]})
    for name, problems in () if as_json else found:
        say(f"{name}: {_count(len(problems))}")
        for problem in problems:
            say(f"  {problem}")
    return int(ExitCode.REFUSED if any(problems for _, problems in found) else ExitCode.DONE)


def _count(number: int) -> str:
    return {0: "no problem", 1: "1 problem"}.get(number, f"{number:,} problems")


def _found(path: Path, only: str | None, *, online: bool) -> dict[str, list[str]]:
    """Return the problems of every job by its name."""
    from sodasheet.jobs.file.job_file import job_data
    from sodasheet.jobs.file.job_problems import problems_in, unknown_in
    from sodasheet.jobs.load_jobs import jobs_in, named, unknown_keys_sentence

    try:
        jobs = named(jobs_in(path), path, only)
    except UsageProblem as first:
        if path.suffix.lower() != ".json" or only:
            raise
        data = job_data(path)
        told = [f"{one.what} {one.remedy}" for one in problems_in(data) or [first]]
        if unknown := unknown_in(data):
            told.append(unknown_keys_sentence(path.name, unknown))
        return {path.stem: told}
    asked = path if online else None
    return {one.name: [*one.notes, *_problems(one, asked)] for one in jobs}


def _problems(one: NamedJob, online: Path | None) -> Iterator[str]:
    """Yield the problems of a job; `online` is the file that names a portal to ask."""
    from sodasheet.commands.terminal.session import require_meant_by
    from sodasheet.jobs.file.job_problems import doubts_about

    yield from doubts_about(one.job)
    headers: tuple[str, ...] | None = None
    try:
        headers = _headers(one)
    except SodaSheetError as error:
        yield str(error)
    if online is None:
        yield from _about_mapping(one, _remembered(one), headers, _WITHOUT_PORTAL)
        return
    try:
        require_meant_by(online, one.job.portal)
        yield from _against_portal(one, headers)
    except SodaSheetError as error:
        yield str(error)


def _headers(one: NamedJob) -> tuple[str, ...] | None:
    """Return the source's current headers; None for a live sheet, which commands cannot see."""
    from tempfile import TemporaryDirectory

    from sodasheet.commands.terminal.output import shown_progress
    from sodasheet.sources import open_source

    if one.job.source.kind == "active":
        return None
    with shown_progress() as progress, TemporaryDirectory(prefix="sodasheet-") as folder:
        return open_source(one.job.source, one.base).spool(Path(folder), progress).headers


def _against_portal(one: NamedJob, headers: tuple[str, ...] | None) -> Iterator[str]:
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.matching import drift
    from sodasheet.portal.dataset import read_dataset, require_rights

    job = one.job
    with open_portal(job.portal) as session:
        dataset = read_dataset(session, job.dataset)
    yield from _about_mapping(one, dataset, headers, None)
    seen = job.fingerprint.headers if headers is None else headers
    yield from drift(job.fingerprint, seen, dataset)
    require_rights(dataset, job.method, signed=session.signed)


def _about_mapping(
    one: NamedJob,
    dataset: Dataset,
    headers: tuple[str, ...] | None,
    reasons: frozenset[str] | None,
) -> Iterator[str]:
    """Yield the problems of the mapping, as far as the source and the dataset are known."""
    from sodasheet.model.finding import Severity
    from sodasheet.staging.check.check_plan import CheckPlan
    from sodasheet.staging.check.mapping_findings import mapping_findings
    from sodasheet.staging.check.mapping_sql import require_formats

    job = one.job
    known = job.fingerprint.headers if headers is None else headers
    plan = CheckPlan(dataset, job.mapping, job.method)
    try:
        require_formats(plan, known)
    except UsageProblem as problem:
        yield str(problem)
    for group in mapping_findings(plan, known):
        unsaid = group.reason == "unknown-header" and not known
        if group.severity is Severity.NOTE or unsaid:
            continue
        if reasons is None or group.reason in reasons:
            yield f"{group.message} {group.remedy}"


def _remembered(one: NamedJob) -> Dataset:
    """Return the dataset as of the confirmation of the mapping."""
    from sodasheet.model.dataset import Column, Dataset

    job = one.job
    columns = [Column(number, field, field, kind, 0)
               for number, field, kind in job.fingerprint.columns]  # fmt: skip
    return Dataset(job.portal, job.dataset, job.dataset, tuple(columns))
