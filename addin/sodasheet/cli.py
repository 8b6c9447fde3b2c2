"""The `sodasheet` command: the process that runs one command line."""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

from sodasheet.commands.terminal.command_line import run


def main() -> NoReturn:
    """Run the command line; always ends the process with an exit code of `ExitCode`."""
    # A terminated process removes its temporary files too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    from sodasheet.system.standard_streams import prepare_streams

    prepare_streams(machine_readable="--json" in sys.argv)
    sys.exit(run(sys.argv[1:]))
