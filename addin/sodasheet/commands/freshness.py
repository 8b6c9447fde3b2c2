"""`sodasheet freshness`: when each dataset was last pushed, and what has not landed since."""

from __future__ import annotations

import click

from sodasheet.commands.terminal.command_line import as_json
from sodasheet.commands.terminal.output import say


@click.command("freshness")
@click.argument("dataset", default="")
@as_json
def command(dataset: str, as_json: bool) -> None:
    """List when each dataset was last pushed from this computer, the oldest push first.

    DATASET limits the list to one dataset: its id, or its web address in any form.

    Example: sodasheet freshness
    """
    from sodasheet.commands.terminal.session import dataset_id

    print_freshness(dataset_id(dataset), as_json=as_json)


def print_freshness(dataset: str, *, as_json: bool) -> None:
    """Print the freshness of a dataset, or of all if `dataset` is empty."""
    from sodasheet.commands.terminal.output import print_json, print_table
    from sodasheet.push.runs.history import freshness

    found = freshness(dataset)
    if as_json:
        print_json([one.to_json() for one in found])
    elif not found:
        say("Nothing has been pushed from this computer yet.")
    else:
        rows = [[one.newest.dataset_name, one.newest.link, one.sentence] for one in found]
        print_table("Datasets, oldest push first", ["name", "address", "freshness"], rows)
