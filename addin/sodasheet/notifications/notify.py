"""Notifications about a run: by mail, by webhook, in a log dataset, on the desktop.

Failures here are reported and do not change the outcome of the run.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.note import Note
from sodasheet.notifications.next_steps import said

if TYPE_CHECKING:
    from sodasheet.model.job import Job
    from sodasheet.model.report import Report
    from sodasheet.notifications.log_dataset import Opener
    from sodasheet.portal.http.session import PortalSession

__all__ = ["log", "logged", "tell"]


def tell(
    report: Report, job: Job | None, name: str, open_session: Opener | None = None
) -> list[str]:
    """Send the notifications of an unattended run; return a sentence for each failure.

    `job` is None if it could not be read; `name` is the name that people know it by, such as the
    path of its file. Without `open_session` the portal is opened with the saved key. Never raises.
    """
    problems = [said(note) for note in log(report, job, name, open_session)]
    problems += [said(note) for note in _notes(lambda: _mail(report, job, name, problems))]
    problems += [said(note) for note in _notes(lambda: _post(report, job, name))]
    if _asked(report, job):
        _notes(lambda: _show(report))
    return problems


def log(
    report: Report, job: Job | None, name: str, open_session: Opener | None = None
) -> list[Note]:
    """Write the run to the log dataset if the job names a dataset; see `tell`."""
    if job is None or not job.notify.get("log_dataset"):
        return []

    def write() -> list[Note]:
        from sodasheet.errors import SodaSheetError
        from sodasheet.notifications.log_dataset import log_run

        try:
            log_run(report, job, name, open_session or _signed_in)
        except SodaSheetError as error:
            text = f"The run was not written to the log dataset: {error}"
            return [Note(text, error.steps)]
        return []

    return _notes(write)


def logged(report: Report, job: Job, open_session: Opener) -> Report:
    """Write an interactive push to its log dataset; return its report with any failures.

    A window shows the report alone, so the sentences join its summary, and their steps its steps.
    """
    notes = log(report, job, "", open_session)
    if not notes:
        return report
    return replace(
        report,
        summary=" ".join([report.summary, *(note.text for note in notes)]),
        steps=(*report.steps, *(step for note in notes for step in note.steps)),
    )


def _mail(report: Report, job: Job | None, name: str, problems: list[str]) -> list[Note]:
    from sodasheet.errors import SodaSheetError
    from sodasheet.notifications import mail_text
    from sodasheet.notifications.mail import Letter, send
    from sodasheet.settings import read_settings

    if not _asked(report, job):
        return []
    try:
        server = read_settings().mail
        to = _recipients(job, server.to if server else "")
        if not to:
            return []
        if server is None:
            raise SodaSheetError(
                f"The message to {', '.join(to)} was not sent: no SMTP server is set.",
                "Enter the SMTP server and its user in the settings.",
                (NextStep(Action.CHANGE_SETTING, name="mail.server", value="HOST:PORT"),),
            )
        body = mail_text.body(report, job, name, problems)
        letter = Letter(to, mail_text.subject(report, name), body)
        return [Note(one) for one in send(letter, server)]
    except SodaSheetError as error:
        return [Note(f"No email was sent: {error}", error.steps)]


def _post(report: Report, job: Job | None, name: str) -> list[Note]:
    """Report the run to the job's webhook, if any."""
    from sodasheet.errors import SodaSheetError
    from sodasheet.notifications.mail_text import subject
    from sodasheet.notifications.webhook import send_webhook

    place = job.notify.get("webhook", "").strip().lower() if job else ""
    if not place or not _asked(report, job):
        return []
    try:
        send_webhook(place, report, subject(report, name))
    except SodaSheetError as error:
        return [Note(f"No message was sent to the webhook: {error}", error.steps)]
    return []


def _recipients(job: Job | None, otherwise: str) -> tuple[str, ...]:
    """Return the job's recipients, else the recipients of the settings. Raises UsageProblem."""
    from sodasheet.errors import UsageProblem
    from sodasheet.model.mail_addresses import addresses

    named = job.notify.get("email", "") if job else ""
    try:
        return addresses(named.strip() or otherwise)
    except ValueError as error:
        raise UsageProblem(
            f'"{error}" is not an email address.', "Correct notify.email in the job."
        ) from None


def _asked(report: Report, job: Job | None) -> bool:
    """True if the job requests mail about this outcome."""
    always = job is not None and job.notify.get("when") == "always"
    return always or not report.clean


def _show(report: Report) -> list[Note]:
    from sodasheet.notifications import desktop_notification
    from sodasheet.notifications.mail import one_line

    text = f"{report.outcome.value}: {report.summary}"
    desktop_notification.show(one_line(text)[:1000], bad=not report.clean)
    return []


def _signed_in(portal: str) -> PortalSession:
    """Open a session with the saved key and a shorter timeout than for sending rows."""
    from sodasheet.portal.connect import SessionOptions, connect
    from sodasheet.portal.http.retries import Patience

    patience = Patience(write=60.0, tries=3, longest_pause=30)
    return connect(portal, "The job", SessionOptions(patience=patience))


def _notes(work: Callable[[], list[Note]]) -> list[Note]:
    """Return the notes of the work, without secrets; an unexpected error is one note."""
    from sodasheet.credentials.redaction import redact

    try:
        notes = work()
    except Exception as error:
        from sodasheet.crash_report import crash_report

        notes = [Note(f"Some notifications of this run failed: {crash_report(error)}")]
    return [replace(note, text=redact(note.text)) for note in notes]
