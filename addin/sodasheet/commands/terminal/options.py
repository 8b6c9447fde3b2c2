"""Options that several commands share, and options as dataclasses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

_Options = TypeVar("_Options")
_Result = TypeVar("_Result")


class RenamedOption(click.Option):
    """An option that can still be given by its name in the version before."""

    def __init__(self, *args: Any, old: Sequence[str], **attributes: Any) -> None:
        super().__init__(*args, **attributes)
        self.old = list(old)

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Teach the parser the old names too; --help does not show them."""
        shown, self.opts = self.opts, [*self.opts, *self.old]
        try:
            super().add_to_parser(parser, ctx)
        finally:
            self.opts = shown


def takes(kind: Callable[..., _Options]) -> Callable[[Callable[[_Options], _Result]], Any]:
    """Call the command with one dataclass that has a field for each of its parameters."""

    def decorated(command: Callable[[_Options], _Result]) -> Callable[..., _Result]:
        @wraps(command)
        def called(**given: object) -> _Result:
            return command(kind(**given))

        return called

    return decorated


as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead.")
what_for = click.option(
    "--for",
    "kind",
    type=click.Choice(["portal", "mail", "proxy", "webhook"]),
    default="portal",
    show_default=True,
    help="Kind of server that HOST is.",
)
job_argument = click.argument("job_path", metavar="JOB", type=click.Path(path_type=Path))
only_option = click.option(
    "--only", metavar="NAME", help="Name of the job, if the workbook contains several."
)
yes_option = click.option("--yes", is_flag=True, help="Do not ask for confirmation.")
limit_option = click.option(
    "--limit",
    cls=RenamedOption,
    old=["--rows"],
    type=click.IntRange(min=1),
    metavar="N",
    help="Only the first N valid rows, as a trial.",
)
method_option = click.option(
    "--method",
    type=click.Choice(["replace", "append", "upsert", "delete"]),
    help="Method to use instead of the job's own.",
)


within_option = click.option(
    "--within",
    "within",
    multiple=True,
    metavar="FIELD[=VALUE]",
    help="Replace only the rows with this value in a column, e.g. year=2026 or opened=2026-03; or"
    " with the values that the source has: year, or opened:month. May be repeated.",
)


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say how to read a source."""
    for option in reversed(
        [
            click.option("--sheet", default="", help="Sheet of the workbook."),
            click.option("--table", default="", help="Table of the workbook."),
            click.option("--range", "cells", default="", help="Range of the sheet, e.g. A3:F200."),
            click.option(
                "--header-row",
                default=1,
                show_default=True,
                type=click.IntRange(min=0),
                help="Row with the column headers; 0 if there is none.",
            ),
            click.option(
                "--encoding",
                default="auto",
                show_default=True,
                help="Encoding of the file, e.g. utf-8 or windows-1252.",
            ),
            click.option(
                "--separator",
                default="auto",
                show_default=True,
                help="Separator between cells: a character, or tab.",
            ),
        ]
    ):
        command = option(command)
    return command
