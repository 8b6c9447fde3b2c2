"""`sodasheet demo`: the main workflow from end to end, with the exact commands of a steward."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.errors import Cancelled, SodaSheetError
from sodasheet.model.exit_code import ExitCode
from sodasheet.wording import counted_rows

if TYPE_CHECKING:
    from socrata_practice import PracticePortal

#: The practice portal's name for the dataset that the samples fit.
DATASET_NAME = "Building Permits"

#: Sample file, method, and what the push demonstrates.
PUSHES = (
    ("permits-new.csv", "append", "Append: new permits go to the end."),
    ("permits-changes.csv", "upsert", "Upsert: known permits are updated, new ones added."),
    ("permits-withdrawn.csv", "delete", "Delete: the permits in the file leave the dataset."),
    (
        "permits-clean.csv",
        "replace",
        "Replace: look first; the dataset will contain only these rows.",
    ),
)


@click.command("demo")
@click.option(
    "--keep", is_flag=True, help="Keep the practice portal running afterwards, until Ctrl-C."
)
def command(keep: bool) -> int:
    """Map, check, preview, push and undo sample permits on a practice portal on this machine.

    No account and no network are needed; nothing is left behind.

    Example: sodasheet demo
    """
    from socrata_practice import PracticePortal
    from sodasheet.system.folders import scratch_folder

    with scratch_folder() as folder, PracticePortal() as portal:
        with _surroundings(folder, portal):
            _show(portal)
        if keep:
            _wait(portal)
    return int(ExitCode.DONE)


def _show(portal: PracticePortal) -> None:
    """Run the steps of the demo in the current folder, which contains the samples."""
    dataset = next(dataset for dataset in portal.datasets if dataset.name == DATASET_NAME)
    address = f"{portal.url}/d/{dataset.id}"
    click.secho(f"A practice portal is running at {portal.url}.", bold=True)
    _act("A steward's workbook, matched to the dataset's columns.")
    _type(f"sodasheet map permits.xlsx {address} --method upsert -o permits.json")
    _act("Check it: the workbook contains planted mistakes.")
    _type("sodasheet check permits.json", expect=ExitCode.REFUSED)
    for name, method, told in PUSHES:
        _act(told)
        job = Path(name).with_suffix(".json").name
        _type(f"sodasheet map {name} {address} --method {method} --confirm -o {job}", quiet=True)
        if method == "replace":
            _type(f"sodasheet preview {job}")
        _type(f"sodasheet push {job} --yes")
        _rows(address)
    _act("Undo the last push: the earlier rows are restored.")
    _type("sodasheet undo --yes")
    _rows(address)
    click.secho("\nAll four methods worked. Next: sodasheet --help", bold=True)


def _act(text: str) -> None:
    click.secho(f"\n{text}", fg="cyan", bold=True)


def _type(line: str, *, expect: ExitCode = ExitCode.DONE, quiet: bool = False) -> None:
    """Run a command as if typed; raises if its exit code is unexpected."""
    from sodasheet.commands.terminal.command_line import run

    click.secho(f"$ {line}", fg="green")
    arguments = shlex.split(line)[1:]
    if quiet:
        with Path(os.devnull).open("w", encoding="utf-8") as nowhere, redirect_stdout(nowhere):
            code = run(arguments)
    else:
        code = run(arguments)
    if code == ExitCode.CANCELLED:
        raise Cancelled("The demo was stopped.", "Nothing remains.")
    if code != expect:
        raise SodaSheetError(
            f"The demo's command ended with exit code {code} instead of {int(expect)}: {line}",
            "Please report this, with the output above.",
        )


def _rows(address: str) -> None:
    """Show the dataset as readers see it: the row count and the newest rows."""
    from sodasheet.commands.terminal.output import print_table
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.portal.dataset import read_dataset
    from sodasheet.portal.dataset_address import Address
    from sodasheet.portal.soda2.rows_client import RowsClient

    parsed = Address.parse(address)
    session = open_portal(parsed.portal)
    rows = RowsClient(session, read_dataset(session, parsed.dataset))
    fields = ["permit_no", "permit_type", "opened", "declared_value", "inspected"]
    last = rows.page(",".join(fields), order=":updated_at DESC, permit_no", limit=3)
    table = [[str(row.get(field, "")) for field in fields] for row in last]
    held = counted_rows(rows.count())
    print_table(f"The dataset has {held}; the most recent are:", fields, table)


@contextmanager
def _surroundings(folder: Path, portal: PracticePortal) -> Iterator[None]:
    """Set up a temporary folder with samples, a practice account and a run log."""
    for entry in (resources.files("sodasheet.templates")).iterdir():
        if entry.name.endswith((".csv", ".xlsx")):
            (folder / entry.name).write_bytes(entry.read_bytes())
    account = next(account for account in portal.accounts if account.role == "publisher")
    changes = {
        "SODASHEET_KEY_ID": account.key_id,
        "SODASHEET_KEY_SECRET": account.key_secret,
        "SODASHEET_HOME": str(folder / "home"),
    }
    before = {name: os.environ.get(name) for name in changes}
    here = Path.cwd()
    os.environ.update(changes)
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(here)
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value


def _wait(portal: PracticePortal) -> None:
    """Wait for Ctrl-C, and show how to try the portal by hand."""
    import time

    click.echo(
        f"\nThe practice portal is running at {portal.url} until you press Ctrl-C. To use it:"
    )
    for account in portal.accounts:
        click.echo(
            f"  {account.role}: SODASHEET_KEY_ID={account.key_id} "
            f"SODASHEET_KEY_SECRET={account.key_secret}"
        )
    try:
        while True:  # on Windows, Ctrl-C cannot interrupt an endless wait
            time.sleep(1)
    except KeyboardInterrupt:
        click.echo("\nThe practice portal has stopped.")
