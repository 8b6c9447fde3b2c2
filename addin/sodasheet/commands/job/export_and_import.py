"""`sodasheet job export` and `import`: from mapping sheets to files, and from files to sheets."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json
from sodasheet.commands.terminal.output import say
from sodasheet.commands.terminal.output_file import require_new, write_output
from sodasheet.commands.terminal.wildcards import matching_files
from sodasheet.errors import UsageProblem
from sodasheet.system.file_names import file_name, free_name
from sodasheet.system.folders import real_path
from sodasheet.system.path_facts import is_folder
from sodasheet.wording import listed

if TYPE_CHECKING:
    from sodasheet.jobs.named_job import NamedJob
    from sodasheet.office.sheets.mapping_layout import Content


@click.command("export")
@click.argument("job_path", metavar="WORKBOOK", type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A folder for all jobs, or a file for one job; by default, next to the workbook.",
)
@click.option("--sheet", "--only", "only", metavar="NAME", help="The mapping sheet of this name.")
@click.option("--sij", is_flag=True, help="Write jobs that DataSync 1.9 opens.")
@as_json
def export(job_path: Path, output: Path | None, only: str | None, sij: bool, as_json: bool) -> None:
    """Save the jobs on the mapping sheets of a closed WORKBOOK as job files.

    The workbook is only read. A source on one of its sheets becomes that sheet of the file. Instead
    of a workbook, a job file can be specified, which is converted to a DataSync file.

    Example: sodasheet job export permits.xlsx -o jobs
    """
    from sodasheet.jobs.load_jobs import jobs_in, named

    jobs = named(jobs_in(job_path), job_path, only)
    ending = ".sij" if sij else ".json"
    places = _places(jobs, output or real_path(job_path).parent, ending)
    written: list[dict[str, object]] = []
    for one, path in zip(jobs, places, strict=True):
        notes = [*one.notes, *(_write_sij(one, path) if sij else _write_json(one, path))]
        written.append({"name": one.name, "path": str(path), "notes": notes})
    _say(written, as_json=as_json)


@click.command("import")
@click.argument("files", metavar="JOB...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="A job file (.json), or a new workbook (.xlsx) with a mapping sheet for each job.",
)
@click.option("--portal", default="", metavar="HOST", help="The portal for DataSync jobs.")
@as_json
def import_(files: tuple[Path, ...], output: Path, portal: str, as_json: bool) -> None:
    """Turn jobs of DataSync into job files, or jobs of any kind into mapping sheets.

    A job of DataSync names no portal: --portal says it, else what was taken over from DataSync's
    own settings. A workbook is made again: move or copy its sheets into yours with the
    spreadsheet program. For the names of the dataset's columns the portal is asked.

    Example: sodasheet job import permits.sij -o permits.json
    """
    jobs = [one for path in matching_files(files) for one in _meant(path, portal)]
    if output.suffix.lower() == ".xlsx":
        _write_workbook(jobs, output)
    elif len(jobs) == 1:
        _write_json(jobs[0], output)
    else:
        raise UsageProblem(
            f"There are {len(jobs)} jobs, and a job file can contain only one.",
            "Import them one by one, or into a workbook: -o NEW.xlsx.",
        )
    _say([{"name": one.name, "path": str(output), "notes": list(one.notes)} for one in jobs],
         as_json=as_json)  # fmt: skip


def _meant(path: Path, portal: str) -> list[NamedJob]:
    """Return the jobs of a file; raises SignInError if a portal requires a sign-in."""
    from sodasheet.commands.terminal.session import require_meant_by
    from sodasheet.jobs.load_jobs import jobs_in

    jobs = jobs_in(path, portal)
    for one in jobs:
        if path.suffix.lower() != ".sij" or not portal:
            require_meant_by(path, one.job.portal)
    return jobs


def _places(jobs: Sequence[NamedJob], output: Path, ending: str) -> list[Path]:
    """Return a path for each job: the given file, or a separate file in a folder."""
    if output.suffix.lower() in (".json", ".sij") and not is_folder(output):
        if len(jobs) > 1:
            all_names = listed(f'"{one.name}"' for one in jobs)
            raise UsageProblem(
                f"There are {len(jobs)} jobs, {all_names}, and a job file contains only one.",
                "Specify a folder instead, or select one job with --sheet NAME.",
            )
        return [output]
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageProblem(
            f"The folder {output} cannot be created: {error.strerror or error}.",
            "Choose a folder that you can write to.",
        ) from error
    # Ignoring case: some systems don't distinguish A.json from a.json.
    names: dict[str, str] = {}
    for one in jobs:
        name = free_name(file_name(one.name, "job"), lambda name: name.casefold() in names)
        names[name.casefold()] = name
    return [output / f"{name}{ending}" for name in names.values()]


def _write_json(one: NamedJob, path: Path) -> list[str]:
    from sodasheet.jobs import write_job
    from sodasheet.jobs.relocate_jobs import moved

    write_job(moved(one.job, one.base, real_path(path).parent), path)
    return []


def _write_sij(one: NamedJob, path: Path) -> list[str]:
    from sodasheet.jobs.datasync import write_sij

    return list(write_sij(one.job, path, one.base))


def _write_workbook(jobs: Sequence[NamedJob], path: Path) -> None:
    """Write a new workbook; never overwrite an existing file."""
    from sodasheet.office.sheets.mapping_workbook import filled_workbook

    require_new(
        path, "Specify a new workbook, then copy its sheets into yours in the spreadsheet program."
    )
    contents: list[Content] = []
    for one in jobs:
        contents.append(_content(one, real_path(path).parent, [made.name for made in contents]))
    write_output(path, filled_workbook(contents))


def _content(one: NamedJob, folder: Path, taken: list[str]) -> Content:
    """Return the mapping sheet of a job, with the current columns of its dataset."""
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.jobs.relocate_jobs import moved
    from sodasheet.new_workbooks.mapping_content import mapping_content
    from sodasheet.portal.dataset import read_dataset

    job = moved(one.job, one.base, folder)
    with open_portal(job.portal) as session:
        dataset = read_dataset(session, job.dataset)
    return mapping_content(job, dataset, taken)


def _say(written: list[dict[str, object]], *, as_json: bool) -> None:
    from sodasheet.commands.terminal.output import print_json

    if as_json:
        print_json({"written": written})
        return
    for one in written:
        say(f"{one['name']}: {one['path']}")
        notes = one["notes"]
        for note in notes if isinstance(notes, list) else []:
            say(f"  Note: {note}")
