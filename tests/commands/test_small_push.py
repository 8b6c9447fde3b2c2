"""A small push executes few files of the package: at most `MOST_FILES`."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

from .conftest import Terminal

#: Package files with an executed function, from the command to the printed report.
MOST_FILES = 90

TRACER = """
import json, sys, threading
from pathlib import Path
import sodasheet

package = str(Path(sodasheet.__file__).parent)
ran, code_of_imports = set(), "<module>"

def note(frame, event, _):
    code = frame.f_code
    # Only functions: the body of a class runs when its module is imported.
    if event != "call" or not code.co_flags & 1 or not code.co_filename.startswith(package):
        return
    caller = frame.f_back
    while caller is not None:
        if caller.f_code.co_name == code_of_imports and package in caller.f_code.co_filename:
            return
        caller = caller.f_back
    ran.add(code.co_filename[len(package) + 1:])

sys.setprofile(note)
threading.setprofile(note)
from sodasheet.commands.terminal.command_line import run
code = run(sys.argv[2:])
sys.setprofile(None)
Path(sys.argv[1]).write_text(json.dumps(sorted(ran)))
sys.exit(code)
"""


def test_a_small_push_runs_through_few_files(terminal: Terminal) -> None:
    whole = terminal.sample("permits-new.csv")
    with whole.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))[:3]
    small = terminal.folder / "small.csv"
    with small.open("w", encoding="utf-8", newline="") as file:
        columns = ["Permit No", "Permit Type", "Opened", "Units", "Inspected"]
        writer = csv.DictWriter(file, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
    mapping = ("map", small, terminal.permits, "--method", "upsert", "--confirm")
    assert terminal(*mapping, "--output", "job.json").code == 0
    seen = terminal.folder / "files.json"

    found = subprocess.run(
        [sys.executable, "-c", TRACER, str(seen), "push", "job.json", "--yes"],
        cwd=terminal.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert found.returncode == 0, found.stderr
    assert "3 rows" in found.stdout
    files = [Path(name) for name in json.loads(seen.read_text())]
    assert Path("push/run.py") in files
    assert len(files) <= MOST_FILES, "\n".join(sorted(map(str, files)))
