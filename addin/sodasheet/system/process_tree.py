"""A program and its children, which can be ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress

#: Seconds for terminated programs to exit.
_PATIENCE = 30

#: Rights that Windows requires for adding a process to a job object: set quota, terminate.
_RIGHTS = 0x0100 | 0x0001


class ProcessTree:
    """A started program without streams. Raises OSError if there is no such program."""

    def __init__(self, command: Sequence[str], environ: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - no shell
            list(command), env=dict(environ), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._job: int | None = None
        if sys.platform == "win32":
            self._job = _job_of(self._process.pid)

    @property
    def pid(self) -> int:
        """The program's process id."""
        return self._process.pid

    @property
    def ended(self) -> bool:
        """True if the program has ended; its children may still run."""
        return self._process.poll() is not None

    def end(self) -> None:
        """End the program and its children without asking."""
        if sys.platform == "win32":
            if self._job is None or not _kernel().TerminateJobObject(self._job, 1):
                self._process.kill()
        else:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_PATIENCE)


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    def _kernel() -> ctypes.WinDLL:
        """Return the functions of Windows that end a program and its children.

        `taskkill` can do it too, but is a program that an office may forbid.
        """
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateJobObjectW.restype = wintypes.HANDLE
        kernel.CreateJobObjectW.argtypes = [wintypes.LPVOID, wintypes.LPCWSTR]
        kernel.OpenProcess.restype = wintypes.HANDLE
        kernel.OpenProcess.argtypes = [wintypes.DWORD, wintypes.BOOL, wintypes.DWORD]
        kernel.AssignProcessToJobObject.argtypes = [wintypes.HANDLE, wintypes.HANDLE]
        kernel.TerminateJobObject.argtypes = [wintypes.HANDLE, wintypes.UINT]
        kernel.CloseHandle.argtypes = [wintypes.HANDLE]
        return kernel

    def _job_of(pid: int) -> int | None:
        """Return a job object of a process and its children from now on, or None."""
        kernel = _kernel()
        job: int | None = kernel.CreateJobObjectW(None, None)
        process: int | None = kernel.OpenProcess(_RIGHTS, False, pid)
        inside = job and process and kernel.AssignProcessToJobObject(job, process)
        if process:
            kernel.CloseHandle(process)
        if job and not inside:
            kernel.CloseHandle(job)
        return job if inside else None
