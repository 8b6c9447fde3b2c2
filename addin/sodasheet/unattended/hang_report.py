"""Report of a run that hangs and whose process is about to be ended."""

from __future__ import annotations

from sodasheet.model.report import Outcome, Report, Traffic
from sodasheet.push.messages import how_to_find_out, summary
from sodasheet.push.request import PushRequest
from sodasheet.push.runs.record import RunRecorder, open_revision, recorded
from sodasheet.push.runs.run_folder import RunLog


def hung(order: PushRequest, log: RunLog, why: str) -> Report | None:
    """Write the report of a run that has started and hangs; None where it had not started.

    By the journal its rows have landed, or it is not known whether they have, or nothing was
    changed. A revision that it leaves open on the portal is cleared away by the next run.
    """
    ledger = RunRecorder(order, log)
    started = ledger.journal.record(log.run)
    if started is None:
        return None
    ledger.note(started=started.started)
    steps = ledger.steps
    landed = recorded(steps)
    if landed is not None:
        left_out = landed.counts.rejected or 0
        told = summary(ledger.report, landed.counts, left_out)
        outcome = Outcome.REJECTS if left_out else Outcome.DONE
        ledger.end(outcome, f"{told} Afterwards it hung: {why}", landed, Traffic())
    elif ledger.announced is not None:
        told = f"{why} {how_to_find_out()}"
        ledger.end(Outcome.UNKNOWN, told, None, Traffic())
    else:
        ledger.end(Outcome.CANCELLED, f"{why} Nothing was changed.", None, Traffic())
    if open_revision(steps) is None:
        return ledger.close()
    log.write(ledger.report)
    return ledger.report
