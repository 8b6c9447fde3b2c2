"""`sodasheet job`: jobs looked at, taken out of workbooks and put into them, and used again."""

from __future__ import annotations

import click

from sodasheet.commands.job.reuse import reuse
from sodasheet.commands.job.sheets import export, import_
from sodasheet.commands.job.show import show
from sodasheet.commands.job.validate import validate


@click.group("job")
def command() -> None:
    """Show, examine, convert or reuse saved jobs.

    JOB is a job file, a workbook with mapping sheets, or a job of DataSync.

    Example: sodasheet job show permits.json
    """


for _sub in (show, validate, export, import_, reuse):
    command.add_command(_sub)
