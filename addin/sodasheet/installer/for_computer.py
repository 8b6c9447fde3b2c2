"""Removal for a whole computer, run by the MSI as the system.

`python -m sodasheet.installer.for_computer uninstall` removes the schedules of all users that start
the program that is being removed; their records stay.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.etree import ElementTree as Xml

from sodasheet.errors import SodaSheetError
from sodasheet.schedules.backends.task_scheduler import NAMESPACE, delete_task, task_folder

#: Larger files in the scheduler's folder are not ours.
_LARGEST = 1_000_000


def tasks_of(program: Path, folder: Path) -> Iterator[str]:
    """Yield the names of the tasks in the scheduler's folder that start something in `program`."""
    beginning = f"{os.path.normcase(program)}{os.sep}"
    for path in sorted(folder.iterdir()) if folder.is_dir() else ():
        command = _command(path)
        if command and os.path.normcase(command).startswith(beginning):
            yield path.name


def _command(path: Path) -> str:
    """Return the program that a task starts; empty if the file is not a readable task."""
    try:
        if not path.is_file() or path.stat().st_size > _LARGEST:
            return ""
        root = Xml.fromstring(path.read_bytes())  # noqa: S314 - expat of today limits entities
    except (OSError, Xml.ParseError, ValueError, LookupError):
        return ""
    return (root.findtext(f".//{{{NAMESPACE}}}Exec/{{{NAMESPACE}}}Command") or "").strip('" ')


def main(arguments: Sequence[str]) -> int:
    """Remove the tasks; return 1 if any remain."""
    if list(arguments) != ["uninstall"]:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    failed = 0
    for name in tasks_of(Path(sys.prefix).parent, task_folder()):
        try:
            delete_task(name)
        except SodaSheetError as error:
            sys.stderr.write(f"{error}\n")
            failed = 1
    return failed


if __name__ == "__main__":
    from sodasheet.system.standard_streams import prepare_streams

    prepare_streams(machine_readable=False)
    sys.exit(main(sys.argv[1:]))
