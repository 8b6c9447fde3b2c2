"""`sodasheet job copy`: copy a job for another file, dataset or portal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json, job_argument, only_option
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem
from sodasheet.system.folders import real_path

if TYPE_CHECKING:
    from sodasheet.jobs.named_job import NamedJob
    from sodasheet.model.dataset import Dataset
    from sodasheet.model.job import Job
    from sodasheet.model.mapping import Mapping


@click.command("copy")
@job_argument
@click.option("--source", metavar="FILE", help="Read this file instead of the job's own.")
@click.option("--dataset", metavar="ADDRESS", help="Push to this dataset instead.")
@click.option(
    "--portal", metavar="HOST", help="Push to the dataset with the same ID on this portal."
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Save the new job here.",
)
@only_option
@as_json
def copy(job_path: Path, output: Path, only: str | None, as_json: bool, **other: object) -> None:
    """Copy JOB for another file, dataset or portal.

    Your own choices are kept where both the source column and the dataset column still exist; all
    other columns are matched again. Every change is listed.

    Example: sodasheet job copy permits.json --source permits-2025.csv -o permits-2025.json
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.commands.terminal.session import require_meant_by
    from sodasheet.jobs import job_to_json, write_job
    from sodasheet.jobs.load_jobs import chosen, jobs_in
    from sodasheet.jobs.relocate_jobs import moved

    if not any(other.values()):
        raise UsageProblem(
            "Nothing to change.", "Use at least one of --source, --dataset, and --portal."
        )
    one = chosen(jobs_in(job_path), job_path, only)
    if not (other["portal"] or "." in str(other["dataset"] or "")):  # an id does not name a portal
        require_meant_by(job_path, one.job.portal)
    job, changes = _reused(one, {name: str(text) for name, text in other.items() if text})
    job = moved(job, Path.cwd(), real_path(output).parent)
    write_job(job, output)
    if as_json:
        print_json({"job": job_to_json(job), "changes": changes})
        return
    for change in changes:
        say(change)
    say(f"Saved as {output}.")


def _reused(one: NamedJob, other: dict[str, str]) -> tuple[Job, list[str]]:
    """Return the copied job, its source relative to the working folder, and its changes."""
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.jobs.relocate_jobs import moved
    from sodasheet.matching import fingerprint, suggest
    from sodasheet.portal.dataset import read_dataset

    job = moved(one.job, one.base, Path.cwd())
    if "source" in other:
        job = _with_source(job, other["source"])
    job = _with_target(job, other)
    headers = _headers(job)
    with open_portal(job.portal) as session:
        dataset = read_dataset(session, job.dataset)
    mapping = suggest(headers, dataset, job.method, _still_fitting(one.job, dataset))
    changes = list(_changes(one.job.mapping, mapping))
    return replace(job, mapping=mapping, fingerprint=fingerprint(headers, dataset)), changes


def _with_source(job: Job, text: str) -> Job:
    from sodasheet.sources import source_spec

    path = real_path(Path(text)).as_posix()
    spec = source_spec(path, job.source)
    if spec.kind != job.source.kind:
        spec = replace(spec, sheet="", table="", range="", rows="")
    return replace(job, source=spec)


def _with_target(job: Job, other: dict[str, str]) -> Job:
    from sodasheet.portal.dataset_address import Address, parse_portal

    portal = parse_portal(other["portal"]) if "portal" in other else job.portal
    address = Address.parse(other.get("dataset", job.dataset), portal)
    if "portal" in other and address.portal != portal:
        raise UsageProblem(
            f"--dataset is on {address.portal}, and --portal is {portal}.",
            "Leave --portal out.",
        )
    return replace(job, portal=address.portal, dataset=address.dataset)


def _headers(job: Job) -> tuple[str, ...]:
    from tempfile import TemporaryDirectory

    from sodasheet.commands.terminal.output import shown_progress
    from sodasheet.sources import open_source

    with shown_progress() as progress, TemporaryDirectory(prefix="sodasheet-") as folder:
        return open_source(job.source, Path.cwd()).spool(Path(folder), progress).headers


def _still_fitting(job: Job, dataset: Dataset) -> Mapping:
    """Return the mapping without choices whose column has another type in this dataset."""
    kinds = {field: kind for _, field, kind in job.fingerprint.columns}
    now = {column.field: column.type for column in dataset.columns}
    other = {field for field, kind in kinds.items() if now.get(field, kind) != kind}
    mapping = job.mapping
    return replace(
        mapping,
        columns=tuple(rule for rule in mapping.columns if rule.field not in other),
        points=tuple(point for point in mapping.points if point.field not in other),
        places=tuple(place for place in mapping.places if place.field in now),
    )


def _changes(before: Mapping, now: Mapping) -> list[str]:
    """Return a sentence for every column that is filled differently than before."""
    said = []
    old = {rule.source: rule for rule in before.columns if rule.source is not None}
    new = {rule.source: rule for rule in now.columns if rule.source is not None}
    for header, rule in new.items():
        was = old[header].field if header in old else None
        if header not in old or was != rule.field:
            fills = f"fills {rule.field} ({rule.match})" if rule.field else "is ignored"
            before_words = f" instead of {was}" if was else ", and is new" * (header not in old)
            said.append(f'"{header}" {fills}{before_words}.')
    said += [f'"{header}" is not in the source.' for header in old if header not in new]
    lost = set(before.filled) - set(now.filled)
    said += [f"{field} is no longer filled." for field in sorted(lost)]
    return said
