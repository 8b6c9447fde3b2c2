"""`python -m sodasheet` imports nothing from the folder of its run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_a_file_in_the_working_folder_is_not_imported(tmp_path: Path) -> None:
    for name in ("click", "json", "rich", "requests"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('planted')\n")

    done = subprocess.run(
        [sys.executable, "-m", "sodasheet", "--version"],
        cwd=tmp_path,
        env={name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    assert "planted" not in done.stdout + done.stderr
