"""Report of a run that hangs, written before its process is ended."""

from __future__ import annotations

from sodasheet.model.report import Outcome, Report, Traffic
from sodasheet.push.report_sentences import how_to_find_out, summary
from sodasheet.push.request import PushRequest
from sodasheet.push.runs.journal import RunLog
from sodasheet.push.runs.run_recorder import RunRecorder, open_revision, recorded


def report_hang(order: PushRequest, log: RunLog, why: str) -> Report | None:
    """Write the report of a run that hangs; return None if the run had not started.

    According to the journal its rows landed, their outcome is unknown, or nothing was changed.
    The next run discards a revision that is still open on the portal.
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
        sentence = summary(ledger.report, landed.counts, left_out)
        outcome = Outcome.REJECTS if left_out else Outcome.DONE
        ledger.end(outcome, f"{sentence} Then it hung: {why}", landed, Traffic())
    elif ledger.announced is not None:
        sentence = f"{why} {how_to_find_out()}"
        ledger.end(Outcome.UNKNOWN, sentence, None, Traffic())
    else:
        ledger.end(Outcome.CANCELLED, f"{why} Nothing was changed.", None, Traffic())
    if open_revision(steps) is None:
        return ledger.close()
    log.write(ledger.report)
    return ledger.report
