"""`sodasheet job`: show, check, change, convert and copy saved jobs."""

from __future__ import annotations

import click

from sodasheet.commands.job.accept import accept
from sodasheet.commands.job.change import change
from sodasheet.commands.job.copy_job import copy
from sodasheet.commands.job.export_and_import import export, import_
from sodasheet.commands.job.rules import rules
from sodasheet.commands.job.show import show
from sodasheet.commands.job.validate import validate


@click.group("job")
def command() -> None:
    """Show, check, change, convert or copy saved jobs.

    JOB is a job file, a workbook with mapping sheets, or a DataSync job.

    Example: sodasheet job show permits.json
    """


for _sub in (show, validate, change, export, import_, copy, rules, accept):
    command.add_command(_sub)

#: The name of `job copy` in the previous version; --help does not show it.
command.add_command(click.Command("reuse", callback=copy.callback, params=copy.params, hidden=True))
