"""Detached processes, which outlive the process that starts them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Thread
from typing import Any

from sodasheet.system.folders import home, make_private


def start_detached(module: str, *arguments: str, folder: Path | None = None) -> int:
    """Run one of our modules in a separate process and return the process id immediately.

    No secret may be in `arguments`. `folder` is the working folder, by default SodaSheet's own;
    -P keeps that folder off the import path, so that no file in it is run by mistake.
    """
    place = folder or home()
    make_private(place)
    options: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW
        options = {"creationflags": flags}
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
        _command(module, arguments),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        close_fds=True,
        cwd=place,
        env={**os.environ},
        **options,
    )
    forget_when_ended(process)
    return process.pid


def forget_when_ended(process: subprocess.Popen[bytes]) -> None:
    """Let a process continue on its own, and release its entry at the end."""
    Thread(target=process.wait, daemon=True).start()


def _command(module: str, arguments: Sequence[str]) -> list[str]:
    return [sys.executable, "-P", "-B", "-m", module, *arguments]
