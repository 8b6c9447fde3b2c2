"""Options and look-ups that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from sodasheet.model.job import Job
    from sodasheet.portal.session import PortalSession

as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
job_argument = click.argument("job_path", metavar="JOB", type=click.Path(path_type=Path))


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """How a source is read, where its name alone does not say it."""
    for option in reversed(
        [
            click.option("--sheet", default="", help="Sheet of the workbook."),
            click.option("--table", default="", help="Table of the workbook."),
            click.option("--range", "cells", default="", help="Range of the sheet, e.g. A3:F200."),
            click.option(
                "--header-row",
                default=1,
                show_default=True,
                type=click.IntRange(min=0),
                help="Row with the column headers; 0 where there is none.",
            ),
            click.option(
                "--encoding",
                default="auto",
                show_default=True,
                help="Encoding of the file, e.g. utf-8 or windows-1252.",
            ),
            click.option(
                "--separator",
                default="auto",
                show_default=True,
                help="What stands between cells: a character, or tab.",
            ),
        ]
    ):
        command = option(command)
    return command


def open_portal(portal: str, stop: Callable[[], bool] = lambda: False) -> PortalSession:
    """A session with the portal, signed in where the environment holds an API key.

    `stop` is asked while the portal makes us wait.
    """
    from sodasheet.credentials import from_environment
    from sodasheet.portal.session import PortalSession

    return PortalSession(portal, from_environment(), stop=stop)


def load_job(path: Path) -> tuple[Job, Path]:
    """The job in a file and the folder its relative paths start from.

    Keys that this version does not know are said on stderr, not dropped silently.
    """
    from sodasheet.jobs import base_folder, read_job, unknown_keys

    job = read_job(path)
    if unknown := unknown_keys(job):
        click.echo(
            f"Note: {path.name} has keys that are not known here: {', '.join(unknown)}.", err=True
        )
    return job, base_folder(path)
