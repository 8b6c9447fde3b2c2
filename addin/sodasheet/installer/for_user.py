"""Set-up and removal for one user, run by the packages for Windows.

`python -m sodasheet.installer.for_user ACTION`:

    install [--no-addin] [--moved]   the add-in, and the schedules of an earlier installation
    uninstall                        remove both; records stay
    schedules                        print the names of the schedules, for the uninstaller to show

Prints sentences. Exits with 0, or with 1 if a part failed; the other parts are done even then.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence

from sodasheet.errors import SodaSheetError
from sodasheet.installer.addin_installation import install, uninstall
from sodasheet.installer.install_locations import Machine
from sodasheet.schedules.reinstall import recorded, resume, withdraw
from sodasheet.wording import first_listed

#: Maximum names in a question; the others are counted.
_SHOWN = 5


def main(arguments: Sequence[str]) -> int:
    """Run the command in the arguments; return the exit code."""
    action, *options = arguments
    if action == "schedules":
        return _finish([_attempt(_names)])
    if action == "uninstall":
        machine = Machine.current()
        return _finish([_attempt(_withdraw), _attempt(lambda: (uninstall(machine), []))])
    parts = [_attempt(lambda: _resume(moved="--moved" in options))]
    if "--no-addin" not in options:
        parts.append(_attempt(lambda: (install(Machine.current()), [])))
    return _finish(parts)


#: Sentences about what was done, and the errors.
_Outcome = tuple[list[str], list[SodaSheetError]]


def _attempt(part: Callable[[], _Outcome]) -> _Outcome:
    try:
        return part()
    except SodaSheetError as error:
        return [], [error]


def _finish(parts: Iterable[_Outcome]) -> int:
    failed = False
    for said, errors in parts:
        lines = [*said, *(f"{error.what} {error.remedy}" for error in errors)]
        sys.stdout.write("".join(f"{line}\n" for line in lines))
        failed = failed or bool(errors)
    return int(failed)


def _names() -> _Outcome:
    names = [one.name for one in recorded()]
    return [first_listed(names, _SHOWN)] if names else [], []


def _withdraw() -> _Outcome:
    found = recorded()
    errors = withdraw(found)
    names = ", ".join(one.name for one in found)
    said = [f"No longer scheduled until SodaSheet is installed again: {names}"] if found else []
    return said, errors


def _resume(*, moved: bool) -> _Outcome:
    found = recorded()
    errors = resume(found, moved=moved)
    names = ", ".join(one.name for one in found)
    return [f"Scheduled: {names}"] if found and not errors else [], errors


if __name__ == "__main__":
    from sodasheet.system.standard_streams import prepare_streams

    prepare_streams(machine_readable=False)
    sys.exit(main(sys.argv[1:]))
