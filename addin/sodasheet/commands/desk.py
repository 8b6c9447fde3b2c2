"""`sodasheet desk`: the desk, one local page for everything outside the sheet's cells."""

from __future__ import annotations

from pathlib import Path

import click

from sodasheet.system.folders import real_path

#: Modules of the worker processes, by front end.
WORKERS = {
    "excel": "sodasheet.excel.worker.main",
    "workbook": "sodasheet.excel.worker.desk_button_press",
}

#: The module that prints the open workbooks.
LISTER = "sodasheet.excel.worker.list_workbooks"


@click.command("desk")
@click.argument("path", required=False, type=click.Path(path_type=Path, exists=True))
@click.option(
    "--opening", default="", hidden=True, help="Page to open, for use by another SodaSheet process."
)
def command(path: Path | None, opening: str) -> None:
    """Open the desk: push, preview, undo, schedule and review past runs, in a window.

    PATH is a job file, a workbook or a file with rows to begin with.

    Example: sodasheet desk permits.csv
    """
    if opening:
        _show(opening)
        return
    from sodasheet.desk.open_desk_at_page import no_desk, open_file, open_home

    if (hindrance := no_desk()) is not None:
        raise hindrance
    if path is None:
        open_home()
    else:
        open_file(real_path(path))


def _show(opening: str) -> None:
    """Show a page in the running desk, or run the desk until no longer needed."""
    from sodasheet.desk.main import show_desk
    from sodasheet.desk.server.page_opening_files import take_opening
    from sodasheet.desk.tasks.start_process import Workers

    show_desk(take_opening(opening), Workers(WORKERS, LISTER))
