"""Processes that outlive their parent."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time


def test_a_detached_process_goes_on_and_holds_no_pipe_and_no_folder(console):
    source = (
        "from pathlib import Path\n"
        "from sodasheet.system.detached_process import start_detached\n"
        "print(start_detached('sodasheet', 'settings', folder=Path('task')))\n"
    )
    (console.folder / "task").mkdir()
    began = time.monotonic()
    started = subprocess.run(
        [sys.executable, "-c", source],
        check=True,
        capture_output=True,
        cwd=console.folder,
        env={**os.environ, **console.environ},
        timeout=60,
    )
    assert int(started.stdout) > 0
    assert time.monotonic() - began < 50
    end = time.monotonic() + 60
    while time.monotonic() < end:
        try:
            shutil.rmtree(console.folder / "task")
            break
        except OSError:
            time.sleep(0.2)
    assert not (console.folder / "task").exists()
