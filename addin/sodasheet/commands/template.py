"""`sodasheet template`: a workbook to type a dataset's rows into."""

from __future__ import annotations

from pathlib import Path

import click

from sodasheet.commands.terminal.command_line import as_json
from sodasheet.commands.terminal.output import say
from sodasheet.commands.terminal.output_file import require_new, write_output
from sodasheet.errors import UsageProblem


@click.command("template")
@click.argument("dataset")
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The workbook to create, such as permits.xlsx.",
)
@click.option(
    "--method",
    default="upsert",
    show_default=True,
    type=click.Choice(["replace", "append", "upsert"]),
    help="The method of the mapping in the workbook.",
)
@as_json
def command(dataset: str, output: Path, method: str, as_json: bool) -> int:
    """Make a workbook for typing the rows of DATASET.

    The workbook has the dataset's columns with drop-downs, formats and help, so that errors stop
    where they are made, and a mapping sheet that is ready to push. DATASET is a web address.

    Example: sodasheet template https://data.example.gov/d/abcd-1234 -o permits.xlsx
    """
    from sodasheet.commands.terminal.output import print_json
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.model.method import Method
    from sodasheet.new_workbooks.entry_template import entry_template
    from sodasheet.portal.dataset import read_dataset
    from sodasheet.portal.dataset_address import Address

    if output.suffix.lower() != ".xlsx":
        raise UsageProblem(
            f"{output} is not an .xlsx file.", "Specify a file name that ends in .xlsx."
        )
    require_new(output)
    address = Address.parse(dataset)
    with open_portal(address.portal) as session:
        found = read_dataset(session, address.dataset)
        made = entry_template(session, found, Method(method))
    write_output(output, made.content)
    if as_json:
        print_json({"workbook": str(output), "columns": list(made.columns)})
    else:
        say(f"Created {output}: type the rows into the sheet Data, then push the workbook.")
    return 0
