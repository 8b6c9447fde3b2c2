"""The process that does a detached push: `python -m sodasheet.excel.errand FOLDER`."""

from __future__ import annotations

import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sodasheet.errors import SodaSheetError
from sodasheet.push.detached import JOB, REPORT, Errand, FileProgress

if TYPE_CHECKING:
    from sodasheet.model.job import Job
    from sodasheet.model.report import Report


def main(arguments: list[str]) -> int:
    """Do the push of one folder, write its report there, and show it in the workbook."""
    errand = Errand(Path(arguments[0]))
    progress = FileProgress(errand)
    with progress.pulse():
        body = _report(errand, progress)
    errand.write(REPORT, body)
    _forget_rows(errand, body)
    with suppress(Exception):
        from sodasheet.excel.delivery import deliver_to_program

        deliver_to_program(errand)
    return 0


def _report(errand: Errand, progress: FileProgress) -> dict[str, Any]:
    """The report, whatever happens; a push that could not even begin has one too."""
    from sodasheet.jobs import read_job

    job = None
    try:
        job = read_job(errand.folder / JOB)
        return _for_the_ribbon(_run(errand, job, progress).to_json())
    except SodaSheetError as error:
        return _failed(job, f"{error} Nothing was changed.")
    except Exception:
        from sodasheet.excel.press import keep_trace

        told = (
            "SodaSheet met an error that it did not expect; the portal may hold some of the rows."
        )
        return {**_failed(job, f"{told} {keep_trace()}"), "outcome": "unknown"}


def _run(errand: Errand, job: Job, progress: FileProgress) -> Report:
    from sodasheet.excel.session import open_session
    from sodasheet.jobs.orders import order_from_memo, with_memo
    from sodasheet.push.desk import Desk
    from sodasheet.push.order import Agreed, Order
    from sodasheet.push.past import settle_unfinished
    from sodasheet.push.run import Run

    asked = errand.order
    order = Order(job, Path(asked["base"]), allow_rejected=int(asked["allow_rejected"]))
    order = with_memo(order)
    with open_session(job.portal, lambda: progress.stop, write=True) as session:
        desk = Desk(session, progress, Agreed())
        settle_unfinished(order, desk, lambda past: order_from_memo(past.order))
        return Run(order, desk).execute()


#: Remedies of the command line, and what they are at the ribbon.
_AT_THE_RIBBON = {
    "(on the command line: --allow-rejected)": "(press Push again and agree to it)",
    "push it with --again": "push the saved workbook with sodasheet push --again",
}


def _for_the_ribbon(report: dict[str, Any]) -> dict[str, Any]:
    """The report with the words of whoever pressed a button."""
    summary = str(report["summary"])
    for command, ribbon in _AT_THE_RIBBON.items():
        summary = summary.replace(command, ribbon)
    return {**report, "summary": summary}


def _failed(job: Job | None, summary: str) -> dict[str, Any]:
    """A report in the shape of all others for a push that came to nothing before it began."""
    return {
        "run": "",
        "outcome": "failed",
        "summary": summary,
        "started": datetime.now(UTC).isoformat(timespec="seconds"),
        "portal": job.portal if job else "",
        "dataset": job.dataset if job else "",
        "dataset_name": job.dataset if job else "",
        "method": job.method.value if job else "",
        "source": None,
        "rows": {"sent": 0},
        "findings": [],
        "rejected": [],
    }


def _forget_rows(errand: Errand, report: dict[str, Any]) -> None:
    """The rows themselves are needed no longer, unless the run may have to be gone on with."""
    if report["outcome"] != "unknown":
        for name in ("spool.csv", "faults.csv"):
            (errand.folder / name).unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
