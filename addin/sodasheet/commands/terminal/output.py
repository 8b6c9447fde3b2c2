"""Output of the commands: results on stdout, progress and questions on stderr."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from sodasheet.commands.terminal.next_steps import invoked, step_lines
from sodasheet.wording import counted

if TYPE_CHECKING:
    from rich.progress import Progress as Bar
    from rich.table import Table

    from sodasheet.model.finding import FindingGroup
    from sodasheet.model.report import Report

#: Minimum seconds between plain progress lines (if stderr is a file).
PLAIN_INTERVAL = 5.0


def say(text: str, *, err: bool = False) -> None:
    """Print a sentence on stdout or stderr; names in the sentence come from portals and files."""
    click.echo(printable(text), err=err)


def print_json(body: object) -> None:
    """Print one machine-readable object on stdout.

    Characters that control a terminal or turn the direction of a string are written as escapes.
    """
    lines = json.dumps(body, ensure_ascii=False, indent=1).split("\n")
    click.echo("\n".join(one if one.isprintable() else _escaped(one) for one in lines))


def print_table(title: str, headings: list[str], rows: list[list[str]]) -> None:
    """Print a table on stdout; cells are never read as markup."""
    from rich.console import Console
    from rich.text import Text

    table = _table(title, headings)
    for row in rows:
        table.add_row(*(Text(printable(cell)) for cell in row))
    width = None if sys.stdout.isatty() else 120
    Console(width=width, highlight=False).print(table)


def print_findings(findings: tuple[FindingGroup, ...]) -> None:
    """Print the findings as a table, with their next steps below."""
    if not findings:
        return
    rows = [
        [
            group.severity.value,
            group.column or "",
            f"{group.count:,}",
            _where(group),
            f"{group.message} {group.remedy}",
        ]
        for group in findings
    ]
    print_table("Findings", ["effect", "column", "count", "first rows", "finding"], rows)
    steps = dict.fromkeys(step for group in findings for step in group.steps)
    if steps:
        for line in step_lines(steps, invoked()):
            say(line)


def say_source_notes(notes: tuple[FindingGroup, ...]) -> None:
    """Print notes about a source as a whole on stderr, such as the sheet that was read."""
    for note in notes:
        say(f"Note: {note.message} {note.remedy}".rstrip(), err=True)


def _where(group: FindingGroup) -> str:
    shown = [f"row {finding.row}" for finding in group.examples[:3] if finding.row is not None]
    return ", ".join(shown)


def _table(title: str, headings: list[str]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    # As plain text: a name such as "Fees [/old]" would be read as markup, and could be a link.
    table = Table(title=Text(printable(title)), title_justify="left", box=box.SIMPLE_HEAD)
    for heading in headings:
        table.add_column(Text(printable(heading)), overflow="fold")
    return table


def _escaped(line: str) -> str:
    """Return a line of JSON with escapes for its invisible characters."""
    return "".join(
        char if char.isprintable() else "\\u007f" if char == "\x7f" else json.dumps(char)[1:-1]
        for char in line
    )


def printable(text: str) -> str:
    """Return the text without control characters, which could control the terminal."""
    return "".join(
        char if char.isprintable() or char == "\n" else "\N{SYMBOL FOR SUBSTITUTE}" for char in text
    )


class TerminalProgress:
    """Progress as a moving bar on a terminal, or as an occasional plain line in a file.

    `stop` becomes True at the first Ctrl-C; the second one interrupts at once.
    """

    def __init__(self) -> None:
        self.stop = False
        self._presses = 0
        self._bar: Bar | None = None
        self._task: Any = None
        self._stage, self._done = "", 0
        self._total: int | None = None
        self._began = self._said = time.monotonic()

    def begin(self, stage: str, total: int | None = None) -> None:
        """Begin a stage."""
        self._stage, self._total, self._done = printable(stage), total, 0
        self._began = self._said = time.monotonic()
        if self._bar is not None:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(self._stage, total=total)

    def advance(self, amount: int) -> None:
        """Count more units as done."""
        self._done += amount
        if self._bar is not None:
            self._bar.advance(self._task, amount)
            return
        now = time.monotonic()
        if now - self._said >= PLAIN_INTERVAL:
            self._said = now
            click.echo(self._line(now - self._began), err=True)

    def _line(self, seconds: float) -> str:
        """Return `sending: 20,000 of 100,000, 4,000/s, about 20 s left`."""
        rate = self._done / seconds if seconds > 0 else 0.0
        line = f"{self._stage}: {self._done:,}"
        if self._total:
            line += f" of {self._total:,}"
        if rate >= 1:
            line += f", {rate:,.0f}/s"
            if self._total and self._done < self._total:
                line += f", about {(self._total - self._done) / rate:,.0f} s left"
        return line

    def interrupt(self, number: int, frame: FrameType | None) -> None:  # noqa: ARG002
        """Handle Ctrl-C in the main thread."""
        # Two presses during one blocking call arrive as one here; the watching thread counts both.
        if self._presses > 1 or (self.stop and not self._presses):
            raise KeyboardInterrupt
        self._ask_to_stop()

    def pressed(self) -> None:
        """Handle Ctrl-C in a separate thread: the second press ends the current request."""
        from sodasheet.portal.http.connection import break_connections

        self._presses += 1
        self._ask_to_stop()
        if self._presses > 1:
            break_connections()

    def _ask_to_stop(self) -> None:
        if not self.stop:
            self.stop = True
            click.echo(
                "\nStopping after the current request. Press Ctrl-C again to abandon it.", err=True
            )

    def attach(self, bar: Bar) -> None:
        """Show progress on this bar from now on."""
        self._bar = bar


#: Bars on the screen, innermost last.
_BARS: list[Bar] = []


@contextmanager
def bars_hidden() -> Iterator[None]:
    """Hide the progress bars during a block, for a question and the user's answer."""
    shown = [bar for bar in _BARS if bar.live.is_started]
    for bar in shown:
        bar.stop()
    try:
        yield
    finally:
        for bar in shown:
            bar.start()


