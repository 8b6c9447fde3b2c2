"""One family of errors; each says what happened and what to do next."""

from __future__ import annotations

from collections.abc import Iterable

from sodasheet.model.exit_code import ExitCode
from sodasheet.model.next_step import NextStep


class SodaSheetError(Exception):
    """Base class of all errors that are reported to the user.

    `what` is one sentence that names what is wrong and where; `remedy` is one sentence that says
    what to do next, true in every front end. `steps` are the next steps that a front end can offer
    or say in its own words. None of them may contain a secret.
    """

    exit_code: ExitCode = ExitCode.FAILED

    def __init__(self, what: str, remedy: str, steps: Iterable[NextStep] = ()) -> None:
        super().__init__(f"{what} {remedy}".strip())
        self.what = what
        self.remedy = remedy
        self.steps = tuple(steps)


class UsageProblem(SodaSheetError):
    """The command, the job or an address cannot be understood."""

    exit_code = ExitCode.USAGE

    def about(self, subject: str) -> UsageProblem:
        """Return the same problem with the file, sheet or column concerned as its subject."""
        return UsageProblem(f"{subject}: {self.what}", self.remedy, self.steps)


class SourceError(SodaSheetError):
    """The source cannot be read: missing, locked, empty, changed while read, no such sheet."""


class PortalError(SodaSheetError):
    """The portal refused, or the server that answered is not a portal.

    `status` is the HTTP status where there was one; `reason` is a stable word for programs, one
    of those in portal/http/refusal_sentences.py and portal/http/network_errors.py.
    """

    def __init__(
        self,
        what: str,
        remedy: str,
        status: int | None = None,
        reason: str = "",
        steps: Iterable[NextStep] = (),
    ) -> None:
        super().__init__(what, remedy, steps)
        self.status = status
        self.reason = reason


class SignInError(PortalError):
    """The portal does not accept the credentials, or there are none (401, 403)."""


class UnknownOutcome(PortalError):
    """A write was sent and its reply was lost: the write may or may not have been done."""

    exit_code = ExitCode.UNKNOWN


class CredentialError(SodaSheetError):
    """The credential store cannot save, return or delete a secret.

    `reason` is a stable word for programs, one of those in credentials/store_errors.py and
    credentials/store.py.
    """

    def __init__(
        self, what: str, remedy: str, reason: str = "", steps: Iterable[NextStep] = ()
    ) -> None:
        super().__init__(what, remedy, steps)
        self.reason = reason


class Refused(SodaSheetError):
    """A guard or a finding stopped a push before anything was sent."""

    exit_code = ExitCode.REFUSED


class Cancelled(SodaSheetError):
    """The user stopped the work."""

    exit_code = ExitCode.CANCELLED
