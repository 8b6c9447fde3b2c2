"""`sodasheet create`: create a dataset from a file, private first, and push the rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from sodasheet.commands.mapping_options import (
    number_of_digits,
    quote_sign,
    reading_options,
    row_kinds,
    row_options,
)
from sodasheet.commands.terminal.assignments import Assignments
from sodasheet.commands.terminal.command_line import as_json, source_options, takes, yes_option
from sodasheet.commands.terminal.output import say
from sodasheet.errors import UsageProblem
from sodasheet.model.exit_code import ExitCode
from sodasheet.system.folders import real_path

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sodasheet.create.proposal import NewDataset, Wishes
    from sodasheet.model.finding import FindingGroup
    from sodasheet.model.job import Job, SourceSpec
    from sodasheet.model.report import Report
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.staging.staged_table import Stage

_TYPES = Assignments("--type", "HEADER=TYPE", from_end=True)
_FIELDS = Assignments("--field", "HEADER=FIELD", from_end=True)
_FORMATS = Assignments("--format", "HEADER=FORMAT")
_PADS = Assignments("--pad", "HEADER=DIGITS", from_end=True)


@dataclass(frozen=True, slots=True)
class CreateOptions:
    """Options of a new dataset; `types` and `fields` are `HEADER=VALUE` strings."""

    source: str
    portal: str
    name: str | None
    types: tuple[str, ...]
    fields: tuple[str, ...]
    ignored: tuple[str, ...]
    identifier: str | None
    output: Path | None
    preview: bool
    empty: bool
    public: bool
    public_confirmed: bool
    yes: bool
    sheet: str
    table: str
    cells: str
    header_row: int
    header_rows: int
    leave_out: tuple[str, ...]
    missing: tuple[str, ...]
    formats: tuple[str, ...]
    pads: tuple[str, ...]
    quote: str
    rows: str | None
    encoding: str
    separator: str
    as_json: bool

    @property
    def spec(self) -> SourceSpec:
        """The source that the options describe, with an absolute path."""
        from sodasheet.sources import source_spec

        spec = source_spec(self.source)
        return replace(
            spec,
            path=real_path(Path(spec.path)).as_posix(),
            encoding=self.encoding,
            separator=self.separator,
            header_row=self.header_row,
            header_rows=self.header_rows,
            leave_out=row_kinds(self.leave_out),
            quote=quote_sign(self.quote),
            rows=self.rows or "",
            sheet=self.sheet,
            table=self.table,
            range=self.cells,
        )

    @property
    def wishes(self) -> Wishes:
        """The user's own decisions. Raises UsageProblem if a part is missing."""
        from sodasheet.create.proposal import Wishes

        identifier = "" if self.identifier == "none" else self.identifier
        return Wishes(
            dict(_TYPES.pairs(self.types)),
            dict(_FIELDS.pairs(self.fields)),
            frozenset(self.ignored),
            identifier,
            _formats(self.formats),
            self.missing,
            _pads(self.pads),
        )


@click.command("create")
@click.argument("source")
@click.option("--portal", required=True, metavar="HOST", help="Portal to create the dataset on.")
@click.option("--name", help="Title of the dataset; by default, the name of the file.")
@click.option("--type", "types", multiple=True, metavar=_TYPES.form, help="Data type of a column.")
@click.option(
    "--field", "fields", multiple=True, metavar=_FIELDS.form, help="Field name of a column."
)
@click.option("--ignore", "ignored", multiple=True, metavar="HEADER", help="Leave a column out.")
@click.option("--identifier", metavar="HEADER", help='Row identifier; "none" for none.')
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), help="Save the job here."
)
@click.option("--preview", is_flag=True, help="Only show the columns that would be created.")
@click.option("--empty", is_flag=True, help="Create the dataset without rows.")
@click.option("--public", is_flag=True, help="Make the dataset public, after a confirmation.")
@click.option("--yes-public", "public_confirmed", is_flag=True, help="Confirm --public.")
@yes_option
@click.option(
    "--missing",
    multiple=True,
    metavar="VALUE",
    help="Read VALUE as an empty cell. May be repeated.",
)
@click.option(
    "--format",
    "formats",
    multiple=True,
    metavar=_FORMATS.form,
    help="Format of HEADER, e.g. 'Opened=M/D/YYYY'. May be repeated.",
)
@click.option(
    "--pad",
    "pads",
    multiple=True,
    metavar=_PADS.form,
    help="Add leading zeros to whole numbers; 0 leaves them unchanged.",
)
@row_options
@reading_options
@source_options
@as_json
@takes(CreateOptions)
def command(options: CreateOptions) -> int:
    """Create a dataset from SOURCE, a CSV, TSV or workbook, and push its rows.

    Types are proposed from all values. The dataset is private until you make it public. Creating
    a dataset cannot be undone by SodaSheet; delete the dataset on the portal instead.

    Example: sodasheet create permits.csv --portal data.example.gov --preview
    """
    from sodasheet.commands.terminal.output import print_json, say_source_notes
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.create.create_dataset_and_job import create_dataset
    from sodasheet.portal.dataset_address import parse_portal

    portal, spec = parse_portal(options.portal), options.spec
    _require_headers(spec)
    proposal, headers, notes = _proposed(options, spec)
    say_source_notes(notes)
    if not options.as_json:
        _print(proposal)
    if options.preview:
        if options.as_json:
            print_json(proposal.to_json())
        return int(ExitCode.DONE)
    _require_zeros(proposal)
    with open_portal(portal, write=True) as session:
        _confirm(session, proposal.name, options)
        job = create_dataset(session, proposal, spec, headers)
    say(f"Created {job.portal}/d/{job.dataset}, private.", err=options.as_json)
    _save(job, options)
    report = None if options.empty else _pushed(job)
    if report is not None:
        report = _with_job_named(report, options)
    code = ExitCode.DONE if report is None else report.outcome.exit_code
    public = code is ExitCode.DONE and options.public and _made_public(job, proposal, options)
    if options.as_json:
        print_json(
            {
                "dataset": job.dataset,
                "url": f"{job.portal}/d/{job.dataset}",
                "public": public,
                "proposal": proposal.to_json(),
                "report": None if report is None else report.to_json(),
            }
        )
    elif report is not None:
        _print_outcome(report, job, options)
    return int(code)


