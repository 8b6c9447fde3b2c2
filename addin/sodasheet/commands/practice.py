"""`sodasheet practice`: a practice portal on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.errors import SodaSheetError

if TYPE_CHECKING:
    from socrata_practice import PracticePortal


@click.command("practice")
@click.option(
    "--port",
    default=0,
    type=click.IntRange(0, 65535),
    help="Port on 127.0.0.1; by default, any free port.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the datasets in this folder; otherwise they are deleted when it stops.",
)
@click.option(
    "--tls",
    is_flag=True,
    help="Use HTTPS, with a certificate from an authority created for this run.",
)
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar='"KIND NAME=VALUE ..."',
    help="Inject a fault, such as 'status status=503 method=POST path=/resource/*'.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="NAME=VALUE",
    help="Change its behavior, such as lag=5, task_seconds=2 or dialect=classic.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print one line of JSON with address, accounts and datasets once it is ready.",
)
def command(
    port: int,
    data: Path | None,
    tls: bool,
    faults: tuple[str, ...],
    settings: tuple[str, ...],
    as_json: bool,
) -> None:
    """Run a practice portal until Ctrl-C, to try everything without an account.

    Example: sodasheet practice --port 8080
    """
    from socrata_practice import CertificatesMissingError, PracticePortal, serve

    portal = PracticePortal(data=data, tls=tls)
    _prepare(portal, faults, settings)
    try:
        serve(portal, port=port, as_json=as_json)
    except CertificatesMissingError as error:
        raise SodaSheetError(
            "The practice portal cannot use HTTPS: the package trustme is not installed.",
            "Install it with: pip install trustme",
        ) from error
    except OSError as error:
        raise SodaSheetError(
            f"The practice portal cannot start: {error.strerror or error}.",
            "Choose another --port, or a --data folder that you can write to.",
        ) from error


def _prepare(portal: PracticePortal, faults: tuple[str, ...], settings: tuple[str, ...]) -> None:
    """Apply faults and settings; both are explained in docs/how-to/practice-portal.md."""
    from socrata_practice import FaultError, SettingError, read_fault, read_setting

    try:
        for text in faults:
            portal.inject_fault(read_fault(text))
        portal.settings.change(dict(map(read_setting, settings)))
    except FaultError as error:
        raise SodaSheetError(
            f"The --fault cannot be used: {error}.",
            "docs/how-to/practice-portal.md lists the faults, each with an example.",
        ) from error
    except SettingError as error:
        raise SodaSheetError(
            f"The --set cannot be used: {error}.",
            "docs/how-to/practice-portal.md lists the settings.",
        ) from error
