"""One command line: find and run its subcommand, and report every failure in one sentence."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NoReturn

import click

from sodasheet import __version__
from sodasheet.errors import SodaSheetError
from sodasheet.model.exit_code import ExitCode

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
    "template": ("template", "Make a workbook to type a dataset's rows into."),
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
    "job": ("job.command_group", "Show, check, convert or copy saved jobs."),
    "datasync": ("datasync.compatible_command", "Run DataSync jobs and command lines."),
    "addin": ("addin", "Install, remove or check the ribbon add-in for Excel."),
    "erase": ("erase", "Remove everything that SodaSheet has stored for you."),
    "doctor": ("doctor", "Examine a portal, by reading or by a rehearsal with a draft."),
}


class LazyGroup(click.Group):
    """A group that imports a subcommand on first use."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Return the names in the order of the work rather than of the alphabet."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return the subcommand, or None if none has that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"sodasheet.commands.{COMMANDS[cmd_name][0]}")
        command = module.command
        if not isinstance(command, click.Command):
            raise TypeError(f"{module.__name__}.command is no click command")
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the subcommand; raises UsageError with similar names if there is none."""
        import difflib

        near = [] if args[0] in COMMANDS else difflib.get_close_matches(args[0], COMMANDS)
        if near:
            ctx.fail(f"No such command '{args[0]}'. Did you mean {' or '.join(near)}?")
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
    """Print the version and any newer version found before; nothing is asked for here."""
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
        sys.stdout.flush()  # a reader that went away shows here, not at interpreter exit
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
    """Report an error on stderr for people, or as one object on stdout for programs."""
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