def _confirm(session: PortalSession, name: str, options: CreateOptions) -> None:
    """Ask before a dataset is created, and mention an existing dataset with this name."""
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.create.create_dataset_and_job import same_name

    same = same_name(session, name)
    if options.yes:
        if same:
            say(f"Note: {same}", err=True)
        return
    question = f'Create the private dataset "{name}" on {session.portal}.'
    Prompt().require(f"{same} {question}".lstrip())


def _proposed(
    options: CreateOptions, spec: SourceSpec
) -> tuple[NewDataset, tuple[str, ...], tuple[FindingGroup, ...]]:
    """Return the proposal, the source's headers and notes about the source."""
    from sodasheet.commands.terminal.output import shown_progress
    from sodasheet.create.proposal import propose
    from sodasheet.sources import open_source
    from sodasheet.staging.staged_table import Stage
    from sodasheet.system.folders import scratch_folder

    name = options.name or Path(spec.path).stem.replace("_", " ").strip()
    with (
        shown_progress() as progress,
        scratch_folder() as folder,
        Stage.open(open_source(spec, Path.cwd()), folder, progress) as stage,
    ):
        if not stage.rows and not (options.empty or options.preview):
            raise UsageProblem(
                f"{Path(spec.path).name} has no rows, so there is nothing to push.",
                "Choose a source with rows, or add --empty to create the dataset without rows.",
            )
        proposal = propose(stage, name, options.wishes)
        notes = (*stage.spool.findings, *_row_notes(stage, proposal))
        return proposal, stage.headers, notes


def _row_notes(stage: Stage, proposal: NewDataset) -> Iterator[FindingGroup]:
    """Yield a note for each kind of row that does not seem to be data, before they are pushed."""
    from sodasheet.model.finding import FindingGroup, Severity
    from sodasheet.staging.suggest import suggest_rows

    fields = {column.source: column.field for column in proposal.columns}
    for one in suggest_rows(stage, fields.get(stage.headers[0], "")):
        message, remedy = one.message, ""
        first = one.examples[0] if one.examples else None
        if first is not None and first.value:
            message = f"{message} The first is row {first.row:,}: {first.value}."
        if one.change.leave_out:
            remedy = (
                f"Add --leave-out {one.change.leave_out[0]}; otherwise these rows are rejected."
            )
        yield FindingGroup(one.key, Severity.NOTE, message, remedy)


def _require_headers(spec: SourceSpec) -> None:
    """Raise UsageProblem if the headers seem to be elsewhere and the user has not said where."""
    from sodasheet.sources.header_row import suggest_header_row

    given = click.get_current_context().get_parameter_source("header_row")
    if given is not ParameterSource.DEFAULT:
        return
    found = suggest_header_row(Path(spec.path), spec)
    if found is None:
        return
    change = found.change
    flags = f"--header-row {change.header_row}"
    flags += f" --header-rows {change.header_rows}" if change.header_rows > 1 else ""
    raise UsageProblem(
        found.message, f"Add {flags}, or --header-row 1 if the headers are in the first row."
    )


def _formats(texts: tuple[str, ...]) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for header, form in _FORMATS.pairs(texts):
        found[header] = (*found.get(header, ()), form)
    return found


def _pads(texts: tuple[str, ...]) -> dict[str, int]:
    return {
        header: number_of_digits(f"{header}={digits}", digits, least=0)
        for header, digits in _PADS.pairs(texts)
    }


