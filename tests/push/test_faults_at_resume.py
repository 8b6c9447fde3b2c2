"""Even if a killed run meets a fault while resuming, its rows are written exactly once.

How a run is settled depends on the push and on where it died, so every pair of these is here; what
a struck request means to it does not depend on the push, so that each fault meets each death once.
"""

from __future__ import annotations

import time

import pytest

from sodasheet.model.report import Outcome
from sodasheet.push.run import Run
from sodasheet.push.runs.journal import Journal, RunLog, runs_folder

from .conftest import Bench
from .pushes import PUSHES, order_of, prepare
from .test_faults import PATIENCE, Struck, desk_of, must_be_true
from .test_lost_answers import kill_at

#: Where the run dies, and the requests of the resumed one that are struck.
DEATHS = [
    ("soda2", "sending", "after", "/resource/*"),
    ("soda2", "landed", "before", "/resource/*"),
    ("publishing", "applying", "after", "/api/publishing/*"),
    ("publishing", "landed", "before", "/api/publishing/*"),
]

FAULTS = [
    Struck("drop_before_body"),
    Struck("drop_after_work"),
    Struck("status", {"status": 429}),
    Struck("status", {"status": 500}),
    Struck("withdraw", {"role": "revoked"}),
]


#: Each push with each death, the faults taking turns.
CASES = [
    pytest.param(
        name, *death, FAULTS[(at + place) % len(FAULTS)], id=f"{name}-{death[1]}-{death[0]}"
    )
    for at, name in enumerate(PUSHES)
    for place, death in enumerate(DEATHS)
]


@pytest.mark.parametrize(("name", "transport", "step", "moment", "path", "fault"), CASES)
def test_a_fault_while_resuming_neither_loses_nor_doubles_rows(
    bench: Bench, name: str, transport: str, step: str, moment: str, path: str, fault: Struck
) -> None:
    method, after = prepare(bench, name)
    order = order_of(bench, method, transport)
    kill_at(bench, order, step, moment)
    (record,) = Journal(runs_folder()).runs()
    if bench.identifier is None:  # until then the first request may still be at work
        time.sleep(PATIENCE.write)
    bench.portal.inject(fault.kind, path=path, count=3, **fault.options)

    struck = Run(order, desk_of(bench), RunLog.of(record.run)).resume()
    must_be_true(struck, bench.rows(), after)
    bench.portal.clear_faults()
    if struck.outcome is Outcome.UNKNOWN:
        if bench.identifier is None:
            time.sleep(PATIENCE.write)
        struck = Run(order, desk_of(bench), RunLog.of(record.run)).resume()

    must_be_true(struck, bench.rows(), after)
    assert struck.outcome in (Outcome.DONE, Outcome.FAILED), struck.summary
