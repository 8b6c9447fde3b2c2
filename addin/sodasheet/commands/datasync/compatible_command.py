"""`sodasheet datasync`: DataSync's own command lines, for tasks that now start SodaSheet."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from sodasheet import __version__
from sodasheet.commands.datasync.flags_to_job import FLAGS, Given
from sodasheet.commands.terminal.output import say
from sodasheet.errors import SodaSheetError, UsageProblem

if TYPE_CHECKING:
    from collections.abc import Callable

    from sodasheet.jobs.datasync.gis_job import LayerJob
    from sodasheet.jobs.datasync.importer import Imported
    from sodasheet.jobs.datasync.preferences import Preferences
    from sodasheet.jobs.named_job import NamedJob
    from sodasheet.model.credentials import Credentials
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.unattended.unattended_task import JobResult

#: Minutes after which a run stops at the next safe point, as with sodasheet run.
TIME_LIMIT = 360.0

_FAILED = 1
_GUARDS = (
    "Nothing was sent. DataSync's command lines cannot skip a guard. If a guard stops a push that "
    "you intend, make a job with sodasheet job import, set its guards, and run that job."
)


class DataSyncCommand(click.Command):
    """Command whose exit code is only 0 or 1, as in DataSync."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the command line; errors end with 1 instead of click's 2."""
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as error:
            error.show()
            ctx.exit(_FAILED)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; every error is one sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except SodaSheetError as error:
            _fail(error)


def _flags(command: Callable[..., Any]) -> Callable[..., Any]:
    for short, long, takes, help_text in reversed(FLAGS):
        name = long.removeprefix("--")
        command = click.option(short, long, name, metavar=takes, help=help_text)(command)
    return command


def _version(ctx: click.Context, _parameter: click.Parameter, asked: bool) -> None:
    if asked:
        click.echo(f"SodaSheet version {__version__}, for the command lines of DataSync 1.9.9")
        ctx.exit(0)


@click.command(
    "datasync", cls=DataSyncCommand, context_settings={"help_option_names": ["-?", "--help"]}
)
@click.argument("words", metavar="[JOB.sij]", nargs=-1)
@_flags
@click.option(
    "-v", "--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
    help="Show the version.",
)  # fmt: skip
def command(words: tuple[str, ...], **given: str | None) -> int:
    """Do what DataSync would do with the same command line: run a saved job, or a job of flags.

    Nobody is asked anything, and every guard of sodasheet run holds. Exit code 0: done; 1:
    anything else.

    Example: sodasheet datasync permits.sij
    """
    from sodasheet.commands.datasync.flags_to_job import job_type

    if not any(given.values()):
        return _saved(words)
    if words:
        click.echo(f"Ignored with other flags, as in DataSync: {' '.join(words)}", err=True)
    if job_type(given) == "LoadPreferences":
        return _load(given)
    return _flagged(given)


@dataclass(frozen=True, slots=True)
class _Work:
    """The work of one command line: a way to read the job, and the account to sign in."""

    path: Path
    read: Callable[[], Imported]
    login: Credentials | None = None


def _saved(words: tuple[str, ...]) -> int:
    from sodasheet.jobs.datasync.importer import read_sij, refuse_other

    if len(words) != 1:
        raise UsageProblem(
            "No job file or flags were given.",
            "Write sodasheet datasync JOB.sij, or DataSync's flags: sodasheet datasync --help.",
        )
    path = Path(words[0])
    if path.suffix.lower() == ".gij":
        return _layers(path)
    refuse_other(path)
    return _run(_Work(path, lambda: read_sij(path, base=Path.cwd())))


def _layers(path: Path) -> int:
    """Run the job of every layer; return the worst exit code."""
    from sodasheet.jobs.datasync.gis_job import read_gis_job

    layers = read_gis_job(path)
    return max(_run(_Work(path, partial(_of_layer, one))) for one in layers)


def _of_layer(layer: LayerJob) -> Imported:
    from sodasheet.jobs.datasync.gis_job import NOTE
    from sodasheet.jobs.datasync.importer import Imported

    return Imported(layer.job, (NOTE,), layer.job.portal, Path.cwd())


def _flagged(given: dict[str, str | None]) -> int:
    from sodasheet.commands.datasync.flags_to_job import job_type, name_of, sij_of
    from sodasheet.jobs.datasync.gis_job import layer_job
    from sodasheet.jobs.datasync.import_preferences import login
    from sodasheet.jobs.datasync.importer import imported

    gis = job_type(given) == "GISJob"
    # DataSync's GIS jobs always replace, and their files have no header row to ask about.
    always = {"publishMethod": "replace", "fileToPublishHasHeaderRow": "true"}
    sij = sij_of({**given, **always} if gis else given)
    preferences = _config(given)
    name = name_of(sij)
    if preferences is not None:
        through_proxy(preferences, given)
    signed = login(preferences) if preferences is not None else None
    if gis:
        layer = layer_job(sij.dataset, sij.path, preferences, name.name)
        return _run(_Work(name, partial(_of_layer, layer), signed))
    return _run(_Work(name, lambda: imported(sij, preferences, name, Path.cwd()), signed))