def _require_zeros(proposal: NewDataset) -> None:
    """Raise UsageProblem if codes seem to have lost leading zeros and the user has not decided."""
    from sodasheet.system.pasteable_command_line import quoted

    short = [column for column in proposal.columns if column.digits]
    if not short:
        return
    names = ", ".join(column.source for column in short)
    flags = " ".join(f"--pad {quoted(f'{one.source}={one.digits}')}" for one in short)
    raise UsageProblem(
        f"Leading zeros seem to be missing in {names}.",
        f"Add {flags} to add them back, or write 0 as the number to keep the values unchanged.",
    )


def _print(proposal: NewDataset) -> None:
    from sodasheet.commands.terminal.output import print_table
    from sodasheet.staging.types.date_format import date_words

    rows = [
        [one.source, one.field, one.type, ", ".join(map(date_words, one.formats)), one.evidence]
        for one in proposal.columns
    ]
    headings = ["source column", "field name", "type", "format", "why"]
    print_table(f'New dataset "{proposal.name}"', headings, rows)
    unclear = [one.source for one in proposal.columns if one.unclear]
    if unclear:
        say(f"Specify the format of {', '.join(unclear)} with --format, or leave it as text.")
    identifier = proposal.identifier or "none"
    say(f"Row identifier: {identifier} ({proposal.identifier_evidence}).")


def _save(job: Job, options: CreateOptions) -> None:
    from sodasheet.jobs import write_job
    from sodasheet.jobs.relocate_jobs import moved

    if options.output is not None:
        write_job(moved(job, Path.cwd(), real_path(options.output).parent), options.output)
        say(f"Saved as {options.output}.", err=options.as_json)


def _job_file(options: CreateOptions) -> str:
    """Return the path of the job's file, which may not exist yet."""
    return str(options.output or f"{Path(options.source).stem}.json")


def _with_job_named(report: Report, options: CreateOptions) -> Report:
    """Return the report with next steps that name the job's file."""
    named = _job_file(options)
    steps = (replace(step, file=step.file or step.job or named) for step in report.steps)
    return replace(report, steps=tuple(steps))


def _say_how_to_save(job: Job, options: CreateOptions) -> None:
    """Print the command that creates the job, which was not saved."""
    from sodasheet.system.pasteable_command_line import command_line

    source = job.source
    flags = [
        ("--method", job.method.value, "upsert"),
        ("--sheet", source.sheet, ""),
        ("--table", source.table, ""),
        ("--range", source.range, ""),
        ("--header-row", str(source.header_row), "1"),
        ("--header-rows", str(source.header_rows), "1"),
        ("--encoding", source.encoding, "auto"),
        ("--separator", source.separator, "auto"),
        *(("--leave-out", kind, "") for kind in source.leave_out),
        ("--quote", source.quote or "none", '"'),
        ("--rows", source.rows, ""),
        *(("--pad", f"{one.source}={one.pad}", "") for one in job.mapping.columns if one.pad),
        *(("--missing", marker, "") for marker in job.mapping.missing),
        *(
            ("--format", f"{rule.source}={form}", "")
            for rule in job.mapping.columns
            for form in rule.formats
        ),
    ]
    given = [part for flag, value, usual in flags if value != usual for part in (flag, value)]
    target = f"{job.portal}/d/{job.dataset}"
    words = ["map", options.source, target, *given, "--confirm", "-o", _job_file(options)]
    say(f"No job is saved yet. Save the job: {command_line(words)}")


def _pushed(job: Job) -> Report:
    """Push the rows into the new dataset; its creation has been confirmed."""
    from sodasheet.commands.terminal.session import open_desk
    from sodasheet.jobs.push_resume_undo import execute, with_memo
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.request import PushRequest

    with open_desk(job.portal, Agreed()) as context:
        return execute(with_memo(PushRequest(job, Path.cwd())), context)


def _print_outcome(report: Report, job: Job, options: CreateOptions) -> None:
    """Print the report, and the remedy if a push ended early."""
    from sodasheet.commands.terminal.output import print_report

    code = report.outcome.exit_code
    if code is not ExitCode.DONE and options.output is None:
        _say_how_to_save(job, options)
    print_report(report)
    if code is ExitCode.REFUSED:
        say(_how_to_go_on(job, options))


def _how_to_go_on(job: Job, options: CreateOptions) -> str:
    """Return the state after a refused push, and the command that pushes the corrected source."""
    from sodasheet.system.pasteable_command_line import command_line

    saved = "" if options.output else "save the job, "
    return (
        f"The dataset {job.portal}/d/{job.dataset} exists and has no rows yet; creating it again "
        f"would make a second dataset. Correct the source, {saved}then push it:"
        f" {command_line(['push', _job_file(options)])}"
    )


def _made_public(job: Job, proposal: NewDataset, options: CreateOptions) -> bool:
    from sodasheet.commands.terminal.confirm_prompt import Prompt
    from sodasheet.commands.terminal.session import open_portal
    from sodasheet.portal.new_dataset import make_public

    if not options.public_confirmed:
        Prompt().require(f'Make "{proposal.name}" public: everyone can see and copy its rows.')
    with open_portal(job.portal, write=True) as session:
        make_public(session, job.dataset)
    say(f"{job.portal}/d/{job.dataset} is public.", err=options.as_json)
    return True
