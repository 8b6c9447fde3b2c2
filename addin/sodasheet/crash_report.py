"""An error that nobody foresaw: kept for whoever maintains SodaSheet, one sentence for the user."""

from __future__ import annotations

import traceback

from sodasheet.errors import SodaSheetError


def unexpected(error: BaseException) -> SodaSheetError:
    """The sentence for an error that is none of ours; the traceback goes to a file.

    Secrets that this process has had in hand are cleared out of it.
    """
    from sodasheet.credentials.redaction import redact
    from sodasheet.system.paths import home, make_private

    trace = home() / "last-error.txt"
    try:
        make_private(trace.parent)
        trace.write_text(redact("".join(traceback.format_exception(error))), encoding="utf-8")
        where = f"Its details are in {trace}; please report them."
    except OSError:
        where = "Its details could not be written down: the disk may be full or read-only."
    return SodaSheetError("SodaSheet met an error that it did not expect.", where)
