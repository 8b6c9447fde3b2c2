"""Pushes that are killed at a step, each in a separate process.

To start Python and read its modules takes longer than such a push. So the processes are forked off
one that has read all modules, and nothing else: it has no thread, no file and no connection.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from functools import cache
from pathlib import Path
from typing import Any

_PARENT = """
    import importlib, json, os, pkgutil, signal, sys, traceback
    import duckdb, sodasheet.jobs, sodasheet.portal, sodasheet.push, sodasheet.staging

    for package in (sodasheet.jobs, sodasheet.portal, sodasheet.push, sodasheet.staging):
        for module in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
            importlib.import_module(module.name)

    from sodasheet.jobs.push_resume_undo import request_from_memo
    from sodasheet.model.credentials import Credentials
    from sodasheet.model.progress import Silent
    from sodasheet.portal.http.session import PortalSession
    from sodasheet.push.context import PushContext
    from sodasheet.push.questions_to_user import Agreed
    from sodasheet.push.run import Run
    from sodasheet.push.runs.journal import Journal

    def push(memo, key, fatal, moment):
        write = Journal.write
        def killing(self, run, step, **detail):
            if step == fatal and moment == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            write(self, run, step, **detail)
            if step == fatal:
                os.kill(os.getpid(), signal.SIGKILL)
        Journal.write = killing
        order = request_from_memo(memo)
        session = PortalSession(order.job.portal, Credentials(*key))
        Run(order, PushContext(session, Silent(), Agreed())).execute()

    for line in sys.stdin:
        environment, errors, arguments = json.loads(line)
        child = os.fork()
        if child == 0:
            os.environ.clear()
            os.environ.update(environment)
            try:
                push(*arguments)
            except BaseException:
                with open(errors, "w") as file:
                    traceback.print_exc(file=file)
            os._exit(0)
        print(os.waitpid(child, 0)[1], flush=True)
"""


@cache
def _parent() -> subprocess.Popen[str]:
    """Start the process that the pushes are forked off, which ends with this process."""
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_PARENT)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip


def push_until_killed(
    memo: Any, key: tuple[str, str], fatal: str, moment: str, errors: Path
) -> None:
    """Push, in a process that kills itself before or after the journal holds a step."""
    parent = _parent()
    assert parent.stdin is not None
    assert parent.stdout is not None
    order = [dict(os.environ), str(errors), [memo, key, fatal, moment]]
    parent.stdin.write(json.dumps(order) + "\n")
    parent.stdin.flush()
    status = parent.stdout.readline()
    assert status, f"the parent of the pushes has ended: {parent.poll()}"
    told = errors.read_text() if errors.exists() else ""
    assert os.waitstatus_to_exitcode(int(status)) == -signal.SIGKILL, told
