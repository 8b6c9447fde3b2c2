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


def test_no_library_starts_a_program_to_learn_the_system() -> None:
    """`platform` would run `cmd /c ver`, with the keys in its environment."""
    code = """
import sys
sys.addaudithook(lambda event, values: event == "subprocess.Popen" and print("started", values[1]))
import sodasheet, filelock, keyring.util.platform_, platform, truststore, waitress
print(platform.system(), platform.release(), platform.version())
"""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )

    assert "started" not in done.stdout
    system, release, version = done.stdout.split(maxsplit=2)
    assert system == "Windows"
    assert release
    assert version[0].isdigit()
