"""`python -m socrata_practice [--port PORT] [--tls] [--data FOLDER] [--json]`: run a portal."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from socrata_practice.certificates import CertificatesMissingError
from socrata_practice.faults.fault import FaultError, read_fault
from socrata_practice.running_portal import PracticePortal, serve
from socrata_practice.settings import SettingError, read_setting


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a portal until interrupted; return the exit code."""
    parser = _parser()
    given = parser.parse_args(arguments)
    portal = PracticePortal(given.data, tls=given.tls)
    try:
        portal.settings.change(dict(read_setting(text) for text in given.set))
        for text in given.fault:
            portal.inject_fault(read_fault(text))
    except (SettingError, FaultError) as error:
        parser.error(str(error))
    try:
        serve(portal, given.port, given.json)
    except (OSError, CertificatesMissingError) as error:
        sys.stderr.write(f"The practice portal cannot start: {error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m socrata_practice", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: any free)")
    parser.add_argument(
        "--tls", action="store_true", help="serve HTTPS with a certificate from a test CA"
    )
    parser.add_argument("--data", type=Path, help="folder to keep everything in")
    parser.add_argument(
        "--json", action="store_true", help="print the portal's address as one line of JSON"
    )
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE",
                        help="change a setting")  # fmt: skip
    parser.add_argument("--fault", action="append", default=[], metavar="FAULT",
                        help="inject a fault: KIND NAME=VALUE ...")  # fmt: skip
    return parser


if __name__ == "__main__":
    sys.exit(main())
