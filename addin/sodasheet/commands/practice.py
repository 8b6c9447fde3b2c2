"""`sodasheet practice`: a practice portal on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from sodasheet.errors import SodaSheetError


@click.command("practice")
@click.option(
    "--port",
    default=0,
    type=click.IntRange(0, 65535),
    help="Port on 127.0.0.1; any free one when left out.",
)
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False),
    help="Keep the datasets in this folder; otherwise they go when it ends.",
)
@click.option(
    "--json",
    "as_json",
    is_flag=True,
    help="Print one line of JSON with address, accounts and datasets once it is ready.",
)
def command(port: int, data: Path | None, as_json: bool) -> None:
    """Run a practice portal until Ctrl-C, to try everything without an account.

    Example: sodasheet practice --port 8080
    """
    from sodasheet.practice import serve

    try:
        serve(port=port, data=data, as_json=as_json)
    except OSError as error:
        raise SodaSheetError(
            f"The practice portal cannot start: {error.strerror or error}.",
            "Choose another --port, or a --data folder that you may write to.",
        ) from error
