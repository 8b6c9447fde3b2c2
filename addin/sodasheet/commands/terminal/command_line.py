"""The command line: options shared by commands, and the path from arguments to an exit code.

Its subcommand is found and run, and every failure is reported in one sentence.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from sodasheet import __version__
from sodasheet.errors import SodaSheetError
from sodasheet.model.exit_code import ExitCode
from sodasheet.wording import close_names, did_you_mean

_Options = TypeVar("_Options")
_Result = TypeVar("_Result")


class RenamedOption(click.Option):
    """An option that can still be given by its name from the previous version."""

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
    """Add the options for reading a source."""
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
                help="Row with the column headers; 0 if there are none.",
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


if TYPE_CHECKING:
    from sodasheet.model.next_step import NextStep

#: Command name -> (module in sodasheet.commands, one line for --help). A module is imported only
#: when its command is used, so that `sodasheet --help` starts quickly.
COMMANDS = {
    "demo": ("demo", "Run the full workflow on a practice portal."),
    "practice": ("practice", "Run a practice portal on this computer."),
    "desk": ("desk", "Open the desk: all of SodaSheet in a browser window."),
    "sign-in": ("account.sign_in", "Sign in to a portal and save its key."),
    "sign-out": ("account.sign_out", "Remove a saved key."),
    "accounts": ("account.accounts", "List saved accounts and the store of their keys."),
    "datasets": ("datasets", "Search a portal's catalog."),
    "template": ("template", "Create a workbook for entering a dataset's rows."),
    "describe": ("describe", "Show or change a dataset's title, description and columns."),
    "create": ("create", "Create a dataset from a file and push its rows."),
    "backup": ("dataset.backup", "Save rows, schema and metadata of datasets to a folder."),
    "columns": ("dataset.columns", "List, add and rename the columns of a dataset."),
    "copy": ("dataset.copy", "Copy the rows of one dataset to another."),
    "drafts": ("dataset.drafts", "List, apply and discard open drafts of a dataset."),
    "map": ("map", "Match a source's columns to a dataset's and save the job."),
    "check": ("check", "Check a job's rows without sending anything."),
    "preview": ("preview", "Show what a push would change, without sending anything."),
    "push": ("push", "Push a job's rows to its dataset."),
    "run": ("automate.run", "Push the jobs of a file unattended."),
    "schedule": ("automate.schedule", "Schedule jobs: hourly, daily or weekly."),
    "undo": ("undo", "Undo a push: delete what it added, restore what it changed."),
    "history": ("history", "List past runs, or show the report of one."),
    "freshness": ("freshness", "List when each dataset was last pushed."),
    "quality": ("quality", "Show how complete, fresh and clean a dataset is."),
    "settings": ("settings", "Show and change the SMTP server and the limits of run logs."),
    "job": ("job.command_group", "Show, check, change, convert or copy saved jobs."),
    "datasync": ("datasync.compatible_command", "Run DataSync jobs and command lines."),
    "addin": ("addin", "Install, remove or check the ribbon add-in for Excel."),
    "erase": ("erase_local_data", "Remove everything that SodaSheet has stored for you."),
    "doctor": ("doctor", "Examine a portal by reading it, or by rehearsing on a draft."),
}


class LazyGroup(click.Group):
    """A group that imports a subcommand on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the work instead of alphabetically."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the subcommand, or None if none has that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"sodasheet.commands.{COMMANDS[cmd_name][0]}")
        command = module.command
        if not isinstance(command, click.Command):
            raise TypeError(f"{module.__name__}.command is not a click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the subcommand; raises UsageError with similar names if there is none."""
        near = [] if args[0] in COMMANDS else close_names(args[0], COMMANDS)
        if near:
            ctx.fail(f"No such command '{args[0]}'. {did_you_mean(near)}")
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in COMMANDS.items()])


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=lambda ctx, _, wanted: (
        _show_version(ctx) if wanted and not ctx.resilient_parsing else None
    ),
    help="Show the version and exit.",
)
def root() -> None:
    """Publish Excel and CSV data to Socrata.

    SodaSheet checks every row, shows what will change, and can undo the push.

    \b
    Without an account:  sodasheet demo
    With your portal:    sodasheet sign-in HOST
                         sodasheet map permits.csv https://HOST/d/abcd-1234 -o permits.json
                         sodasheet check permits.json
                         sodasheet preview permits.json
                         sodasheet push permits.json
    """


def _show_version(context: click.Context) -> NoReturn:
    """Print the version and any newer version found earlier; no server is asked here."""
    from sodasheet.update_check import known_updates

    click.echo(f"sodasheet, version {__version__}")
    found = known_updates()
    if found.version:
        page = f" See {found.page}" if found.page else ""
        click.echo(f"Version {found.version} is available.{page}", err=True)
    context.exit()


def run(arguments: list[str]) -> int:
    """Run one command line and return its exit code; no traceback reaches the user."""
    from sodasheet.system.standard_streams import drop_output, reader_left

    try:
        result = root.main(
            arguments, prog_name="sodasheet", standalone_mode=False, obj=tuple(arguments)
        )
        code = int(result) if isinstance(result, int) else int(ExitCode.DONE)
        sys.stdout.flush()  # report a closed reader here, not at interpreter exit
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        error.show()
        return int(ExitCode.USAGE)
    except (click.Abort, KeyboardInterrupt):
        _say("Cancelled.", "Nothing more was sent.")
        return int(ExitCode.CANCELLED)
    except SodaSheetError as error:
        return _tell(error, arguments)
    except Exception as error:
        if isinstance(error, OSError) and reader_left(error):
            drop_output()
            return int(ExitCode.FAILED)
        from sodasheet.crash_report import crash_report

        return _tell(crash_report(error), arguments)
    return code


def _tell(error: SodaSheetError, arguments: list[str]) -> int:
    """Report an error as text on stderr, or as one JSON object on stdout for programs."""
    if "--json" in arguments:
        import json

        from sodasheet.credentials.redaction import redact

        what, remedy = redact(error.what), redact(error.remedy)
        steps = [step.to_json() for step in error.steps]
        body = {"error": what, "remedy": remedy, "steps": steps, "exit_code": int(error.exit_code)}
        click.echo(json.dumps(body, ensure_ascii=False))
    else:
        _say(error.what, error.remedy, error.steps, arguments)
    return int(error.exit_code)


def _say(
    what: str, remedy: str, steps: Iterable[NextStep] = (), arguments: Sequence[str] = ()
) -> None:
    from sodasheet.commands.terminal.next_steps import step_lines
    from sodasheet.commands.terminal.output import say
    from sodasheet.credentials.redaction import redact

    lines = [f"sodasheet: {what}", remedy, *step_lines(steps, arguments)]
    say(redact("\n".join(filter(None, lines))), err=True)
