"""`sodasheet backup`: save datasets to a folder, with schema and metadata."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json
from sodasheet.commands.terminal.output import say
from sodasheet.model.exit_code import ExitCode
from sodasheet.wording import counted_rows

if TYPE_CHECKING:
    from sodasheet.backup.back_up_dataset import Backup
    from sodasheet.portal.dataset_address import Address


@click.command("backup")
@click.argument("datasets", nargs=-1, required=True, metavar="DATASET...")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Folder for the backups.",
)
@as_json
def command(datasets: tuple[str, ...], output: Path, as_json: bool) -> int:
    """Save the rows, schema and metadata of each DATASET below the folder DIR.

    Each backup is a new folder that appears only when it is complete and its counts agree with
    the portal's. To restore, unpack rows.csv.zip there and push restore.json.

    Example: sodasheet backup data.example.gov/abcd-1234 -o backups
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.errors import Cancelled, SodaSheetError
    from sodasheet.portal.dataset_address import Address

    addresses = [Address.parse(one) for one in datasets]  # a typo stops all of them
    told: list[dict[str, object]] = []
    code = ExitCode.DONE
    for address in addresses:
        try:
            backup = _saved(address, output)
        except Cancelled:
            raise
        except SodaSheetError as error:
            code = ExitCode.FAILED
            told.append({"dataset": address.dataset, "portal": address.portal, "error": str(error)})
            say(f"{address.url}: {error}", err=True)
            continue
        told.append(backup.to_json())
        if not as_json:
            _print(backup)
    if as_json:
        print_json(told)
    return int(code)


def _saved(address: Address, output: Path) -> Backup:
    from sodasheet.backup.back_up_dataset import back_up
    from sodasheet.commands.terminal.output import shown_progress
    from sodasheet.commands.terminal.session import open_portal

    with (
        shown_progress() as progress,
        open_portal(address.portal, stop=lambda: progress.stop) as session,
    ):
        return back_up(session, address.dataset, output, progress)


def _print(backup: Backup) -> None:
    rows = counted_rows(backup.rows)
    say(f"{backup.name} ({backup.dataset}): {rows} saved in {backup.folder}.")
    if backup.not_restored:
        say(f"A push cannot restore these columns: {', '.join(backup.not_restored)}.")
