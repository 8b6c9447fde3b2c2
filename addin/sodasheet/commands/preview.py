"""`sodasheet preview`: show what a push would change."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sodasheet.commands.terminal.command_line import (
    as_json,
    job_argument,
    limit_option,
    method_option,
    only_option,
    takes,
    within_option,
)
from sodasheet.commands.terminal.output import say
from sodasheet.model.exit_code import ExitCode

if TYPE_CHECKING:
    from sodasheet.model.preview import Change, Preview
    from sodasheet.push.load_and_check import Prepared
    from sodasheet.push.preview.csv_pages import Reading

#: Changes in the table on the terminal, and characters of a value there.
_SHOWN = 20
_LENGTH = 120


@dataclass(frozen=True, slots=True)
class PreviewOptions:
    """Options of a preview."""

    job_path: Path
    method: str | None
    limit: int | None
    within: tuple[str, ...]
    csv_path: Path | None
    only: str | None
    as_json: bool


@click.command("preview")
@job_argument
@method_option
@limit_option
@within_option
@click.option(
    "--csv",
    "csv_path",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Write every change to this CSV file.",
)
@only_option
@as_json
@takes(PreviewOptions)
def command(options: PreviewOptions) -> int:
    """Show what a push of JOB would change in its dataset; nothing is sent.

    Exit codes: 0 every row can be sent, 4 some rows cannot, or a finding asks for a decision.

    Example: sodasheet preview permits.json --csv changes.csv
    """
    from sodasheet.commands.check import say_undecided
    from sodasheet.commands.terminal.output import print_findings, print_json
    from sodasheet.quality.comparison_findings import asked

    work, found, reading = _previewed(options)
    if options.as_json:
        print_json(_body(work, found, reading))
    else:
        print_findings(work.checked.findings)
        print_preview(work, found)
        say_undecided(work, options.job_path)
    clean = not (found is None or work.checked.rejected or asked(work.checked))
    return int(ExitCode.DONE if clean else ExitCode.REFUSED)


def _previewed(options: PreviewOptions) -> tuple[Prepared, Preview | None, Reading | None]:
    """Return the checked rows, the preview, and how the dataset was read.

    No preview if the check stops every row, and no reading if none of the dataset's is needed.
    """
    from sodasheet.commands.terminal.output import shown_progress
    from sodasheet.commands.terminal.session import limited_to, load_job, open_portal
    from sodasheet.jobs.last_preview import key_of, remember
    from sodasheet.push.incremental.job_preview import job_preview
    from sodasheet.push.preview.preview import report_of

    job, base = load_job(options.job_path, options.only, options.method)
    job = limited_to(job, options.within)
    with (
        shown_progress() as progress,
        open_portal(job.portal, stop=lambda: progress.stop) as session,
        job_preview(job, base, session, progress, options.limit) as (work, found),
    ):
        if found is None:
            return work, None, None
        if options.csv_path is not None:
            found.write(options.csv_path)
        if options.limit is None:
            remember(key_of(job), report_of(job, work, found))
        return work, found.preview, found.reading


def _body(work: Prepared, found: Preview | None, reading: Reading | None) -> dict[str, object]:
    from sodasheet.commands.check import checked_json

    told: dict[str, object] = {"preview": None} if found is None else found.to_json()
    told["reading"] = None if reading is None else reading.to_json()
    method = work.checked.plan.method.value
    return {"method": method} | told | checked_json(work)


def print_preview(work: Prepared, found: Preview | None) -> None:
    """Print a readable preview: the changes, then their totals."""
    from sodasheet.commands.terminal.output import print_table
    from sodasheet.push.check_and_preview_sentences import no_row_sentence, preview_sentence

    if found is None:
        say(no_row_sentence(work.stage.rows, work.stage.name))
        return
    shown = found.changes[:_SHOWN]
    if shown:
        more = len(found.changes) - len(shown) + found.more
        title = "Changes" + (f" (the first {len(shown)} of {len(shown) + more:,})" if more else "")
        headings = ["kind", "row", found.identifier or "identifier", "column", "old", "new"]
        print_table(title, headings, [_cells(change) for change in shown])
        if more:
            say("Every change: --csv FILE")
    if found.emptied:
        say(f"Columns that would be emptied: {', '.join(found.emptied)}.")
    if found.stale:
        say(found.stale)
    say(preview_sentence(work, found))


def _cells(change: Change) -> list[str]:
    row = "" if change.row is None else str(change.row)
    texts = (change.identifier, change.column, change.old, change.new)
    return [change.kind.value, row, *(_short(text or "") for text in texts)]


def _short(text: str) -> str:
    return text if len(text) <= _LENGTH else text[: _LENGTH - 1] + "…"
