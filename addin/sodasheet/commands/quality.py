"""`sodasheet quality`: how complete, fresh and clean a dataset is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import as_json
from sodasheet.commands.terminal.output import say
from sodasheet.commands.terminal.output_file import require_new, write_output
from sodasheet.errors import UsageProblem
from sodasheet.wording import counted_rows

if TYPE_CHECKING:
    from sodasheet.dataset_quality.completeness_freshness_findings import Overview

#: Characters of a bar.
_BAR = 20


@click.command("quality")
@click.argument("dataset")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write the overview with its plots to this workbook, such as quality.xlsx.",
)
@as_json
def command(dataset: str, output: Path | None, as_json: bool) -> int:
    """Show how complete and fresh DATASET is, and the findings of pushes over time.

    DATASET is a web address. Findings are those of the pushes from this computer.

    Example: sodasheet quality https://data.example.gov/d/abcd-1234 -o quality.xlsx
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.dataset_quality.completeness_freshness_findings import read_overview
    from sodasheet.portal.dataset_address import Address

    if output is not None and output.suffix.lower() != ".xlsx":
        raise UsageProblem(
            f"{output} is not an .xlsx file.", "Specify a file name that ends in .xlsx."
        )
    if output is not None:
        require_new(output)
    address = Address.parse(dataset)
    with open_portal(address.portal) as session:
        found = read_overview(session, address.dataset)
        if output is not None:
            from sodasheet.dataset_quality.column_measures import read_measures
            from sodasheet.dataset_quality.quality_sheet_content import workbook_of_overview

            write_output(
                output, workbook_of_overview(found, read_measures(session, address.dataset))
            )
    if as_json:
        print_json(found.to_json())
    else:
        _print(found)
        if output is not None:
            say(f"Made {output}.")
    return 0


def _print(found: Overview) -> None:
    from sodasheet.commands.terminal.output import print_table

    print_table(
        f"{found.name}: {counted_rows(found.rows)}",
        ["column", "filled", "share", ""],
        [
            [
                one.name,
                "not known" if one.filled is None else f"{one.filled:,}",
                one.percent,
                bar(one.share),
            ]
            for one in found.emptiest_first
        ],
    )
    if found.runs:
        most = max(1, *(one.total for one in found.runs))
        print_table(
            "Findings of pushes from this computer, oldest first",
            ["started", "outcome", "findings", ""],
            [
                [
                    one.started[:16].replace("T", " "),
                    one.outcome,
                    "not known" if one.counts is None else f"{one.total:,}",
                    bar(one.total / most),
                ]
                for one in found.runs
            ],
        )
    say(found.freshness)
    if found.share is not None:
        say(f"{found.percent} of all cells have a value.")


def bar(share: float | None) -> str:
    """Return a bar of characters for a share from 0 to 1."""
    return "" if share is None else "█" * round(_BAR * share)
