"""These tests run on a Windows Python, with SodaSheet installed there by pip."""

import subprocess
import sys
from pathlib import Path

import sodasheet


def test_this_is_windows():
    assert sys.platform == "win32"
    assert "site-packages" in Path(sodasheet.__file__).parts


def test_the_demo_ends_well(tmp_path):
    program = Path(sys.executable).parent / "Scripts" / "sodasheet.exe"
    done = subprocess.run(
        [program, "demo"], check=False, capture_output=True, stdin=subprocess.DEVNULL, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr.decode("utf-8", "replace")
    assert done.stdout
