"""Pushes that are killed at a specific step, each in a separate process.

To start Python and read its modules takes longer than such a push. So the processes are forked off
one that has read all modules, and nothing else: it has no thread, no file and no connection.
Windows has no fork: there such a process is pushed in itself, and the next one reads the modules
meanwhile.
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

    end = getattr(signal, "SIGKILL", signal.SIGTERM)

    def push(memo, key, fatal, moment):
        write = Journal.write
        def killing(self, run, step, **detail):
            if step == fatal and moment == "before":
                os.kill(os.getpid(), end)
            write(self, run, step, **detail)
            if step == fatal:
                os.kill(os.getpid(), end)
        Journal.write = killing
        order = request_from_memo(memo)
        session = PortalSession(order.job.portal, Credentials(*key))
        Run(order, PushContext(session, Silent(), Agreed())).execute()

    for line in sys.stdin:
        environment, errors, arguments = json.loads(line)
        child = os.fork() if hasattr(os, "fork") else 0
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
    return _started()


def _started() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(_PARENT)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8",
    )  # fmt: skip


#: On Windows, the process of the next push.
_waiting: list[subprocess.Popen[str]] = []


def _ended(order: str) -> int:
    """Push in a separate process, and return the signal that ended the process."""
    if sys.platform == "win32":
        process = _waiting.pop() if _waiting else _started()
        _waiting.append(_started())
        process.communicate(order, timeout=100)
        return process.returncode
    parent = _parent()
    assert parent.stdin is not None
    assert parent.stdout is not None
    parent.stdin.write(order)
    parent.stdin.flush()
    status = parent.stdout.readline()
    assert status, f"the parent of the pushes has ended: {parent.poll()}"
    return -os.waitstatus_to_exitcode(int(status))


def push_until_killed(
    memo: Any, key: tuple[str, str], fatal: str, moment: str, errors: Path
) -> None:
    """Push, in a process that kills itself before or after the journal holds a step."""
    order = [dict(os.environ), str(errors), [memo, key, fatal, moment]]
    ended = _ended(json.dumps(order) + "\n")
    told = errors.read_text() if errors.exists() else ""
    assert ended == getattr(signal, "SIGKILL", signal.SIGTERM), told
