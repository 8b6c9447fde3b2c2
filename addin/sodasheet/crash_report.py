"""Crash report: write the redacted traceback to a file, return a user-facing error."""

from __future__ import annotations

import traceback

from sodasheet.errors import SodaSheetError


def crash_report(error: BaseException) -> SodaSheetError:
    """Write the traceback of an unexpected error to a file, and return the error for the user.

    Secrets of this process are redacted in the file.
    """
    from sodasheet.credentials.redaction import redact
    from sodasheet.system.folders import home, make_private

    trace = home() / "last-error.txt"
    try:
        make_private(trace.parent)
        trace.write_text(redact("".join(traceback.format_exception(error))), encoding="utf-8")
        where = f"Its details are in {trace}; please report them."
    except OSError:
        where = "Its details could not be written: the disk may be full or read-only."
    return SodaSheetError("Unexpected error in SodaSheet.", where)
