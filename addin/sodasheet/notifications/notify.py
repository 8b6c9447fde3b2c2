"""Telling people what became of a run: by mail, in a log dataset, on the desktop.

Whatever goes wrong here is said and changes nothing about the run itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from sodasheet.model.next_step import Action, NextStep
from sodasheet.model.report import Outcome

if TYPE_CHECKING:
    from sodasheet.model.job import Job
    from sodasheet.model.report import Report
    from sodasheet.notifications.log_dataset import Opener
    from sodasheet.portal.http.session import PortalSession

__all__ = ["log", "logged", "tell"]


def tell(
    report: Report, job: Job | None, name: str, open_session: Opener | None = None
) -> list[str]:
    """Tell everybody who is to know of an unattended run; says what could not be told.

    `job` is None where it could not be read; `name` is what people call it, such as the path of
    its file. Without `open_session` the portal is opened as whoever is signed in. Never raises.
    """
    problems = log(report, job, name, open_session)
    problems += _sentences(lambda: _mail(report, job, name, problems))
    if _asked(report, job):
        _sentences(lambda: _show(report))
    return problems


def log(
    report: Report, job: Job | None, name: str, open_session: Opener | None = None
) -> list[str]:
    """Write the run into the log dataset, where the job names one; see `tell`."""
    if job is None or not job.notify.get("log_dataset"):
        return []

    def write() -> list[str]:
        from sodasheet.errors import SodaSheetError
        from sodasheet.notifications.log_dataset import log_run

        try:
            log_run(report, job, name, open_session or _signed_in)
        except SodaSheetError as error:
            return [f"The run was not written into the log dataset: {error}"]
        return []

    return _sentences(write)


def logged(report: Report, job: Job, open_session: Opener) -> Report:
    """The report of a push by hand, once its row is in the log dataset.

    What could not be told joins the summary: at a window nobody would read it elsewhere.
    """
    told = log(report, job, "", open_session)
    return replace(report, summary=" ".join([report.summary, *told])) if told else report


def _mail(report: Report, job: Job | None, name: str, problems: list[str]) -> list[str]:
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
                f"The mail to {', '.join(to)} was not sent: no SMTP server is set.",
                "Enter the SMTP server and its user in the settings.",
                (NextStep(Action.CHANGE_SETTING, name="mail.server", value="HOST:PORT"),),
            )
        body = mail_text.body(report, job, name, problems)
        return send(Letter(to, mail_text.subject(report, name), body), server)
    except SodaSheetError as error:
        return [f"No mail was sent: {error}"]


def _recipients(job: Job | None, otherwise: str) -> tuple[str, ...]:
    """Whom the job names, else whom the settings name. Raises UsageProblem."""
    from sodasheet.errors import UsageProblem
    from sodasheet.model.mail_addresses import addresses

    named = job.notify.get("email", "") if job else ""
    try:
        return addresses(named.strip() or otherwise)
    except ValueError as error:
        raise UsageProblem(
            f'"{error}" is not a mail address.', "Correct notify.email in the job."
        ) from None


def _asked(report: Report, job: Job | None) -> bool:
    """Whether anybody wants to hear of this outcome."""
    always = job is not None and job.notify.get("when") == "always"
    return always or report.outcome is not Outcome.DONE


def _show(report: Report) -> list[str]:
    from sodasheet.notifications import desktop
    from sodasheet.notifications.mail import one_line

    text = f"{report.outcome.value}: {report.summary}"
    desktop.show(one_line(text)[:1000], bad=report.outcome is not Outcome.DONE)
    return []


def _signed_in(portal: str) -> PortalSession:
    """A session as whoever is signed in; it waits less long than one that sends rows."""
    from sodasheet.credentials.keychain import find
    from sodasheet.portal.http.retries import Patience
    from sodasheet.portal.http.session import PortalSession

    return PortalSession(portal, find(portal), Patience(write=60.0, tries=3, longest_pause=30))


def _sentences(work: Callable[[], list[str]]) -> list[str]:
    """What the work has to say; an error that nobody foresaw is one sentence, too."""
    from sodasheet.credentials.redaction import redact

    try:
        told = work()
    except Exception as error:
        from sodasheet.crash_report import unexpected

        told = [f"Not everybody could be told of this run: {unexpected(error)}"]
    return [redact(sentence) for sentence in told]