@contextmanager
def _on_screen(bar: Bar) -> Iterator[Bar]:
    with bar:
        _BARS.append(bar)
        try:
            yield bar
        finally:
            _BARS.remove(bar)


@contextmanager
def shown_progress() -> Iterator[TerminalProgress]:
    """Show progress during a block; Ctrl-C asks the work to stop."""
    progress = TerminalProgress()
    previous = signal.signal(signal.SIGINT, progress.interrupt)
    try:
        with ExitStack() as stack:
            if sys.platform == "win32":
                from sodasheet.commands.terminal.windows_interrupts import watched_interrupts

                stack.enter_context(watched_interrupts(progress.pressed))
            if sys.stderr.isatty():
                progress.attach(stack.enter_context(_on_screen(_bar())))
            yield progress
    finally:
        signal.signal(signal.SIGINT, previous)


def _bar() -> Bar:
    from rich import progress as shapes
    from rich.console import Console
    from rich.text import Text

    class Rate(shapes.ProgressColumn):
        """Column with the units per second."""

        def render(self, task: shapes.Task) -> Text:
            """Return the speed of a task."""
            return Text(f"{task.speed:,.0f}/s" if task.speed else "")

    return shapes.Progress(
        # A stage may name a file, which is not markup.
        shapes.TextColumn("{task.description}", markup=False),
        shapes.BarColumn(),
        shapes.MofNCompleteColumn(),
        Rate(),
        shapes.TimeRemainingColumn(compact=True),
        console=Console(stderr=True),
        transient=True,
    )


def say_settled(earlier: Report) -> None:
    """Report an interrupted run that was settled before this run."""
    say(f"Run {earlier.run} was interrupted: {earlier.summary}", err=True)


def print_report(report: Report) -> None:
    """Print a readable report: outcome, next steps, rejected rows, and where to find more."""
    print_findings(report.findings)
    if report.rejects.rows and report.sending.transport:
        shown = report.rejects.rows[:20]
        rows = [
            [
                str(row.row or ""),
                row.identifier or "",
                row.column or "",
                row.value or "",
                row.reason,
            ]
            for row in shown
        ]
        more = len(report.rejects.rows) - len(shown)
        title = "Rejected rows" + (f" (the first {len(shown)})" if more > 0 else "")
        print_table(title, ["row", "identifier", "column", "value", "reason"], rows)
    compared = report.totals.reconciliation
    if compared is not None and compared.groups:
        groups = compared.shown(20)
        more = len(compared.groups) - len(groups)
        title = f"By {compared.column}" + (f" ({more:,} more)" if more > 0 else "")
        columns = ["group", "source rows", "dataset rows", "outcome"]
        print_table(title, columns, [list(group) for group in groups])
    look = " (needs review)" if report.warnings else ""
    say(f"{report.outcome.value}{look}: {report.summary}")
    if report.steps:
        for line in step_lines(report.steps, invoked()):
            say(line)
    if report.rejects.file:
        say(f"All findings: {report.rejects.file}")
    if report.sending.transport:
        reason = (report.sending.reason or "the same as when the run began").rstrip(".")
        say(f"Sent by {report.sending.transport}: {reason}.")
    say(
        f"Run {report.run}: {counted(report.traffic.requests, 'request')}, "
        f"{report.traffic.bytes_sent:,} bytes, {report.traffic.seconds:.1f} s. "
        f"Dataset: {report.target.portal}/d/{report.target.dataset}"
    )