def _config(given: dict[str, str | None]) -> Preferences | None:
    from sodasheet.jobs.datasync.preferences import read_preferences

    path = given.get("config")
    return read_preferences(Path(path)) if path else None


def _load(given: dict[str, str | None]) -> int:
    from sodasheet.commands.terminal.session import patience
    from sodasheet.credentials.keychain import register_secret, save
    from sodasheet.jobs.datasync.import_preferences import load

    preferences = _config(given)
    if preferences is None:
        raise UsageProblem(
            "Missing required argument: -c,--config.",
            "Add the path of a config.json, prefs.xml or registry export.",
        )

    def keep(place: str, credentials: Credentials, kind: Any) -> None:
        register_secret(credentials)
        save(place, credentials, kind, deadline=patience())

    for sentence in load(preferences, keep):
        say(sentence)
    return 0


def through_proxy(preferences: Preferences, given: Given) -> None:
    """The proxy of the config file for this process; flags before the file, as in DataSync."""
    from urllib.parse import urlsplit

    from sodasheet.credentials.keychain import use_proxy_sign_in
    from sodasheet.jobs.datasync import remembered_portal
    from sodasheet.model.credentials import Credentials

    host = preferences.values.get("proxyHost", "")
    if not host:
        return
    host = urlsplit(host if "//" in host else f"//{host}").netloc.rpartition("@")[2] or host
    user = given.get("proxyUsername") or preferences.values.get("proxyUsername", "")
    secret = (
        given.get("proxyPassword") or remembered_portal.secret(preferences, "proxyPassword") or ""
    )
    port = preferences.values.get("proxyPort", "")
    place = f"{host}:{port}" if port and ":" not in host else host
    if user and secret:
        use_proxy_sign_in(place, Credentials(user, secret))
    os.environ["HTTPS_PROXY"] = os.environ["https_proxy"] = f"http://{place}"


def _run(work: _Work) -> int:
    """Run the job unattended, and end with DataSync's exit code."""
    from sodasheet.jobs.datasync.datasync_behavior import as_datasync, exit_code, refuse_missing
    from sodasheet.jobs.named_job import NamedJob
    from sodasheet.portal.dataset import read_dataset
    from sodasheet.unattended.run_jobs import run_all
    from sodasheet.unattended.time_limit import TimeLimit
    from sodasheet.unattended.unattended_task import RunTask

    limit = TimeLimit(60 * TIME_LIMIT)
    meant: list[NamedJob] = []

    def opened(path: Path) -> list[NamedJob]:
        found = work.read()
        named = NamedJob(path.stem, found.job, found.base, found.notes)
        with _session(work, found.job.portal, lambda: limit.stop) as session:
            dataset = read_dataset(session, found.job.dataset)
        refuse_missing(named, dataset)
        meant.append(as_datasync(named, dataset))
        for note in meant[0].notes:
            say(f"Note: {note}")
        return meant

    def session(portal: str, stop: Callable[[], bool]) -> PortalSession:
        return _session(work, portal, stop)

    task = RunTask(work.path, None, limit, session, lambda _: None, jobs=opened)
    (ran,) = run_all(task)
    code = exit_code(meant[0] if meant else None, ran.report, ran.code)
    _say(ran, code)
    return code


def _session(work: _Work, portal: str, stop: Callable[[], bool]) -> PortalSession:
    """Session signed in by the file of -c, else by the stored account, as in DataSync."""
    from sodasheet.commands.terminal.session import open_portal, require_meant_by
    from sodasheet.portal.connect import SessionOptions, connect_as

    if work.login is None:
        require_meant_by(work.path, portal)
        return open_portal(portal, stop, write=True)
    return connect_as(portal, work.login, SessionOptions(stop=stop))


def _say(ran: JobResult, code: int) -> None:
    """Print DataSync's closing line, then ours."""
    from sodasheet.credentials.redaction import redact
    from sodasheet.model.report import Outcome

    report = ran.report
    begun = "Job completed with errors" if code else "Job completed successfully"
    lines = [f"{begun}: {report.summary}", f"Run {report.run}."]
    if report.rejects.file:
        lines.append(f"All findings: {report.rejects.file}")
    if code and report.outcome is Outcome.REFUSED:
        lines.append(_GUARDS)
    for line in (*lines, *ran.notification_errors):
        say(redact(line), err=bool(code))


def _fail(error: SodaSheetError) -> NoReturn:
    from sodasheet.credentials.redaction import redact

    say(redact(f"sodasheet: {error.what}\n{error.remedy}"), err=True)
    raise click.exceptions.Exit(_FAILED)
