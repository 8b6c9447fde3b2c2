"""`sodasheet datasets`: search a portal's catalog."""

from __future__ import annotations

import click

from sodasheet.commands.terminal.command_line import as_json


@click.command("datasets")
@click.argument("portal")
@click.argument("text", default="")
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 200))
@as_json
def command(portal: str, text: str, limit: int, as_json: bool) -> None:
    """Search the catalog of PORTAL (its web address) for TEXT.

    Example: sodasheet datasets https://data.ct.gov permits
    """
    from sodasheet.commands.terminal.output import print_json, print_table
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.portal.catalog_search import search
    from sodasheet.portal.dataset_address import parse_portal

    address = parse_portal(portal)
    found = search(open_portal(address), text, limit)
    if as_json:
        print_json(
            [
                {
                    "id": entry.id,
                    "name": entry.name,
                    "updated": entry.updated.isoformat() if entry.updated else None,
                    "url": entry.url,
                }
                for entry in found
            ]
        )
        return
    if not found:
        click.echo(f"No dataset on {address} matches {text!r}.")
        return
    rows = [
        [entry.id, entry.name, f"{entry.updated:%Y-%m-%d}" if entry.updated else ""]
        for entry in found
    ]
    print_table(f"Datasets on {address}", ["id", "name", "updated"], rows)
